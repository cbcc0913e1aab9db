package plan

import (
	"fmt"
	"maps"
	"reflect"
	"strings"
	"time"

	"cnv/results/compare"
)

// describe is the effective configuration: every key of every table with its
// value or default. Environments are listed where there are several.
func (p *Plan) describe(environments []*Environment) map[string]any {
	out := map[string]any{"seeds": p.Seeds, "seed": p.Seed, "question": p.Question, "primary": p.Primary, "delta": p.Delta.of(p.Primary)}
	if p.Hypothesis != "" {
		out["hypothesis"] = p.Hypothesis
	}
	if p.USDPerMiss > 0 {
		out["usd_per_miss"] = p.USDPerMiss
	}
	var envs, made, policies, contrasts []any
	for _, e := range environments {
		envs = append(envs, e.describe())
	}
	seen := map[*Workload]bool{}
	for _, s := range p.Scenarios {
		if !seen[s.Workload] {
			seen[s.Workload] = true
			made = append(made, s.Workload.describe())
		}
	}
	for _, pol := range p.Policies {
		policies = append(policies, pol.describe())
	}
	for _, c := range p.Contrasts {
		pair := map[string]any{"name": c.Name, "from": c.From, "to": c.To}
		if c.AgainTo != "" {
			pair["again_from"], pair["again_to"] = c.AgainFrom, c.AgainTo
		}
		for key, expected := range map[string]map[string]compare.Expectation{"expected": c.Expected, "again_expected": c.AgainExpected} {
			if expected != nil {
				pair[key] = expected
			}
		}
		if c.ExpectedOn != nil {
			pair["expected_on"] = c.ExpectedOn
		}
		contrasts = append(contrasts, pair)
	}
	var required []any
	for i := range p.Required {
		q := &p.Required[i]
		required = append(required, map[string]any{"bound": q.String(), "policy": q.Policy, "workload": q.Workload})
	}
	if required != nil {
		out["require"] = required
	}
	out["worlds"] = p.Worlds
	if n := environments[0].top.LiveSeeds; n > 0 {
		out["live_seeds"] = n
	}
	out["environment"], out["workload"], out["policy"] = envs, made, policies
	if contrasts != nil {
		out["contrast"] = contrasts
	}
	return out
}

// describe is the effective configuration of an environment.
func (e *Environment) describe() map[string]any {
	out := settings(&e.top)
	maps.DeleteFunc(out, func(key string, _ any) bool { return Judged(key) && key != "steady" }) // of steady a run keeps more
	var pools []any
	for i := range e.pools {
		pool := settings(&e.pools[i])
		delete(pool, "boot")
		if e.pools[i].Instead == nil {
			delete(pool, "instead")
		}
		if e.pools[i].Zones == nil {
			delete(pool, "zones")
		}
		if e.pools[i].ZonePrices == nil {
			delete(pool, "zone_prices")
		}
		launch := settings(e.pools[i].launch)
		if law := e.pools[i].launch.law; law.Law != nil {
			launch["whole"] = law.String() // its draws are divided as the parts are to each other
		}
		pool["launch"] = launch
		e.pools[i].describeService(pool)
		pools = append(pools, pool)
	}
	out["name"], out["client"] = e.label, settings(&e.client)
	cluster := settings(&e.cluster)
	maps.DeleteFunc(cluster, func(key string, v any) bool { return v == "" }) // numbers by class that are not given
	out["cluster"], out["telemetry"], out["retry"] = cluster, settings(&e.telemetry), settings(&e.retry)
	if len(e.zones()) == 0 {
		maps.DeleteFunc(cluster, func(key string, _ any) bool { return key == "gateway_zone" || key == "zone_delay" })
	}
	if e.account != nil {
		out["account"] = settings(e.account)
	}
	if pools != nil {
		out["pool"] = pools
	}
	var faults []any
	for i := range e.faults {
		fault := settings(&e.faults[i])
		if !e.faults[i].regional() {
			maps.DeleteFunc(fault, func(key string, _ any) bool { return key == "zone" || key == "pool" || key == "share" })
		}
		faults = append(faults, fault)
	}
	if faults != nil {
		out["fault"] = faults
	}
	if e.store != nil {
		out["store"] = settings(e.store)
	}
	if e.bill != (billTable{}) {
		out["bill"] = settings(&e.bill)
	}
	if e.gateways != nil {
		out["gateways"] = settings(e.gateways)
	}
	if e.world != nil {
		out["world"] = e.world
	}
	if e.functions != nil {
		e.functions.describeAll(e, out)
	}
	return out
}

// describeAll adds the effective configuration of the first function, and of the others.
func (f *functionsTable) describeAll(e *Environment, out map[string]any) {
	out["functions"] = f.describe(e)
	var others []any
	for i := range f.others {
		others = append(others, f.others[i].describe(e))
	}
	if others != nil {
		out["function"] = others
	}
}

// describe is the effective configuration of a function.
func (f *functionsTable) describe(e *Environment) map[string]any {
	out := settings(f)
	if f.several() {
		out = settings(f, &f.one)
	}
	out["full"] = [...]string{"refuse", "wait"}[e.full(nil)]
	out["cold"] = f.cold().String()
	return out
}

// describe is the effective configuration of a workload.
func (w *Workload) describe() map[string]any {
	out := settings(w.keys...)
	out["name"] = w.Name
	for _, key := range []string{"generator", "trace", "classes", "class", "size"} {
		if out[key] == "" {
			delete(out, key)
		}
	}
	out["digest"], out["replicates"] = w.Made.Digest, w.Made.Replicates
	if w.learnt != nil {
		out["learnt_work_s"] = w.learnt
	}
	out["rate_per_s"], out["load_cores"], out["span"] = w.Made.Rate, w.Made.Load, w.Made.Span.String()
	return out
}

// describe is the effective configuration of a policy.
func (p *Policy) describe() map[string]any {
	out := settings(&p.keys)
	out["name"] = p.Name
	for _, role := range Roles {
		if p.open(role.Name) {
			continue
		}
		out[role.Name] = p.names[role.Name]
		if params := settings(p.part(role.Name)); len(params) > 0 {
			out[role.Name+"_params"] = params
		}
	}
	return out
}

// settings is the keys of structs with their values as an experiment file
// would write them.
func settings(targets ...any) map[string]any {
	out := map[string]any{}
	for _, f := range fields(targets...) {
		if v, ok := setting(f.value); ok {
			out[f.key] = v
		}
	}
	return out
}

// setting is the value of one key; false if it is not set.
func setting(v reflect.Value) (any, bool) {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil, false
		}
		v = v.Elem()
	}
	switch x := v.Interface().(type) {
	case time.Duration:
		return lasting(x), true
	case fmt.Stringer:
		return x.String(), true
	}
	return v.Interface(), true
}

// lasting writes a duration without the zeros that String puts behind it: "5m",
// not "5m0s".
func lasting(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = s[:len(s)-2]
	}
	if strings.HasSuffix(s, "h0m") {
		s = s[:len(s)-2]
	}
	return s
}
