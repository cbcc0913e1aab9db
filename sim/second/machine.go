package second

import (
	"time"

	"cnv/policy"
	"cnv/results"
)

// A vm is one machine.
type vm struct {
	id                  policy.WorkerID
	pool                policy.PoolID
	cores, slots        int
	speed               float64
	runs, gone          time.Duration // billed from, until; -1 not yet
	isReady             bool
	draining, toldEmpty bool
	hung                bool
	crashed             bool // nobody need know
	lost                bool // the gateway was told
	noticing            bool // a failed request has made the gateway look
	fault               *faultState
	reclaimed           bool
	serving, line       []*job
	busy                float64 // core-seconds since the last report
	busyAll             float64
	reported            time.Duration
}

// A job is an attempt at a machine.
type job struct {
	a    *attempt
	left float64 // of its work, ns on the reference vCPU
}

// rate is the work per second of each job in service.
func (v *vm) rate() float64 {
	if v.hung || len(v.serving) == 0 {
		return 0
	}
	return v.speed * min(1, float64(v.cores)/float64(len(v.serving)))
}

// pass lets time pass, at all machines.
func (w *world) pass(until time.Duration) {
	dt := until - w.now
	for _, v := range w.vms {
		if v.runs < 0 || v.gone >= 0 {
			continue
		}
		rate := v.rate()
		for _, j := range v.serving {
			j.left -= rate * float64(dt)
		}
		if !v.hung {
			at := min(v.cores, len(v.serving))
			v.busy += float64(at) * dt.Seconds()
			w.out.Counts.BusyCoreSeconds += float64(at) * dt.Seconds()
		}
		w.out.Counts.CoreSeconds += float64(v.cores) * dt.Seconds()
		w.out.Counts.VMSeconds += dt.Seconds()
	}
	w.now = until
}

// completion is the next job that is done.
func (w *world) completion() (at time.Duration, first *job) {
	for _, v := range w.vms {
		rate := v.rate()
		for _, j := range v.serving {
			if rate == 0 || v.gone >= 0 {
				continue
			}
			t := w.now + time.Duration(max(j.left, 0)/rate+0.5)
			if first == nil || t < at {
				at, first = t, j
			}
		}
	}
	return at, first
}

// complete is the end of a job.
func (w *world) complete(j *job) {
	v := w.vms[j.a.worker]
	v.serving = without(v.serving, j)
	w.begin(v)
	w.done(j.a, policy.Event{Status: statusOf(j.a), Code: 200, Work: j.a.q.Work.Seconds(), Executed: j.a.q.Executed})
}

// statusOf is OK unless nobody wants the answer any more.
func statusOf(a *attempt) policy.Status {
	if a.cancelled {
		return policy.Cancelled
	}
	return policy.OK
}

func without(jobs []*job, j *job) (out []*job) {
	for _, k := range jobs {
		if k != j {
			out = append(out, k)
		}
	}
	return out
}

// join is the arrival of an attempt at a machine.
func (w *world) join(v *vm, a *attempt) {
	if a.told {
		return // it was cancelled on its way
	}
	if v.gone >= 0 || v.crashed {
		w.failing(v)
		w.done(a, policy.Event{Status: policy.Error, Unstarted: true})
		return
	}
	a.job = &job{a, float64(a.q.Work)}
	v.line = append(v.line, a.job)
	w.begin(v)
}

// begin serves what a slot is free for.
func (w *world) begin(v *vm) {
	for len(v.line) > 0 && (v.slots == 0 || len(v.serving) < v.slots) {
		j := v.line[0]
		v.line = v.line[1:]
		j.a.started = w.now
		v.serving = append(v.serving, j)
	}
}

// announce tells the gateway of a machine that is going to run.
func (w *world) announce(p policy.PoolID, asked int32) *vm {
	k := &w.ctl.Pools[p]
	v := &vm{id: policy.WorkerID(len(w.vms)), pool: p, cores: k.Cores, slots: k.Slots, speed: k.Speed, runs: -1, gone: -1}
	w.vms = append(w.vms, v)
	w.tell(policy.Event{Kind: policy.WorkerPending, Worker: v.id, Pool: p, N: asked})
	return v
}

// run is the begin of its bill.
func (w *world) run(v *vm) {
	if v.gone >= 0 {
		return
	}
	v.runs = w.now
	w.tell(policy.Event{Kind: policy.WorkerRunning, Worker: v.id})
	if w.cfg.TelemetryPeriod > 0 {
		w.at(w.nextReport(), func() { w.report(v) })
	}
}

func (w *world) ready(v *vm) {
	if v.gone >= 0 {
		return
	}
	v.isReady = true
	w.tell(policy.Event{Kind: policy.WorkerReady, Worker: v.id})
}

// launch asks for one more machine.
func (w *world) launch(p policy.PoolID) {
	draw := w.cfg.Pools[p].Launch.Draw(launchRand(w.cfg.Seed, w.launched))
	w.launched++
	w.out.Counts.Launches++
	w.at(w.now+draw.API, func() {
		v := w.announce(p, policy.Asked)
		w.at(w.now+draw.Pending, func() {
			w.run(v)
			w.at(w.now+draw.Boot+draw.Start+draw.Health, func() { w.ready(v) })
		})
	})
}

// terminate ends a machine for good.
func (w *world) terminate(v *vm) {
	if v.gone >= 0 {
		return
	}
	w.out.Counts.Terminations++
	w.stop(v)
	w.at(w.now, func() { w.lose(v) })
}

// stop ends its bill and fails what it has.
func (w *world) stop(v *vm) {
	v.gone = w.now
	for _, j := range append(v.serving, v.line...) {
		w.done(j.a, policy.Event{Status: policy.Error, Unstarted: j.a.started < 0, Work: w.used(j)})
	}
	v.serving, v.line = nil, nil
}

// used is the work that a job has taken so far, CPU-seconds.
func (w *world) used(j *job) float64 { return (float64(j.a.q.Work) - j.left) / 1e9 }

// lose tells the gateway that a machine is gone.
func (w *world) lose(v *vm) {
	if v.lost {
		return
	}
	v.lost = true
	w.tell(policy.Event{Kind: policy.WorkerLost, Worker: v.id})
}

// drained tells the gateway that a machine that is draining has nothing left.
func (w *world) drained(v *vm) {
	if !v.draining || v.toldEmpty || v.lost {
		return
	}
	for _, q := range w.requests {
		for _, a := range q.attempts {
			if a.worker == v.id && !a.told {
				return
			}
		}
	}
	v.toldEmpty = true
	w.tell(policy.Event{Kind: policy.WorkerDrained, Worker: v.id})
}

// cancel ends an attempt whose answer nobody wants.
func (w *world) cancel(a *attempt, untold bool) {
	a.cancelled = true
	w.at(w.now+w.net(), func() { w.cut(a, untold) })
}

// cut is where the machine, or the function, hears that.
func (w *world) cut(a *attempt, untold bool) {
	if a.told {
		return
	}
	e := policy.Event{Status: policy.Cancelled}
	if j := a.job; j != nil && !untold {
		v := w.vms[a.worker]
		e.Work = w.used(j)
		e.Unstarted = a.started < 0
		if a.started < 0 && w.cfg.Abandoned != 2 {
			v.line = without(v.line, j)
		} else if a.started >= 0 && w.cfg.Abandoned == 0 {
			v.serving = without(v.serving, j)
			w.begin(v)
		}
	}
	w.done(a, e)
}

// nextReport is the first instant of a report from now on.
func (w *world) nextReport() time.Duration {
	t := w.cfg.TelemetryPhase
	for t <= w.now {
		t += w.cfg.TelemetryPeriod
	}
	return t
}

// report is what a machine says of its last period, if it ran for all of it.
func (w *world) report(v *vm) {
	if v.gone >= 0 || v.hung {
		return
	}
	at, cpu := w.now, v.busy/(w.cfg.TelemetryPeriod.Seconds()*float64(v.cores))
	v.busy = 0
	if v.runs <= at-w.cfg.TelemetryPeriod {
		w.at(at+w.cfg.TelemetryDelay, func() {
			w.tell(policy.Event{Kind: policy.Telemetry, Worker: v.id, CPU: cpu, At: at})
		})
	}
	w.at(at+w.cfg.TelemetryPeriod, func() { w.report(v) })
}

// sampling is what the timeline has of the time since the last point.
type sampling struct {
	every    time.Duration
	arrivals float64
	work     float64
}

// sample takes a point of the timeline.
func (w *world) sample() {
	s := results.Sample{At: w.now, ArrivalsPerS: w.sampled.arrivals / w.sampled.every.Seconds(), OfferedCores: w.sampled.work / w.sampled.every.Seconds()}
	for _, v := range w.vms {
		if v.gone < 0 && v.isReady && !v.draining {
			s.Ready++
			s.CapacityCores += float64(v.cores) * v.speed
		}
	}
	w.out.Samples = append(w.out.Samples, s)
	w.sampled.arrivals, w.sampled.work = 0, 0
	w.at(w.now+w.sampled.every, w.sample)
}
