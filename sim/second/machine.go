package second

import (
	"slices"
	"time"

	"cnv/policy"
	"cnv/results"
	"cnv/sim"
)

// A vm is one machine.
type vm struct {
	*uneven
	id                  policy.WorkerID
	pool                policy.PoolID
	zone                int
	cores, slots        int
	speed               float64
	runs, gone          time.Duration // billed from, until; -1 not yet
	isReady             bool
	draining, toldEmpty bool
	hung                bool
	lost                bool // the gateway was told
	onNotice            bool // it is going to be taken away
	fault               *faultState
	reclaimed           bool
	sicks, slowed       []*sim.Fault
	cut, mute           time.Duration // until when it cannot be reached, and its reports are lost
	missed              time.Duration // the last instant at which it could not be read; -1 none
	serving, line       []*job
	busy                float64 // core-seconds since the last report
	readyAt             time.Duration
	up, answers         time.Duration // its system, its application
	has                 int           // attempts whose end it has not told, and those it works on for nobody
}

// A job is an attempt at a machine.
type job struct {
	a    *attempt
	left float64 // of its work, ns on the reference vCPU
	nth  int     // in which order they were begun

	threads    int
	takes, cpu float64 // work, and CPU time so far, ns
}

// rate is the work per second of each thread in service.
func (v *vm) rate() float64 { return v.speed * v.each() * v.pace() }

// pass lets time pass, at all machines.
func (w *world) pass(until time.Duration) {
	dt := until - w.now
	for _, v := range w.vms {
		if v.runs < 0 || v.gone >= 0 {
			continue
		}
		w.passOn(v, until)
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
			t := w.now + time.Duration(max(j.left, 0)/(rate*float64(j.threads))+0.5)
			if first == nil || t < at || t == at && j.nth < first.nth {
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
	if j.a.goesOn {
		w.leaves(v)
		return
	}
	w.done(j.a, policy.Event{Work: w.whole(j), Executed: j.a.q.Executed})
}

// leaves is the end of something that a machine had.
func (w *world) leaves(v *vm) {
	v.has--
	w.drained(v)
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
	if a.told && !a.goesOn {
		return // it was cancelled on its way
	}
	if w.now < v.cut {
		w.holdUp(v, a)
		return
	}
	if v.gone >= 0 {
		if a.goesOn {
			w.leaves(v)
			return
		}
		w.failing(v)
		w.done(a, policy.Event{Status: policy.Error, Unstarted: true})
		return
	}
	if w.now < v.answers {
		w.connect(v, a)
		return
	}
	w.crossed(a, a.q.BytesIn)
	if w.isSick(v) {
		if a.goesOn {
			w.leaves(v)
			return
		}
		a.failed = true
		w.done(a, policy.Event{Status: policy.Error})
		return
	}
	a.job = &job{a: a, threads: w.threadsOf(v, a.q)}
	v.line = append(v.line, a.job)
	w.begin(v)
}

// connect tries to reach a machine whose application does not answer yet: while its
// system boots the first packet is lost, and sent again after 1 s, 2 s, 4 s and so on,
// seven times in all; from then on it is refused until the application answers.
func (w *world) connect(v *vm, a *attempt) {
	at, heard := w.now, false
	for i := range 7 {
		if at >= v.up {
			heard = true
			break
		}
		at += time.Second << i
	}
	a.connecting = true
	w.at(at, func() {
		if a.told || a.cancelled {
			return
		}
		a.connecting = false
		if heard && w.now >= v.answers {
			w.join(v, a)
			return
		}
		w.done(a, policy.Event{Status: policy.Error, Unstarted: true})
	})
}

// begin serves what a slot is free for.
func (w *world) begin(v *vm) {
	for len(v.line) > 0 && (v.slots == 0 || len(v.serving) < v.slots) {
		j := v.line[0]
		if w.wide() && !w.cfg.PS && v.threads()+j.threads > v.slots {
			return // the next does not fit, and those behind it wait
		}
		v.line = v.line[1:]
		j.a.started = w.now
		w.begun++
		j.nth = w.begun
		j.takes = w.takes(v, j.a)
		j.left = j.takes
		v.serving = append(v.serving, j)
		if w.overflow(v) {
			return
		}
	}
}

// announce tells the gateway of a machine that is going to run.
func (w *world) announce(p policy.PoolID, zone int, asked int32, key uint64) *vm {
	k := &w.ctl.Pools[p]
	v := &vm{id: policy.WorkerID(len(w.vms)), pool: p, zone: zone, cores: k.Cores, slots: k.Slots, speed: k.Speed, runs: -1, gone: -1, missed: -1}
	if v.slots == 0 && !w.cfg.PS {
		v.slots = v.cores
	}
	w.unevenOf(v, key)
	w.vms = append(w.vms, v)
	w.tell(policy.Event{Kind: policy.WorkerPending, Worker: v.id, Pool: p, Zone: uint8(zone), N: asked})
	return v
}

// run is the begin of its bill.
func (w *world) run(v *vm) {
	if v.gone < 0 {
		v.runs = w.now
		w.hazards(v)
		w.tell(policy.Event{Kind: policy.WorkerRunning, Worker: v.id})
	}
}

func (w *world) ready(v *vm) {
	if v.gone >= 0 {
		return
	}
	v.isReady, v.readyAt = true, w.now
	w.tell(policy.Event{Kind: policy.WorkerReady, Worker: v.id})
}

// launch asks for one more machine.
func (w *world) launch(p policy.PoolID) {
	draw, key := w.cfg.Pools[p].Launch.Draw(launchRand(w.cfg.Seed, w.launched)), 2*w.launched+1
	zone := w.where(p, w.launched)
	w.launched++
	w.out.Counts.Launches++
	of := asked{p, zone}
	if zone >= 0 {
		w.asked = append(w.asked, of)
	}
	w.at(w.now+draw.API, func() {
		if zone < 0 || !w.answered(of) {
			w.out.Counts.LaunchesFailed++
			w.tell(policy.Event{Kind: policy.LaunchFailed, Pool: p, N: 1})
			return
		}
		v := w.announce(p, zone, policy.Asked, key)
		v.up = w.now + draw.Pending + draw.Boot
		v.answers = v.up + draw.Start
		v.fresh, v.booted = v.answers, v.answers
		w.at(w.now+draw.Pending, func() {
			w.run(v)
			w.at(w.now+draw.Boot+draw.Start+draw.Health, func() { w.ready(v) })
		})
	})
}

// terminate ends a machine for good.
func (w *world) terminate(v *vm) {
	if v.lost {
		return
	}
	v.lost = true
	w.at(w.now, func() { w.tell(policy.Event{Kind: policy.WorkerLost, Worker: v.id}) })
	if v.gone < 0 {
		w.out.Counts.Terminations++
		w.stop(v)
	}
}

// stop ends its bill and fails what it has.
func (w *world) stop(v *vm) {
	v.gone = w.now
	for _, j := range append(v.serving, v.line...) {
		if j.a.goesOn {
			v.has--
			continue
		}
		w.done(j.a, policy.Event{Status: policy.Error})
	}
	v.serving, v.line = nil, nil
	w.failHeld(v)
}

// drained tells the gateway that a machine that is draining has nothing left.
func (w *world) drained(v *vm) {
	if !v.draining || v.toldEmpty || v.lost || v.has > 0 {
		return
	}
	v.toldEmpty = true
	w.at(w.now, func() { w.tell(policy.Event{Kind: policy.WorkerDrained, Worker: v.id}) })
}

// cancel ends an attempt whose answer nobody wants: for the gateway at once, for the
// machine or the function as Abandoned says.
func (w *world) cancel(a *attempt, untold bool) {
	if a.told || a.cancelled {
		return
	}
	a.cancelled = true
	e := policy.Event{Status: policy.Cancelled}
	if a.worker == policy.NoWorker {
		e.Unstarted = a.refused
		if a.back && !a.refused { // the service has ended it already
			w.at(w.now, func() { w.doneNow(a, e); w.returned(a, a.answer) })
			return
		}
	} else {
		does := w.cfg.Abandoned
		if untold {
			does = sim.RunsOn
		}
		v, j := w.vms[a.worker], a.job
		served := j != nil && slices.Contains(v.serving, j)
		lined := j != nil && slices.Contains(v.line, j)
		onTheWay := j == nil && !a.back && !a.connecting
		if w.now < v.cut && (served || lined) {
			does = sim.RunsOn
		}
		switch {
		case served && does == sim.Stops:
			e.Work = w.used(j)
			v.serving = without(v.serving, j)
			w.begin(v)
		case served, (lined || onTheWay) && does == sim.RunsOn:
			a.goesOn = true
		case lined:
			v.line = without(v.line, j)
			w.at(w.now, func() { w.doneNow(a, e) })
			w.begin(v)
			return
		}
	}
	w.at(w.now, func() { w.doneNow(a, e) })
}

// report is what machines say of the last period that were ready for all of it.
func (w *world) report() {
	period := w.cfg.TelemetryPeriod
	for _, v := range w.vms {
		at, cpu := w.now, v.busy/(period.Seconds()*float64(v.cores))
		v.busy = 0
		unread := v.missed
		if v.hung || at < v.answers || at < v.cut || at < v.mute || at < w.muted {
			v.missed = at
			continue
		}
		if v.isReady && v.gone < 0 && v.readyAt <= at-period && (unread < 0 || unread != at-period) {
			w.plan(at+w.cfg.TelemetryDelay, 2, func() {
				w.tell(policy.Event{Kind: policy.Telemetry, Worker: v.id, CPU: cpu, At: at})
			})
		}
	}
	w.at(w.now+period, w.report)
}

// sampling is what the timeline has of the time since the last point.
type sampling struct {
	every    time.Duration
	arrivals float64
	work     float64
}

// sample takes a point of the timeline.
func (w *world) sample() {
	s := results.Sample{
		At: w.now, ArrivalsPerS: w.sampled.arrivals / w.sampled.every.Seconds(), OfferedCores: w.sampled.work / w.sampled.every.Seconds(),
		Queued: w.c.Queued(), Functions: w.calling(),
	}
	for _, q := range w.requests {
		if !q.ended {
			s.InFlight++
		}
	}
	for p := range w.cfg.Pools {
		s.Desired += w.c.Desired(policy.PoolID(p))
	}
	for _, v := range w.vms {
		if v.gone >= 0 {
			continue
		}
		cores := float64(v.cores) * v.speed
		switch w.c.Worker(v.id) {
		case policy.StateReady:
			s.Ready++
			s.CapacityCores += cores
		case policy.StateDraining, policy.StateForgotten:
			s.Draining++
		default:
			s.Booting++
		}
		if v.runs >= 0 {
			s.BilledCores += cores
			s.USDPerHour += w.cfg.Pools[v.pool].USDPerHour * w.zoneFactor(v.pool, v.zone)
		}
	}
	w.out.Samples = append(w.out.Samples, s)
	w.sampled.arrivals, w.sampled.work = 0, 0
	w.at(w.now+w.sampled.every, w.sample)
}
