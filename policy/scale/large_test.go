package scale

import (
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/policytest"
)

// TestTenThousandWorkers: what scalers want of a fleet of 10,000 that has been 90 % busy for
// five minutes with 6 requests on each worker; the utilisation of one in ten is unknown.
func TestTenThousandWorkers(t *testing.T) {
	const n = 10_000
	l := policytest.NewLab(t, policy.Config{Pools: []policy.Pool{{Name: "p", Cores: 1, Speed: 1, Max: 1 << 20}}})
	v := l.ScaleView()
	l.Add(n, 0)
	for w := range policy.WorkerID(n) {
		for range 6 {
			l.Book(w, 1)
		}
	}
	exact := NewHPA()
	exact.Tolerance = 0
	scalers := []struct {
		s    policy.Scaler
		want int
	}{
		{&Threshold{High: .7, Low: .2, Step: 1, Window: time.Minute, Every: time.Minute, Assume: 0.5}, 10_001},
		{NewAWSStep(), 13_000},   // 30 % more above 80 %
		{NewAWSTarget(), 18_000}, // 90 % for 50 %
		{NewHPA(), 10_000},       // 9000 at 90 % and 1000 idle are 81 %, within a tenth of 80 %
		{exact, 10_125},
		{NewKPA(), 85_715},  // 60,000 / 0.7
		{NewKEDA(), 12_000}, // 60,000 / 5
	}
	for l.Now < 6*time.Minute {
		l.At(l.Now + time.Second)
		if l.Now%(10*time.Second) == 0 {
			for w := range policy.WorkerID(n) {
				if w%10 > 0 {
					l.Report(w, 0.9)
				}
			}
		}
		for i := range scalers {
			if s := scalers[i].s; l.Now%s.Period() == 0 {
				begun := time.Now()
				got := s.Size(v).Desired[0]
				if took := time.Since(begun); took > 5*time.Second {
					t.Errorf("%T took %v", s, took)
				}
				if l.Now > 5*time.Minute && got != scalers[i].want {
					t.Errorf("%T at %v: %d workers, want %d", s, l.Now, got, scalers[i].want)
				}
			}
		}
	}
}
