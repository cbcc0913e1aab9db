package policy

import "time"

// Sight says which requests in flight at a worker a gateway counts: Worker.InFlight, and all
// that is found by it (View.Least, Idle, With, Busy, Full). Work left and responses are
// predicted from the gateway's own requests in any case, as nobody reports work.
type Sight uint8

const (
	// SeesOwn is what the gateway has sent and what has not ended; exact where it is the
	// only one.
	SeesOwn Sight = iota
	// SeesAll is that and, of other gateways, what the worker had of them when it last
	// reported.
	SeesAll
	// SeesReported is what the worker had of all gateways when it last reported: the
	// bulletin board of Mitzenmacher (2000, doi:10.1109/71.841751).
	SeesReported
	// SeesSent is that and what the gateway has sent there from the instant of the report
	// on, whether or not it has ended.
	SeesSent
)

// String is the word of experiment files.
func (s Sight) String() string { return [...]string{"own", "all", "reported", "sent"}[s] }

// Sights are all of them by name.
func Sights() []string { return []string{"own", "all", "reported", "sent"} }

// sightings is what reports have said of requests in flight.
type sightings struct {
	of       Sight
	reported []int32               // by WorkerID: what the last report said
	sent     []Ring[time.Duration] // by WorkerID: instants of what was sent since; only of SeesSent
}

// seen is how many requests are counted at a worker.
func (s *sightings) seen(w *Worker) int32 {
	n := s.reported[w.ID]
	switch s.of {
	case SeesAll:
		return n + w.Own
	case SeesSent:
		return n + int32(s.sent[w.ID].Len())
	}
	return n
}

// grow makes room for workers.
func (s *sightings) grow(n int) {
	for len(s.reported) < n {
		s.reported, s.sent = append(s.reported, 0), append(s.sent, Ring[time.Duration]{})
	}
}

// Own is the requests of this gateway that are in flight at a worker: exact.
func (v *View) Own(id WorkerID) int { return int(v.f.workers[id].Own) }

// recount follows what changes the requests that are seen at a worker, and of the gateway's
// own work there.
// Unlike where all are its own, they may change by any number, or not at all.
func (f *fleet) recount(now time.Duration, w *Worker) {
	f.sight.grow(len(f.workers))
	n := w.InFlight
	w.InFlight = f.sight.seen(w)
	if w.bucket < 0 {
		return
	}
	f.load.jump(f.workers, w, n)
	f.follow(w)
	if f.free.on {
		w.freeAt = f.freeAt(now, w)
		f.free.move(w)
	}
	if f.lines != nil {
		f.lines.waiting += f.beyond(w, int(w.InFlight)) - f.beyond(w, int(n))
	}
}

// jump follows a change of w.InFlight from n by any number.
func (x *loadIndex) jump(ws []Worker, w *Worker, n int32) {
	x.take(ws, w, n)
	x.total += int(w.InFlight - n)
	x.put(w)
	x.min = min(x.min, int(w.InFlight))
	x.settle()
}

// send notes that a request is sent to a worker.
func (f *fleet) send(now time.Duration, w *Worker) {
	if f.sight.of == SeesSent {
		f.sight.grow(len(f.workers))
		f.sight.sent[w.ID].Push(now)
	}
	f.recount(now, w)
}

// heard takes what a worker had in flight at an instant: of all gateways, or of SeesAll, of
// the others.
// What was sent at that very instant came after the report.
func (f *fleet) heard(now time.Duration, w *Worker, at time.Duration, n int32) {
	s := &f.sight
	if s.of == SeesOwn {
		return
	}
	s.grow(len(f.workers))
	s.reported[w.ID] = max(n, 0)
	for sent := &s.sent[w.ID]; sent.Len() > 0 && *sent.Front() < at; {
		sent.Drop()
	}
	f.recount(now, w)
}

// gateways is how many gateways there are.
func (c *Config) gateways() int { return max(c.Gateways, 1) }

// times makes the demand on all gateways of that on this one.
func (d Demand) times(n int) Demand {
	if n == 1 {
		return d
	}
	by := float64(n)
	return Demand{d.Arrivals * by, d.Unknown * by, d.Work * by, d.Spilled * by, d.Rejected * by}
}
