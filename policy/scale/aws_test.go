package scale

import (
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/policytest"
)

// A cloud is a fleet under an EC2 policy, a period at a time: all workers report one
// utilisation, and launches take effect when the test says so.
type cloud struct {
	t *testing.T
	l *policytest.Lab
	s policy.Scaler
}

func newCloud(t *testing.T, s policy.Scaler, workers int) *cloud {
	c := &cloud{t, policytest.NewLab(t, policy.Config{}), s}
	c.l.Add(workers, 0)
	return c
}

// turn lets a period pass at a utilisation, or without a report if it is negative, and
// returns the size that is wanted.
func (c *cloud) turn(cpu float64) int {
	c.l.At(c.l.Now + c.s.Period())
	v := c.l.ScaleView()
	for _, id := range v.Ready() {
		if cpu >= 0 {
			c.l.Report(id, cpu)
		}
	}
	return c.s.Size(v).Desired[0]
}

// to makes the fleet one of n ready workers.
func (c *cloud) to(n int) {
	v := c.l.ScaleView()
	for len(v.Ready()) > n {
		c.l.Worker(policy.WorkerLost, v.Ready()[0])
	}
	c.l.Add(n-len(v.Ready()), 0)
}

// guide is the example of the EC2 Auto Scaling guide: steps of 0, 10 and 30 % at 50 %.
func guide() *AWSStep {
	p := NewAWSStep()
	p.High, p.Low, p.Delay, p.Datapoints, p.Periods = 0.5, 0.5, 0, 1, 1
	p.Out, p.In = []float64{0, 0.1, 0.3}, []float64{0, 0.1, 0.3}
	return p
}

// TestAWSStepGuide: from 10 workers at 60 % to 11, warm at 70 % to 14, at 40 % to 13,
// at 30 % to 10.
func TestAWSStepGuide(t *testing.T) {
	c := newCloud(t, guide(), 10)
	for _, x := range []struct {
		cpu  float64
		want int
	}{{0.55, 10}, {0.6, 11}, {0.7, 14}, {0.45, 14}, {0.4, 13}, {0.3, 10}} {
		if got := c.turn(x.cpu); got != x.want {
			t.Errorf("at %v: size %d, want %d", x.cpu, got, x.want)
		}
		c.to(x.want)
		c.l.At(c.l.Now + 5*time.Minute) // warms up
	}
}

// TestAWSStepWarming: while the eleventh warms up, 62 % adds none and 70 % adds two, and
// none is taken away.
func TestAWSStepWarming(t *testing.T) {
	for cpu, want := range map[float64]int{0.62: 11, 0.7: 13, 0.3: 11} {
		c := newCloud(t, guide(), 10)
		if got := c.turn(0.6); got != 11 {
			t.Fatalf("at 0.6: size %d, want 11", got)
		}
		c.to(11)
		if got := c.turn(cpu); got != want {
			t.Errorf("at %v while one warms up: size %d, want %d", cpu, got, want)
		}
	}
}

// TestAWSStepRounds: shares are rounded towards zero, to one below one, and are at
// least the least change; numbers and sizes are as they are given.
func TestAWSStepRounds(t *testing.T) {
	for _, c := range []struct {
		kind      Change
		capacity  int
		direction int
		change    float64
		least     int
		want      int
	}{
		{ChangeShare, 10, 1, 0.33, 1, 13}, {ChangeShare, 10, 1, 0.05, 1, 11}, {ChangeShare, 10, 1, 0.05, 3, 13}, {ChangeShare, 10, 1, 0, 3, 10},
		{ChangeShare, 10, -1, 0.25, 1, 8}, {ChangeShare, 3, -1, 0.1, 0, 2}, {ChangeWorkers, 10, -1, 4, 1, 6}, {ChangeExact, 10, 1, 4, 1, 4},
	} {
		p := &AWSStep{Kind: c.kind, MinChange: c.least}
		if got := p.changed(c.capacity, c.direction, c.change); got != c.want {
			t.Errorf("%+v: %d", c, got)
		}
	}
}

// TestAWSTargetAlarms: out in the third minute above the target, in proportion; in no
// sooner than the fifteenth below nine tenths of it, one tenth of the fleet a minute.
func TestAWSTargetAlarms(t *testing.T) {
	p := NewAWSTarget()
	p.Delay = 0
	c := newCloud(t, p, 30)
	for minute := 1; minute <= 3; minute++ {
		want := 30
		if minute == 3 {
			want = 48 // 30 · 80/50
		}
		if got := c.turn(0.8); got != want {
			t.Errorf("minute %d at 80 %%: size %d, want %d", minute, got, want)
		}
	}
	c = newCloud(t, p, 30)
	p.pools = nil
	for minute := 1; minute <= 30; minute++ {
		cpu, want := 0.46, 30 // within the band: 0.9 of the target is 0.45
		if minute > 10 {
			cpu = 0.2 // 18 of 30 are too many
		}
		if minute >= 25 {
			want = 27
		}
		if got := c.turn(cpu); got != want {
			t.Errorf("minute %d: size %d, want %d", minute, got, want)
		}
	}
	if got := c.turn(-1); got != 30 {
		t.Errorf("without data: size %d, want 30", got)
	}
}

// TestAWSTargetWarming: what warms up counts neither for the metric nor as capacity; a
// fleet that grows is not made smaller.
func TestAWSTargetWarming(t *testing.T) {
	p := NewAWSTarget()
	p.Delay, p.OutPoints, p.InPoints = 0, 1, 1
	c := newCloud(t, p, 10)
	if got := c.turn(1); got != 20 {
		t.Errorf("size %d, want 20", got)
	}
	c.to(20)
	if got := c.turn(0.9); got != 20 { // 10 warm ones at 90 % want 18
		t.Errorf("while ten warm up: size %d, want 20", got)
	}
	if got := c.turn(0.1); got != 20 {
		t.Errorf("at 10 %% while ten warm up: size %d, want 20", got)
	}
	c.l.At(c.l.Now + 5*time.Minute)
	if got := c.turn(0.1); got != 18 {
		t.Errorf("at 10 %% when they are warm: size %d, want 18", got)
	}
	p.DisableIn = true
	if got := c.turn(0.1); got != 20 {
		t.Errorf("with scale-in disabled: size %d, want 20", got)
	}
}

// TestAWSTargetReacts: H26, a step to five times the load is met no sooner than three
// points and the delay of their publication.
func TestAWSTargetReacts(t *testing.T) {
	p := NewAWSTarget()
	h := newHost(t, p, policy.Pool{Cores: 1, Speed: 1, Max: 99}, 10)
	h.cpu = 0.4
	h.run(10 * time.Minute)
	if len(h.launches) > 0 {
		t.Fatalf("launches at %v at 40 %%", h.launches)
	}
	h.cpu = 1
	h.run(20 * time.Minute)
	if len(h.launches) == 0 || h.launches[0] != 14*time.Minute {
		t.Errorf("launches at %v, the first should be at 14 min: 3 points and a minute", h.launches)
	}
	if n := h.c.View().Pool(0).Size(); n < 20 {
		t.Errorf("%d workers, want at least 20", n)
	}
}
