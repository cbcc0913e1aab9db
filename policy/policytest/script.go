package policytest

import (
	"maps"
	"time"

	"pgregory.net/rapid"

	"cnv/policy"
)

// drawConfig draws a configuration around the policy under test: `own` puts
// it in and may leave the other roles open.
func drawConfig(t *rapid.T, own func(*policy.Config)) policy.Config {
	cfg := policy.Config{
		Seed: rapid.Uint64().Draw(t, "seed"), Leader: true, PS: rapid.Bool().Draw(t, "ps"),
		Classes: []policy.Class{
			{Name: "a", Bound: 2 * time.Second, Prior: 0.5, Features: []string{"width", "height"}},
			{Name: "b", Factor: 5},
		},
		Store: rapid.Bool().Draw(t, "store"), LearnByStore: rapid.Bool().Draw(t, "learn by store"),
		Retry: policy.Retry{
			Max: rapid.IntRange(0, 2).Draw(t, "retries"), Budget: 0.5,
			Backoff:        rapid.SampledFrom([]time.Duration{0, 0, time.Second}).Draw(t, "backoff"),
			AttemptTimeout: rapid.SampledFrom([]time.Duration{0, 0, 5 * time.Second}).Draw(t, "attempt timeout"),
		},
	}
	for i := range rapid.IntRange(1, 2).Draw(t, "pools") {
		least := rapid.IntRange(0, 2).Draw(t, "min")
		cfg.Pools = append(cfg.Pools, policy.Pool{
			Name: string(rune('p' + i)), Cores: rapid.IntRange(1, 3).Draw(t, "cores"),
			Speed: []float64{0.5, 1, 1.7}[rapid.IntRange(0, 2).Draw(t, "speed")],
			Slots: rapid.IntRange(0, 2).Draw(t, "slots"), Limit: rapid.SampledFrom([]int{0, 0, 2}).Draw(t, "limit"),
			Min: least, Max: least + rapid.IntRange(0, 4).Draw(t, "more"),
			Cooldown: rapid.SampledFrom([]time.Duration{0, 20 * time.Second}).Draw(t, "cooldown"), Boot: 25 * time.Second,
			Replace:  rapid.SampledFrom([]policy.Replacement{policy.ReplaceByRouter, policy.ReplaceLost, policy.ReplaceNever}).Draw(t, "replace"),
			OnNotice: rapid.SampledFrom([]policy.OnNotice{policy.NoticeServes, policy.NoticeDrains}).Draw(t, "on notice"),
		})
	}
	if rapid.Bool().Draw(t, "functions") {
		cfg.Functions = &policy.Functions{
			Share: 1, Floor: 20 * time.Millisecond, Cold: time.Second, KeepAlive: 5 * time.Minute,
			Concurrency: rapid.SampledFrom([]int{0, 1, 3}).Draw(t, "concurrency"), Timeout: 15 * time.Minute,
			PerClass: rapid.Bool().Draw(t, "per class"), Full: rapid.SampledFrom([]policy.Full{policy.Refuse, policy.Wait}).Draw(t, "full"),
		}
	}
	own(&cfg)
	return cfg
}

// fill puts the partners into the roles that the test left open.
func fill(cfg *policy.Config, s policy.Spill, e policy.Estimator, h policy.Health) {
	if cfg.Health == nil {
		cfg.Health = h
	}
	if cfg.Router == nil {
		cfg.Router = erratic{}
	}
	if cfg.Spill == nil {
		cfg.Spill = s
	}
	if cfg.Scaler == nil {
		cfg.Scaler = &swinging{}
	}
	if cfg.Estimator == nil {
		cfg.Estimator = e
	}
}

// script is the things that can happen, each drawn from t.
func (w *world) script() map[string]func(*rapid.T) {
	all := map[string]func(*rapid.T){
		"":        func(t *rapid.T) { w.report(t) },
		"again":   func(*rapid.T) { w.again() },
		"nothing": func(t *rapid.T) { w.nothing(t) },
		"pass": func(t *rapid.T) {
			w.pass(rapid.SampledFrom([]time.Duration{0, 500 * time.Microsecond, time.Second, 11 * time.Second, 2 * time.Minute}).Draw(t, "time"))
		},
	}
	maps.Copy(all, w.requestScript())
	maps.Copy(all, w.workerScript())
	maps.Copy(all, w.operatorScript())
	return all
}

// requestScript is what can happen to requests. Actions are drawn evenly, so
// what should happen more often is there twice.
func (w *world) requestScript() map[string]func(*rapid.T) {
	finish := func(status policy.Status) func(*rapid.T) {
		return func(t *rapid.T) {
			if len(w.flight) == 0 {
				t.Skip("nothing in flight")
			}
			w.finish(rapid.IntRange(0, len(w.flight)-1).Draw(t, "attempt"), status, drawWork(t))
		}
	}
	return map[string]func(*rapid.T){
		"arrive":    func(t *rapid.T) { w.arrive(drawArrival(t)) },
		"arrive 2":  func(t *rapid.T) { w.arrive(drawArrival(t)) },
		"burst":     func(t *rapid.T) { w.burst(t) },
		"ok":        finish(policy.OK),
		"ok 2":      finish(policy.OK),
		"error":     finish(policy.Error),
		"throttled": finish(policy.Throttled),
		"stored": func(t *rapid.T) {
			e := drawArrival(t)
			e.Kind = rapid.SampledFrom([]policy.EventKind{policy.Observed, policy.Found}).Draw(t, "kind")
			e.Work, e.At = drawWork(t), w.now-time.Duration(rapid.IntRange(-1, 3600).Draw(t, "age"))*time.Second
			w.feed(e)
		},
		"leave": func(t *rapid.T) {
			if len(w.ended) > 0 {
				w.leave(policy.RequestID(rapid.IntRange(0, len(w.ended)-1).Draw(t, "request")))
			}
		},
	}
}

// workerScript is what can happen to workers.
func (w *world) workerScript() map[string]func(*rapid.T) {
	worker := func(t *rapid.T) policy.WorkerID {
		if len(w.workers) == 0 {
			t.Skip("no worker")
		}
		return policy.WorkerID(rapid.IntRange(0, len(w.workers)-1).Draw(t, "worker"))
	}
	return map[string]func(*rapid.T){
		"appear": func(*rapid.T) { w.appear() },
		"failed": func(*rapid.T) { w.fail() },
		"create": func(t *rapid.T) {
			w.create(policy.PoolID(rapid.IntRange(0, len(w.cfg.Pools)-1).Draw(t, "pool")), policy.Unasked)
		},
		"advance": func(t *rapid.T) { w.advance(worker(t)) },
		"ready": func(t *rapid.T) {
			id := worker(t)
			w.advance(id)
			w.advance(id)
		},
		"lose":   func(t *rapid.T) { w.lose(worker(t)) },
		"notice": func(t *rapid.T) { w.notice(worker(t)) },
		"report": func(t *rapid.T) {
			at := max(0, w.now-rapid.SampledFrom([]time.Duration{0, 30 * time.Second}).Draw(t, "age"))
			w.feed(policy.Event{Kind: policy.Telemetry, Worker: worker(t), CPU: rapid.Float64Range(0, 1).Draw(t, "cpu"), At: at})
		},
		"probed": func(t *rapid.T) { w.probed(t) },
	}
}

// probed has workers answer probes, in any order, and some never.
func (w *world) probed(t *rapid.T) {
	if len(w.probes) == 0 {
		t.Skip("nobody was probed")
	}
	for range rapid.IntRange(1, 6).Draw(t, "answers") {
		i := rapid.IntRange(0, len(w.probes)-1).Draw(t, "probe")
		e := policy.Event{Kind: policy.ProbeReply, Worker: w.probes[i]}
		e.N = rapid.SampledFrom([]int32{0, 1, 2, 7, 1 << 30}).Draw(t, "in flight")
		e.Took = rapid.SampledFrom([]time.Duration{0, time.Millisecond, time.Second, 1 << 60}).Draw(t, "took")
		w.feed(e)
	}
	w.probes = w.probes[:0]
}

// operatorScript is what an operator can do.
func (w *world) operatorScript() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"resize": func(t *rapid.T) {
			pool := policy.PoolID(rapid.IntRange(0, len(w.cfg.Pools)-1).Draw(t, "pool"))
			w.feed(policy.Event{Kind: policy.Resize, Pool: pool, N: int32(rapid.IntRange(0, 4).Draw(t, "workers"))})
		},
		"pause": func(t *rapid.T) {
			w.feed(policy.Event{Kind: rapid.SampledFrom([]policy.EventKind{policy.Pause, policy.Resume}).Draw(t, "operator")})
		},
		"change": func(t *rapid.T) {
			s := rapid.SampledFrom(w.c.Settings()).Draw(t, "setting")
			v := float64(rapid.IntRange(0, 4).Draw(t, "value"))
			if w.c.CheckSetting(s.Name, v) == nil {
				w.feed(policy.Event{Kind: policy.Change, Key: s.Key(), Work: v})
			}
		},
	}
}

// drawArrival draws a request.
func drawArrival(t *rapid.T) policy.Event {
	return policy.Event{
		Class: policy.ClassID(rapid.IntRange(0, 1).Draw(t, "class")), Key: policy.Key(rapid.IntRange(0, 5).Draw(t, "key")),
		Idempotent: rapid.Bool().Draw(t, "idempotent"), Streamed: rapid.IntRange(0, 7).Draw(t, "streamed") == 0,
		Bytes: -1, Truth: drawWork(t),
		Features: [policy.MaxFeatures]float64{rapid.Float64Range(0, 4000).Draw(t, "width"), drawWork(t)},
	}
}

// drawWork draws CPU-seconds; 0 is not known.
func drawWork(t *rapid.T) float64 {
	return rapid.OneOf(rapid.Just(0.0), rapid.Just(1e9), rapid.Float64Range(0.01, 20), rapid.Float64Range(0.01, 20)).Draw(t, "work")
}

// burst is several requests at one instant.
func (w *world) burst(t *rapid.T) {
	for range rapid.IntRange(2, 12).Draw(t, "requests") {
		w.arrive(drawArrival(t))
	}
}

// notice announces that a worker will be taken away.
func (w *world) notice(id policy.WorkerID) {
	if v := &w.workers[id]; v.state == policy.StateReady || v.ends > 0 { // a later notice moves the end
		v.ends = w.now + 2*time.Minute
	}
	w.feed(policy.Event{Kind: policy.WorkerNotice, Worker: id, At: w.now + 2*time.Minute})
	w.idle(id)
}

// fail makes the launches asked for come to nothing.
func (w *world) fail() {
	for len(w.pending) > 0 {
		pool := w.pending[0]
		w.pending = w.pending[1:]
		w.feed(policy.Event{Kind: policy.LaunchFailed, Pool: pool, N: 1})
	}
}

// again repeats the end of an attempt, an arrival, or a worker's readiness
// that was told before.
func (w *world) again() {
	for i := len(w.log) - 1; i >= 0; i-- {
		switch w.log[i].e.Kind {
		case policy.Done, policy.Arrival, policy.WorkerReady:
			w.feed(w.log[i].e)
			return
		}
	}
}

// nothing is an event about what does not exist.
func (w *world) nothing(t *rapid.T) {
	e := rapid.SampledFrom([]policy.Event{
		{Kind: policy.Done, Request: 1 << 40},
		{Kind: policy.Head, Request: 1 << 40, Code: 200},
		{Kind: policy.Gone, Request: 1 << 40},
		{Kind: policy.WorkerReady, Worker: 1 << 20},
		{Kind: policy.WorkerLost, Worker: policy.NoWorker},
		{Kind: policy.Telemetry, Worker: 1 << 20, CPU: 0.5},
		{Kind: policy.LaunchFailed, Pool: 99, N: 1},
		{Kind: policy.ProbeReply, Worker: 1 << 20},
		{Kind: policy.Wake},
		{Kind: policy.Shed, N: 3},
		{},
	}).Draw(t, "event")
	if e.Kind == policy.Wake {
		w.wake = -1
	}
	w.feed(e)
}
