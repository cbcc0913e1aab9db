package scale

import (
	"fmt"
	"testing"
	"time"

	_ "cnv/internal/seeded"
	"cnv/policy"
	"cnv/policy/policytest"
)

// BenchmarkSize is the cost of a decision per scaler and size of the fleet: workers of two
// cores report every ten seconds, and serve a request each. What happens between two
// decisions is not counted: see ns/decision, not ns/op.
func BenchmarkSize(b *testing.B) {
	for _, s := range Specs {
		for _, n := range []int{10, 100, 1000, 10_000} {
			b.Run(fmt.Sprintf("%s/workers=%d", s.Name, n), func(b *testing.B) {
				l := policytest.NewLab(b, policy.Config{Pools: []policy.Pool{{Name: "p", Cores: 2, Speed: 1, Max: 2 * n}}})
				scaler := policytest.Start(l, s.New().(policy.Scaler))
				l.Add(n, 0)
				for w := range policy.WorkerID(n) {
					l.Book(w, 5)
				}
				v := l.ScaleView()
				turn := func() time.Duration {
					for end := l.Now + scaler.Period(); l.Now < end; {
						l.At(min(end, l.Now.Truncate(10*time.Second)+10*time.Second))
						if l.Now%(10*time.Second) == 0 {
							for w := range policy.WorkerID(n) {
								l.Report(w, 0.5+0.01*float64(w%10))
							}
						}
					}
					begun := time.Now()
					scaler.Size(v)
					return time.Since(begun)
				}
				for range 10 {
					turn()
				}
				var sum time.Duration
				for b.Loop() {
					sum += turn()
				}
				b.ReportMetric(float64(sum.Nanoseconds())/float64(b.N), "ns/decision")
			})
		}
	}
}
