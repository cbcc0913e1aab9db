package latency

import (
	"slices"
	"time"
)

const (
	// most is the requests in flight from which all count alike.
	most = 256
	// kept is how many response times are kept of each number in flight. It is odd, so that
	// the median is one of them.
	kept = 9
)

// A ByInFlight keeps the latest response times at a worker by the requests that were in flight
// there when each came. The zero value knows nothing.
//
// Source: Prequal (Wydrowski, Kleinberg, Rumble, Archer, NSDI 2024, section 4): a replica
// answers a probe with its requests in flight and the median of recent latencies at that number,
// or at the nearest for which it has some.
type ByInFlight struct {
	of []recent // by requests in flight
}

// A recent is the latest response times at one number in flight, a ring.
type recent struct {
	took [kept]time.Duration
	n    int // so many were ever added
}

// Add takes in that a request which came when n others were in flight was answered after so
// long. Less than no time, and less than no requests, count as none. O(1).
func (l *ByInFlight) Add(n int, took time.Duration) {
	n = min(max(n, 0), most)
	for len(l.of) <= n {
		l.of = append(l.of, recent{})
	}
	r := &l.of[n]
	r.took[r.n%kept] = max(took, 0)
	r.n++
}

// At is the median response time of the latest requests that came when n others were in flight,
// or, where there were none, when the nearest number were, the lower of two; 0: nothing
// was answered yet. With an even number of them it is the lower of the two in the middle.
func (l *ByInFlight) At(n int) time.Duration {
	n = min(max(n, 0), most)
	for d := range most + 1 {
		for _, i := range [2]int{n - d, n + d} {
			if i >= 0 && i < len(l.of) && l.of[i].n > 0 {
				return l.of[i].median()
			}
		}
		if n-d < 0 && n+d >= len(l.of) {
			break
		}
	}
	return 0
}

// median is that of what is kept, of which there is some.
func (r *recent) median() time.Duration {
	took := r.took
	all := took[:min(r.n, kept)]
	slices.Sort(all)
	return all[(len(all)-1)/2]
}
