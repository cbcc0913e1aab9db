package scale

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cnv/policy"
)

// TestNewsvendorBase: with a slot per worker it is the quantile of the requests in the system at one
// less the ratio of prices: of a Poisson law of mean 20 the median is 20, P(D > 16) = 0.7789, P(D > 24) = 0.1568.
func TestNewsvendorBase(t *testing.T) {
	var law []float64
	p := math.Exp(-20)
	for k := range 60 {
		for range int(math.Round(p * 100_000)) {
			law = append(law, float64(k))
		}
		p *= 20 / float64(k+1)
	}
	ever := int(law[len(law)-1]) // slots that were in use at some time
	for ratio, want := range map[float64]int{0.5: 20, 0.779: 16, 0.157: 24, 0.15: 25, 1: 0, 1.5: 0, 0: ever} {
		n := &Newsvendor{seen: law, n: len(law)}
		if got := n.base(trade{slots: 1, worker: ratio, function: 1}); got != want {
			t.Errorf("ratio %v: %d workers, want %d", ratio, got, want)
		}
	}
}

// TestNewsvendorPays: with several slots a worker is wanted if, filled one after another, its own
// were in use by more than the ratio; what a look at every worker finds.
func TestNewsvendorPays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seen := rapid.SliceOfN(rapid.Float64Range(0, 30), 1, 40).Draw(t, "seen")
		slots := float64(rapid.IntRange(1, 5).Draw(t, "slots"))
		ratio := rapid.Float64Range(0, 1.2).Draw(t, "ratio")
		use := func(i int) (sum float64) {
			for _, d := range seen {
				sum += min(max(d-float64(i)*slots, 0), slots) / slots / float64(len(seen))
			}
			return sum
		}
		n := &Newsvendor{seen: seen, n: len(seen)}
		got := n.base(trade{slots, ratio * slots, 1})
		if use(got) > ratio+1e-6 || got > 0 && use(got-1) < ratio-1e-6 {
			t.Fatalf("%d workers: the last is used by %v, one more would be by %v, want the ratio %v between", got, use(got-1), use(got), ratio)
		}
	})
}

// TestNewsvendorRents: a worker costs 1 a second, a slot on functions 2; a boot and a minute
// are 90 s. Functions in one worker's place cost its 90 s after ln 2 · 90 s, 62.4 s; when nothing
// comes any more it goes after 90 s.
func TestNewsvendorRents(t *testing.T) {
	p := &Newsvendor{Every: 100 * time.Millisecond}
	tr := trade{slots: 1, worker: 1, function: 2}
	at, size := 0, 0
	for ; size == 0 && at < 5000; at++ {
		size = p.rent(tr, 1, 0, 10, 90*time.Second)
	}
	if s := float64(at) / 10; math.Abs(s-90*math.Ln2) > 0.3 {
		t.Errorf("launched after %.1f s, want %.1f s", s, 90*math.Ln2)
	}
	for at = 0; size == 1 && at < 5000; at++ {
		size = p.rent(tr, 0, 0, 10, 90*time.Second)
	}
	if at != 900 {
		t.Errorf("gone after %.1f s, want 90 s", float64(at)/10)
	}
	if p.have = 3; p.rent(tr, 1, 2, 10, time.Hour) != 3 || p.rent(tr, 99, 2, 4, 0) > 4 {
		t.Error("neither is the fleet kept, nor its bound")
	}
	if (&Newsvendor{Window: time.Second, Every: time.Minute}).Validate() == nil {
		t.Error("a window shorter than a period is taken")
	}
	var _ policy.Scaler = p
}
