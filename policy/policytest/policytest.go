package policytest

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cnv/policy"
)

// Router checks a router. fresh returns a new one with its parameters set.
func Router(t *testing.T, fresh func() policy.Router) {
	t.Helper()
	own := func(cfg *policy.Config) { cfg.Router = fresh() }
	conform(t, own)
	t.Run("allocates nothing", func(t *testing.T) { steady(t, own) })
}

// Spill checks a spill policy.
func Spill(t *testing.T, fresh func() policy.Spill) {
	t.Helper()
	own := func(cfg *policy.Config) { cfg.Spill = fresh() }
	conform(t, own)
	t.Run("asked in time", func(t *testing.T) { askedInTime(t, fresh()) })
	t.Run("allocates nothing", func(t *testing.T) { steady(t, own) })
}

// Estimator checks an estimator. Predictions that are not finite and
// positive are allowed, as the Controller drops them, but not repeated ones
// that differ.
func Estimator(t *testing.T, fresh func() policy.Estimator) {
	t.Helper()
	own := func(cfg *policy.Config) { cfg.Estimator = fresh() }
	conform(t, own)
	t.Run("allocates nothing", func(t *testing.T) { steady(t, own) })
}

// Admission checks an admission policy.
func Admission(t *testing.T, fresh func() policy.Admission) {
	t.Helper()
	own := func(cfg *policy.Config) { cfg.Admission = fresh() }
	conform(t, own)
	t.Run("allocates nothing", func(t *testing.T) { steady(t, own) })
}

// Order checks an order of the requests that wait. Keys that are no numbers are allowed,
// as the Controller puts them last.
func Order(t *testing.T, fresh func() policy.Order) {
	t.Helper()
	conform(t, func(cfg *policy.Config) { cfg.Order = fresh() })
	t.Run("allocates nothing", func(t *testing.T) {
		steady(t, func(cfg *policy.Config) {
			cfg.Order, cfg.Spill = fresh(), overflows{}
			cfg.Pools[0].Limit = 1 // so that requests wait at the gateway
		})
	})
}

// Hedge checks a hedge.
func Hedge(t *testing.T, fresh func() policy.Hedge) {
	t.Helper()
	own := func(cfg *policy.Config) { cfg.Hedge = fresh() }
	conform(t, own)
	t.Run("allocates nothing", func(t *testing.T) { steady(t, own) })
}

// Health checks a health policy.
func Health(t *testing.T, fresh func() policy.Health) {
	t.Helper()
	own := func(cfg *policy.Config) { cfg.Health = fresh() }
	conform(t, own)
	t.Run("allocates nothing", func(t *testing.T) { steady(t, own) })
}

// KeepAlive checks a policy of how long idle environments of functions stay loaded.
func KeepAlive(t *testing.T, fresh func() policy.KeepAlive) {
	t.Helper()
	own := func(cfg *policy.Config) { cfg.KeepAlive = fresh() }
	conform(t, own)
	t.Run("allocates nothing", func(t *testing.T) { steady(t, own) })
}

// Scaler checks a scaler.
func Scaler(t *testing.T, fresh func() policy.Scaler) {
	t.Helper()
	conform(t, func(cfg *policy.Config) { cfg.Scaler = fresh() })
	t.Run("allocates nothing", func(t *testing.T) { steadyScaler(t, fresh()) })
}

// conform runs what is the same for every role. own puts a new policy into
// a configuration.
func conform(t *testing.T, own func(*policy.Config)) {
	t.Run("random worlds", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) { randomWorld(t, own) })
	})
	for _, n := range []int{0, 1, 2} {
		t.Run([]string{"no worker", "one worker", "two workers"}[n], func(t *testing.T) { tinyFleet(t, own, n) })
	}
}

// randomWorld plays a random script, lets everything end, and replays it.
func randomWorld(t *rapid.T, own func(*policy.Config)) {
	estimator := rapid.SampledFrom([]policy.Estimator{nil, told{}, wild{}}).Draw(t, "estimator")
	partner := rapid.SampledFrom([]policy.Spill{mixed{}, insists{}, overflows{}}).Draw(t, "spill")
	health := rapid.SampledFrom([]policy.Health{nil, nil, strict{}}).Draw(t, "health")
	cfg := drawConfig(t, own)
	fill(&cfg, partner, estimator, health)
	w := newWorld(t, cfg, named(own))
	for range rapid.IntRange(0, 3).Draw(t, "workers") {
		id := w.create(0, policy.Unasked)
		w.advance(id)
		w.advance(id)
	}
	t.Repeat(w.script())
	w.settle()
	w.report(t)

	again := cfg.Bare()
	fresh := func() policy.Config {
		cfg := again
		own(&cfg)
		fill(&cfg, partner, estimator, health)
		return cfg
	}
	w.replay(t, fresh())
	w.oneWaitingRoom(t, fresh)
}

// oneWaitingRoom checks that nothing idles that a waiting request may use,
// after every step at which a request waited. Asking the policies changes
// those that draw or count, so each check has a Controller of its own.
func (w *world) oneWaitingRoom(t fataler, fresh func() policy.Config) {
	for i := range w.log {
		if w.log[i].queued == 0 {
			continue
		}
		c, err := policy.New(fresh())
		if err != nil {
			t.Fatalf("policytest: %v", err)
		}
		var out []policy.Command
		for _, s := range w.log[:i+1] {
			out = c.Step(s.at, &s.e, out[:0])
		}
		if id, found := c.Overlooked(); found {
			t.Fatalf("%s: request %d waits beside a free place after event %d at %v, %+v; ready: %v", w.name, id, i, w.log[i].at, w.log[i].e, c.View().Ready())
		}
		if i+1 == len(w.log) {
			continue
		}
		at := w.log[i+1].at - 2*time.Microsecond // a timer may come a microsecond late, as what is predicted is rounded
		if id, found := c.OverlookedAt(at); at > w.log[i].at && found {
			t.Fatalf("%s: request %d waits beside a free place at %v, between event %d at %v, %+v, and the next; ready: %v", w.name, id, at, i, w.log[i].at, w.log[i].e, c.View().Ready())
		}
	}
}

// replay feeds the log to a fresh Controller, which must say the same. Every
// event is overwritten once it was handed over, and commands are collected in
// a slice of another capacity: a policy that keeps or peeks is found out.
func (w *world) replay(t fataler, cfg policy.Config) {
	c, err := policy.New(cfg)
	if err != nil {
		t.Fatalf("policytest: %v", err)
	}
	out := make([]policy.Command, 0, 1000)
	var e policy.Event
	for i, s := range w.log {
		e = s.e
		out = c.Step(s.at, &e, out[:0])
		e = policy.Event{Kind: 255, Request: 1 << 50, Worker: 77, Key: 0xdead, Work: -7, Truth: -7} // whoever kept it, reads this
		if !slices.Equal(out, s.out) {
			t.Fatalf("%s: two runs differ at event %d at %v, %+v:\nfirst time  %+v\nsecond time %+v", w.name, i, s.at, s.e, s.out, out)
		}
	}
}

// tinyFleet plays a few requests over a fleet of n workers, then drains it
// and plays more: nothing may panic or be sent to a draining worker, and
// once a worker is back everything ends.
func tinyFleet(t *testing.T, own func(*policy.Config), n int) {
	cfg := policy.Config{
		Leader:  true,
		Classes: []policy.Class{{Name: "a", Factor: 5, Features: []string{"size"}}},
		Pools:   []policy.Pool{{Name: "p", Cores: 1, Speed: 1, Max: 3}},
	}
	own(&cfg)
	fill(&cfg, mixed{}, wild{}, strict{})
	w := newWorld(t, cfg, named(own))
	for range n {
		id := w.create(0, policy.Unasked)
		w.advance(id)
		w.advance(id)
	}
	few := func() {
		for i := range 12 {
			w.arrive(policy.Event{Key: policy.Key(i % 3)})
			if len(w.flight) > 2*n {
				w.finish(0, policy.OK, 1)
			}
		}
		w.pass(0)
	}
	few()
	for id := range w.workers {
		w.notice(policy.WorkerID(id))
	}
	few()
	w.settle()
	if len(w.problems) > 0 {
		t.Fatal(w.problems[0])
	}
}
