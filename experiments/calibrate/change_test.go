package calibrate

import (
	"math"
	"testing"
	"time"

	"cnv/policy"
)

// alone are attempts of two workers, one of which is slower, a second apart and alone, which
// take longer by a factor from some instant on, and by a tenth more or less by chance.
func alone(factor float64, from time.Duration, seed uint64) *Seen {
	s := &Seen{}
	r := policy.NewRand(seed, "alone", 0)
	for i := range 400 {
		a := &Attempt{Worker: policy.WorkerID(i % 2), Begin: time.Duration(i) * time.Second, Status: policy.OK, Work: 0.1 + r.Float64()}
		took := a.Work * (1 + 0.5*float64(i%2)) * math.Exp(0.1*r.NormFloat64())
		if a.Begin >= from {
			took *= factor
		}
		a.End = a.Begin + time.Duration(took*1e9)
		s.Attempts = append(s.Attempts, a)
	}
	return s
}

// TestChangeIsFound: where workers become a tenth slower, the instant and the factor are found;
// where they do not, nothing is, of 200 runs.
func TestChangeIsFound(t *testing.T) {
	for _, factor := range []float64{0.8, 1.1, 1.5} {
		c := alone(factor, 150*time.Second, 1).Changed()
		if c == nil || math.Abs(c.Factor/factor-1) > 0.05 || (c.At-150*time.Second).Abs() > 60*time.Second {
			t.Errorf("factor %v: %+v", factor, c)
		}
	}
	for seed := range uint64(200) {
		if c := alone(1, 0, seed).Changed(); c != nil {
			t.Errorf("seed %d: %+v though nothing changes", seed, c)
		}
	}
	if c := (&Seen{}).Changed(); c != nil {
		t.Errorf("of nothing: %+v", c)
	}
}
