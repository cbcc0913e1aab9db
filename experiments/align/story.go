package align

import (
	"slices"
	"time"

	"cnv/policy"
)

// never marks an instant that was not seen.
const never time.Duration = -1

// function stands for a worker where a function was called.
const function policy.WorkerID = -2

// A Look is what policies saw when a request was placed first, and what they chose.
type Look struct {
	At        time.Duration // since the first arrival
	Choice    policy.Choice
	Worker    policy.WorkerID // policy.NoWorker: none
	Work      float64         // predicted, CPU-seconds on the reference vCPU
	Queued    int             // requests that waited at the gateway
	Functions int             // calls in flight
	Workers   []Seen          // that were ready, by their numbers
}

// A Seen is what was seen of a worker.
type Seen struct {
	ID       policy.WorkerID
	InFlight int32
	CPU      float64       // utilisation as last reported
	Age      time.Duration // of that report; never: there was none
	Left     float64       // work left there, as predicted, seconds
}

// An attempt is one of a request.
type attempt struct {
	place      policy.WorkerID // or function
	begin, end time.Duration   // since the first arrival; end never: not seen
	work       float64         // measured; 0: not told
}

// A life is the instants of a worker since the first arrival, noInstant where not seen.
// asked is when its launch was commanded or, where nobody of this gateway did, known.
type life struct{ asked, ready, gone time.Duration }

// A Story is what a journal tells. It follows a Controller that is fed the journal, as its
// Witness, and the journal's own records.
type Story struct {
	Looks    []Look // by request, in order of arrival; of one that was never placed, At is never
	arrivals []time.Duration
	classes  []policy.ClassID
	attempts [][]attempt // by request
	workers  map[policy.WorkerID]*life
	launches []time.Duration                   // commands, since the first arrival
	asked    map[policy.PoolID][]time.Duration // those of which no worker is known yet
	index    map[policy.RequestID]int
	zero     time.Duration // the first arrival
	early    []func()      // what was seen before it
	begun    bool
}

// NewStory is of nothing yet.
func NewStory() *Story {
	return &Story{workers: map[policy.WorkerID]*life{}, index: map[policy.RequestID]int{}, asked: map[policy.PoolID][]time.Duration{}}
}

// Decided implements policy.Witness.
func (s *Story) Decided(v *policy.View, r *policy.Request, p policy.Placement) {
	i, ok := s.index[r.ID]
	if !ok || s.Looks[i].At != never {
		return
	}
	l := Look{At: v.Now - s.zero, Choice: p.Choice, Worker: policy.NoWorker, Work: r.Work, Queued: v.Queued(), Functions: v.FunctionsBusy()}
	if p.Choice == policy.ToWorker {
		l.Worker = p.Worker
	}
	for _, id := range slices.Sorted(slices.Values(v.Ready())) {
		w := v.Worker(id)
		x := Seen{ID: id, InFlight: w.InFlight, CPU: w.CPU, Age: never, Left: v.WorkLeft(id)}
		if w.AsOf >= 0 {
			x.Age = v.Now - w.AsOf
		}
		l.Workers = append(l.Workers, x)
	}
	s.Looks[i] = l
}

// Before takes the event of a record before the Controller does, so that what it decides is
// of a request that is known.
func (s *Story) Before(now time.Duration, e *policy.Event) {
	switch e.Kind {
	case policy.Arrival:
		if !s.begun {
			s.zero, s.begun = now, true
			for _, f := range s.early {
				f()
			}
			s.early = nil
		}
		s.index[e.Request] = len(s.Looks)
		s.Looks = append(s.Looks, Look{At: never, Worker: policy.NoWorker})
		s.arrivals, s.classes = append(s.arrivals, now-s.zero), append(s.classes, e.Class)
		s.attempts = append(s.attempts, nil)
	case policy.Done:
		if i, ok := s.index[e.Request]; ok && int(e.Attempt) < len(s.attempts[i]) {
			a := &s.attempts[i][e.Attempt]
			a.end, a.work = now-s.zero, e.Work
		}
	case policy.WorkerPending, policy.WorkerReady, policy.WorkerLost:
		told := *e
		s.when(func() { s.lives(now-s.zero, &told) })
	}
}

// After takes the commands of a record.
func (s *Story) After(now time.Duration, commands []policy.Command) {
	for k := range commands {
		c := &commands[k]
		switch c.Kind {
		case policy.Dispatch, policy.Invoke:
			i, ok := s.index[c.Request]
			if !ok {
				continue
			}
			place := c.Worker
			if c.Kind == policy.Invoke {
				place = function
			}
			for len(s.attempts[i]) <= int(c.Attempt) {
				s.attempts[i] = append(s.attempts[i], attempt{place: policy.NoWorker, begin: never, end: never})
			}
			s.attempts[i][c.Attempt] = attempt{place: place, begin: now - s.zero, end: never}
		case policy.Launch:
			pool, n := c.Pool, c.N
			s.when(func() {
				for range n {
					s.launches, s.asked[pool] = append(s.launches, now-s.zero), append(s.asked[pool], now-s.zero)
				}
			})
		case policy.Terminate:
			lost := policy.Event{Kind: policy.WorkerLost, Worker: c.Worker}
			s.when(func() { s.lives(now-s.zero, &lost) })
		}
	}
}

// when notes something now, or once the first arrival is known.
func (s *Story) when(f func()) {
	if s.begun {
		f()
	} else {
		s.early = append(s.early, f)
	}
}

// lives follows a worker.
func (s *Story) lives(at time.Duration, e *policy.Event) {
	w := s.workers[e.Worker]
	if w == nil {
		w = &life{asked: noInstant, ready: noInstant, gone: noInstant}
		s.workers[e.Worker] = w
	}
	switch {
	case e.Kind == policy.WorkerPending && w.asked == noInstant:
		w.asked = at
		if q := s.asked[e.Pool]; e.N == policy.Asked && len(q) > 0 {
			w.asked, s.asked[e.Pool] = q[0], q[1:]
		}
	case e.Kind == policy.WorkerReady && w.ready == noInstant:
		w.ready = at
	case e.Kind == policy.WorkerLost && w.gone == noInstant:
		w.gone = at
	}
}

// noInstant marks one of a worker that was not seen: others may lie before the first arrival.
const noInstant time.Duration = -1 << 62

// Requests is how many there were.
func (s *Story) Requests() int { return len(s.Looks) }

// there says whether a request is in flight at a place at an instant.
func (s *Story) there(i int, place policy.WorkerID, at time.Duration) (a *attempt, in bool) {
	for k := range s.attempts[i] {
		x := &s.attempts[i][k]
		if x.place == place {
			a = x
			if x.begin <= at && (x.end == never || x.end > at) {
				return x, true
			}
		}
	}
	return a, false
}
