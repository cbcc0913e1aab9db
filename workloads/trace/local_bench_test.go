package trace

import "testing"

// BenchmarkPlan is the cost of planning resamples of 8 h at 100/s, once per opening.
func BenchmarkPlan(b *testing.B) {
	const span = 8 * 3600
	for name, c := range map[string][]int32{
		"Poisson": drawn(1, span, func(float64) float64 { return 100 }),
		"MMPP":    drawn(1, span, telegraph(1, 200, 40, 5)),
		"ramp":    drawn(1, span, func(t float64) float64 { return 10 + t/160 }),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				newLocal(c, 1e6, span*1e6, 0)
			}
		})
	}
}
