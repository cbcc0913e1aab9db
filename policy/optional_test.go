package policy

import (
	"strings"
	"testing"
	"time"
)

// bare is a policy of every role that needs one to be made of it.
type bare struct{}

func (bare) Route(*View, *Request) (WorkerID, bool)                   { return NoWorker, false }
func (bare) Decide(*View, *Request, WorkerID, bool) Choice            { return ToQueue }
func (bare) Period() time.Duration                                    { return time.Second }
func (bare) Size(*ScaleView) Plan                                     { return Plan{} }
func (bare) Estimate(time.Duration, *Request) (work float64, ok bool) { return 0, false }
func (bare) Learn(time.Duration, *Request, float64)                   {}
func (bare) Admit(*View, *Request) (ok bool, after time.Duration)     { return true, 0 }
func (bare) Key(*View, *Request) float64                              { return 0 }
func (bare) After(*View, *Request) (time.Duration, bool)              { return 0, false }
func (bare) Judge(*View, *Outcome) time.Duration                      { return 0 }
func (bare) Panic() float64                                           { return 0 }
func (bare) Called(*View, ClassID, *Environments)                     {}
func (bare) Ended(*View, ClassID, bool, *Environments)                {}
func (bare) Decided(*View, *Request, Placement)                       {}

// The optional interfaces, one each.
type (
	steady      struct{ bare }
	timely      struct{ bare }
	insistent   struct{ bare }
	trusting    struct{ bare }
	diverter    struct{ bare }
	rerouting   struct{ bare }
	explainer   struct{ bare }
	forgetter   struct{ bare }
	hasty       struct{ bare }
	timing      struct{ bare }
	leaver      struct{ bare }
	retrier     struct{ bare }
	preselector struct{ bare }
	neglects    struct{ bare }
	lateScaler  struct{ bare }
	firstScaler struct{ bare }
	means       struct{ bare }
	recaller    struct{ bare }
	targeter    struct{ bare }
	exact       struct{ bare }
	sparing     struct{ bare }
	tying       struct{ bare }
	dequeuer    struct{ bare }
	tester      struct{ bare }
	observer    struct{ bare }
)

func (steady) Steady()                                                {}
func (timely) AskAgain(*View, *Request, WorkerID, bool) time.Duration { return 0 }
func (trusting) Trust(bool)                                           {}
func (diverter) NoHost(*View, *Request) Choice                        { return ToQueue }
func (rerouting) RouteAgain(*View, *Request, WorkerID) time.Duration  { return 0 }
func (explainer) Explain(*View, *Request) []string                    { return nil }
func (forgetter) Forget(*Outcome) bool                                { return false }
func (hasty) TakesUnready() (time.Duration, bool)                     { return 0, false }
func (timing) AttemptTimeout(int) time.Duration                       { return 0 }
func (leaver) LeavesRunning() bool                                    { return false }
func (leaver) AttemptTimeout(int) time.Duration                       { return 0 }
func (retrier) Retry(*View, *Outcome) (bool, time.Duration)           { return false, 0 }
func (preselector) Resumed(*View, *Request, WorkerID)                 {}
func (neglects) NeverReplaces() bool                                  { return false }
func (lateScaler) StartsFromNone(PoolID) bool                         { return true }
func (firstScaler) FirstPeriod() time.Duration                        { return 0 }
func (insistent) FunctionsOnly()                                      {}
func (means) MeansOnly()                                              {}
func (recaller) Recall(time.Duration, Key, float64)                   {}
func (targeter) Targets() bool                                        { return false }
func (targeter) Relate(ClassID, *Measured)                            {}
func (targeter) Seen(ClassID, *Measured) float64                      { return 0 }
func (tying) Ties()                                                   {}
func (sparing) Spend(*View, *Request, WorkerID) bool                  { return false }
func (dequeuer) Leaves(*View, *Request) (bool, time.Duration)         { return true, 0 }
func (tester) Tests() int                                             { return 1 }
func (exact) Exact()                                                  {}
func (observer) Done(*View, *Outcome)                                 {}
func (observer) Start(Env) error                                      { return nil }
func (observer) Act(*View, *Actions, uint64)                          {}
func (observer) WorkerChanged(*View, WorkerID)                        {}
func (observer) ProbeReply(*View, WorkerID, int, time.Duration)       {}

// everywhere is a configuration with one policy on one role, and bare ones on the others.
func everywhere(role string, p any) Config {
	of := func(name string) any {
		if name == role {
			return p
		}
		return bare{}
	}
	return Config{
		Classes: []Class{{}}, Pools: []Pool{{Cores: 1, Speed: 1, Max: 1}},
		Router: of("router").(Router), Spill: of("spill").(Spill), Scaler: of("scaler").(Scaler), Estimator: of("estimator").(Estimator),
		Admission: of("admission").(Admission), Order: of("order").(Order), Hedge: of("hedge").(Hedge), Health: of("health").(Health), KeepAlive: of("keepalive").(KeepAlive), Witness: of("witness").(Witness),
	}
}

// TestWhatNobodyCallsIsRefused: an optional interface on a role where nobody calls it is
// refused with its name; where it is called it is taken; those of all roles always are.
func TestWhatNobodyCallsIsRefused(t *testing.T) {
	roles := []string{"router", "spill", "scaler", "estimator", "admission", "order", "hedge", "keepalive", "witness"}
	for method, c := range map[string]struct {
		p    any
		role string
	}{
		"Steady": {steady{}, "spill"}, "AskAgain": {timely{}, "spill"}, "Trust": {trusting{}, "spill"}, "FunctionsOnly": {insistent{}, "spill"}, "NoHost": {diverter{}, "router"}, "Explain": {explainer{}, "router"}, "RouteAgain": {rerouting{}, "router"},
		"Forget": {forgetter{}, "router"}, "TakesUnready": {hasty{}, "router"}, "AttemptTimeout": {timing{}, "router"},
		"LeavesRunning": {leaver{}, "router"}, "Retry": {retrier{}, "router"}, "Resumed": {preselector{}, "router"},
		"NeverReplaces": {neglects{}, "router"}, "StartsFromNone": {lateScaler{}, "scaler"}, "FirstPeriod": {firstScaler{}, "scaler"}, "MeansOnly": {means{}, "estimator"},
		"Recall": {recaller{}, "estimator"}, "Targets": {targeter{}, "estimator"}, "Exact": {exact{}, "estimator"}, "Leaves": {dequeuer{}, "admission"}, "Spend": {sparing{}, "hedge"}, "Ties": {tying{}, "hedge"}, "Tests": {tester{}, "health"}, "": {observer{}, "all"},
	} {
		for _, role := range roles {
			_, err := New(everywhere(role, c.p))
			fits := role == c.role || c.role == "all"
			if fits != (err == nil) || err != nil && !strings.Contains(err.Error(), role+" ") || err != nil && !strings.Contains(err.Error(), " has "+method+",") {
				t.Errorf("%T as %s: %v", c.p, role, err)
			}
		}
	}
}

// Methods that are nearly those of an optional interface.
type (
	otherRetry   struct{ bare }
	otherStart   struct{ bare }
	pointed      struct{ bare }
	partly       struct{ bare }
	unrelated    struct{ bare }
	pointedWhole struct{ bare }
)

func (otherRetry) Retry(*Outcome) bool                            { return true }
func (otherStart) Start() error                                   { return nil }
func (*pointed) Retry(*View, *Outcome) (bool, time.Duration)      { return true, 0 }
func (partly) Targets() bool                                      { return true }
func (unrelated) Retry(int)                                       {}
func (*pointedWhole) Retry(*View, *Outcome) (bool, time.Duration) { return true, 0 }

// TestWhatIsNearlyAnOptionalInterfaceIsRefused: a method with its name that Go does not take for
// it would be called by nobody, and nothing would say so.
func TestWhatIsNearlyAnOptionalInterfaceIsRefused(t *testing.T) {
	for _, c := range []struct {
		p     any
		role  string
		fails string // "": it is taken
	}{
		{otherRetry{}, "router", "router policy.otherRetry has Retry(*policy.Outcome) bool, which nobody calls: what is called is Retry(*policy.View, *policy.Outcome) (bool, time.Duration)"},
		{otherStart{}, "scaler", "scaler policy.otherStart has Start() error, which nobody calls: what is called is Start(policy.Env) error"},
		{pointed{}, "router", "router policy.pointed has Retry only as a pointer: pass a *policy.pointed"},
		{partly{}, "estimator", "estimator policy.partly has Targets, which nobody calls without Relate("},
		{unrelated{}, "scaler", ""},
		{&pointedWhole{}, "router", ""},
	} {
		_, err := New(everywhere(c.role, c.p))
		if (err == nil) != (c.fails == "") || err != nil && !strings.Contains(err.Error(), c.fails) {
			t.Errorf("%T as %s: %v, want %q", c.p, c.role, err, c.fails)
		}
	}
}

// TestSpillIsToldOfItsRouter: whether it diverts, each time that the two are put together.
func TestSpillIsToldOfItsRouter(t *testing.T) {
	s := &told{}
	for _, c := range []struct {
		r    Router
		want bool
	}{{diverter{}, true}, {bare{}, false}, {diverter{}, true}} {
		cfg := everywhere("spill", s)
		cfg.Router = c.r
		if _, err := New(cfg); err != nil || s.diverts != c.want {
			t.Errorf("%T: told %v, %v", c.r, s.diverts, err)
		}
	}
}

type told struct {
	bare
	diverts bool
}

func (s *told) Trust(diverts bool) { s.diverts = diverts }

// keeper keeps environments for a minute.
type keeper struct{}

func (keeper) Called(_ *View, c ClassID, do *Environments) { do.Keep(c, 0, time.Minute) }
func (keeper) Ended(*View, ClassID, bool, *Environments)   {}

// TestKeepAliveIsSetOrRefused: where there are functions whose keep-alive can be set; New
// refuses the policy by name where it cannot.
func TestKeepAliveIsSetOrRefused(t *testing.T) {
	for _, c := range []struct {
		f     *Functions
		want  bool // it is set
		fails string
	}{
		{&Functions{Share: 1}, true, ""},
		{nil, false, ""},
		{&Functions{Share: 1, FixedKeepAlive: true}, false, "keepalive policy.keeper: this function service decides itself"},
	} {
		cfg := everywhere("spill", toFunction{})
		cfg.Functions, cfg.KeepAlive = c.f, keeper{}
		ctrl, err := New(cfg)
		if c.fails != "" {
			if err == nil || !strings.Contains(err.Error(), c.fails) {
				t.Errorf("%v, want %q", err, c.fails)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		e, set := arrival(0), false
		for _, cmd := range ctrl.Step(0, &e, nil) {
			set = set || cmd.Kind == SetKeepAlive && cmd.At == time.Minute
		}
		if set != c.want || set && ctrl.warm.stays[0].keep != time.Minute {
			t.Errorf("with %+v: set %v", c.f, set)
		}
	}
}
