package trace

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"cnv/policy"
	"cnv/workloads"
	"cnv/workloads/features"
)

// Observed makes a trace of what a control plane was told and answered: the records
// of a journal. It holds all requests in memory.
type Observed struct {
	classes []policy.Class
	all     []Recorded
	open    map[policy.RequestID]*observed // that have not ended
	left    map[policy.RequestID]*observed // answered before the attempt ended (streams)
	last    time.Duration
	since   time.Duration // instants count from it; negative: from the first arrival
	shed    int64
	unsized int64 // answered, and nobody measured their work
}

// An observed is a request that has arrived.
type observed struct {
	at       int             // of Observed.all
	attempts int             // that were begun
	done     [2]policy.Event // the ends of attempts, the last two
	chosen   uint8           // the attempt whose answer the client got, from 0; only of Observed.left
}

// NewObserved is for a control plane with these classes.
func NewObserved(classes []policy.Class) *Observed {
	return &Observed{classes: classes, open: map[policy.RequestID]*observed{}, left: map[policy.RequestID]*observed{}, since: -1}
}

// Since has instants count from one that is no later than the first arrival, instead of
// from that.
func (o *Observed) Since(at time.Duration) { o.since = at }

// Step takes a record: an event, when it happened, and the commands that followed.
// It is an error if the event is of no class.
func (o *Observed) Step(at time.Duration, e *policy.Event, commands []policy.Command) error {
	o.last = max(o.last, at)
	switch e.Kind {
	case policy.Arrival:
		if int(e.Class) >= len(o.classes) {
			return fmt.Errorf("request %d is of class %d, there are %d", e.Request, e.Class, len(o.classes))
		}
		o.arrive(at, e)
	case policy.Done:
		o.ended(at, e)
	case policy.Gone:
		o.finish(at, e.Request, 499)
	case policy.Shed:
		o.shed += int64(e.N)
	}
	for i := range commands {
		switch c := &commands[i]; c.Kind {
		case policy.Dispatch, policy.Invoke:
			if r := o.open[c.Request]; r != nil {
				r.attempts = max(r.attempts, int(c.Attempt)+1) // attempts are numbered from 0
			}
		case policy.Deliver:
			o.deliver(at, c)
		case policy.Reject:
			o.finish(at, c.Request, int32(c.N))
		}
	}
	return nil
}

// arrive begins a request.
func (o *Observed) arrive(at time.Duration, e *policy.Event) {
	v := features.Vector(e.Features)
	r := Recorded{Arrival: workloads.Arrival{
		At: at, Class: e.Class, Key: e.Key, Work: workloads.Unknown, Wall: workloads.Unknown, Memory: workloads.Unknown,
		BytesIn: e.Bytes, BytesOut: workloads.Unknown, Status: workloads.Unknown, Features: e.Features,
	}, Attr: features.Format(o.classes[e.Class].Features, &v)}
	if e.Key != 0 {
		r.add("key", strconv.FormatUint(uint64(e.Key), 16))
	}
	o.open[e.Request] = &observed{at: len(o.all)}
	o.all = append(o.all, r)
}

// ended notes the end of an attempt.
func (o *Observed) ended(at time.Duration, e *policy.Event) {
	if r := o.open[e.Request]; r != nil {
		r.done[e.Attempt&1] = *e
	}
	if r := o.left[e.Request]; r != nil && r.chosen == e.Attempt {
		delete(o.left, e.Request)
		o.answered(at, r, e)
	}
}

// deliver is the answer of an attempt, which may still go on.
func (o *Observed) deliver(at time.Duration, c *policy.Command) {
	r := o.open[c.Request]
	if r == nil {
		return
	}
	if e := &r.done[c.Attempt&1]; e.Kind == policy.Done && e.Attempt == c.Attempt {
		delete(o.open, c.Request)
		o.answered(at, r, e)
		return
	}
	delete(o.open, c.Request)
	r.chosen = c.Attempt
	o.left[c.Request] = r
}

// answered is the end of a request by the end of an attempt.
func (o *Observed) answered(at time.Duration, r *observed, e *policy.Event) {
	to := &o.all[r.at]
	to.Wall, to.Status = at-to.At, statusOf(e)
	if e.Work > 0 {
		to.Work = microseconds(e.Work)
	} else if e.Status == policy.OK {
		o.unsized++
	}
	if x := e.Executed; x.Counted() {
		to.Executed = x
		to.add("instructions", strconv.FormatInt(x.Instructions, 10))
		to.add("blocks", strconv.FormatInt(x.Blocks, 10))
		to.add("calls", strconv.FormatInt(x.Calls, 10))
	}
	if e.Cold {
		to.add("cold", "1")
	}
	if r.attempts > 1 {
		to.add("attempts", strconv.Itoa(r.attempts))
	}
}

// finish is the end of a request without an answer of a worker.
func (o *Observed) finish(at time.Duration, id policy.RequestID, status int32) {
	r := o.open[id]
	if r == nil {
		if r = o.left[id]; r == nil {
			return
		}
	}
	delete(o.open, id)
	delete(o.left, id)
	to := &o.all[r.at]
	to.Wall, to.Status = at-to.At, status
	if r.attempts > 1 {
		to.add("attempts", strconv.Itoa(r.attempts))
	}
}

// statusOf is the HTTP status of an attempt that was delivered.
func statusOf(e *policy.Event) int32 {
	switch {
	case e.Code > 0:
		return int32(e.Code)
	case e.Status == policy.OK:
		return http.StatusOK
	case e.Status == policy.Timeout:
		return http.StatusGatewayTimeout
	case e.Status == policy.Throttled:
		return http.StatusTooManyRequests
	}
	return http.StatusBadGateway
}

// add adds an attribute.
func (r *Recorded) add(name, value string) {
	if r.Attr != "" {
		r.Attr += ";"
	}
	r.Attr += name + "=" + value
}

// Size says the work of the i-th arrival, seconds on the reference vCPU, where nobody has
// measured it. how stands in its attribute work.
func (o *Observed) Size(i int, work float64, how string) {
	if r := &o.all[i]; r.Work == workloads.Unknown {
		r.Work = microseconds(work)
		r.add("work", how)
	}
}

// Record writes the trace into a new folder, from the first arrival on unless Since says otherwise. Requests that
// have no end get the attribute cut=1. h says where the journal is from.
func (o *Observed) Record(dir string, h Header) (*Header, error) {
	cut := 0
	for _, open := range []map[policy.RequestID]*observed{o.open, o.left} {
		for _, r := range open {
			o.all[r.at].add("cut", "1")
			cut++
		}
	}
	note := func(n int64, text string) {
		if n > 0 {
			h.Notes = append(h.Notes, fmt.Sprintf("%d %s", n, text))
		}
	}
	note(int64(cut), "requests had no end when the journal ended (attribute cut=1): their status and duration are unknown")
	note(o.shed, "arrivals were refused before the control plane was asked: they are not in the trace")
	note(o.unsized, "answers came without measured work: theirs is unknown")
	first := o.since
	if len(o.all) > 0 && (first < 0 || first > o.all[0].At) {
		first = o.all[0].At
	}
	for i := range o.all {
		o.all[i].At -= first
	}
	span := time.Microsecond
	if n := len(o.all); n > 0 {
		span += o.all[n-1].At
	}
	var classes []workloads.Class
	for _, c := range o.classes {
		classes = append(classes, workloads.Class{Name: c.Name, Memory: workloads.Unknown, Features: c.Features, MeanWork: workloads.Unknown})
	}
	return Record(dir, h, span, classes, o.all)
}

// Requests is how many have arrived.
func (o *Observed) Requests() int { return len(o.all) }
