package policy

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// An optional is an interface that a policy may have beside its role's, and the roles
// on which somebody calls it; none are named where it is called on all.
// Go takes a method that nobody calls for what it is: without this table a Spill with a Retry would
// compile, run and never retry.
type optional struct {
	name  string // of its method
	roles []string
	has   func(any) bool
}

// has says whether a policy is a T.
func has[T any](p any) bool {
	_, ok := p.(T)
	return ok
}

// optionals are all of them. Invariant: each that hook looks for has its line here, with
// the roles on which it looks.
var optionals = []optional{
	{"Steady", []string{"spill"}, has[Steady]},
	{"AskAgain", []string{"spill"}, has[Timely]},
	{"FunctionsOnly", []string{"spill"}, has[Insistent]},
	{"Trust", []string{"spill"}, has[Trusting]},
	{"RouteAgain", []string{"router"}, has[TimelyRouter]},
	{"NoHost", []string{"router"}, has[Diverter]},
	{"Explain", []string{"router"}, has[Explainer]},
	{"Forget", []string{"router"}, has[Forgetter]},
	{"TakesUnready", []string{"router"}, has[Hasty]},
	{"AttemptTimeout", []string{"router"}, has[AttemptTimer]},
	{"LeavesRunning", []string{"router"}, has[Leaver]},
	{"Retry", []string{"router"}, has[Retrier]},
	{"Resumed", []string{"router"}, has[Preselector]},
	{"NeverReplaces", []string{"router"}, has[Neglectful]},
	{"StartsFromNone", []string{"scaler"}, has[LateStarter]},
	{"FirstPeriod", []string{"scaler"}, has[FirstPeriod]},
	{"MeansOnly", []string{"estimator"}, has[MeansOnly]},
	{"Recall", []string{"estimator"}, has[Recaller]},
	{"Targets", []string{"estimator"}, has[Targeter]},
	{"Exact", []string{"estimator"}, has[Exact]},
	{"Leaves", []string{"admission"}, has[Dequeuer]},
	{"Spend", []string{"hedge"}, has[Sparing]},
	{"Tests", []string{"health"}, has[Tester]},
}

// uncalled refuses what a policy has and nobody would call on its role: whoever wrote it
// expects it to be called. One value may fill several roles.
func uncalled(roles []role, f *Functions) error {
	var errs []error
	for _, r := range roles {
		if f != nil && f.FixedKeepAlive && r.name == "keepalive" && has[KeepAlive](r.policy) {
			errs = append(errs, fmt.Errorf("policy: keepalive %T: this function service decides itself how long an idle environment lives", r.policy))
		}
		for _, o := range optionals {
			if o.has(r.policy) && !slices.ContainsFunc(roles, func(q role) bool { return slices.Contains(o.roles, q.name) && same(q.policy, r.policy) }) {
				errs = append(errs, fmt.Errorf("policy: %s %T has %s, which nobody calls on a %s: it is of a %s",
					r.name, r.policy, o.name, r.name, strings.Join(o.roles, " or ")))
			}
		}
	}
	return errors.Join(errs...)
}

// same says whether two roles are filled by one value.
// Pointers are compared as such; values are the same if they print alike, as == would panic on one
// that has a slice.
func same(a, b any) bool { return fmt.Sprintf("%T %p", a, a) == fmt.Sprintf("%T %p", b, b) }

// A Trusting Spill is told before the first request whether its Router is a Diverter:
// such a Router is the only judge of what a worker can take, by its own measure.
type Trusting interface {
	Trust(diverts bool)
}

// Couple tells a Router and a Spill of each other, before they are asked of a request
// together. New does so for its own.
func Couple(r Router, s Spill) {
	if t, ok := s.(Trusting); ok {
		_, diverts := r.(Diverter)
		t.Trust(diverts)
	}
}
