package health

import (
	"math"
	"testing"
	"time"

	"cnv/policy"
)

// TestEnvoySuccessRateThreshold is SRThreshold of Envoy's outlier_detection_impl_test.cc: of
// success rates of 50, 100, 100, 100 and 100 % the threshold is 52 % with a factor of 1.9 (the
// mean is 90 %, the standard deviation 20 %).
func TestEnvoySuccessRateThreshold(t *testing.T) {
	p := NewSuccessRate()
	for _, good := range []int{50, 100, 100, 100, 100} {
		p.workers = append(p.workers, rated{n: 100, good: good})
	}
	if got, ok := p.threshold(); !ok || math.Abs(got-0.52) > 1e-12 {
		t.Errorf("threshold %v, want 0.52", got)
	}
	p.workers[4].n = 99
	if got, ok := p.threshold(); ok {
		t.Errorf("threshold %v of four workers, want none", got)
	}
}

// failing plays a hundred attempts at each of n workers in each of some intervals of 10 s; of
// those at worker 0 every second one fails. It says when worker 0 is in service after each.
func failing(t *testing.T, n int, p *SuccessRate, intervals int, fails func(w policy.WorkerID, i int) bool) (takes []bool) {
	b := newBench(t, n, p)
	for k := range intervals {
		b.at(time.Duration(k)*10*time.Second + time.Second)
		for i := range 100 {
			for w := range policy.WorkerID(n) {
				if !b.takes(w) {
					continue
				}
				s := policy.OK
				if fails(w, i) {
					s = policy.Error
				}
				b.end(b.send(w), s)
			}
		}
		takes = append(takes, b.takes(0))
	}
	return takes
}

// TestSuccessRate: a worker at which every second attempt fails, never two in a row, is ejected
// by the second interval among five, for 30 s; among four none is, as one of four is 1.7
// standard deviations below the mean at most; nor where all fail alike.
func TestSuccessRate(t *testing.T) {
	half := func(w policy.WorkerID, i int) bool { return w == 0 && i%2 == 0 }
	alike := func(_ policy.WorkerID, i int) bool { return i%2 == 0 }
	for name, c := range map[string]struct {
		n     int
		hosts int
		fails func(policy.WorkerID, int) bool
		want  []bool
	}{
		"five":      {5, 5, half, []bool{true, false, false, false, true, false}},
		"four":      {4, 3, half, []bool{true, true, true, true, true, true}},
		"all alike": {5, 5, alike, []bool{true, true, true, true, true, true}},
		"too few":   {5, 6, half, []bool{true, true, true, true, true, true}},
	} {
		p := NewSuccessRate()
		p.Hosts = c.hosts
		got := failing(t, c.n, p, len(c.want), c.fails)
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: in service after each interval: %v, want %v", name, got, c.want)
				break
			}
		}
	}
}
