package second

import (
	"math"
	"time"

	"cnv/policy"
	"cnv/sim"
	"cnv/workloads"
)

// An uneven is how one machine differs from others, and from itself at other times.
type uneven struct {
	*sim.Uneven
	slow          bool
	begun         int // requests since its application started
	fresh, booted time.Duration
	launch        float64 // credits given at the start, in vCPU-minutes
	credits       float64 // earned and not spent; below 0: owed
	billed        float64
	out           bool // no credits are left
}

// unevenOf draws how a new machine is; the key is that of its launch.
func (w *world) unevenOf(v *vm, key uint64) {
	u := &w.cfg.Pools[v.pool].Uneven
	v.uneven = &uneven{Uneven: u}
	v.slow = policy.NewRand(w.cfg.Seed, "host", 0).At(key).Float64() < u.SlowShare
	if c := u.Credits; c != nil {
		v.launch = c.Launch
		if key%2 == 0 {
			v.credits = min(c.First, c.Max)
		}
	}
}

// threadsOf is how many cores a request uses at once at a machine.
func (w *world) threadsOf(v *vm, q *request) int {
	n := w.ctl.Classes[q.Class].Cores
	n = min(n, v.cores)
	if !w.cfg.PS && v.slots > 0 && w.wide() {
		n = min(n, v.slots)
	}
	return max(n, 1)
}

// wide says whether requests of any class use several cores.
func (w *world) wide() bool {
	for _, c := range w.ctl.Classes {
		if c.Cores > 1 {
			return true
		}
	}
	return false
}

// threads is how many a machine has in service.
func (v *vm) threads() (n int) {
	for _, j := range v.serving {
		n += j.threads
	}
	return n
}

// working is how many cores are at work.
func (v *vm) working() float64 {
	if v.hung {
		return 0
	}
	n := float64(min(v.cores, v.threads()))
	if v.out {
		n = min(n, v.Credits.PerHour/60)
	}
	return n
}

// each is how much of a core each thread has.
func (v *vm) each() float64 {
	if n := v.threads(); n > 0 {
		return v.working() / float64(n)
	}
	return 0
}

// pace is how fast a busy core is beside one that is busy alone.
func (v *vm) pace() float64 {
	n := min(v.cores, v.threads())
	if len(v.Busy) == 0 || n == 0 {
		return 1
	}
	return v.Busy[min(n, len(v.Busy))-1]
}

// takes is the CPU time of an attempt that begins at a machine, in ns of work.
func (w *world) takes(v *vm, a *attempt) float64 {
	x := 1.0
	if v.slow {
		x = v.SlowBy
	}
	if v.begun < v.WarmRequests || w.now < v.fresh+v.WarmFor {
		x *= v.WarmBy
	}
	v.begun++
	if v.Noise != (workloads.Dist{}) {
		key := a.q.record.ID
		if w.cfg.Clients != nil {
			key = a.q.User<<8 | uint64(a.q.Try)
		}
		x *= v.Noise.Draw(policy.NewRand(w.cfg.Seed, "noise", 0).At(key<<8 | uint64(a.n)))
	}
	return math.Round(float64(a.q.Work) * x)
}

// memoryOf is what a request has, KiB.
func (w *world) memoryOf(q *request) int64 {
	switch {
	case q.Memory >= 0:
		return q.Memory
	case int(q.Class) < len(w.cfg.MemoryKiB):
		return w.cfg.MemoryKiB[q.Class]
	}
	return 0
}

// overflow kills the application of a machine whose requests have too much memory.
func (w *world) overflow(v *vm) bool {
	sum := int64(0)
	for _, j := range v.serving {
		sum += w.memoryOf(j.a.q)
	}
	if v.MemoryKiB == 0 || sum <= v.MemoryKiB {
		return false
	}
	all := append(v.serving, v.line...)
	v.serving, v.line = nil, nil
	v.answers = w.now + v.Restart
	v.fresh, v.begun, v.readyAt = v.answers, 0, v.answers
	for _, j := range all {
		if j.a.goesOn {
			w.leaves(v)
		} else {
			w.done(j.a, policy.Event{Status: policy.Error})
		}
	}
	return true
}

// credit lets cores of a machine work for some seconds.
func (v *vm) credit(cores, seconds float64) {
	c := v.Credits
	if c == nil {
		return
	}
	minutes := seconds / 60
	if spent := cores * minutes; v.launch > 0 && spent > 0 {
		part := min(1, v.launch/spent)
		v.launch -= part * spent
		v.credits = min(v.credits+c.PerHour/60*minutes*part, c.Max)
		minutes *= 1 - part
	}
	v.credits = min(v.credits+(c.PerHour/60-cores)*minutes, c.Max)
	if !c.Unlimited {
		v.credits = max(v.credits, 0)
	} else if v.credits < -c.Max {
		v.billed += -c.Max - v.credits
		v.credits = -c.Max
	}
	v.out = v.out && v.credits == 0
}

// spent is when the next machine has no credits left.
func (w *world) spent() (at time.Duration, first *vm) {
	for _, v := range w.vms {
		c := v.Credits
		if c == nil || c.Unlimited || v.out || v.gone >= 0 || v.working() <= c.PerHour/60 {
			continue
		}
		earn, cores := c.PerHour/60, v.working()
		launch := v.launch / cores
		minutes := launch + min(c.Max, v.credits+launch*earn)/(cores-earn)
		if minutes > 1e9 {
			continue
		}
		if t := w.now + time.Duration(minutes*60e9+0.5); first == nil || t < at {
			at, first = t, v
		}
	}
	return at, first
}

// passOn lets time pass at one machine.
func (w *world) passOn(v *vm, until time.Duration) {
	from := w.now
	if start := min(until, v.booted) - from; start > 0 {
		w.work(v, min(v.StartCores, float64(v.cores)), start)
		from += start
	}
	each, pace := v.each(), v.pace()
	for _, j := range v.serving {
		had := each * float64(j.threads) * float64(until-from)
		j.left -= had * v.speed * pace
		j.cpu += had * v.speed
	}
	w.work(v, v.working(), until-from)
}

// work notes what cores of a machine did.
func (w *world) work(v *vm, cores float64, d time.Duration) {
	v.busy += cores * d.Seconds()
	w.out.Counts.BusyCoreSeconds += cores * d.Seconds()
	v.credit(cores, d.Seconds())
}

// used is the work that a job has taken so far, CPU-seconds.
func (w *world) used(j *job) float64 {
	if v := w.vms[j.a.worker]; len(v.Busy) > 0 {
		return j.cpu / 1e9
	}
	return (j.takes - j.left) / 1e9
}

// whole is the work that a job that is done has taken.
func (w *world) whole(j *job) float64 {
	if len(w.vms[j.a.worker].Busy) > 0 {
		return w.used(j)
	}
	return j.takes / 1e9
}

// surplus bills the credits that machines owe.
func (w *world) surplus() {
	for _, v := range w.vms {
		owed := v.billed
		if v.credits < 0 {
			owed -= v.credits
		}
		w.out.Ledger.Surplus += owed / 60 * w.cfg.Pools[v.pool].SurplusUSD
	}
}
