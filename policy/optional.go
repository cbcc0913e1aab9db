package policy

import (
	"errors"
	"fmt"
	"reflect"
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
	reflect.Type
}

// iface is the type of an interface.
func iface[T any]() reflect.Type { return reflect.TypeFor[T]() }

// on says whether a policy has it.
func (o optional) on(p any) bool { return reflect.TypeOf(p).Implements(o.Type) }

// optionals are those of some roles. Invariant: each that hook looks for has its line here, with
// the roles on which it looks.
var optionals = []optional{
	{"Steady", []string{"spill"}, iface[Steady]()},
	{"AskAgain", []string{"spill"}, iface[Timely]()},
	{"FunctionsOnly", []string{"spill"}, iface[Insistent]()},
	{"Trust", []string{"spill"}, iface[Trusting]()},
	{"RouteAgain", []string{"router"}, iface[TimelyRouter]()},
	{"NoHost", []string{"router"}, iface[Diverter]()},
	{"Explain", []string{"router"}, iface[Explainer]()},
	{"Forget", []string{"router"}, iface[Forgetter]()},
	{"TakesUnready", []string{"router"}, iface[Hasty]()},
	{"AttemptTimeout", []string{"router"}, iface[AttemptTimer]()},
	{"LeavesRunning", []string{"router"}, iface[Leaver]()},
	{"Retry", []string{"router"}, iface[Retrier]()},
	{"Resumed", []string{"router"}, iface[Preselector]()},
	{"NeverReplaces", []string{"router"}, iface[Neglectful]()},
	{"StartsFromNone", []string{"scaler"}, iface[LateStarter]()},
	{"FirstPeriod", []string{"scaler"}, iface[FirstPeriod]()},
	{"MeansOnly", []string{"estimator"}, iface[MeansOnly]()},
	{"Recall", []string{"estimator"}, iface[Recaller]()},
	{"Targets", []string{"estimator"}, iface[Targeter]()},
	{"Exact", []string{"estimator"}, iface[Exact]()},
	{"Leaves", []string{"admission"}, iface[Dequeuer]()},
	{"Spend", []string{"hedge"}, iface[Sparing]()},
	{"Ties", []string{"hedge"}, iface[Tying]()},
	{"Tests", []string{"health"}, iface[Tester]()},
}

// always are the optional interfaces that are called on every role.
var always = []optional{
	{"Start", nil, iface[Starter]()},
	{"Done", nil, iface[Observer]()},
	{"WorkerChanged", nil, iface[WorkerObserver]()},
	{"ProbeReply", nil, iface[ProbeObserver]()},
	{"Act", nil, iface[Actor]()},
}

// uncalled refuses what a policy has and nobody would call on its role: whoever wrote it
// expects it to be called. One value may fill several roles.
func uncalled(roles []role, f *Functions) error {
	var errs []error
	for _, r := range roles {
		if r.policy == nil {
			continue
		}
		if f != nil && f.FixedKeepAlive && r.name == "keepalive" && (optional{Type: iface[KeepAlive]()}).on(r.policy) {
			errs = append(errs, fmt.Errorf("policy: keepalive %T: this function service decides itself how long an idle environment lives", r.policy))
		}
		for _, o := range optionals {
			if o.on(r.policy) && !slices.ContainsFunc(roles, func(q role) bool { return slices.Contains(o.roles, q.name) && same(q.policy, r.policy) }) {
				errs = append(errs, fmt.Errorf("policy: %s %T has %s, which nobody calls on a %s: it is of a %s",
					r.name, r.policy, o.name, r.name, strings.Join(o.roles, " or ")))
			}
		}
		for _, o := range slices.Concat(optionals, always) {
			if err := o.missed(r); err != nil {
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}

// missed refuses a policy that has a method of the interface's name and not the interface: with
// other parameters, without a second method, or with a pointer for its receiver where the policy is a value. Go would
// compile it, and nobody would call it.
func (o optional) missed(r role) error {
	if o.on(r.policy) || o.roles != nil && !slices.Contains(o.roles, r.name) {
		return nil
	}
	t := reflect.TypeOf(r.policy)
	if t.Kind() != reflect.Pointer && reflect.PointerTo(t).Implements(o.Type) {
		return fmt.Errorf("policy: %s %T has %s only as a pointer: pass a *%T", r.name, r.policy, o.name, r.policy)
	}
	for i := range o.NumMethod() {
		want := o.Method(i)
		has, ok := t.MethodByName(want.Name)
		switch _, begun := t.MethodByName(o.name); {
		case ok && signature(has.Type, 1) != signature(want.Type, 0):
			return fmt.Errorf("policy: %s %T has %s%s, which nobody calls: what is called is %s%s",
				r.name, r.policy, want.Name, signature(has.Type, 1), want.Name, signature(want.Type, 0))
		case !ok && begun:
			return fmt.Errorf("policy: %s %T has %s, which nobody calls without %s%s", r.name, r.policy, o.name, want.Name, signature(want.Type, 0))
		}
	}
	return nil
}

// signature writes the parameters of a function from the n-th on, and its results.
func signature(f reflect.Type, n int) string {
	var in, out []string
	for i := n; i < f.NumIn(); i++ {
		in = append(in, f.In(i).String())
	}
	for i := range f.NumOut() {
		out = append(out, f.Out(i).String())
	}
	s := "(" + strings.Join(in, ", ") + ")"
	switch len(out) {
	case 0:
		return s
	case 1:
		return s + " " + out[0]
	}
	return s + " (" + strings.Join(out, ", ") + ")"
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
