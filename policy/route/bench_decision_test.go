package route

import (
	"fmt"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/policytest"
)

// BenchmarkDecision is the cost of one decision alone per router and size of the fleet, with
// as many requests in flight as there are free cores left: two cores a worker, and at each
// none to two requests. Where a router learns from answers it has heard some; three answers
// to probes are part of a decision where it probes.
func BenchmarkDecision(b *testing.B) {
	for _, s := range Specs {
		for _, n := range []int{10, 1000, 10_000} {
			b.Run(fmt.Sprintf("%s/workers=%d", s.Name, n), func(b *testing.B) {
				l := policytest.NewLab(b, policy.Config{Pools: []policy.Pool{{Name: "p", Cores: 2, Speed: 1, Max: n}}})
				l.Add(n, 0)
				for i := range n {
					l.Book(policy.WorkerID(i*7919%n), 1)
				}
				for i := range n {
					if i%3 == 0 {
						l.Book(policy.WorkerID(i), 2)
					}
				}
				p := policytest.Start(l, s.New().(policy.Router))
				r := &policy.Request{Work: 1, Known: true}
				if o, ok := p.(policy.Observer); ok {
					for i := range 20_000 {
						r.Work = 0.1 * float64(1+i%97)
						o.Done(l.View(), &policy.Outcome{Request: r, Worker: policy.WorkerID(i % n), Took: time.Second, Work: r.Work})
					}
				}
				v := l.View()
				p.Route(v, r) // tables are made at the first
				b.ReportAllocs()
				asks, _ := p.(policy.ProbeObserver)
				for b.Loop() {
					r.Key++
					r.Work = 0.1 * float64(1+r.Key%97)
					for i := 0; asks != nil && i < 3; i++ {
						w := policy.WorkerID((int(r.Key)*7919 + i*31) % n)
						asks.ProbeReply(v, w, int(v.Worker(w).InFlight), time.Duration(1+r.Key%97)*time.Millisecond)
					}
					p.Route(v, r)
				}
			})
		}
	}
}
