package calibrate

import (
	"maps"
	"math"
	"slices"
	"time"

	"cnv/policy"
	"cnv/policy/journal/account"
	"cnv/results"
	"cnv/sim"
)

// A Measured turns what a gateway was told and answered into the metrics of a run, at the
// gateway: of a journal and of a simulated run by the same rules, so that the two compare.
type Measured struct {
	run    *results.Run
	cfg    *sim.Config
	follow *account.Follower
	open   map[policy.RequestID]*underway
	last   time.Duration // end of a request
	before []step        // what happened before the first arrival
	begun  bool          // there was an arrival
	counts results.Counts
	parts  parts
}

// An underway is a request that has not ended.
type underway struct {
	results.Request
	part       int             // of the run
	done       [2]policy.Event // the ends of its last two attempts
	onFunction [2]bool         // and where they ran
	delivered  bool            // the answer of attempt chosen is on its way to the client
	chosen     uint8
}

// NewMeasured is for a run of the configuration with so many requests, in Parts parts.
func NewMeasured(cfg *sim.Config, requests int) *Measured { return NewMeasuredBy(cfg, requests, Parts) }

// NewMeasuredBy is NewMeasured with another number of parts.
func NewMeasuredBy(cfg *sim.Config, requests, n int) *Measured {
	var classes []string
	for i := range cfg.Control.Classes {
		classes = append(classes, cfg.Control.Classes[i].Name)
	}
	return &Measured{
		run: results.NewRun(results.RunInfo{Classes: classes}), cfg: cfg, follow: account.NewFollower(cfg.Prices(&cfg.Control)),
		open: map[policy.RequestID]*underway{}, parts: parts{requests: requests, all: make([]partSum, n)},
	}
}

// A step is a record of a journal.
type step struct {
	event    policy.Event
	commands []policy.Command
}

// Add implements sim.Journal. A run begins with its first arrival: how long workers were
// waited for before, and were paid, is not what its policy has done.
func (m *Measured) Add(now time.Duration, e *policy.Event, commands []policy.Command) {
	if !m.begun && e.Kind != policy.Arrival {
		m.before = append(m.before, step{*e, slices.Clone(commands)})
		return
	}
	if !m.begun {
		m.begun = true
		for i := range m.before {
			m.follow.Add(now, &m.before[i].event, m.before[i].commands)
		}
		m.before = nil
	}
	m.follow.Add(now, e, commands)
	switch e.Kind {
	case policy.Arrival:
		m.open[e.Request] = &underway{part: m.parts.arrive(now), Request: results.Request{ID: uint64(e.Request), Class: uint16(e.Class), Arrival: now, Start: results.Never, Finish: results.Never, Worker: -1}}
	case policy.Done:
		if q := m.open[e.Request]; q != nil {
			if q.done[e.Attempt&1] = *e; q.delivered && q.chosen == e.Attempt {
				m.answered(now, e.Request, q)
			}
		}
	case policy.Gone:
		m.end(now, e.Request, results.TimedOut, policy.ReasonClient)
	}
	for i := range commands {
		m.command(now, &commands[i])
	}
}

// command takes one command.
func (m *Measured) command(now time.Duration, c *policy.Command) {
	q := m.open[c.Request]
	switch {
	case c.Kind == policy.Launch:
		m.counts.Launches += uint64(c.N)
	case q == nil:
	case c.Kind == policy.Dispatch || c.Kind == policy.Invoke:
		q.onFunction[c.Attempt&1] = c.Kind == policy.Invoke
	case c.Kind == policy.Deliver:
		q.delivered, q.chosen = true, c.Attempt
		if e := &q.done[c.Attempt&1]; e.Kind == policy.Done && e.Attempt == c.Attempt {
			m.answered(now, c.Request, q)
		}
	case c.Kind == policy.Reject:
		ending := results.Rejected
		if c.N == 502 || c.N == 504 {
			ending = results.Failed
		}
		m.end(now, c.Request, ending, c.Reason)
	}
}

// answered ends a request with the answer of the chosen attempt.
func (m *Measured) answered(now time.Duration, id policy.RequestID, q *underway) {
	e := &q.done[q.chosen&1]
	q.Finish, q.Kind, q.Cold = now, results.KindVM, e.Cold
	if q.onFunction[q.chosen&1] {
		q.Kind = results.KindFunction
	}
	q.Work = time.Duration(math.Round(max(e.Work, 0) * 1e9))
	class := &m.cfg.Control.Classes[q.Class]
	q.Ideal = time.Duration(float64(q.Work) / m.speed())
	if q.Bound = class.Bound; q.Bound == 0 {
		q.Bound = time.Duration(class.Factor * float64(q.Ideal))
	}
	m.end(now, id, results.Answered, policy.ReasonNone)
}

// speed is that of an idle worker of the first pool.
func (m *Measured) speed() float64 {
	if len(m.cfg.Control.Pools) > 0 {
		return m.cfg.Control.Pools[0].Speed
	}
	return m.cfg.Control.Functions.Share
}

// end ends a request.
func (m *Measured) end(now time.Duration, id policy.RequestID, how results.Ending, why policy.Reason) {
	q := m.open[id]
	if q == nil {
		return
	}
	delete(m.open, id)
	q.Ending, q.Reason = how, why
	m.last = max(m.last, now)
	m.run.Add(&q.Request)
	m.parts.end(q)
}

// Run is the run at its end.
func (m *Measured) Run() Run {
	for _, id := range slices.Sorted(maps.Keys(m.open)) {
		m.end(m.last, id, results.Unfinished, policy.ReasonNone)
	}
	m.follow.Close(m.last)
	m.counts.Invocations, m.counts.ColdStarts = m.follow.Invocations, m.follow.ColdStarts
	m.counts.VMSeconds = m.follow.WorkerTime.Seconds()
	m.counts.BusyCoreSeconds, m.counts.CoreSeconds = m.follow.BusyCore, m.follow.Core
	return Run{Row: m.run.Finish(m.last, m.follow.Ledger, m.counts), Parts: m.parts.finish()}
}
