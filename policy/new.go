package policy

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// maxActors bounds the policies of one Controller that may act: there are
// not more roles.
const maxActors = 10

// New checks the configuration, gives every policy its random stream, and
// returns a Controller that has seen nothing yet. The error joins everything
// that is wrong.
// Policies must be fresh: they keep what they learn, and one in two Controllers would learn from both.
func New(cfg Config) (*Controller, error) {
	if err := errors.Join(cfg.validate(), uncalled(cfg.roles(), cfg.Functions)); err != nil {
		return nil, err
	}
	cfg.Pools = slices.Clone(cfg.Pools) // their bounds may change
	Couple(cfg.Router, cfg.Spill)
	c := &Controller{cfg: cfg, wakeAt: noWake, warm: newWarmth(&cfg), demand: demand{speed: demandSpeed(&cfg)}, table: NewTable[request]()}
	if cfg.Retry.Budget > 0 {
		c.budget = retryBurst
	}
	c.queue.ordered = cfg.Order != nil
	c.fits = make([]fitting, len(cfg.Classes))
	c.means, c.unmeasured = priors(cfg.Classes), len(cfg.Classes)
	c.backoff = NewRand(cfg.Seed, "backoff", cfg.Gateway)
	for range cfg.Pools {
		c.changed = append(c.changed, -1)
	}
	c.relaunch = make([]relaunch, len(cfg.Pools))
	c.hook()
	c.fleet = newFleet(&c.cfg)
	c.view = View{c: c, f: &c.fleet}
	c.environments.c = c
	c.scaleView = ScaleView{&c.view}
	c.settings = append(c.ownSettings(), cfg.Settings...)
	return c, c.startPolicies()
}

// roles lists the policies with the names of their random streams.
func (cfg *Config) roles() []role {
	return []role{
		{"router", cfg.Router}, {"spill", cfg.Spill}, {"scaler", cfg.Scaler},
		{"estimator", cfg.Estimator}, {"admission", cfg.Admission},
		{"order", cfg.Order}, {"hedge", cfg.Hedge}, {"health", cfg.Health}, {"keepalive", cfg.KeepAlive}, {"witness", cfg.Witness},
	}
}

// Bare is the configuration without its policies. A role of [Config] has its line here and
// in roles.
func (cfg Config) Bare() Config {
	cfg.Router, cfg.Spill, cfg.Scaler, cfg.Estimator = nil, nil, nil, nil
	cfg.Admission, cfg.Order, cfg.Hedge, cfg.Health, cfg.KeepAlive, cfg.Witness = nil, nil, nil, nil, nil, nil
	return cfg
}

// Its name is also that of the policy's random stream: renaming one changes every run.
type role struct {
	name   string
	policy any
}

// hook finds the optional interfaces.
// They are looked up once: a type assertion for every request would cost more than many a policy.
func (c *Controller) hook() {
	h := &c.hooks
	for _, r := range c.cfg.roles() {
		if o, ok := r.policy.(Observer); ok {
			h.observers = append(h.observers, o)
		}
		if o, ok := r.policy.(WorkerObserver); ok {
			h.workers = append(h.workers, o)
		}
		if o, ok := r.policy.(ProbeObserver); ok {
			h.probes = append(h.probes, o)
		}
		if a, ok := r.policy.(Actor); ok && len(h.actors) < maxActors {
			h.actors = append(h.actors, a)
		}
	}
	c.main = newPlacer(c.cfg.Router, c.cfg.Spill)
	if _, steady := c.cfg.Spill.(Steady); c.cfg.Spill != nil && !steady {
		c.asks = true
	}
	h.timely, _ = c.cfg.Spill.(Timely)
	if c.asks {
		h.reroutes, _ = c.cfg.Router.(TimelyRouter)
	}
	h.forgetter, _ = c.cfg.Router.(Forgetter)
	h.timeout, _ = c.cfg.Router.(AttemptTimer)
	h.retrier, _ = c.cfg.Router.(Retrier)
	h.preselector, _ = c.cfg.Router.(Preselector)
	if n, ok := c.cfg.Router.(Neglectful); ok {
		h.neglects = n.NeverReplaces()
	}
	if l, ok := c.cfg.Router.(Leaver); ok {
		h.leaves = l.LeavesRunning()
	}
	if r, ok := c.cfg.Router.(Hasty); ok {
		h.look, h.hasty = r.TakesUnready()
	}
	h.lateStarter, _ = c.cfg.Scaler.(LateStarter)
	_, h.exact = c.cfg.Estimator.(Exact)
	h.recaller, _ = c.cfg.Estimator.(Recaller)
	if _, ok := c.cfg.Estimator.(MeansOnly); !ok {
		h.estimator = c.cfg.Estimator
	}
	h.sparing, _ = c.cfg.Hedge.(Sparing)
	_, h.ties = c.cfg.Hedge.(Tying)
	h.dequeuer, _ = c.cfg.Admission.(Dequeuer)
	if t, ok := c.cfg.Health.(Tester); ok {
		h.tests = t.Tests()
	}
	h.targeter, _ = c.cfg.Estimator.(Targeter)
}

// startPolicies calls Start on every policy that has it.
// Every role has a stream of its own, so that a Router that draws once more does not change what
// another policy draws.
func (c *Controller) startPolicies() error {
	var errs []error
	for _, r := range c.cfg.roles() {
		s, ok := r.policy.(Starter)
		if !ok {
			continue
		}
		env := Env{
			Rand:    NewRand(c.cfg.Seed, r.name, c.cfg.Gateway),
			Classes: c.cfg.Classes, Pools: c.cfg.Pools, Functions: c.cfg.Functions, PS: c.cfg.PS,
		}
		if err := s.Start(env); err != nil {
			errs = append(errs, fmt.Errorf("policy: %s: %w", r.name, err))
		}
	}
	return errors.Join(errs...)
}

// validate returns everything that is wrong with the configuration.
// It judges what the Controller needs to hold its own invariants. What a value does to an answer is the
// business of whoever reads the experiment file.
func (cfg *Config) validate() error {
	var errs []error
	bad := func(wrong bool, format string, args ...any) {
		if wrong {
			errs = append(errs, fmt.Errorf("policy: "+format, args...))
		}
	}
	bad(cfg.Router == nil, "no router")
	bad(len(cfg.Classes) == 0, "no class of requests")
	bad(len(cfg.Classes) > math.MaxUint16+1, "%d classes, at most %d", len(cfg.Classes), math.MaxUint16+1)
	bad(len(cfg.Pools) == 0 && cfg.Functions == nil, "neither a pool of workers nor functions")
	for i := range cfg.Classes {
		cl := &cfg.Classes[i]
		bad(!plausible(cl.Prior), "class %q: prior = %v, must be a finite number, not negative", cl.Name, cl.Prior)
		bad(!plausible(cl.Factor) || cl.Bound < 0, "class %q: slo = %v or %v times the service, must not be negative", cl.Name, cl.Bound, cl.Factor)
	}
	for i := range cfg.Pools {
		p := &cfg.Pools[i]
		bad(p.Cores < 1 || p.Cores > math.MaxInt32, "pool %q: cores = %d, must be in [1, %d]", p.Name, p.Cores, math.MaxInt32)
		bad(!(p.Speed > 0) || math.IsInf(p.Speed, 0), "pool %q: speed = %v, must be positive", p.Name, p.Speed)
		bad(p.Slots < 0 || p.Slots > math.MaxInt32, "pool %q: slots = %d, must be in [0, %d]", p.Name, p.Slots, math.MaxInt32)
		bad(p.Limit < 0 || p.Limit > math.MaxInt32, "pool %q: limit = %d, must be in [0, %d]", p.Name, p.Limit, math.MaxInt32)
		bad(p.Initial < 0, "pool %q: initial = %d, must not be negative", p.Name, p.Initial)
		bad(p.Replace > ReplaceNever, "pool %q: replace = %d, must be at most %d", p.Name, p.Replace, ReplaceNever)
		for _, q := range p.Instead {
			bad(q < 0 || int(q) >= len(cfg.Pools) || int(q) == i, "pool %q: instead = %d, must be another pool", p.Name, q)
		}
		bad(p.Min < 0 || p.Max < p.Min, "pool %q: min = %d, max = %d", p.Name, p.Min, p.Max)
	}
	functions := 0
	if f := cfg.Functions; f != nil {
		functions = 1 + len(f.Others)
		for k := range functions {
			g := f.At(k)
			bad(!(g.Share > 0) || math.IsInf(g.Share, 0), "functions: share = %v, must be positive", g.Share)
			bad(g.Reserved < 0, "functions: reserved = %d, must not be negative", g.Reserved)
		}
		bad(f.Full > Wait, "functions: full = %d, unknown", f.Full)
		bad(f.Concurrency < 0, "functions: concurrency = %d, must not be negative", f.Concurrency)
	}
	for i := range cfg.Classes {
		cl := &cfg.Classes[i]
		bad(cl.Function < 0 || cl.Function > 0 && cl.Function >= functions, "class %q: function = %d of %d", cl.Name, cl.Function, functions)
	}
	if cfg.Scaler != nil {
		bad(cfg.Scaler.Period() < ShortestPeriod, "scaler: period = %v, must be at least %v", cfg.Scaler.Period(), ShortestPeriod)
	}
	bad(cfg.Retry.Max < 0 || cfg.Retry.Max > 200, "retry: max = %d, must be in [0, 200]", cfg.Retry.Max)
	bad(!(cfg.Retry.Budget >= 0), "retry: budget = %v, must not be negative", cfg.Retry.Budget)
	bad(cfg.Retry.Unsent < 0 || cfg.Retry.Unsent > 200, "retry: unsent = %d, must be in [0, 200]", cfg.Retry.Unsent)
	bad(cfg.Retry.Backoff < 0, "retry: backoff = %v, must not be negative", cfg.Retry.Backoff)
	bad(cfg.Retry.AttemptTimeout < 0, "retry: attempt timeout = %v, must not be negative", cfg.Retry.AttemptTimeout)
	return errors.Join(errs...)
}
