package meteredtest

import (
	"context"
	"slices"
	"testing"
	"time"

	"cnv/worker/kernel"
	"cnv/worker/metered"
)

// Overhead reports, as metered/plain, the CPU time of a metered kernel over
// that of the plain one: the median over the rounds of a benchmark. In each
// round both answer r, in turn first. Plain/plain is the same of the plain
// kernel with itself: how far from 1 the first may be by chance.
func Overhead(b *testing.B, plain, copied kernel.Func, r *kernel.Request) {
	b.Helper()
	if !metered.Available() {
		b.Skip("a plain build: run it with go run ./worker/meter/cmd test -bench")
	}
	measured := func(ctx context.Context, r *kernel.Request) (a kernel.Answer, err error) {
		metered.Measure(func() { a, err = copied(ctx, r) })
		return a, err
	}
	var ratios, chance []float64
	for i := 0; b.Loop(); i++ {
		ratios = append(ratios, ratio(b, i, measured, plain, r))
		chance = append(chance, ratio(b, i, plain, plain, r))
	}
	b.ReportMetric(median(ratios), "metered/plain")
	b.ReportMetric(median(chance), "plain/plain")
}

// ratio is the CPU time of f over that of g. In odd rounds g is first.
func ratio(b *testing.B, round int, f, g kernel.Func, r *kernel.Request) float64 {
	if round%2 == 1 {
		second := spent(b, g, r)
		return float64(spent(b, f, r)) / float64(second)
	}
	first := spent(b, f, r)
	return float64(first) / float64(spent(b, g, r))
}

// spent is the CPU time of one request, more than 0.
func spent(b *testing.B, f kernel.Func, r *kernel.Request) time.Duration {
	before := cpu()
	if _, err := f(context.Background(), r); err != nil {
		b.Fatal(err)
	}
	return max(1, cpu()-before)
}

func median(x []float64) float64 {
	slices.Sort(x)
	return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
}
