package scale

import (
	"math"
	"testing"
)

// TestErlangC: the table of waiting probabilities, and the values of M/M/1.
func TestErlangC(t *testing.T) {
	for _, c := range []struct {
		n         int
		rho, want float64
	}{
		{10, .5, .0361}, {10, .7, .2217}, {10, .8, .4092}, {10, .9, .6687}, {10, .95, .8256},
		{100, .9, .2169}, {100, .95, .5065}, {2, .7, .5765}, {1, .3, .3}, {1, .9, .9},
	} {
		if got := erlangC(c.n, c.rho*float64(c.n)); math.Abs(got-c.want) > 5e-5 {
			t.Errorf("%d servers at %v: %.5f, want %.4f", c.n, c.rho, got, c.want)
		}
	}
}

// TestServers: the least servers for a fifth of the requests waiting; and the probability
// of waiting longer than a time, against its formula.
func TestServers(t *testing.T) {
	fifth := staffing{P: 0.2}
	for a, want := range map[float64]int{5: 8, 20: 26, 100: 111, 500: 525, 9700: 9805} {
		if got := fifth.servers(a, 0, 20_000); got != want {
			t.Errorf("load %v: %d servers, want %d", a, got, want)
		}
		if got := fifth.squareRoot(a, 0, 20_000); got < want-1 || got > want {
			t.Errorf("load %v: %d servers by the square root, want %d or one less", a, got, want)
		}
	}
	if a, b, c := fifth.servers(0, 0, 9), fifth.servers(math.NaN(), 0, 9), fifth.servers(math.Inf(1), 0, 9); a != 0 || b != 0 || c != 9 {
		t.Errorf("servers for 0, NaN and infinity: %d, %d, %d, want 0, 0, 9", a, b, c)
	}
	for _, wait := range []float64{0.1, 0.5, 2} {
		for _, rate := range []float64{0.5, 4} {
			s := staffing{P: 0.05, Wait: wait}
			n := s.servers(8, rate, 100)
			longer := func(n int) float64 { return erlangC(n, 8) * math.Exp(-(float64(n)-8)*rate*wait) }
			if longer(n) > 0.05 || n > 9 && longer(n-1) <= 0.05 {
				t.Errorf("%d servers wait longer than %v s with %.4f, one less with %.4f, want .05 between", n, wait, longer(n), longer(n-1))
			}
			if root := s.squareRoot(8, rate, 100); root < n-1 || root > n+1 {
				t.Errorf("wait %v, rate %v: %d servers by the square root, %d by Erlang", wait, rate, root, n)
			}
		}
	}
}

// TestHalfinWhitt: the spare servers per root of the load for probabilities of waiting.
func TestHalfinWhitt(t *testing.T) {
	for beta, want := range map[float64]float64{.173: .8, .506: .5, 1.062: .2, 1.420: .1, 1.740: .05, 2.375: .01} {
		if got := halfinWhitt(beta); math.Abs(got-want) > 1e-3*want {
			t.Errorf("beta %v: %.5f, want %v", beta, got, want)
		}
	}
}
