package live

import (
	"log/slog"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"cnv/policy"
)

// TestFleetReplacesWhatItLoses: what ends, what has notice, and what could not be
// launched at the start is launched again, once, by the control plane; what it
// has terminated is not, and at the end of the run nothing is.
func TestFleetReplacesWhatItLoses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cl := newCloud()
		cl.room = 2 // of the three at the start
		cfg := testConfig(10)
		cfg.Pools[0].Initial = 3
		ctrl, err := policy.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		b := NewBrain(ctrl, nil, 10)
		log := slog.New(slog.DiscardHandler)
		f := NewFleet(FleetOptions{
			Provider: cl, Workers: NewWorkers(b, log), Speeds: []float64{1}, Log: log, Run: "r",
			Via: &http.Transport{DialContext: cl.net.Dial, DisableKeepAlives: true}, Checks: Checks{Telemetry: -1},
		})
		b.Go(f)
		if err := f.Go(t.Context(), []int{3}); err != nil {
			t.Fatal(err)
		}
		c := &crew{t, b, f, cl}
		defer c.close()
		time.Sleep(4 * time.Second)
		c.want("one could not be launched", 2, 0)
		cl.mu.Lock()
		cl.room = -1
		cl.mu.Unlock()
		time.Sleep(2 * time.Second)
		c.want("tried again after 5 s", 3, 0)
		time.Sleep(30 * time.Second)
		c.want("all are there", 0, 3)

		cl.mu.Lock()
		cl.stop("i-1")
		cl.instances[1].Notice = time.Now().Add(2 * time.Minute)
		cl.mu.Unlock()
		time.Sleep(6 * time.Second)
		c.want("one has died, one has notice", 2, 1)
		time.Sleep(5 * time.Minute)
		c.want("both are replaced, once", 0, 3)
		if cl.started != 5 || cl.running() != 3 {
			t.Errorf("%d instances were started and %d run, want 5 and 3", cl.started, cl.running())
		}

		b.Post(policy.Event{Kind: policy.Resize, N: 2})
		time.Sleep(time.Minute)
		c.want("resized by hand", 0, 2)
		b.Post(policy.Event{Kind: policy.Pause})
		cl.mu.Lock()
		cl.stop("i-3")
		cl.mu.Unlock()
		time.Sleep(time.Minute)
		c.want("paused", 0, 1)
		b.Post(policy.Event{Kind: policy.Resume})
		time.Sleep(time.Minute)
		c.want("resumed", 0, 2)
		if cl.started != 6 {
			t.Errorf("%d instances were started, want 6", cl.started)
		}
	})
}
