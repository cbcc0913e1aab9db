package results

// Moments are sums over the work of the requests of a run, in CPU-seconds, of requests that
// have any: their number, and the sums of the second and of the fourth powers. Two²/Four is
// how many requests make the second moment, on which waiting rests.
type Moments struct{ N, Two, Four float64 }

// add takes the work of a request, seconds.
func (m *Moments) add(work float64) {
	if work > 0 {
		square := work * work
		m.N, m.Two, m.Four = m.N+1, m.Two+square, m.Four+square*square
	}
}
