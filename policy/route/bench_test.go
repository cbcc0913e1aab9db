package route

import (
	"fmt"
	"testing"

	_ "cnv/internal/seeded"
	"cnv/policy"
	"cnv/policy/policytest"
)

// BenchmarkStep is the cost of an event per router and size of the fleet,
// with as many requests in flight as workers: an operation is one arrival
// (with its decision) and one end, hence two events.
func BenchmarkStep(b *testing.B) {
	routers := append([]policy.Spec{}, Specs...)
	routers = append(routers, policy.Spec{Name: "jsq-work", New: func() any { return &JSQ{Tie: TieWork} }})
	for _, s := range routers {
		for _, n := range []int{10, 100, 1000, 10_000} {
			b.Run(fmt.Sprintf("%s/workers=%d", s.Name, n), func(b *testing.B) {
				l := policytest.NewLoop(b, policy.Config{
					Router:  s.New().(policy.Router),
					Classes: []policy.Class{{Name: "c", Prior: 0.1}},
					Pools:   []policy.Pool{{Name: "p", Cores: 1, Speed: 1, Min: n, Max: n}},
				}, n)
				for range 3 * n {
					l.Turn()
				}
				b.ReportAllocs()
				for b.Loop() {
					l.Turn()
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(2*b.N), "ns/event")
			})
		}
	}
}
