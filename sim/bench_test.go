package sim

import (
	"context"
	"math/rand/v2"
	"testing"
)

// BenchmarkW1 is the yardstick of the simulator: 100 one-core servers, first
// come, first served, Poisson arrivals, rho 0.8, exponential work, round
// robin. One operation is one request, the control plane included.
func BenchmarkW1(b *testing.B) {
	b.ReportAllocs()
	cfg := fleet(100, &roundRobin{})
	src := newStream(1, b.N, expo(1.0/80), expo(1))
	if _, err := Run(context.Background(), cfg, src, &meanOf{}); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkW1Bare is the same queue as a loop written for nothing else: the
// next arrival kept out of the heap, one indexed departure per server.
func BenchmarkW1Bare(b *testing.B) {
	b.ReportAllocs()
	bareLoop(b.N, 100, 0.8)
}

// bareLoop simulates n requests and returns their mean response time.
func bareLoop(n, servers int, rho float64) float64 {
	r := rand.New(rand.NewPCG(1, 2))
	type server struct {
		queue []float64 // arrival instants, oldest first
		head  int
	}
	s := make([]server, servers)
	h := bareHeap{pos: make([]int, servers)}
	for i := range h.pos {
		h.pos[i] = -1
	}
	arrival, sum, done := r.ExpFloat64()/(rho*float64(servers)), 0.0, 0
	for next, started := 0, 0; done < n; {
		if started < n && (len(h.at) == 0 || arrival < h.at[0]) {
			q := &s[next]
			q.queue = append(q.queue, arrival)
			if len(q.queue)-q.head == 1 {
				h.set(next, arrival+r.ExpFloat64())
			}
			next = (next + 1) % servers
			arrival += r.ExpFloat64() / (rho * float64(servers))
			started++
			continue
		}
		at, i := h.at[0], h.id[0]
		q := &s[i]
		sum += at - q.queue[q.head]
		done++
		if q.head++; q.head == len(q.queue) {
			q.queue, q.head = q.queue[:0], 0
			h.drop()
		} else {
			h.set(i, at+r.ExpFloat64())
		}
	}
	return sum / float64(n)
}

// A bareHeap is a binary heap of departure instants, indexed by server.
type bareHeap struct {
	at  []float64
	id  []int
	pos []int
}

func (h *bareHeap) set(id int, at float64) {
	i := h.pos[id]
	if i < 0 {
		i = len(h.at)
		h.at, h.id = append(h.at, at), append(h.id, id)
	}
	h.place(i, at, id)
}

func (h *bareHeap) drop() {
	h.pos[h.id[0]] = -1
	n := len(h.at) - 1
	at, id := h.at[n], h.id[n]
	h.at, h.id = h.at[:n], h.id[:n]
	if n > 0 {
		h.place(0, at, id)
	}
}

func (h *bareHeap) place(i int, at float64, id int) {
	for i > 0 && at < h.at[(i-1)/2] {
		h.at[i], h.id[i] = h.at[(i-1)/2], h.id[(i-1)/2]
		h.pos[h.id[i]] = i
		i = (i - 1) / 2
	}
	for {
		c := 2*i + 1
		if c >= len(h.at) {
			break
		}
		if c+1 < len(h.at) && h.at[c+1] < h.at[c] {
			c++
		}
		if h.at[c] >= at {
			break
		}
		h.at[i], h.id[i] = h.at[c], h.id[c]
		h.pos[h.id[i]] = i
		i = c
	}
	h.at[i], h.id[i], h.pos[id] = at, id, i
}

// TestBareLoopIsTheSameQueue keeps the yardstick honest: both give the mean
// response time of round robin at this load.
func TestBareLoopIsTheSameQueue(t *testing.T) {
	const n = 300_000
	m := &meanOf{}
	if _, err := Run(context.Background(), fleet(100, &roundRobin{}), newStream(1, n, expo(1.0/80), expo(1)), m); err != nil {
		t.Fatal(err)
	}
	a, b := m.sum/n, bareLoop(n, 100, 0.8)
	if a/b < 0.95 || a/b > 1.05 {
		t.Errorf("mean response time %.3f by the simulator, %.3f by the bare loop; want them within 5%%", a, b)
	}
}
