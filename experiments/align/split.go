package align

import (
	"fmt"
	"math"
	"slices"
	"time"

	"cnv/policy"
)

// A Cause is why what policies see, or choose, differs.
type Cause uint8

// The causes.
const (
	None    Cause = iota
	Launch        // a launch was commanded at another time, or in one journal only
	Boot          // a worker took another time to be ready
	End           // a worker was lost or terminated at another time
	Work          // a request has other work
	Service       // a request took another time for the same work
	Arrival       // a request arrived at another time relative to the end of another one
	Attempt       // a request was sent elsewhere, or once more
	Report        // a CPU report has another value
	Age           // a CPU report is of another age
	Left          // the work left at a worker is another, as others have been there for another time
	Guess         // the work that is predicted is another
	Draw          // nothing differs that policies see: they draw
)

var causes = []string{"none", "a launch", "a boot", "the end of a worker", "the work of a request", "the duration of a request", "an arrival", "another attempt", "a CPU report", "the age of a CPU report", "the work left at a worker", "a prediction", "a draw of the policy"}

func (c Cause) String() string { return causes[c] }

// A Split is the first place where two journals part.
type Split struct {
	Request int           // by order of arrival, from 0; -1: there is none
	At      time.Duration // since the first arrival, in the first journal
	Differs string        // what
	Cause   Cause
	Says    string // the cause, with its numbers
}

// A Comparison is two journals against each other.
type Comparison struct {
	Requests  int   // that both have
	Alike     int   // of these, placed alike at first
	View      Split // the first view that differs in what is counted: workers, requests in flight, waiting
	Placement Split // the first placement that differs
}

// Compare aligns two stories, request by request. live and simulated are what they are called.
func Compare(a, b *Story) Comparison {
	c := Comparison{Requests: min(a.Requests(), b.Requests()), View: Split{Request: -1}, Placement: Split{Request: -1}}
	for i := range c.Requests {
		x, y := &a.Looks[i], &b.Looks[i]
		if x.At == never || y.At == never {
			continue
		}
		if c.View.Request < 0 {
			c.View = viewSplit(a, b, i)
		}
		if x.Choice == y.Choice && x.Worker == y.Worker {
			c.Alike++
			continue
		}
		if c.Placement.Request < 0 {
			c.Placement = placementSplit(a, b, i)
		}
	}
	return c
}

// viewSplit says in what the counts that two views hold differ at a request, and why.
func viewSplit(a, b *Story, i int) Split {
	x, y := &a.Looks[i], &b.Looks[i]
	s := Split{Request: -1}
	found := func(cause Cause, says, differs string, args ...any) Split {
		return Split{i, x.At, fmt.Sprintf(differs, args...), cause, says}
	}
	if id, ok := onlyOne(x, y); ok {
		cause, says := fleetCause(a, b, id)
		return found(cause, says, "worker %d is ready %s only", id, where(hasWorker(x, id)))
	}
	for k := range x.Workers {
		if p, q := &x.Workers[k], &y.Workers[k]; p.InFlight != q.InFlight {
			cause, says := flightCause(a, b, i, p.ID)
			return found(cause, says, "worker %d has %s in flight live, %d simulated", p.ID, policy.Count(int(p.InFlight), "request"), q.InFlight)
		}
	}
	if x.Functions != y.Functions {
		cause, says := flightCause(a, b, i, function)
		return found(cause, says, "%s of functions in flight live, %d simulated", policy.Count(x.Functions, "call"), y.Functions)
	}
	if x.Queued != y.Queued {
		return found(Arrival, "requests wait at the gateway that have gone on in the other journal", "%s waiting at the gateway live, %d simulated", policy.Count(x.Queued, "request"), y.Queued)
	}
	return s
}

// where names a journal.
func where(first bool) string {
	if first {
		return "live"
	}
	return "simulated"
}

// onlyOne is the first worker that is ready in one view only.
func onlyOne(x, y *Look) (policy.WorkerID, bool) {
	for _, both := range [][2]*Look{{x, y}, {y, x}} {
		for _, w := range both[0].Workers {
			if !hasWorker(both[1], w.ID) {
				return w.ID, true
			}
		}
	}
	return 0, false
}

func hasWorker(l *Look, id policy.WorkerID) bool {
	return slices.ContainsFunc(l.Workers, func(w Seen) bool { return w.ID == id })
}

// soon is how far apart the instants of two worlds are that are taken for one.
const soon = 100 * time.Millisecond

// fleetCause says why a worker is ready in one journal only.
func fleetCause(a, b *Story, id policy.WorkerID) (Cause, string) {
	x, y := a.workers[id], b.workers[id]
	switch {
	case x == nil || y == nil || x.asked == noInstant || y.asked == noInstant:
		return Launch, fmt.Sprintf("worker %d was launched %s only by then: %s", id, where(x != nil && x.asked != noInstant), launched(a, b))
	case x.gone != y.gone && (x.ready != noInstant && y.ready != noInstant) && absent(x.gone, y.gone):
		return End, fmt.Sprintf("worker %d ended %s live, %s simulated", id, instant(x.gone), instant(y.gone))
	case absent(x.asked, y.asked):
		return Launch, fmt.Sprintf("worker %d was launched %s live, %s simulated", id, instant(x.asked), instant(y.asked))
	}
	return Boot, fmt.Sprintf("worker %d took %s to be ready live, %s simulated", id, boot(x), boot(y))
}

// absent says whether two instants are apart.
func absent(x, y time.Duration) bool {
	return x == noInstant || y == noInstant || max(x-y, y-x) > soon
}

// boot says how long a worker took to be ready.
func boot(w *life) string {
	if w.ready == noInstant {
		return "longer than that"
	}
	return (w.ready - w.asked).Round(time.Millisecond).String()
}

// instant says one since the first arrival.
func instant(d time.Duration) string {
	switch {
	case d == noInstant:
		return "never"
	case d < 0:
		return "before the first arrival"
	}
	return "at " + d.Round(time.Millisecond).String()
}

// launched says the first command to launch that differs.
func launched(a, b *Story) string {
	for k := range max(len(a.launches), len(b.launches)) {
		switch {
		case k >= len(a.launches):
			return fmt.Sprintf("launch %d was commanded at %v simulated only", k+1, b.launches[k].Round(time.Millisecond))
		case k >= len(b.launches):
			return fmt.Sprintf("launch %d was commanded at %v live only", k+1, a.launches[k].Round(time.Millisecond))
		case absent(a.launches[k], b.launches[k]):
			return fmt.Sprintf("launch %d was commanded at %v live, %v simulated", k+1, a.launches[k].Round(time.Millisecond), b.launches[k].Round(time.Millisecond))
		}
	}
	return "commands to launch are alike"
}

// flightCause says why a place has more in flight in one journal when a request is placed:
// the first earlier request that is there in one of them only.
func flightCause(a, b *Story, i int, place policy.WorkerID) (Cause, string) {
	x, y := &a.Looks[i], &b.Looks[i]
	for j := range i {
		p, in := a.there(j, place, x.At)
		q, also := b.there(j, place, y.At)
		if in == also {
			continue
		}
		if p == nil || q == nil || p.begin == never || q.begin == never {
			return Attempt, fmt.Sprintf("request %d was sent there %s only", j, where(p != nil))
		}
		return durationCause(a, b, i, j, p, q)
	}
	return Arrival, "what is in flight there began at the same instant"
}

// sameWork is the ratio of two works up to which they are one.
const sameWork = 1.02

// durationCause says why request j was still in flight when request i came in one journal,
// and not in the other.
func durationCause(a, b *Story, i, j int, p, q *attempt) (Cause, string) {
	took := func(x *attempt) string {
		if x.end == never {
			return "without an end"
		}
		return (x.end - x.begin).Round(time.Microsecond).String()
	}
	says := fmt.Sprintf("request %d took %s live, %s simulated", j, took(p), took(q))
	if p.end == never || q.end == never {
		return Service, says
	}
	long, short := p.end-p.begin, q.end-q.begin
	gap := max(long-short, short-long)
	moved := (a.arrivals[i] - a.arrivals[j]) - (b.arrivals[i] - b.arrivals[j])
	switch {
	case max(moved, -moved) > gap:
		return Arrival, fmt.Sprintf("request %d came %v later after request %d than simulated; %s", i, moved.Round(time.Microsecond), j, says)
	case p.work > 0 && q.work > 0 && (p.work > sameWork*q.work || q.work > sameWork*p.work):
		return Work, fmt.Sprintf("%s; its work was %.4g s of CPU live, %.4g s simulated", says, p.work, q.work)
	case p.work > 0 && q.work > 0:
		return Service, fmt.Sprintf("%s, for the same work of %.4g s of CPU", says, p.work)
	}
	return Service, says
}

const (
	// otherCPU is the difference of two utilisations that counts.
	otherCPU = 0.02
	// otherLeft is the ratio of two predictions of work that counts.
	otherLeft = 1.05
)

// placementSplit says where a request was placed, and why elsewhere.
func placementSplit(a, b *Story, i int) Split {
	x, y := &a.Looks[i], &b.Looks[i]
	s := viewSplit(a, b, i)
	s.Request, s.At = i, x.At
	was := fmt.Sprintf("%s live, %s simulated", chosen(x), chosen(y))
	if s.Cause != None {
		s.Says, s.Differs = s.Differs+": "+s.Says, was
		return s
	}
	s.Differs = was
	if ratio(x.Work, y.Work) > otherLeft {
		s.Cause, s.Says = Guess, fmt.Sprintf("its work was predicted as %.4g s live, %.4g s simulated", x.Work, y.Work)
		return s
	}
	for k := range x.Workers {
		p, q := &x.Workers[k], &y.Workers[k]
		switch {
		case p.Age == never != (q.Age == never) || math.Abs(p.CPU-q.CPU) > otherCPU:
			s.Cause, s.Says = Report, fmt.Sprintf("worker %d: %s live, %s simulated", p.ID, report(p), report(q))
			return s
		case ratio(p.Left, q.Left) > otherLeft:
			s.Cause, s.Says = Left, fmt.Sprintf("worker %d has %.4g s of work left live, %.4g s simulated", p.ID, p.Left, q.Left)
			return s
		case max(p.Age-q.Age, q.Age-p.Age) > time.Second:
			s.Cause, s.Says = Age, fmt.Sprintf("worker %d: %s live, %s simulated", p.ID, report(p), report(q))
			return s
		}
	}
	s.Cause, s.Says = Draw, "nothing that policies see differs, so it is what the policy draws, or ages and work left by little"
	return s
}

// ratio is that of two values, at least 1; 1 of two that are 0.
func ratio(x, y float64) float64 {
	switch low, high := min(x, y), max(x, y); {
	case high <= 0:
		return 1
	case low <= 0:
		return math.Inf(1)
	default:
		return high / low
	}
}

// report says what a worker reported last.
func report(w *Seen) string {
	if w.Age == never {
		return "no CPU report"
	}
	return fmt.Sprintf("%.0f %% of CPU reported %v before", 100*w.CPU, w.Age.Round(time.Millisecond))
}

// chosen says where a request was placed.
func chosen(l *Look) string {
	switch {
	case l.Choice == policy.ToWorker && l.Worker >= 0:
		return fmt.Sprintf("worker %d", l.Worker)
	case l.Choice == policy.ToWorker:
		return "it waits for a worker"
	}
	return l.Choice.String()
}
