package live

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cnv/policy"
	"cnv/policy/route"
	"cnv/policy/scale"
)

// instants keeps when the brain was told what.
type instants struct{ ready, wake []time.Duration }

func (j *instants) Add(now time.Duration, e *policy.Event, _ []policy.Command) {
	switch e.Kind {
	case policy.WorkerReady:
		j.ready = append(j.ready, now)
	case policy.Wake:
		j.wake = append(j.wake, now)
	}
}

type nobody struct{}

func (nobody) Execute(policy.Command) {}

// TestHold: what a run begins with is there at its time 0, however long it took
// to boot, and the scaler's periods count from there, as in the simulator.
func TestHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, err := policy.New(policy.Config{
			Leader: true, Router: &route.RoundRobin{}, Scaler: &scale.Fixed{}, Classes: []policy.Class{{Name: "spin"}},
			Pools: []policy.Pool{{Name: "vm", Cores: 1, Speed: 1, Initial: 1, Max: 5}},
		})
		if err != nil {
			t.Fatal(err)
		}
		j := &instants{}
		b := NewBrain(c, j, 10)
		b.Hold()
		b.Go(nobody{})
		b.Post(policy.Event{Kind: policy.WorkerPending})
		time.Sleep(7 * time.Second)
		b.Post(policy.Event{Kind: policy.WorkerReady})
		synctest.Wait()
		if now := b.Now(); now != 0 {
			t.Errorf("before the run begins it is %v", now)
		}
		b.Begin()
		if since := time.Since(b.Start()); since != 0 {
			t.Errorf("the run began %v before it began", since)
		}
		time.Sleep(25 * time.Second)
		synctest.Wait()
		b.Stop()
		if len(j.ready) != 1 || j.ready[0] != 0 {
			t.Errorf("the worker was ready at %v, want 0", j.ready)
		}
		for _, want := range []time.Duration{10 * time.Second, 20 * time.Second} {
			found := false
			for _, at := range j.wake {
				found = found || at == want
			}
			if !found {
				t.Errorf("the scaler was not asked at %v: the wakes are %v", want, j.wake)
			}
		}
	})
}

// TestWhatIsDueComesFirst: however late the timer is that wakes the Controller,
// it decides before it is told what was reported since.
func TestWhatIsDueComesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, err := policy.New(policy.Config{
			Leader: true, Router: &route.RoundRobin{}, Scaler: &scale.Fixed{}, Classes: []policy.Class{{Name: "spin"}},
			Pools: []policy.Pool{{Name: "vm", Cores: 1, Speed: 1, Max: 5}},
		})
		if err != nil {
			t.Fatal(err)
		}
		var order kinds
		b := NewBrain(c, &order, 10)
		b.driver, b.timer = nobody{}, time.NewTimer(time.Hour) // its goroutine does not run
		b.handle(&posted{event: policy.Event{Kind: policy.WorkerPending}})
		report := policy.Event{Kind: policy.Telemetry, CPU: 0.5}
		for _, at := range []time.Duration{10*time.Second - 1, 10 * time.Second, 11 * time.Second, 20*time.Second + 1} {
			time.Sleep(at - b.Now())
			report.At = at
			b.handle(&posted{event: report})
		}
		want := kinds{policy.WorkerPending, policy.Telemetry, policy.Wake, policy.Telemetry, policy.Telemetry, policy.Wake, policy.Telemetry}
		if !slices.Equal(order, want) {
			t.Errorf("told %v, want %v", order, want)
		}
	})
}

// kinds are those of the events that a brain took, in order.
type kinds []policy.EventKind

func (k *kinds) Add(_ time.Duration, e *policy.Event, _ []policy.Command) { *k = append(*k, e.Kind) }

// TestRequestsEndWithTheBrain: what the brain, which has ended, decides nothing of any
// more is told 503 and holds nothing, whether it waits, runs, or its answer has begun.
func TestRequestsEndWithTheBrain(t *testing.T) {
	var s seen
	answers := func(bytes int) http.Handler {
		return s.worker(func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(2 * time.Second)
			io.WriteString(w, strings.Repeat("x", bytes))
		})
	}
	for name, c := range map[string]struct {
		worker   http.Handler
		attempts int
	}{
		"waits": {http.NotFoundHandler(), 0}, "runs": {answers(10), 1}, "has a long answer": {answers(2 * defaultWholeAnswer), 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newFarm(t, testConfig(1), nil, c.worker)
			defer f.close()
			f.client.Timeout = 10 * time.Second
			time.AfterFunc(time.Second, f.brain.Stop)
			if status, text := f.post("/spin", name, "x"); status != http.StatusServiceUnavailable || s.n[name] != c.attempts {
				t.Errorf("%s: told %d %.100q after %d attempts, want 503 after %d", name, status, text, s.n[name], c.attempts)
			}
			time.Sleep(time.Second)
			if n := f.workers.Find(0).InFlight(); n != 0 || f.gateway.Held() != 0 || f.gateway.InFlight() != 0 {
				t.Errorf("%s: %d attempts run, %d bytes and %d requests are held", name, n, f.gateway.Held(), f.gateway.InFlight())
			}
		})
	}
}
