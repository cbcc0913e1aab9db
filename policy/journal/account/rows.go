package account

import (
	"time"

	"cnv/policy"
)

// RowsPerSecond bounds the rows by time of a class in a second, unless the Controller
// learns from them: estimators learn little from more, and each is paid for.
const RowsPerSecond = 10

// A Table is told what is to be asked of the table of measurements, or kept in it.
type Table interface {
	// Lookup asks for the newest row of a key.
	Lookup(c policy.ClassID, k policy.Key)
	// Keep keeps what a request has taken: e is what a Controller is told of it. A row
	// by time is where the next run finds the newest of a class, a row by key where
	// this run finds the newest of equal requests; there may be neither.
	Keep(id policy.RequestID, e *policy.Event, byTime, byKey bool)
	// Ended takes an attempt that has ended for the gateway.
	Ended(now time.Duration, r Running, e *policy.Event)
	// Answered takes the response time of a request whose answer was passed on whole.
	Answered(took time.Duration)
}

// Rows say which rows the table gets, by one rule in both worlds: those of attempts
// that the Controller has recorded, if their work was measured.
//
// Invariant: a request is in pending from its arrival until it is rejected, gone, or answered whole.
type Rows struct {
	learn    bool // the Controller learns from them: policy.Config.LearnByStore
	recalls  bool // it looks up equal requests: policy.Config.Recalls
	attempts Attempts
	pending  policy.Table[pending]
	pools    []policy.PoolID // by policy.WorkerID, also of those that are gone
	second   []int           // rows by time of this second, by class
}

// A pending is a request in flight: what its row will say.
type pending struct {
	class     policy.ClassID
	key       policy.Key
	features  [policy.MaxFeatures]float64
	came      time.Duration
	answering int16 // the attempt whose answer is passed on as it comes; -1 none
}

// NewRows returns the rule for a run with so many classes.
func NewRows(classes int, learn, recalls bool) *Rows {
	return &Rows{
		learn: learn, recalls: recalls, attempts: NewAttempts(), pending: policy.NewTable[pending](), second: make([]int, classes),
	}
}

// InFlight is how many requests and attempts are remembered: those that have not ended.
func (r *Rows) InFlight() (requests, attempts int) { return r.pending.Len(), len(r.attempts.of) }

// NextSecond begins a second.
// Whoever calls Add calls it at each change of the second of the run's clock.
func (r *Rows) NextSecond() { clear(r.second) }

// Add takes one step.
func (r *Rows) Add(now time.Duration, e *policy.Event, cmds []policy.Command, t Table) {
	pool := policy.NoPool // where an attempt that ends has run
	switch e.Kind {
	case policy.WorkerPending:
		r.announced(e.Worker, e.Pool)
	case policy.Arrival:
		r.arrived(now, e)
	case policy.Gone:
		r.forget(e.Request)
	case policy.Done, policy.Returned:
		if x, ended, _ := r.attempts.End(e); ended {
			if x.On >= 0 && int(x.On) < len(r.pools) {
				pool = r.pools[x.On]
			}
			t.Ended(now, x, e)
		}
	}
	for i := range cmds {
		switch c := &cmds[i]; c.Kind {
		case policy.Dispatch, policy.Invoke:
			r.attempts.Begin(now, c, false)
		case policy.Lookup:
			if s := r.pending.Find(c.Request); s >= 0 {
				p := r.pending.At(s)
				t.Lookup(p.class, p.key)
			}
		case policy.Record:
			r.record(now, c.Request, e, pool, t)
		case policy.Deliver:
			if s := r.pending.Find(c.Request); s >= 0 { // its record may come after it
				r.pending.At(s).answering = int16(c.Attempt)
			}
		case policy.Reject:
			r.forget(c.Request)
		}
	}
	if e.Kind != policy.Done {
		return
	}
	if s := r.pending.Find(e.Request); s >= 0 && r.pending.At(s).answering == int16(e.Attempt) {
		t.Answered(now - r.pending.At(s).came)
		r.pending.Remove(s)
	}
}

// record keeps what the attempt of a Done has taken.
// Work of 0 was not measured: nothing could be learnt from such a row.
func (r *Rows) record(now time.Duration, id policy.RequestID, e *policy.Event, pool policy.PoolID, t Table) {
	s := r.pending.Find(id)
	if s < 0 || e.Work <= 0 {
		return
	}
	p := r.pending.At(s)
	r.second[p.class]++
	t.Keep(id, &policy.Event{
		Kind: policy.Observed, Class: p.class, Key: p.key, Features: p.features,
		Work: e.Work, Executed: e.Executed, Pool: pool, At: now,
	}, r.learn || r.second[p.class] <= RowsPerSecond, r.recalls && p.key != 0)
}

// announced remembers the pool of a worker.
func (r *Rows) announced(id policy.WorkerID, p policy.PoolID) {
	if id < 0 {
		return
	}
	for int(id) >= len(r.pools) {
		r.pools = append(r.pools, policy.NoPool)
	}
	r.pools[id] = p
}

func (r *Rows) arrived(now time.Duration, e *policy.Event) {
	s := r.pending.Find(e.Request)
	if s < 0 {
		s = r.pending.Add(e.Request)
	}
	*r.pending.At(s) = pending{e.Class, e.Key, e.Features, now, -1}
}

// Its attempts are forgotten as they end.
func (r *Rows) forget(id policy.RequestID) {
	if s := r.pending.Find(id); s >= 0 {
		r.pending.Remove(s)
	}
}
