package calibrate

import (
	"slices"
	"time"

	"cnv/policy"
)

// never marks an instant that was not seen.
const never time.Duration = -1

// A Launch is a worker that a scaler asked for, and what was seen of it.
type Launch struct {
	Pool                         policy.PoolID
	Asked, Known, Running, Ready time.Duration // never: not seen
	Ended                        time.Duration // it was lost or terminated; never: it was there at the end

	terminated bool
}

// An Attempt is a request that was sent to a worker or a function, and came to an end.
type Attempt struct {
	Class      policy.ClassID
	Worker     policy.WorkerID // policy.NoWorker: a function
	Pool       policy.PoolID   // of the worker
	Begin, End time.Duration
	Returned   time.Duration // when a function had ended a call that was cancelled; 0: it was not, or nobody was told
	Status     policy.Status
	Work       float64 // measured, CPU-seconds on the reference vCPU; 0: not told
	Cold       bool
	Instance   uint64 // of the function; 0: not told
	Crowded    bool   // the worker had more in flight than cores, at some time of it
	// Served is the work that it was given at most, CPU-seconds on the reference vCPU, by
	// the discipline of workers and by what else the gateway had sent to its worker.
	Served float64

	order int           // in which it was sent
	clock float64       // of the worker when it began
	begun time.Duration // when a core was free for it; never: not yet
}

// took is how long it was, in seconds.
func (a *Attempt) took() float64 { return (a.End - a.Begin).Seconds() }

// Seen is what a gateway has seen.
type Seen struct {
	Config   policy.Config // of the control plane, from the journal's header
	File     File          // the experiment
	Launches []*Launch     // in the order in which they were known; the initial workers are not among them
	Attempts []*Attempt    // in the order of their ends
	Periods  []float64     // between reports of a worker, seconds
	Delays   []float64     // from the instant that a report describes to its arrival, seconds
	Lookups  []float64     // from a question to the store to its answer, seconds
	Lost     []Loss        // workers that ended though nobody had terminated them
	Requests int
	Refused  int           // calls that the function service refused
	MostFull int           // calls in flight when it refused the last one
	Start    time.Duration // when the last worker was ready that was waited for before the first arrival
	Last     time.Duration // arrival
	End      time.Duration // of the last record

	asked    [][]time.Duration // by pool: launches that are not known yet, in order
	workers  map[policy.WorkerID]*host
	open     map[attemptID]*Attempt
	left     map[attemptID]*Attempt   // cancelled calls of functions that go on
	index    map[policy.RequestID]int // of requests, into requests
	requests []sized                  // in order of arrival
	lookups  map[policy.RequestID]time.Duration
	calls    int
	sent     int           // attempts
	told     []policy.Pool // as the experiment has them
	serving  *Fits         // how workers serve; nil: nobody has asked
	longest  time.Duration // attempt
}

type attemptID struct {
	request policy.RequestID
	attempt uint8
}

// A sized is what was seen of the work of a request.
type sized struct {
	class    policy.ClassID
	sized    bool    // it was measured
	answered bool    // by a worker or a function, in full
	given    float64 // the most that one attempt was given, CPU-seconds on the reference vCPU
}

// A host is a worker and what is in flight there.
type host struct {
	launch  *Launch
	cores   int
	speed   float64
	in      []*Attempt // in the order in which they were sent
	clock   float64    // work that each has had that shared the cores all the time
	at      time.Duration
	tainted time.Duration // until then, work may go on there that nobody waits for
	report  time.Duration // the last one; never
	notice  time.Duration // that it will be taken away; never
	until   time.Duration // when, by the notice
	well    time.Duration // the last answer of it; never
	failing time.Duration // the first attempt that failed there since; never
}

// NewSeen is for a control plane of this configuration, in this experiment.
func NewSeen(cfg policy.Config, file File) *Seen {
	return &Seen{
		Config: cfg, File: file, told: cfg.Pools, asked: make([][]time.Duration, len(cfg.Pools)), workers: map[policy.WorkerID]*host{},
		open: map[attemptID]*Attempt{}, left: map[attemptID]*Attempt{}, index: map[policy.RequestID]int{}, lookups: map[policy.RequestID]time.Duration{},
	}
}

// Again is to follow the same records under another configuration, by what Serve has found.
func (s *Seen) Again(cfg policy.Config) *Seen {
	out := NewSeen(cfg, s.File)
	out.told, out.serving = s.told, s.serving
	return out
}

// Add takes a record: an event, when it happened, and the commands that followed.
func (s *Seen) Add(now time.Duration, e *policy.Event, commands []policy.Command) {
	s.End = max(s.End, now)
	switch e.Kind {
	case policy.Arrival:
		s.Requests++
		s.Last = now
		s.index[e.Request] = len(s.requests)
		s.requests = append(s.requests, sized{class: e.Class})
	case policy.Done:
		s.done(now, e)
	case policy.Returned:
		if a := s.left[attemptID{e.Request, e.Attempt}]; a != nil {
			a.Returned = now
			delete(s.left, attemptID{e.Request, e.Attempt})
		}
	case policy.WorkerPending, policy.WorkerRunning, policy.WorkerReady, policy.WorkerLost, policy.WorkerNotice:
		s.life(now, e)
	case policy.LaunchFailed:
		s.unask(e.Pool, int(e.N))
	case policy.Telemetry:
		s.report(now, e)
	case policy.Found:
		if at, ok := s.lookups[e.Request]; ok {
			delete(s.lookups, e.Request)
			s.Lookups = append(s.Lookups, (now - at).Seconds())
		}
	}
	for i := range commands {
		s.command(now, &commands[i])
	}
}

// command takes one command.
func (s *Seen) command(now time.Duration, c *policy.Command) {
	switch c.Kind {
	case policy.Launch:
		if int(c.Pool) < len(s.asked) {
			for range c.N {
				s.asked[c.Pool] = append(s.asked[c.Pool], now)
			}
		}
	case policy.Dispatch:
		s.begin(now, c, c.Worker)
	case policy.Invoke:
		s.calls++
		s.begin(now, c, policy.NoWorker)
	case policy.Terminate:
		if w := s.workers[c.Worker]; w != nil {
			w.launch.terminated = true
		}
	case policy.Lookup:
		s.lookups[c.Request] = now
	}
}

// begin opens an attempt. A worker with more in flight than cores is shared, and all that
// is in flight there is longer than its work.
func (s *Seen) begin(now time.Duration, c *policy.Command, id policy.WorkerID) {
	a := &Attempt{Worker: id, Begin: now, order: s.sent}
	s.sent++
	if i, ok := s.index[c.Request]; ok {
		a.Class = s.requests[i].class
	}
	s.open[attemptID{c.Request, c.Attempt}] = a
	w := s.workers[id]
	if id == policy.NoWorker || w == nil {
		return
	}
	w.advance(now)
	a.Pool, a.Crowded, a.clock, a.begun = w.launch.Pool, now < w.tainted, w.clock, never
	w.in = append(w.in, a)
	w.serve(now)
	if len(w.in) > w.cores {
		for _, other := range w.in {
			other.Crowded = true
		}
	}
}

// done ends an attempt.
func (s *Seen) done(now time.Duration, e *policy.Event) {
	id := attemptID{e.Request, e.Attempt}
	a := s.open[id]
	if a == nil {
		return
	}
	delete(s.open, id)
	a.End, a.Status, a.Work, a.Cold, a.Instance = now, e.Status, max(e.Work, 0), e.Cold, e.Instance
	s.longest = max(s.longest, now-a.Begin)
	if a.Worker == policy.NoWorker {
		if f := s.Config.Functions; f != nil {
			a.Served = a.took() * f.Share
		}
	} else if w := s.workers[a.Worker]; w != nil {
		w.remove(now, a, s.Config.PS)
		w.health(now, e.Status)
		if s.File.runsOn() && e.Status != policy.OK {
			w.tainted = now + 2*s.longest
		}
	}
	if a.Worker == policy.NoWorker {
		if e.Status == policy.Cancelled && !e.Unstarted {
			s.left[id] = a
		}
		if e.Status == policy.Throttled {
			s.Refused++
			s.MostFull = s.calls - 1
		}
		s.calls--
	}
	if i, ok := s.index[e.Request]; ok {
		r := &s.requests[i]
		r.sized = r.sized || e.Status == policy.OK && a.Work > 0
		r.answered = r.answered || e.Status == policy.OK && a.Served > 0
		r.given = max(r.given, a.Served)
	}
	if !e.Unstarted {
		s.Attempts = append(s.Attempts, a)
	}
}

// advance brings the clock of the work that was shared out to now.
func (w *host) advance(now time.Duration) {
	if n := len(w.in); n > 0 {
		w.clock += (now - w.at).Seconds() * w.speed * min(1, float64(w.cores)/float64(n))
	}
	w.at = now
}

// serve notes who has a core from now on, where they are given in order.
func (w *host) serve(now time.Duration) {
	for _, a := range w.in[:min(w.cores, len(w.in))] {
		if a.begun == never {
			a.begun = now
		}
	}
}

// remove takes an attempt out that has ended, and says how much work it was given.
func (w *host) remove(now time.Duration, a *Attempt, shared bool) {
	w.advance(now)
	switch {
	case now < w.tainted: // what nobody waits for may have had the cores
	case shared:
		a.Served = w.clock - a.clock
	case a.begun != never:
		a.Served = (now - a.begun).Seconds() * w.speed
	}
	if i := slices.Index(w.in, a); i >= 0 {
		w.in = slices.Delete(w.in, i, i+1)
	}
	w.serve(now)
}

// life follows a worker.
func (s *Seen) life(now time.Duration, e *policy.Event) {
	if e.Kind == policy.WorkerPending {
		if int(e.Pool) >= len(s.asked) {
			return
		}
		l := &Launch{Pool: e.Pool, Asked: never, Known: now, Running: never, Ready: never, Ended: never}
		if q := s.asked[e.Pool]; e.N == policy.Asked && len(q) > 0 {
			l.Asked, s.asked[e.Pool] = q[0], q[1:]
			s.Launches = append(s.Launches, l)
		}
		s.workers[e.Worker] = &host{launch: l, cores: s.Config.Pools[e.Pool].Cores, speed: s.Config.Pools[e.Pool].Speed, report: never, notice: never, well: never, failing: never}
		return
	}
	w := s.workers[e.Worker]
	if w == nil {
		return
	}
	switch l := w.launch; e.Kind {
	case policy.WorkerRunning:
		l.Running = now
	case policy.WorkerReady:
		if l.Ready == never {
			l.Ready = now
		}
		if s.Requests == 0 {
			s.Start = now
		}
	case policy.WorkerLost:
		l.Ended = now
		if !l.terminated && l.Ready != never {
			s.Lost = append(s.Lost, w.loss(now))
		}
	case policy.WorkerNotice:
		if e.At >= 0 { // else it is only to be drained
			w.notice, w.until = now, e.At
		}
	}
}

// unask forgets launches that came to nothing.
func (s *Seen) unask(p policy.PoolID, n int) {
	if int(p) < len(s.asked) {
		s.asked[p] = s.asked[p][min(n, len(s.asked[p])):]
	}
}

// report takes in a worker's report.
func (s *Seen) report(now time.Duration, e *policy.Event) {
	w := s.workers[e.Worker]
	if w == nil {
		return
	}
	s.Delays = append(s.Delays, max(now-e.At, 0).Seconds())
	if w.report != never && e.At > w.report {
		s.Periods = append(s.Periods, (e.At - w.report).Seconds())
	}
	w.report = e.At
}
