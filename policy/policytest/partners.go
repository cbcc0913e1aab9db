package policytest

import (
	"math"
	"time"

	"cnv/policy"
)

// The policies in this file stand beside the one under test: simple ones,
// some of them erratic on purpose, and all of them deterministic.

// least routes to the first of the least loaded workers.
type least struct{}

func (least) Route(v *policy.View, _ *policy.Request) (policy.WorkerID, bool) {
	if l := v.Least(); len(l) > 0 {
		return l[0], true
	}
	return policy.NoWorker, false
}

// erratic is a Router with and without an answer by turns, to see a Spill
// with both.
type erratic struct{}

func (erratic) Route(v *policy.View, r *policy.Request) (policy.WorkerID, bool) {
	if r.ID%3 == 0 {
		return policy.NoWorker, false
	}
	return least{}.Route(v, r)
}

// mixed is a Spill that makes every choice now and then.
type mixed struct{}

func (mixed) Decide(v *policy.View, r *policy.Request, _ policy.WorkerID, ok bool) policy.Choice {
	switch h := uint64(r.ID) * 0x9e3779b97f4a7c15 >> 60; {
	case h == 0:
		return policy.ToQueue
	case h == 1:
		return policy.ToReject
	case h < 4 && v.FunctionFits(r), !ok && v.FunctionFits(r):
		return policy.ToFunction
	case !ok:
		return policy.ToQueue
	}
	return policy.ToWorker
}

// insists is a Spill that uses functions for whatever they can ever take.
type insists struct{}

func (insists) Steady()        {}
func (insists) FunctionsOnly() {}
func (insists) Decide(v *policy.View, r *policy.Request, _ policy.WorkerID, ok bool) policy.Choice {
	switch {
	case v.FunctionTakes(r):
		return policy.ToFunction
	case ok:
		return policy.ToWorker
	}
	return policy.ToQueue
}

// overflows is a Spill that uses a function where there is no host or the worker is busy.
type overflows struct{}

func (overflows) Steady() {}
func (overflows) Decide(v *policy.View, r *policy.Request, w policy.WorkerID, ok bool) policy.Choice {
	switch {
	case ok && !v.Busy(w):
		return policy.ToWorker
	case v.FunctionFits(r):
		return policy.ToFunction
	case ok:
		return policy.ToWorker
	}
	return policy.ToQueue
}

// swinging is a Scaler that wants what changes all the time.
type swinging struct{ n int }

func (s *swinging) Period() time.Duration { return 5 * time.Second }

func (s *swinging) Size(v *policy.ScaleView) policy.Plan {
	s.n++
	var want []int
	for i := range v.Pools() {
		want = append(want, (s.n*7+i)%9-1)
	}
	return policy.Plan{Desired: want}
}

// told is the exact estimator: a request's predicted work is the Truth of
// its arrival.
type told struct{}

func (told) Exact()                                                  {}
func (told) Estimate(time.Duration, *policy.Request) (float64, bool) { return 0, false }
func (told) Learn(time.Duration, *policy.Request, float64)           {}

// wild is an estimator whose predictions are absurd by turns. The Controller
// keeps from policies what is no number, negative or infinite; the rest they
// have to survive.
type wild struct{}

func (wild) Estimate(_ time.Duration, r *policy.Request) (float64, bool) {
	absurd := [...]float64{0, math.NaN(), 1e300, math.Inf(1), 1e-300, -1, 0.5}
	return absurd[int(r.ID)%len(absurd)], r.ID%9 > 0
}

func (wild) Learn(time.Duration, *policy.Request, float64) {}

// strict is a Health that ejects a worker at its first failure, and tests it.
type strict struct{}

func (strict) Panic() float64 { return 0.4 }
func (strict) Tests() int     { return 2 }
func (strict) Judge(_ *policy.View, o *policy.Outcome) time.Duration {
	if o.Status == policy.OK {
		return 0
	}
	return 3 * time.Second
}
