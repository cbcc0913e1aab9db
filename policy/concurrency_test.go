package policy

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestConcurrencyIsTheMeanOverTime: the mean over any window of whole seconds is the
// area under the number of requests in the system, whatever comes and goes between.
func TestConcurrencyIsTheMeanOverTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const end = 2000
		var m meter
		begun := time.Duration(rapid.IntRange(0, 3).Draw(t, "begun")) * time.Second
		m.start(begun)
		type step struct {
			at time.Duration
			n  int
		}
		steps := []step{{begun, 0}}
		for now := begun; ; {
			now += time.Duration(rapid.IntRange(0, 60_000).Draw(t, "ms")) * time.Millisecond
			if now > end*time.Second || len(steps) > 100 {
				break
			}
			m.pass(now, steps[len(steps)-1].n)
			steps = append(steps, step{now, rapid.IntRange(0, 9).Draw(t, "n")})
		}
		last := steps[len(steps)-1]
		now := last.at.Truncate(time.Second) + time.Duration(rapid.IntRange(1, 1500).Draw(t, "later"))*time.Second
		window := time.Duration(rapid.IntRange(1, 1199).Draw(t, "window")) * time.Second
		from, area := max(now-window, begun), 0.0
		for i, s := range steps {
			until := now
			if i+1 < len(steps) {
				until = steps[i+1].at
			}
			area += float64(s.n) * max(0, (until-max(s.at, from)).Seconds())
		}
		want := area / (now - from).Seconds()
		if got := m.over(now, window, last.n); math.Abs(got-want) > 1e-6 {
			t.Fatalf("over %v until %v: %v, want %v (steps %v)", window, now, got, want, steps)
		}
	})
}

// TestConcurrencyCountsWhatIsThere: requests count from their arrival to their end,
// wherever they are, and not before somebody asks.
func TestConcurrencyCountsWhatIsThere(t *testing.T) {
	l := newLab(t, 1, Config{Pools: []Pool{{Cores: 1, Speed: 1, Limit: 1, Max: 1}}})
	step := func(at time.Duration, e Event) { l.out = l.c.Step(at, &e, l.out[:0]) }
	v := &l.c.scaleView
	step(0, arrival(0))
	if got := v.Concurrency(time.Minute); got != 1 || v.InFlight() != 1 {
		t.Fatalf("at first: %v over a minute, %d in flight, want 1 and 1", got, v.InFlight())
	}
	step(10*time.Second, arrival(1)) // waits at the gateway
	step(20*time.Second, ended(0, 0, OK))
	step(30*time.Second, Event{Kind: Shed})
	for window, want := range map[time.Duration]float64{10 * time.Second: 1, 20 * time.Second: 1.5, time.Minute: 4. / 3} {
		if got := v.Concurrency(window); math.Abs(got-want) > 1e-9 {
			t.Errorf("over %v: %v, want %v", window, got, want)
		}
	}
}

// TestReportedWithin: a report counts where the instant that it describes lies in the window.
func TestReportedWithin(t *testing.T) {
	l := newLab(t, 1, Config{})
	for i := range 6 {
		at := time.Duration(i+1) * 10 * time.Second
		l.out = l.c.Step(at, &Event{Kind: Telemetry, CPU: float64(i) / 10, At: at}, l.out[:0])
	}
	for _, c := range []struct {
		from, to time.Duration
		want     float64
		ok       bool
	}{{0, 60 * time.Second, .25, true}, {20 * time.Second, 40 * time.Second, .25, true}, {50 * time.Second, time.Hour, .5, true}, {60 * time.Second, time.Hour, 0, false}, {0, 9 * time.Second, 0, false}} {
		got, ok := l.c.scaleView.Reported(0, c.from, c.to)
		if math.Abs(got-c.want) > 1e-9 || ok != c.ok {
			t.Errorf("(%v, %v]: %v, %v, want %v, %v", c.from, c.to, got, ok, c.want, c.ok)
		}
	}
}

// TestReportsThatCountAreTold: who is told that a worker changed hears of each report but
// those that are late or describe the same instant again.
func TestReportsThatCountAreTold(t *testing.T) {
	var w Worker
	for _, c := range []struct {
		at      time.Duration
		counts  bool
		samples int
	}{{20 * time.Second, true, 1}, {10 * time.Second, false, 1}, {20 * time.Second, false, 1}, {30 * time.Second, true, 2}, {20*time.Second + SampleSpan, true, 3}, {30*time.Second + SampleSpan + 1, true, 2}} {
		if got := w.report(c.at, 0.5); got != c.counts || w.samples.Len() != c.samples {
			t.Errorf("of %v: counts %v, %d are kept, want %v and %d", c.at, got, w.samples.Len(), c.counts, c.samples)
		}
	}
}
