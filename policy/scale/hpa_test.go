package scale

import (
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/policytest"
)

// TestHPAReplicas: the golden numbers of the replica calculator: utilisations of ready
// pods, and what those that are unready or without a metric change.
func TestHPAReplicas(t *testing.T) {
	for _, c := range []struct {
		name             string
		measured         int
		cpu              float64
		unready, missing int
		target           float64
		want             int
	}{
		{"90 % for 50 %", 10, 0.90, 0, 0, 0.5, 18},
		{"54 % for 50 % is within a tenth", 10, 0.54, 0, 0, 0.5, 10},
		{"55 % for 50 % is 1.1, which is more than a tenth in float64", 10, 0.55, 0, 0, 0.5, 11},
		{"200 % for 50 %", 1, 2, 0, 0, 0.5, 4},
		{"half of the target", 10, 0.25, 0, 0, 0.5, 5},
		{"cut to whole percents", 10, 0.559, 0, 0, 0.5, 11},
		{"no metric at all", 0, 0, 3, 7, 0.5, 10},
		{"unready ones are idle on the way up", 6, 0.9, 4, 0, 0.5, 10}, // 540/10 = 54 %, and 1.08 is within
		{"unready ones do not matter on the way down", 6, 0.2, 4, 0, 0.5, 3},
		{"missing ones are idle on the way up", 6, 1, 0, 4, 0.5, 12},
		{"missing ones are busy on the way down", 8, 0.2, 0, 2, 0.5, 8},
		{"a turn of the direction changes nothing", 5, 0.3, 0, 5, 0.5, 10},
		{"fewer than there are is no way up", 3, 0.9, 1, 0, 0.5, 10},
	} {
		u := Usage{Measured: c.measured, Unready: c.unready, Missing: c.missing, Used: float64(c.measured) * c.cpu}
		current := 10
		if c.measured == 1 {
			current = 1
		}
		if got := u.Replicas(current, c.target, 0.1); got != c.want {
			t.Errorf("%s: %d replicas, want %d", c.name, got, c.want)
		}
	}
}

// TestBehaviourRates: from 10, at most 4 more or twice as many in 15 s; the defaults let
// a fleet shrink to the most that was recommended within 5 min, at once.
func TestBehaviourRates(t *testing.T) {
	b := newBehaviour()
	var h behaved
	current, now := 10, time.Duration(0)
	turn := func(recommended, want int) {
		t.Helper()
		now += 15 * time.Second
		if got := h.decide(now, current, recommended, &b); got != want {
			t.Errorf("at %v, of %d with %d recommended: %d, want %d", now, current, recommended, got, want)
		}
		current = want
	}
	turn(18, 18)
	turn(99, 36)
	turn(99, 72)
	turn(40, 72) // 99 was recommended, but it does not grow against what is recommended now
	now += 4*time.Minute + 45*time.Second
	turn(40, 40)
	turn(1, 40)

	b.UpSelect, b.UpPeriod, current, h = SelectMin, time.Minute, 10, behaved{}
	turn(99, 14)
	b.UpSelect = SelectDisabled
	turn(99, 14)
	b.UpSelect = SelectMax
	turn(99, 20) // twice the 10 at the beginning of the minute
	turn(99, 20)

	b, current, h = newBehaviour(), 3, behaved{}
	turn(99, 7) // 4 more than 3
	b.DownWindow, b.DownShare, b.DownPeriod = 0, 0.5, time.Minute
	current = 80
	h = behaved{}
	turn(1, 40)
	turn(1, 40)
	now += time.Minute
	turn(1, 20)
	b.DownWorkers, b.DownSelect = 3, SelectMin
	now += time.Minute
	turn(1, 17)
	b.DownSelect = SelectDisabled
	now += time.Minute
	turn(1, 17)
}

// TestBehaviourUpWindow: with a window of growing, the least that was recommended counts.
func TestBehaviourUpWindow(t *testing.T) {
	b := newBehaviour()
	b.UpWindow = time.Minute
	var h behaved
	for i, c := range []struct{ recommended, want int }{{10, 10}, {15, 10}, {14, 10}, {18, 10}, {18, 14}, {18, 14}} {
		if got := h.decide(time.Duration(i)*15*time.Second, 10, c.recommended, &b); got != c.want {
			t.Errorf("decision %d, %d recommended: %d, want %d", i, c.recommended, got, c.want)
		}
	}
}

// TestHPAStarts: a worker that starts is idle for the HPA until it reports a whole window
// that it was ready in, and what it reports then counts.
func TestHPAStarts(t *testing.T) {
	p := NewHPA()
	p.Target = 0.5
	p.DownWindow = 0
	l := policytest.NewLab(t, policy.Config{})
	l.Add(4, 0)
	l.At(10 * time.Minute)
	l.Add(4, 0)
	report := func(from, to policy.WorkerID, cpu float64) {
		for id := from; id < to; id++ {
			l.Report(id, cpu)
		}
	}
	l.At(l.Now + 15*time.Second)
	report(0, 4, 0.6)
	report(4, 8, 0.9) // starts, and is busy with that
	v := l.ScaleView()
	if u := p.look(v, 0); u.Measured != 4 || u.Unready != 4 || u.Missing != 0 {
		t.Fatalf("while four start: %+v", u)
	}
	if got := p.Size(v).Desired[0]; got != 8 { // 60 % of four, idle of four: turns the direction
		t.Errorf("while four start: size %d, want 8", got)
	}
	l.At(l.Now + 15*time.Second)
	report(0, 8, 0.9)
	if got := p.Size(v).Desired[0]; got != 14 { // 75 % of four and 90 % of four: 82 % of eight
		t.Errorf("when all count: size %d, want 14", got)
	}
	l.At(l.Now + time.Minute)
	if got := p.Size(v).Desired[0]; got != 8 {
		t.Errorf("without any report: size %d, want 8", got)
	}
}

// TestHPAReacts: H26, a step of the load changes the fleet within two periods.
func TestHPAReacts(t *testing.T) {
	h := newHost(t, NewHPA(), policy.Pool{Cores: 1, Speed: 1, Max: 99}, 10)
	h.cpu = 0.7
	h.run(10 * time.Minute)
	h.cpu = 1
	h.run(11 * time.Minute)
	if len(h.launches) == 0 || h.launches[0] > 10*time.Minute+30*time.Second {
		t.Errorf("launches at %v, want the first at 10m30s at the latest", h.launches)
	}
}
