package serve

import (
	"sync"
	"time"

	"cnv/policy/latency"
)

// paces is how long requests took of late, by how many were there when they came.
type paces struct {
	mu sync.Mutex
	by latency.ByInFlight
}

// add takes in a request that met n others.
func (p *paces) add(n int, took time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.by.Add(n, took)
}

// at is the median of those that met n others.
func (p *paces) at(n int) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.by.At(n)
}
