package second

import (
	"time"

	"cnv/policy"
	"cnv/results"
	"cnv/sim"
	"cnv/workloads"
)

// A Result is all that a run told.
type Result struct {
	Requests []results.Request // in order of arrival
	Awaiting []bool            // of each: machines booted while it was there, as far as samples tell
	Samples  []results.Sample
	End      time.Duration
	Ledger   results.Ledger
	Counts   results.Counts
}

// A task is something that happens at an instant.
type task struct {
	at   time.Duration
	rank int // of what happens at the same instant: what follows at once, the world, the gateway's timers, reports
	do   func()
}

// A world is one run.
type world struct {
	cfg  sim.Config
	ctl  policy.Config
	c    *policy.Controller
	src  workloads.Source
	now  time.Duration
	todo []task // in the order in which they were planned
	wake int    // number of the wake that counts

	requests []*request
	vms      []*vm // in order of their numbers
	service  service
	shelf    shelf

	asked    []asked
	leftOut  map[offering]time.Duration // until when
	tokens   float64                    // instances that may be launched
	refilled time.Duration              // instant of tokens

	muted    time.Duration // until when no report arrives
	begun    int           // jobs, by all machines
	launched uint64        // launches drawn so far
	last     time.Duration // arrival
	finished time.Duration // the last end of a request
	cutOff   bool
	next     *workloads.Arrival // the next one that is known
	sampled  sampling
	out      Result
}

// A request is one that has arrived.
type request struct {
	workloads.Arrival
	record   results.Request
	ended    bool
	awaiting bool
	attempts []*attempt
}

// An attempt is one that was sent.
type attempt struct {
	q          *request
	n          uint8
	worker     policy.WorkerID // NoWorker: a function
	job        *job
	env        *env
	cold       bool
	started    time.Duration // service; Never
	told       bool          // the gateway knows that it has ended
	cancelled  bool
	goesOn     bool // and is served all the same
	connecting bool
	back       bool          // its end is on its way to the gateway
	failed     bool          // it is answered with an error
	hold       hold          // by a partition
	refused    bool          // by the function service
	answer     policy.Status // of a call that has ended
}

// Run simulates one run. It panics where the configuration is unusable.
func Run(cfg sim.Config, src workloads.Source) *Result {
	w := &world{cfg: cfg, ctl: cfg.ControlPlane(), src: src}
	c, err := cfg.Controller()
	if err != nil {
		panic(err)
	}
	w.c = c
	if cfg.Clients != nil {
		w.src = workloads.Retrying(src, *cfg.Clients, cfg.Seed, cfg.Duration)
	}
	w.open()
	w.peek()
	for w.advance() {
	}
	w.close()
	return &w.out
}

// open is what there is before the first arrival.
func (w *world) open() {
	w.sampled.every = w.cfg.SampleEvery()
	w.startService()
	w.startShelf()
	w.tokens, w.leftOut = float64(w.cfg.Account.Burst), map[offering]time.Duration{}
	for p := range w.cfg.Pools {
		for range w.cfg.Pools[p].Initial {
			v := w.announce(policy.PoolID(p), w.emptiest(policy.PoolID(p), func(int) bool { return true }), policy.Asked, 2*uint64(len(w.vms)))
			v.begun, v.fresh = v.WarmRequests, -v.WarmFor
			w.run(v)
			w.ready(v)
		}
	}
	for i := range w.cfg.Faults {
		w.at(w.cfg.Faults[i].At, func() { w.fault(i) })
	}
	w.at(w.sampled.every, w.sample)
	if w.cfg.TelemetryPeriod > 0 {
		first := w.cfg.TelemetryPhase
		if first == 0 {
			first = w.cfg.TelemetryPeriod
		}
		w.at(first, w.report)
	}
}

// at plans something. What follows at once comes before all else of that instant.
func (w *world) at(at time.Duration, do func()) {
	rank := 0
	if at <= w.now {
		rank = -1
	}
	w.plan(at, rank, do)
}

func (w *world) plan(at time.Duration, rank int, do func()) {
	w.todo = append(w.todo, task{at, rank, do})
}

func (t *task) before(o *task) bool { return t.at < o.at || t.at == o.at && t.rank < o.rank }

// peek looks at the next arrival that is known now.
func (w *world) peek() {
	if loop, ok := w.src.(workloads.ClosedSource); ok {
		at, more := loop.Peek()
		if w.next = nil; more && (w.cfg.Duration == 0 || at < w.cfg.Duration || w.cfg.Clients != nil) {
			w.next = &workloads.Arrival{At: at}
		}
		return
	}
	var a workloads.Arrival
	if w.next = nil; w.src.Next(&a) && (w.cfg.Duration == 0 || a.At < w.cfg.Duration) {
		w.next = &a
	}
}

// advance does what happens next; false where the run is over.
func (w *world) advance() bool {
	first := -1
	for i := range w.todo {
		if first < 0 || w.todo[i].before(&w.todo[first]) {
			first = i
		}
	}
	at := w.todo[first].at // the next sample is always there
	done, vmFirst := w.completion()
	if vmFirst != nil && (done < at || done == at && w.todo[first].rank >= 0) {
		at = done
	} else {
		vmFirst = nil
	}
	spent, poor := w.spent()
	if poor != nil && spent < at {
		at, vmFirst = spent, nil
	} else {
		poor = nil
	}
	arrives := w.next != nil && w.next.At < at
	if arrives {
		at = w.next.At
	}
	if w.over(at) {
		return false
	}
	w.pass(at)
	switch {
	case arrives:
		w.arrive()
	case poor != nil:
		poor.credits, poor.launch, poor.out = 0, 0, true
	case vmFirst != nil:
		w.complete(vmFirst)
	default:
		t := w.todo[first]
		w.todo = append(w.todo[:first:first], w.todo[first+1:]...)
		t.do()
	}
	return true
}

// over says whether the run is, before an instant: all requests have ended and none may
// come, or they were given up.
func (w *world) over(at time.Duration) bool {
	if w.next != nil {
		return false
	}
	for _, q := range w.requests {
		if !q.ended {
			w.cutOff = at > w.last+w.drainCap()
			return w.cutOff
		}
	}
	return at > max(w.cfg.Duration, w.finished)
}

// drainCap is how long after the last arrival unfinished requests are cut off.
func (w *world) drainCap() time.Duration {
	if w.cfg.DrainCap > 0 {
		return w.cfg.DrainCap
	}
	return time.Hour
}

// tell takes one event to the control plane and does what it wants.
func (w *world) tell(e policy.Event) {
	cmds := w.c.Step(w.now, &e, nil)
	if w.cfg.Journal != nil {
		w.cfg.Journal.Add(w.now, &e, cmds)
	}
	for _, c := range cmds {
		w.obey(c, &e)
	}
}

func (w *world) obey(c policy.Command, e *policy.Event) {
	switch c.Kind {
	case policy.Dispatch, policy.Invoke:
		w.send(c)
	case policy.Deliver:
		w.deliver(w.requests[c.Request], c.Attempt)
	case policy.Reject:
		w.reject(w.requests[c.Request], c)
	case policy.Cancel:
		w.cancel(w.requests[c.Request].attempts[c.Attempt], c.N == 1)
	case policy.Launch:
		for range c.N {
			w.launch(c.Pool)
		}
	case policy.Drain:
		w.vms[c.Worker].draining, w.vms[c.Worker].toldEmpty = true, false
		w.drained(w.vms[c.Worker])
	case policy.Terminate:
		w.terminate(w.vms[c.Worker])
	case policy.SetConcurrency, policy.SetKeepAlive, policy.SetPrewarm, policy.Unload:
		w.setService(c)
	case policy.Record:
		w.record(w.requests[c.Request], e)
	case policy.Lookup:
		w.lookup(w.requests[c.Request])
	case policy.WakeAt:
		w.wake++
		n := w.wake
		w.plan(max(c.At, w.now), 1, func() {
			if n == w.wake {
				w.tell(policy.Event{Kind: policy.Wake})
			}
		})
	}
}

// arrive takes the next request.
func (w *world) arrive() {
	a := *w.next
	if _, ok := w.src.(workloads.ClosedSource); ok {
		w.src.Next(&a)
	}
	id := len(w.requests)
	q := &request{Arrival: a}
	r := &q.record
	r.ID, r.Class, r.Arrival, r.Work, r.User, r.Try, r.First = uint64(id), uint16(a.Class), a.At, a.Work, a.User, a.Try, a.First
	if w.cfg.Clients == nil {
		r.User, r.First = r.ID, a.At
	}
	r.Worker, r.Start, r.Finish = -1, results.Never, results.Never
	service := w.idle(a.Work, a.Class)
	r.Ideal = service + 2*w.net()
	r.Limit = w.limit(r)
	k := &w.ctl.Classes[a.Class]
	r.Bound = k.Bound
	if k.Factor > 0 {
		r.Bound = time.Duration(k.Factor * float64(service))
	}
	w.requests = append(w.requests, q)
	w.last = w.now
	w.sampled.arrivals++
	w.sampled.work += a.Work.Seconds()
	e := policy.Event{
		Kind: policy.Arrival, Request: policy.RequestID(id), Class: a.Class, Key: a.Key, Features: a.Features,
		Bytes: a.BytesIn, Idempotent: true, Truth: a.Work.Seconds(),
	}
	if w.cfg.Timeout > 0 {
		e.At = w.now + w.cfg.Timeout
		w.at(e.At, func() { w.leave(q) })
	}
	w.peek()
	w.tell(e)
}

// idle is the service time on an idle worker of the first pool, else on a function.
func (w *world) idle(work time.Duration, class policy.ClassID) time.Duration {
	if len(w.ctl.Pools) > 0 {
		cores := max(min(w.ctl.Classes[class].Cores, w.ctl.Pools[0].Cores), 1)
		return time.Duration(float64(work) / (w.ctl.Pools[0].Speed * float64(cores)))
	}
	f := w.own(class)
	return f.Floor + time.Duration(float64(work)/f.Share)
}

// limit is the longest response time on an idle worker with which a request can be
// answered under any policy; 0: there is none.
func (w *world) limit(r *results.Request) time.Duration {
	least := w.cfg.Timeout
	_, own := w.ctl.Router.(policy.AttemptTimer) // it sets time-outs itself: they are its policy
	if d := w.ctl.Retry.AttemptTimeout; d > 0 && !own && (least == 0 || d < least) {
		least = d
	}
	for i := range w.ctl.Pools {
		if w.ctl.Pools[i].Initial > 0 || w.ctl.Pools[i].Max > 0 {
			return least // machines can exist
		}
	}
	longest := time.Duration(0) // on an idle worker, of what just fits a function
	for _, f := range w.service.owns {
		if f.Timeout == 0 {
			return least
		}
		fits := time.Duration(max(f.Timeout-f.Floor, 0).Seconds() * f.Share * 1e9)
		takes := f.Floor + time.Duration(float64(fits)/f.Share)
		if len(w.ctl.Pools) > 0 {
			takes = w.idle(fits, 0)
		}
		longest = max(longest, takes)
	}
	if len(w.service.owns) > 0 && w.idle(r.Work, policy.ClassID(r.Class)) > longest {
		return 1 // no function can serve it
	}
	return least
}

// net is one way between gateway and worker, on average.
func (w *world) net() time.Duration { return rounded(w.cfg.Network.Mean()) }

// close ends the run.
func (w *world) close() {
	end := max(w.cfg.Duration, w.finished)
	if w.cutOff {
		w.pass(w.last + w.drainCap())
		w.cut()
		end = max(end, w.now)
	}
	w.pass(end)
	for _, q := range w.requests {
		if !q.ended {
			q.record.Ending, q.record.Reason = results.Unfinished, w.c.Waiting(policy.RequestID(q.record.ID))
			q.awaiting = w.boots(q)
		}
		w.out.Requests = append(w.out.Requests, q.record)
		w.out.Awaiting = append(w.out.Awaiting, q.awaiting)
	}
	w.out.End = end
	w.bill(end)
}
