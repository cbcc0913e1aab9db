package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"cnv/policy"
)

// A Report is what a worker says of itself at /telemetry.
type Report struct {
	// Used and Capacity are core-seconds that were used and that there were to
	// use, both since some instant; only what they grow by means anything.
	// Without Capacity the worker does not count, and CPU is taken as it is.
	Used     float64 `json:"cpu_used_s"`
	Capacity float64 `json:"cpu_capacity_s"`
	CPU      float64 `json:"cpu"`      // utilisation of its cores in [0,1] over a time that the worker chooses
	Instance string  `json:"instance"` // another one counts from another instant
	InFlight int     `json:"in_flight"`
	Queued   int     `json:"queued"`
	// Latency is how long recent requests took there that met as many as there are now, seconds; 0: it does not say.
	Latency float64 `json:"latency_s"`
	// Ends is when its machine is going to be taken away; nil: nobody said so.
	Ends *time.Time `json:"ends"`
}

// errReport is of a report that came and cannot be used.
var errReport = errors.New("no report")

// usable is an error if no utilisation can be made of a report.
func (r *Report) usable() error {
	switch {
	case r.Capacity == 0 && !(r.CPU >= 0 && r.CPU <= 1):
		return fmt.Errorf("%w: cpu %g is not in [0,1]", errReport, r.CPU)
	case r.Capacity < 0 || r.Used < 0:
		return fmt.Errorf("%w: cpu_used_s %g, cpu_capacity_s %g: want 0 or more, never less than before", errReport, r.Used, r.Capacity)
	}
	return nil
}

// A meter turns what a worker says at the multiples of a period into its
// utilisation over each of them.
type meter struct {
	period time.Duration
	at     time.Duration // of the last reading; -1: there is none
	last   Report
}

// read takes a reading and returns the utilisation of the period that ends with
// it; false: there was no reading at the beginning of that period, or its
// counters have begun again since.
func (m *meter) read(at time.Duration, r *Report) (cpu float64, ok bool) {
	last, whole := m.last, m.at >= 0 && m.at == at-m.period
	m.at, m.last = at, *r
	used, capacity := r.Used-last.Used, r.Capacity-last.Capacity
	switch {
	case !whole:
		return 0, false
	case r.Capacity == 0:
		return r.CPU, true
	case last.Capacity == 0 || r.Instance != last.Instance || used < 0 || capacity <= 0:
		return 0, false
	}
	return min(used/capacity, 1), true // the two clocks may differ a little
}

// noticePeriod is how often a worker is asked at least whether its machine ends:
// a spot notice comes two minutes before.
const noticePeriod = 5 * time.Second

// ask is the first instant after one at which workers are asked how they are:
// all at the same ones, multiples of the telemetry's period since the start of
// the run, as the simulator's, and in between for notices.
func (c *Checks) ask(after time.Duration) (at time.Duration, telemetry bool) {
	at = after.Truncate(noticePeriod) + noticePeriod
	if c.Telemetry <= 0 {
		return at, false
	}
	next := after.Truncate(c.Telemetry) + c.Telemetry
	return min(at, next), next <= at
}

// report asks for a worker's report.
func (w *watcher) report(ctx context.Context) (Report, error) {
	var r Report
	text, err := w.get(ctx, "/telemetry")
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return r, fmt.Errorf("%w: %w", errReport, err)
	}
	return r, nil
}

// reports posts a worker's utilisation every period until the context ends or
// the worker is lost. Each report covers exactly one period, so the first comes
// at the end of the first whole period in which the worker was ready, and one
// that does not come leaves out the next as well. A worker that does not say its
// utilisation is left alone.
func (w *watcher) reports(ctx context.Context, wk *Worker) {
	brain := wk.of.brain
	m := meter{period: w.checks.Telemetry, at: -1}
	due, telemetry := w.checks.ask(brain.Now())
	select {
	case <-brain.begun:
	default: // what a run begins with is read at its time 0
		if !await(ctx, wk, brain.begun) {
			return
		}
		due, telemetry = 0, w.checks.Telemetry > 0
	}
	for onNotice, told := false, false; ; due, telemetry = w.checks.ask(brain.Now()) {
		if !await(ctx, wk, brain.after(due-brain.Now())) {
			return
		}
		at := due
		if telemetry {
			at = brain.Now().Truncate(m.period) // it may be late by whole periods
		}
		r, err := w.report(ctx)
		if err == nil && telemetry {
			err = w.tell(wk, &m, at, &r)
		}
		if errors.Is(err, errReport) && !told {
			told = true
			wk.of.log.Warn("what /telemetry answers is ignored (told once)", "worker", wk.ID, "address", wk.Address, "err", err)
		}
		if r.Ends != nil && !onNotice {
			onNotice = true
			wk.Notice(brain.Now() + brain.clock.Run(time.Until(*r.Ends)))
		}
	}
}

// tell posts the utilisation of the period that ends at an instant, if r says it.
func (w *watcher) tell(wk *Worker, m *meter, at time.Duration, r *Report) error {
	if err := r.usable(); err != nil {
		return err
	}
	if cpu, ok := m.read(at, r); ok {
		wk.Telemetry(at, cpu)
	}
	if took := wk.of.brain.Now() - at; took >= m.period {
		return fmt.Errorf("%w: it came %v after the end of its period, want less than one period (%v)", errReport, took, m.period)
	}
	return nil
}

// await waits for c; false: the context has ended or the worker is lost.
func await[T any](ctx context.Context, wk *Worker, c <-chan T) bool {
	select {
	case <-ctx.Done():
		return false
	case <-wk.alive.Done():
		return false
	case <-c:
		return true
	}
}

// probe asks a worker how it is, for a policy. One that gives no answer of use is not heard of.
func (w *watcher) probe(ctx context.Context, wk *Worker) {
	r, err := w.report(ctx)
	if err != nil {
		if ctx.Err() == nil && wk.deaf.CompareAndSwap(false, true) {
			wk.of.log.Warn("a worker does not answer probes at /telemetry: a router that probes knows nothing of it (told once)", "worker", wk.ID, "address", wk.Address, "err", err)
		}
		return
	}
	e := policy.Event{Kind: policy.ProbeReply, N: int32(min(max(r.InFlight, 0)+max(r.Queued, 0), math.MaxInt32))}
	if took := time.Duration(min(max(r.Latency, 0), 1e6) * float64(time.Second)); took > 0 {
		e.Took = wk.of.brain.clock.Run(took)
	}
	wk.post(e)
}
