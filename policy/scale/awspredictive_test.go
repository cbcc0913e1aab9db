package scale

import (
	"testing"
	"time"

	"cnv/policy"
)

// TestAWSPredictive: a day of 24 hours whose load is the number of the hour, then another one that is 2
// higher: on the third day each hour has what the second had at it, and 2 more, from five minutes
// before it on; the higher of two hours in these five minutes. On the first day nothing is known.
func TestAWSPredictive(t *testing.T) {
	p := NewAWSPredictive()
	if err := p.Start(policy.Env{}); err != nil {
		t.Fatal(err)
	}
	load := func(now time.Duration) float64 { return float64(now/time.Hour%24) + 2*float64(now/(24*time.Hour)) }
	for now := time.Minute; now < 72*time.Hour; now += time.Minute {
		p.observe(now, load(now-time.Minute)) // of the minute before
		got := max(p.at(now), p.at(now+p.Buffer))
		want := 0.0
		switch day := now / (24 * time.Hour); day {
		case 1: // as the day before: nothing is known of a change
			want = max(load(now)-2, load(now+p.Buffer)-2)
			if now+p.Buffer >= 48*time.Hour {
				want = load(now) - 2
			}
		case 2:
			want = max(load(now), load(now+p.Buffer))
			if now+p.Buffer >= 72*time.Hour {
				want = load(now)
			}
		}
		if got != want {
			t.Fatalf("at %v: %v, want %v", now, got, want)
		}
	}
}

// TestAWSPredictiveScalesOut: what it wants alone never shrinks the fleet; as a part of max it may.
func TestAWSPredictiveScalesOut(t *testing.T) {
	for in, want := range map[bool]int{false: 5, true: 0} {
		h := newHost(t, &AWSPredictive{Target: 0.5, Bin: time.Minute, Season: 10 * time.Minute, In: in}, policy.Pool{Name: "p", Cores: 1, Speed: 1, Max: 9}, 5)
		h.run(time.Hour)
		if got := h.c.Desired(0); got != want {
			t.Errorf("in = %v: %d workers, want %d", in, got, want)
		}
	}
}

// TestAWSPredictiveValidates: what cannot be is refused.
func TestAWSPredictiveValidates(t *testing.T) {
	for i, p := range []*AWSPredictive{
		{Bin: time.Hour, Season: time.Hour}, {Target: 1, Bin: time.Second, Season: time.Hour}, {Target: 1, Bin: time.Hour, Season: 90 * time.Minute},
		{Target: 1, Bin: time.Hour, Season: time.Hour, Buffer: 2 * time.Hour},
	} {
		if p.Validate() == nil {
			t.Errorf("%d: %+v is taken", i, p)
		}
	}
}
