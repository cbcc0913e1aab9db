package results

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestSeriesJoins: however long the run, batches add up to all requests, in
// any order of their ends, and each is of successive arrivals.
func TestSeriesJoins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60_000).Draw(t, "n")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		var a, b Series
		order := rng.Perm(n)
		for i := range n {
			for s, id := range map[*Series]int{&a: i, &b: order[i]} {
				at := time.Duration(id) * time.Millisecond
				s.add(&Request{ID: uint64(id), Arrival: at, Finish: at + time.Second, Ideal: time.Second}, id%7 == 0)
			}
		}
		if a.Width != b.Width || !slices.Equal(a.Batches, b.Batches) {
			t.Fatalf("%d requests: the order matters", n)
		}
		sum := a.total(0)
		if sum.Requests != float64(n) || sum.Avoidable != float64((n+6)/7) || sum.Response != float64(n)*1e9 {
			t.Fatalf("%d requests: total %+v", n, sum)
		}
		for i := range a.Batches {
			if want := time.Duration(uint64(i)*a.Width) * time.Millisecond; a.Batches[i].From != want {
				t.Fatalf("batch %d of width %d is from %v, want %v", i, a.Width, a.Batches[i].From, want)
			}
		}
	})
}

// autoregressive is a run of n requests whose response times are an AR(1) process
// Of mean 10 s and autocorrelation r.
func autoregressive(seed uint64, n int, r float64) *Series {
	rng, s, x := rand.New(rand.NewPCG(seed, 7)), &Series{}, 0.0
	for i := range n {
		x = r*x + math.Sqrt(1-r*r)*rng.NormFloat64()
		at := time.Duration(i) * time.Second
		s.add(&Request{ID: uint64(i), Arrival: at, Finish: at + time.Duration((10+x)*1e9), Ideal: time.Second}, false)
	}
	return s
}

// settled is what is said of the course of one run.
func settled(s *Series) (t Trend) {
	cut, found := commonWarmUp([]*Series{s}, len(s.Batches), 1)
	t.Warmup, t.Endless = cut, !found
	t.course(s)
	return t
}

// TestDriftIsRare: the halves of a steady run are found to differ in one of a
// hundred, also where requests are correlated; those of one that doubles are.
func TestDriftIsRare(t *testing.T) {
	found := 0
	for seed := range uint64(500) {
		if trend := settled(autoregressive(seed, 8000, 0.95)); trend.Drift || trend.Endless {
			found++
		}
	}
	if found > 20 {
		t.Errorf("%d of 500 steady runs are doubted", found)
	}
	s := autoregressive(1, 8000, 0.5)
	for i := range s.Batches {
		s.Batches[i].Response *= 1 + float64(i)/float64(len(s.Batches))
	}
	if trend := settled(s); !trend.Drift && !trend.Endless {
		t.Errorf("a run that doubles: %+v", trend)
	}
}
