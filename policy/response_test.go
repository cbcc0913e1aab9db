package policy

import (
	"testing"
	"time"
)

// TestResponseCountsTheLine: before a full worker a request waits for what is there and for
// its part of what waits before it at the gateway; where a worker serves no more requests
// than it has cores, sharing the processors changes nothing.
func TestResponseCountsTheLine(t *testing.T) {
	for _, ps := range []bool{false, true} {
		for _, c := range []struct {
			pool Pool
			want []time.Duration // before each of the requests: two workers, each request 1 s
		}{
			{Pool{Cores: 1, Speed: 1, Slots: 1, Limit: 1}, []time.Duration{1, 1, 2, 2500 * time.Millisecond, 3}},
			{Pool{Cores: 2, Speed: 1, Slots: 1, Limit: 1}, []time.Duration{1, 1, 2, 2500 * time.Millisecond, 3}},
			{Pool{Cores: 1, Speed: 1, Slots: 2, Limit: 2}, []time.Duration{1, 1, 2, 2, 4, 4500 * time.Millisecond, 5}},
			{Pool{Cores: 1, Speed: 1, Slots: 1}, []time.Duration{1, 1, 2, 2, 3, 3}},
		} {
			c.pool.Max = 2
			l := newLab(t, 2, Config{PS: ps, Pools: []Pool{c.pool}})
			for i, want := range c.want {
				if want < time.Millisecond {
					want *= time.Second
				}
				r := &Request{ID: RequestID(i), Work: 1}
				w, _ := first{}.Route(&l.c.view, r)
				if got := l.c.view.Response(w, r); got != want {
					t.Errorf("ps %v, %+v: %v before request %d, want %v", ps, c.pool, got, i, want)
				}
				e := arrival(RequestID(i))
				l.out = l.c.Step(0, &e, l.out[:0])
			}
		}
	}
}

// lateFor notes the predicted response of each request that waits, in the order asked.
type lateFor struct {
	first
	said map[RequestID]time.Duration
}

func (p lateFor) Decide(v *View, r *Request, w WorkerID, ok bool) Choice {
	if ok {
		p.said[r.ID] = v.Response(w, r)
	}
	return ToWorker
}

// TestResponseOfOneThatWaits: a request that waits counts those before it, not those that
// came later.
func TestResponseOfOneThatWaits(t *testing.T) {
	p := lateFor{said: map[RequestID]time.Duration{}}
	l := newLab(t, 1, Config{Spill: p, Functions: oneEnvironment(Wait), Pools: []Pool{{Cores: 1, Speed: 1, Limit: 1, Max: 1}}})
	for i := range RequestID(4) {
		e := arrival(i)
		l.out = l.c.Step(0, &e, l.out[:0])
	}
	for id, want := range map[RequestID]time.Duration{1: 2 * time.Second, 2: 3 * time.Second, 3: 4 * time.Second} {
		if got := p.said[id]; got != want {
			t.Errorf("request %d: %v, want %v", id, got, want)
		}
	}
}
