package results

// Moments are sums over the work of the requests of a run, in CPU-seconds, of requests
// that have any.
type Moments struct{ N, Two, Four float64 }

// add takes the work of a request, seconds.
func (m *Moments) add(work float64) {
	if work > 0 {
		square := work * work
		m.N, m.Two, m.Four = m.N+1, m.Two+square, m.Four+square*square
	}
}
