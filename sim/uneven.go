package sim

import (
	"math"
	"time"

	"cnv/policy"
	"cnv/workloads"
)

// An Uneven says how the workers of a pool differ from each other, and one from itself at
// other times. The zero value: they do not.
//
// The gateway knows nothing of it: it sees a pool of like workers, and learns of work what
// their CPU time tells, as live.
type Uneven struct {
	// Busy is the speed of each busy core beside that of one that is busy alone, by how many
	// are, from one on; the last holds for more; none: 1 each. See Threads.
	Busy []float64
	// Noise is a factor on the CPU time of each attempt, drawn by request and attempt, so that
	// policies share it; its mean is to be 1. The zero value: none.
	Noise workloads.Dist

	// SlowShare of the launches are of a machine that takes SlowBy times the CPU time, each
	// drawn by its number. Invariant: SlowShare in [0, 1], SlowBy > 0 where it is not 0.
	SlowShare, SlowBy float64

	// Until an application has begun so many requests, and for so long after it first
	// answered, each request that it begins takes WarmBy times the CPU time. Workers that are
	// there at the start are warm. Invariant: WarmBy > 0 where either is not 0.
	WarmRequests int
	WarmFor      time.Duration
	WarmBy       float64

	// StartCores is how many cores are busy from running until the application answers.
	StartCores float64

	// MemoryKiB is what the requests in service may have together before the application is
	// killed; 0: any. Restart is how long it is away then.
	MemoryKiB int64
	Restart   time.Duration

	Credits *Credits // CPU credits of a burstable type; nil: none
}

// Acts says whether anything of it does: whether workers differ.
func (u *Uneven) Acts() bool {
	return len(u.Busy) > 0 || u.Noise != (workloads.Dist{}) || u.SlowShare > 0 || u.WarmRequests > 0 || u.WarmFor > 0 ||
		u.StartCores > 0 || u.MemoryKiB > 0 || u.Credits != nil
}

// Threads is the speed of each busy vCPU of so many, beside that of one alone, where each
// two are threads of one core: both busy they run at a share each. A thread that becomes
// busy is put on an idle core while there is one, as Linux does, so that up to half of the
// vCPUs nothing is lost.
func Threads(vcpus int, share float64) []float64 {
	out := make([]float64, vcpus)
	cores := (vcpus + 1) / 2
	for i := range out {
		n := i + 1
		pairs := max(n-cores, 0)
		out[i] = (float64(n-2*pairs) + 2*float64(pairs)*share) / float64(n)
	}
	return out
}

// traits are what a VM has that serves otherwise than at one speed with one core for each
// request. Most have none, and nothing here is done for them.
//
// Invariant: threads, memory are sums over the jobs in service.
type traits struct {
	*Uneven
	by      float64       // CPU time that requests take here beside what they should
	begun   int           // requests, since the application started
	fresh   time.Duration // when it first answered
	booted  time.Duration // the same of its first start
	wide    bool          // requests have slots for each of their threads
	threads int
	memory  int64   // KiB
	cpu     float64 // CPU time that each thread in service has had since the VM was last idle, as work, ns
	credits *balance
	spent   timerID // its credits are; only where that changes anything
}

// A load is what a call on a VM with traits takes beside time.
type load struct {
	stem    uint64 // by which its draws are keyed: see world.stem
	memory  int64  // KiB
	threads int
	cpu     float64 // traits.cpu when it began
}

// equip gives a new VM its traits, if it has any. The key is that of its launch.
func (w *world) equip(v *vm, key uint64) {
	u := &w.cfg.Pools[v.pool].Uneven
	v.even = v.slots > 0 && v.slots <= v.cores
	if !w.wide && !u.Acts() {
		return
	}
	t := &traits{Uneven: u, by: 1, wide: w.wide && !w.cfg.PS}
	v.traits = t
	if u.SlowShare > 0 && w.draws.host.At(key).Float64() < u.SlowShare {
		t.by = u.SlowBy
	}
	if c := u.Credits; c != nil {
		t.credits = c.open()
		if !c.Unlimited {
			t.spent = w.timer(creditsSpent, int32(v.id))
		}
	}
	v.even = false // progress is counted for all of them
}

// boots notes when the application of a new VM answers.
func (v *vm) boots(at time.Duration) {
	v.answersFrom(at)
	if t := v.traits; t != nil {
		t.booted = at
	}
}

// warm is of a worker that was there before the run began.
func (v *vm) warm() {
	if t := v.traits; t != nil {
		t.begun, t.fresh = t.WarmRequests, -t.WarmFor
		if t.credits != nil {
			t.credits.earned = min(t.Credits.First*coreNS, t.credits.most)
		}
	}
}

// answersFrom notes when the application of a VM, started again, first answers.
func (v *vm) answersFrom(at time.Duration) {
	v.answers = at
	if t := v.traits; t != nil {
		t.begun, t.fresh = 0, at
	}
}

// share is the part of a core's time that each thread in service has, and of it, where
// credits are spent, that which they allow.
func (t *traits) share(v *vm) float64 {
	n := t.threads
	if n == 0 {
		return 0
	}
	return t.busy(v) / float64(n)
}

// busy is how many cores work.
func (t *traits) busy(v *vm) float64 {
	if v.hung {
		return 0
	}
	n := float64(min(t.threads, v.cores))
	if t.credits != nil {
		n = t.credits.allowed(n)
	}
	return n
}

// rate is how fast each thread in service progresses, CPU-seconds on the reference vCPU per
// second.
func (t *traits) rate(v *vm) float64 {
	r := v.speed * t.share(v)
	if n := min(t.threads, v.cores); len(t.Busy) > 0 && n > 0 {
		r *= t.Busy[min(n, len(t.Busy))-1]
	}
	return r
}

// advance counts progress, and credits, up to now.
func (t *traits) advance(v *vm, now time.Duration) {
	from := max(v.at, v.runs)
	v.at = now
	if start := min(now, t.booted) - from; start > 0 {
		t.pass(v, min(t.StartCores, float64(v.cores)), float64(start))
		from += start
	}
	if d := float64(now - from); d > 0 {
		v.shared += d * t.rate(v)
		t.cpu += d * t.share(v) * v.speed
		t.pass(v, t.busy(v), d)
	}
}

// pass counts cores that were at work for d ns.
func (t *traits) pass(v *vm, cores, d float64) {
	v.busy += cores * d
	if t.credits != nil {
		t.credits.pass(cores, d)
	}
}

// takeUp is the begin of a call on a VM with traits: from now on its work is the CPU time
// that it takes here. Result: how much of it each of its threads does, ns.
func (w *world) takeUp(v *vm, c int32) float64 {
	t, call, l := v.traits, &w.calls[c], w.loadOf(c)
	by := t.by
	if t.begun < t.WarmRequests || w.now < t.fresh+t.WarmFor {
		by *= t.WarmBy
	}
	t.begun++
	if t.Noise != (workloads.Dist{}) {
		by *= w.noise(c, &t.Noise)
	}
	if by != 1 {
		call.work = time.Duration(math.Round(min(float64(call.work)*by, longest)))
	}
	if len(v.jobs) == 0 {
		t.cpu = 0
	}
	l.threads, l.cpu = w.threads(v, c), t.cpu
	t.threads += l.threads
	t.memory += l.memory
	return float64(call.work) / float64(l.threads)
}

// putDown is the end of a call on a VM with traits.
func (w *world) putDown(v *vm, c int32) {
	l := w.loadOf(c)
	v.traits.threads -= l.threads
	v.traits.memory -= l.memory
}

// noise draws the factor of an attempt.
func (w *world) noise(c int32, law *workloads.Dist) float64 {
	return law.Draw(w.draws.noise.At(w.loadOf(c).stem<<8 | uint64(w.calls[c].attempt)))
}

// stem is the key of what is drawn for a request: users are the same under all policies,
// what they repeat is not.
func (w *world) stem(c *call) uint64 {
	if w.tries == nil {
		return uint64(c.id)
	}
	t := &w.tries[c.slot]
	return t.user<<8 | uint64(t.n)
}

// took is the CPU time that a call in service has had so far, as work: what its worker
// measures. Two threads of a core that are both busy take more of it for the same work.
func (w *world) took(v *vm, c int32) time.Duration {
	t, call, l := v.traits, &w.calls[c], w.loadOf(c)
	n := float64(l.threads)
	if len(t.Busy) > 0 {
		return time.Duration((t.cpu - l.cpu) * n)
	}
	return time.Duration((v.shared - call.virtual) * n)
}

// carry notes of a new call what its slot is needed for, which is another's once the call
// is cancelled and goes on.
func (w *world) carry(c, slot int32) {
	l := w.loadOf(c)
	l.stem = w.stem(&w.calls[c])
	if w.memory != nil {
		l.memory = w.memory[slot]
	}
}

// carries says whether anything of a pool needs that.
func (c *Config) carries() bool {
	for i := range c.Pools {
		if u := &c.Pools[i].Uneven; u.MemoryKiB > 0 || u.Noise != (workloads.Dist{}) {
			return true
		}
	}
	return false
}

// loadOf is the load of a call; loads are kept beside calls, as most worlds have none.
func (w *world) loadOf(c int32) *load {
	for int(c) >= len(w.loads) {
		w.loads = append(w.loads, load{})
	}
	return &w.loads[c]
}

// hostKey is the key by which a VM is drawn: of the launches one more than twice their number, of those that
// are there at the start twice.
func hostKey(n int, launched bool) uint64 {
	if launched {
		return 2*uint64(n) + 1
	}
	return 2 * uint64(n)
}

// noiseRand and hostRand are the streams of noise and of slow machines.
func noiseRand(seed uint64) *policy.Rand { return policy.NewRand(seed, "noise", 0) }
func hostRand(seed uint64) *policy.Rand  { return policy.NewRand(seed, "host", 0) }
