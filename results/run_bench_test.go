package results

import (
	"math/rand/v2"
	"testing"
	"time"
)

// benchRequests is a mix of answered and lost requests of ten classes.
func benchRequests(n int) []Request {
	rng := rand.New(rand.NewPCG(1, 2))
	out := make([]Request, n)
	for i := range out {
		work := time.Duration(rng.ExpFloat64() * 4e8)
		at := time.Duration(i) * 100 * time.Millisecond
		out[i] = Request{
			ID: uint64(i), Class: uint16(rng.IntN(10)), Kind: KindVM, Attempts: 1, Status: 200, Worker: 3,
			Arrival: at, Start: at + work/4, Finish: at + work*3/2, Work: work, Ideal: work + 1, Bound: 2 * time.Second,
			Predicted: work.Seconds() * (0.5 + rng.Float64()),
		}
		if i%50 == 0 {
			out[i].Ending, out[i].Start, out[i].Finish = Rejected, Never, Never
		}
	}
	return out
}

// BenchmarkRunAdd is the cost of one record: the goal is 40 ns and nothing
// allocated.
func BenchmarkRunAdd(b *testing.B) {
	qs := benchRequests(1 << 12)
	r := NewRun(RunInfo{Classes: make([]string, 10)})
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		r.Add(&qs[i&(len(qs)-1)])
		i++
	}
}
