package cpu

import "sync"

// Unknown is the utilisation where there is none to tell.
const Unknown = -1

// A Gauge is the utilisation over the last Samples samples of a source. It may
// be used by many goroutines at once.
type Gauge struct {
	Source  Source
	Samples int // at least 1

	mu   sync.Mutex
	seen []sample // the oldest first, Samples+1 at most
}

// A sample is what a source said, in seconds.
type sample struct{ used, capacity float64 }

// Read is what the source says now, core-seconds; false: it cannot be read.
func (g *Gauge) Read() (used, capacity float64, ok bool) {
	if g.Source.Read == nil {
		return 0, 0, false
	}
	u, c, err := g.Source.Read()
	if err != nil {
		return 0, 0, false
	}
	return u.Seconds(), c.Seconds(), true
}

// Sample reads the source. What cannot be read is left out.
func (g *Gauge) Sample() {
	used, capacity, ok := g.Read()
	if !ok {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.seen = append(g.seen, sample{used, capacity})
	if extra := len(g.seen) - max(g.Samples, 1) - 1; extra > 0 {
		g.seen = append(g.seen[:0], g.seen[extra:]...)
	}
}

// Utilisation is the share of CPU time used, in [0,1], or Unknown until there
// are two samples.
func (g *Gauge) Utilisation() float64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.seen) < 2 {
		return Unknown
	}
	first, last := g.seen[0], g.seen[len(g.seen)-1]
	there := last.capacity - first.capacity
	if there <= 0 {
		return Unknown
	}
	return min(max((last.used-first.used)/there, 0), 1)
}
