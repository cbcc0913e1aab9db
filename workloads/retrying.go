package workloads

import (
	"math"
	"time"

	"cnv/policy"
)

// Patience says how often, and how soon, the client of a request that was not
// served tries again.
type Patience struct {
	Retry   int           // tries after the first; at most 255
	Backoff time.Duration // before the first of them, doubling up to 20 s
	Jitter  float64       // each wait is drawn from [1 - Jitter, 1] of that; in [0, 1]
	// Budget is how many tries all clients together may add per request of their
	// own over time; bursts up to 10, also at the start. +Inf is no limit.
	Budget float64
}

// clientBurst is how many tries the budget of clients can save up: as that of
// policy.Retry.
const clientBurst = 10

// maxClientBackoff bounds the doubling of the wait; a longer first one stays as it is.
// Source: AWS SDKs and Tools Reference Guide, "Retry behavior": 20 s.
const maxClientBackoff = 20 * time.Second

// Retrying is a source whose clients try again, as p says. Each try is an
// arrival with the work, key and class of the first. What is drawn depends on
// seed, request and try alone. Requests that src makes at until or later are
// left out, tries are not; 0: none are.
func Retrying(src Source, p Patience, seed uint64, until time.Duration) ClosedSource {
	r := &retrying{src: src, p: p, until: until, rand: policy.NewRand(seed, "client-backoff", 0), tokens: clientBurst, open: policy.NewTable[Arrival]()}
	if r.loop, _ = src.(ClosedSource); r.loop == nil {
		r.fetch()
	}
	return r
}

// retrying implements ClosedSource.
type retrying struct {
	src    Source
	loop   ClosedSource // src, if it is one
	p      Patience
	until  time.Duration
	rand   *policy.Rand
	tokens float64

	ahead Arrival // of an open source
	more  bool    // there is one
	users uint64
	id    policy.RequestID
	open  policy.Table[Arrival]               // tries that have not ended
	again policy.Heap[time.Duration, Arrival] // repeated tries, in order of (instant, user)
}

// fetch reads the next arrival of an open source.
func (r *retrying) fetch() {
	r.more = r.src.Next(&r.ahead)
	if r.more && r.until > 0 && r.ahead.At >= r.until {
		r.more = false
	}
}

// own is the instant of the next request that is no repeated try.
func (r *retrying) own() (time.Duration, bool) {
	if r.loop == nil {
		return r.ahead.At, r.more
	}
	at, ok := r.loop.Peek()
	return at, ok && (r.until == 0 || at < r.until)
}

// Peek implements ClosedSource.
func (r *retrying) Peek() (time.Duration, bool) {
	at, ok := r.own()
	if len(r.again) > 0 && (!ok || r.again[0].Key <= at) {
		return r.again[0].Key, true
	}
	return at, ok
}

// Next implements Source. Of tries and requests at the same instant, tries
// come first.
func (r *retrying) Next(a *Arrival) bool {
	at, ok := r.own()
	switch {
	case len(r.again) > 0 && (!ok || r.again[0].Key <= at):
		*a = r.again.Pop().Value
	case !ok:
		return false
	default:
		if r.loop == nil {
			*a = r.ahead
			r.fetch()
		} else if !r.loop.Next(a) {
			return false
		}
		a.User, a.Try, a.First = r.users, 0, a.At
		r.users++
		r.tokens = min(r.tokens+r.p.Budget, clientBurst)
	}
	*r.open.At(r.open.Add(r.id)) = *a
	r.id++
	return true
}

// Err implements Source.
func (r *retrying) Err() error { return r.src.Err() }

// Finished implements ClosedSource.
func (r *retrying) Finished(id policy.RequestID, at time.Duration, served bool) {
	s := r.open.Find(id)
	if s < 0 {
		return
	}
	a := *r.open.At(s)
	r.open.Remove(s)
	if served || int(a.Try) >= min(r.p.Retry, math.MaxUint8) || !r.spend() {
		if r.loop != nil {
			r.loop.Finished(policy.RequestID(a.User), at, served)
		}
		return
	}
	a.At = max(at, a.At) + r.wait(&a)
	a.Try++
	r.again.Push(policy.Entry[time.Duration, Arrival]{Value: a, Key: a.At, Tie: a.User})
}

// spend takes a try from the budget, if one is left.
func (r *retrying) spend() bool {
	switch {
	case math.IsInf(r.p.Budget, 1):
		return true
	case r.tokens < 1:
		return false
	}
	r.tokens--
	return true
}

// wait is how long the client waits after a try that was not served.
func (r *retrying) wait(a *Arrival) time.Duration {
	most := min(math.Ldexp(float64(r.p.Backoff), int(a.Try)), float64(max(r.p.Backoff, maxClientBackoff)))
	r.rand.At(a.User<<8 | uint64(a.Try))
	return seconds(most * (1 - r.p.Jitter*r.rand.Float64()) / 1e9)
}
