package plan

import (
	"fmt"

	"cnv/policy"
	"cnv/policy/scale"
)

// combine makes the scenarios and checks what only shows in combination.
func (r *reader) combine(p *Plan, made []*Workload, environments []*Environment) {
	n := len(made) * len(environments)
	if n > maxVariants || n*len(p.Policies) > maxVariants {
		r.problem("policy", "%d workloads x %d environments x %d policies are more than %d cells",
			len(made), len(environments), len(p.Policies), maxVariants)
		return
	}
	r.checkSLO(made, environments)
	for _, e := range environments {
		for _, w := range made {
			e.classes = max(e.classes, len(w.Made.Classes))
		}
	}
	r.checkIdle(environments, p.Policies)
	r.checkPatience(environments, p.Policies)
	r.checkBlind(environments, p.Policies)
	if len(r.problems) == 0 {
		r.checkAlike(environments, p.Policies)
	}
	r.checkRanks(environments, p.Policies)
	r.checkCounted(made, p.Policies)
	r.checkIdleTop(made, p.After)
	r.checkFaults(made, environments, p.Policies)
	r.checkPrior(made, &environments[0].top.Prior)
	for _, e := range environments {
		for _, pol := range p.Policies {
			r.checkPair(pol, e)
		}
	}
	names := map[string]bool{}
	for _, w := range made {
		for _, e := range environments {
			s := &Scenario{Name: w.Name + e.label, Workload: w, Env: e}
			s.peaks = &peaks{of: s}
			r.wrong(names[s.Name], join(w.table.path, "name"), "a workload called %q is already there: give this one another name", s.Name)
			names[s.Name] = true
			p.Scenarios = append(p.Scenarios, s)
		}
	}
	if len(r.problems) > 0 {
		return
	}
	for _, c := range p.Cells() {
		cfg := c.Config(p.Seed)
		if _, err := policy.New(cfg.ControlPlane()); err != nil {
			r.blame(c.Policy.table, err)
		}
	}
}

// checkPair notes what a policy cannot do in an environment.
func (r *reader) checkPair(p *Policy, e *Environment) {
	at := func(key string) string { return join(p.table.path, key) }
	for i := range e.pools {
		r.wrong(p.keys.Queue != nil && *p.keys.Queue && e.pools[i].Slots == 0, at("gateway_queue"), "needs slots: a worker that shares its cores is never full")
	}
	if k := &p.keys; k.Min == nil && k.Max == nil && k.Initial == nil {
		return // the pools' own bounds are checked where they stand
	}
	for i := range e.pools {
		pool := e.pools[i].control()
		p.bounds(&pool)
		r.wrong(pool.Min < 0, at("min"), "%d, must not be negative", pool.Min)
		r.wrong(pool.Max < pool.Min || pool.Max > maxWorkers, at("max"), "%d, must be within min = %d and %d", pool.Max, pool.Min, maxWorkers)
		n := p.initial(&e.pools[i])
		r.wrong(p.keys.Initial != nil && n.Law.Law != nil, at("initial"), "a distribution stands in [cluster] or [[pool]], so that all policies begin with the same number")
		r.wrong(!n.Auto && (n.N < pool.Min || n.N > pool.Max), at("initial"), "%d, must be within min = %d and max = %d", n.N, pool.Min, pool.Max)
	}
}

// clamped says that a policy wants more or fewer workers than it may have; "":
// it does not, or decides as it goes.
func (p *Policy) clamped(e *Environment) string {
	fixed, ok := p.part("scaler").(*scale.Fixed)
	if !ok || fixed.N == 0 || len(e.pools) == 0 {
		return ""
	}
	pool := e.pools[0].control()
	p.bounds(&pool)
	if n := min(max(fixed.N, pool.Min), pool.Max); n != fixed.N {
		return fmt.Sprintf("%s: n = %d is outside min = %d to max = %d of its pool: it has %d workers", p.Name, fixed.N, pool.Min, pool.Max, n)
	}
	return ""
}

// checkSLO refuses bounds, and numbers, for classes that no workload has.
func (r *reader) checkSLO(made []*Workload, environments []*Environment) {
	if len(made) == 0 {
		return
	}
	var classes []string
	for _, w := range made {
		for _, c := range w.Made.Classes {
			classes = append(classes, c.Name)
		}
	}
	for _, e := range environments {
		r.checkFunctionsOf(e, classes)
		for _, class := range sortedNames(e.top.SLO.ByClass) {
			r.wrong(!contains(classes, class), join("slo", class), "no workload has a class %q%s", class, hint(class, classes))
		}
		for key, n := range map[string]PerClass{"request_cores": e.cluster.Cores, "request_mb": e.cluster.RequestMB} {
			for _, class := range sortedNames(n.ByClass) {
				r.wrong(!contains(classes, class), join("cluster."+key, class), "no workload has a class %q%s", class, hint(class, classes))
			}
		}
	}
}
