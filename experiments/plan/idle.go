package plan

import (
	"slices"
	"time"

	"cnv/policy"
	"cnv/policy/scale"
	"cnv/policy/spill"
	"cnv/results/words"
)

// An idleRule says of a key what it needs of the others to do anything.
type idleRule struct {
	table, key string // "" of table: the top of the file; of key: the table as a whole
	acts       func(e *Environment, p *Policy) bool
	needs      string
	// warned is set where a key acts live all the same, or costs nothing but a line in
	// the file: it is not refused.
	warned bool
	// only is what the key does all the same, for a note, which also a cell alone calls for.
	only string
	// each is why the key does nothing under a policy, if it is also noted where it does
	// nothing under some policies alone; without needs it is all that is said.
	each string
	// ofPolicies is set where each says how policies are made and not what is wrong with the
	// file: where others use the key, it is an assumption and no warning.
	ofPolicies bool
}

// ownRepeats is why [retry] does nothing under some routers.
const ownRepeats = "the router repeats failed attempts by a rule of its own"

// idleRules are the keys that can do nothing beside certain others.
var idleRules = []idleRule{
	{table: "cluster", key: "request_cores", acts: func(e *Environment, _ *Policy) bool {
		return !e.cluster.Cores.given || e.cluster.Cores.most() <= 1 || slices.ContainsFunc(e.pools, func(p poolTable) bool { return p.Instance.Cores > 1 })
	}, needs: "no worker has more than one core"},
	{table: "cluster", key: "request_mb", acts: func(e *Environment, _ *Policy) bool {
		return slices.ContainsFunc(e.pools, func(p poolTable) bool { return p.served.MemoryMB > 0 })
	}, needs: "no worker has a limit: give memory_mb in [cluster.service]"},
	{table: "cluster", key: "abandoned", acts: (*Environment).abandons,
		needs: "nothing is ever cancelled at a machine: give timeout, or attempt_timeout in [retry], and machines"},
	{table: "client", key: "retry", acts: func(e *Environment, p *Policy) bool { return e.client.Retry == 0 || e.fails(p) },
		needs: "no client is ever left unserved: give timeout, or anything that rejects or fails requests"},
	{table: "client", key: "backoff", acts: clientRetries, needs: "no client tries again: give retry"},
	{table: "client", key: "jitter", acts: clientRetries, needs: "no client tries again: give retry"},
	{table: "client", key: "jitter", acts: func(e *Environment, _ *Policy) bool { return e.client.Retry == 0 || e.client.Backoff > 0 },
		needs: "it is a share of the backoff, which is 0s"},
	{table: "functions", key: "cold", acts: makesEnvironments, needs: allProvisioned},
	{table: "functions", key: "scale_step", acts: makesEnvironments, needs: allProvisioned},
	{table: "functions", key: "keep_alive", acts: makesEnvironments, needs: allProvisioned},
	{table: "functions", key: "keep_alive", acts: func(_ *Environment, p *Policy) bool { return p.open("keepalive") }, warned: true,
		needs: "every policy of the file has a keepalive, which decides it", each: "their keepalive decides it"},
	{table: "functions", key: "spare_keep_alive", acts: makesEnvironments, needs: allProvisioned},
	{table: "functions", key: "spare_keep_alive", acts: func(_ *Environment, p *Policy) bool { return p.open("keepalive") }, warned: true,
		needs: "every policy of the file has a keepalive, which decides it", each: "their keepalive decides it"},
	{table: "functions", key: "lifetime", acts: makesEnvironments, needs: allProvisioned},
	{table: "store", key: "learn", acts: func(_ *Environment, p *Policy) bool { return p.Estimates() }, warned: true,
		needs: "no policy looks at predicted work, nor names its estimator"},
	{table: "client", key: "budget", acts: clientRetries, needs: "no client tries again: give retry"},
	{table: "retry", key: "max", acts: func(e *Environment, p *Policy) bool { return e.retry.Max == 0 || !p.repeats() }, each: ownRepeats, ofPolicies: true},
	{table: "retry", key: "budget", acts: func(e *Environment, p *Policy) bool { return e.retry.Max == 0 || !p.repeats() }, each: ownRepeats, ofPolicies: true},
	{table: "retry", key: "backoff", acts: func(e *Environment, p *Policy) bool { return e.retry.Max == 0 || !p.repeats() }, each: ownRepeats, ofPolicies: true},
	{table: "cluster", key: "abandoned", acts: func(e *Environment, p *Policy) bool { return e.top.Timeout > 0 || !p.leaves() },
		each: "the router leaves attempts running that take too long, and no client leaves (no timeout)"},
	{table: "retry", key: "max", acts: func(e *Environment, p *Policy) bool { return e.retry.Max == 0 || e.retry.Budget > 0 || p.repeats() }, warned: true,
		needs: "budget = 0 allows no repeated attempt: give budget above 0"},
	{table: "retry", key: "budget", acts: gatewayRetries, needs: "nothing is tried again: give max"},
	{table: "retry", key: "backoff", acts: func(e *Environment, p *Policy) bool { return gatewayRetries(e, p) || e.retry.Unsent > 0 }, needs: "nothing is tried again: give max"},
	{table: "retry", key: "max", acts: func(e *Environment, p *Policy) bool { return e.retry.Max == 0 || e.failsAttempts(p) }, warned: true,
		needs: "nothing in this file fails an attempt, so the simulator repeats none: give attempt_timeout; a client that leaves ends its request, and [client] retry says whether it comes again"},
	{table: "retry", key: "attempt_timeout", acts: func(e *Environment, p *Policy) bool { return e.retry.Timeout == 0 || p.timer() == nil },
		needs: "every router of the file has time-outs of its own"},
	{table: "retry", key: "attempt_timeout", acts: (*Environment).attemptsEnd,
		needs: "no attempt lasts so long: clients leave (timeout) or calls of functions end (timeout in [functions]) before"},
	{table: "functions", key: "full", acts: func(_ *Environment, p *Policy) bool { return p.names["spill"] != "never" },
		needs: "no policy sends requests to functions: give spill"},
	{table: "functions", key: "full", acts: (*Environment).overflows, warned: true,
		needs: "every policy calls a function only while there is room, and otherwise has machines: it acts under spill = \"always\", or where no machine may be left",
		each:  "a function is called only while there is room, and other requests go to machines, in whose lines they wait"},
	{table: "functions", key: "per_class", acts: func(e *Environment, _ *Policy) bool { return e.classes > 1 }, warned: true,
		needs: "no workload of this file has more than one class"},
	{table: "functions", acts: func(e *Environment, p *Policy) bool {
		return p.names["spill"] != "never" || e.provisions()
	}, warned: true, needs: "no policy sends requests to functions: give spill, or leave [functions] out"},
	{table: "functions", key: "provisioned", acts: func(e *Environment, p *Policy) bool {
		return p.names["spill"] != "never" || !e.provisions()
	}, only: "only costs money (cost_provisioned_usd)",
		needs: "no policy sends requests to functions: give spill, or leave provisioned out"},
	{table: "cluster", key: "market", acts: func(e *Environment, p *Policy) bool { return !e.spot() || e.interrupts(p) },
		only: "makes machines cheaper without any risk", needs: "nothing in this file takes a spot instance away: give [[fault]] kind = \"spot\""},
	{table: "telemetry", key: "period", acts: func(e *Environment, p *Policy) bool { return e.telemetry.Period == 0 || p.looksAtCPU() || e.watches() }, warned: true,
		needs: "no policy looks at reports of processor use, which are only shown, live: give scaler = \"threshold\", or a router that weighs them"},
	{table: "gateways", key: "assign", acts: func(e *Environment, _ *Policy) bool { return e.several() }, needs: oneGateway},
	{table: "gateways", key: "fleet_delay", acts: func(e *Environment, _ *Policy) bool { return e.several() }, needs: oneGateway},
	{table: "gateways", key: "sight", acts: func(e *Environment, _ *Policy) bool { return e.several() || e.gateways.sight() != policy.SeesAll },
		needs: "there is one gateway, and no other whose requests it could be told of: give count"},
	{table: "telemetry", key: "delay", acts: func(e *Environment, _ *Policy) bool { return e.telemetry.Delay == 0 || e.telemetry.Period > 0 },
		needs: "nobody reports: give a period above 0s"},
	{key: "prior", acts: func(e *Environment, p *Policy) bool { return e.top.Prior.String() == "none" || p.predicts() }, warned: true,
		needs: "no policy looks at predicted work"},
	{table: "cluster", key: "replace", acts: func(e *Environment, _ *Policy) bool { return e.loses() }, warned: true,
		needs: "nothing in this file takes a worker away, so that the simulator loses none: give [[fault]]"},
	{table: "cluster", key: "cooldown", acts: func(_ *Environment, p *Policy) bool { return p.names["scaler"] != "fixed" }, warned: true,
		needs: "no scaler of this file changes the size: give a scaler other than fixed"},
	{table: "cluster", key: "max", acts: (*Environment).bounded, warned: true,
		needs: "no scaler of this file changes the size, and initial is a number: give a scaler other than fixed, or initial = \"auto\""},
	{table: "cluster", key: "boot", acts: (*Environment).launches, warned: true,
		needs: "nothing in this file launches a worker, and the first ones are ready at the start: give a scaler other than fixed, or [[fault]]"},
	{table: "cluster", key: "launch", acts: (*Environment).launches, warned: true,
		needs: "nothing in this file launches a worker, and the first ones are ready at the start: give a scaler other than fixed, or [[fault]]"},
	{table: "cluster", key: "on_notice", acts: func(e *Environment, p *Policy) bool { return e.spot() && e.interrupts(p) },
		needs: "nothing in this file takes a spot instance away: give market = \"spot\" and [[fault]] kind = \"spot\"", warned: true},
	{table: "cluster", key: "instead", acts: func(e *Environment, _ *Policy) bool { return e.refusesLaunches() }, warned: true,
		needs: "nothing in this file refuses a launch, so that the simulator launches each where it is asked for: give [[fault]] kind = \"no-capacity\", or [account]"},
	{table: "account", acts: (*Environment).launches, warned: true,
		needs: "nothing in this file launches a worker: give a scaler other than fixed, or [[fault]]"},
	{table: "cluster", key: "spot_usd_per_hour", acts: func(e *Environment, _ *Policy) bool { return e.spot() },
		needs: "no pool is of the spot market: give market = \"spot\""},
}

// oneGateway is why nothing acts that is between gateways.
const oneGateway = "there is one gateway: give count"

// allProvisioned is why nothing of new environments acts.
const allProvisioned = "provisioned is concurrency, so that no environment is ever made later nor ends"

func makesEnvironments(e *Environment, _ *Policy) bool {
	return e.functions == nil || e.functions.several() || e.functions.Provisioned < e.functions.Concurrency
}

func clientRetries(e *Environment, _ *Policy) bool  { return e.client.Retry > 0 }
func gatewayRetries(e *Environment, _ *Policy) bool { return e.retry.Max > 0 }

// bounded says whether max may decide how many workers there are.
func (e *Environment) bounded(p *Policy) bool {
	_, diverts := p.part("router").(policy.Diverter)
	_, fixed := p.part("scaler").(*scale.Fixed)
	return diverts || !fixed || p.clamped(e) != "" ||
		slices.ContainsFunc(e.pools, func(pool poolTable) bool { return p.initial(&pool).Auto })
}

// launches says whether a worker may be launched in the simulator.
func (e *Environment) launches(p *Policy) bool {
	_, diverts := p.part("router").(policy.Diverter)
	fixed, ok := p.part("scaler").(*scale.Fixed)
	return diverts || !ok || fixed.N > 0 || e.loses() || !e.staffed(p)
}

// staffed says whether every pool has workers from the start.
func (e *Environment) staffed(p *Policy) bool {
	return !slices.ContainsFunc(e.pools, func(pool poolTable) bool {
		n := p.initial(&pool)
		return !n.Auto && n.N == 0
	})
}

// overflows says whether a call may be made although the functions have no room: their
// use is no choice of the policy, or the policy is not known to look.
func (e *Environment) overflows(p *Policy) bool {
	switch p.part("spill").(type) {
	case *spill.Never:
		return false
	case *spill.Busy, *spill.Spock, *spill.SLO:
		return e.loses() || !e.staffed(p) || p.keys.Min != nil && *p.keys.Min == 0 ||
			slices.ContainsFunc(e.pools, func(pool poolTable) bool { return pool.Min == 0 })
	}
	return true
}

// loses says whether some fault takes a worker away.
func (e *Environment) loses() bool {
	return slices.ContainsFunc(e.faults, func(f faultTable) bool { return f.loses() })
}

// interrupts says whether some fault takes spot instances away under the policy.
func (e *Environment) interrupts(p *Policy) bool {
	return slices.ContainsFunc(e.faults, func(f faultTable) bool { return f.Kind == "spot" && f.hits(p) })
}

// timer is the router's own time-outs of attempts; nil: it has none.
func (p *Policy) timer() policy.AttemptTimer {
	t, _ := p.part("router").(policy.AttemptTimer)
	return t
}

// repeats says whether the router repeats failed attempts by a rule of its own.
func (p *Policy) repeats() bool {
	_, own := p.part("router").(policy.Retrier)
	return own
}

// leaves says whether the router leaves attempts running that take too long.
func (p *Policy) leaves() bool {
	l, ok := p.part("router").(policy.Leaver)
	return ok && l.LeavesRunning()
}

// endsAttempts says whether the gateway may give an attempt up.
func (e *Environment) endsAttempts(p *Policy) bool { return e.retry.Timeout > 0 || p.timer() != nil }

// failsAttempts says whether an attempt may fail: it takes too long, a worker
// is lost, or a function is at its limit.
func (e *Environment) failsAttempts(p *Policy) bool {
	failing := func(f faultTable) bool { return f.loses() || f.Kind == "sick" }
	return e.endsAttempts(p) || slices.ContainsFunc(e.faults, failing) || e.functions != nil
}

// attemptsEnd says whether an attempt may last for as long as [retry] allows.
func (e *Environment) attemptsEnd(p *Policy) bool {
	d := e.retry.Timeout
	if d == 0 || p.timer() != nil {
		return true // another rule says it
	}
	if e.top.Timeout > 0 && d >= e.top.Timeout {
		return false
	}
	functions := e.functions != nil && (p.names["spill"] == "always" || !e.machines(p))
	return !functions || slices.ContainsFunc(e.functionTables(), func(f *functionsTable) bool { return d < f.Timeout })
}

// fails says whether a client may go unserved.
func (e *Environment) fails(p *Policy) bool { return e.top.Timeout > 0 || e.failsAttempts(p) }

// checkIdle refuses keys that can do nothing in any cell, and notes those that need
// not be refused. In a file with other problems nothing is idle: what a key needs may
// be what could not be read.
func (r *reader) checkIdle(environments []*Environment, policies []*Policy) {
	if len(r.problems) > 0 {
		return
	}
	r.checkEstimators(policies)
	for _, rule := range idleRules {
		if rule.table == "cluster" {
			r.checkOverrides(&rule, environments, policies)
		}
		t, ok := r.where(&rule)
		if !ok {
			continue
		}
		idle := rule.idle(environments, policies)
		if len(idle) == 0 {
			continue
		}
		if len(idle) < len(policies) {
			if idle = rule.asked(idle, policies); rule.each != "" && len(idle) > 0 {
				say := r.note
				if rule.ofPolicies {
					say = r.assume
				}
				say(join(t.path, rule.key), "does nothing under %s, as %s", list(idle), rule.each)
			}
			continue
		}
		path := t.path
		if rule.key != "" {
			path = join(t.path, rule.key)
		}
		say := r.problem
		if rule.warned || rule.only != "" {
			say = r.note
		}
		if rule.each != "" && rule.needs == "" {
			r.note(path, "does nothing under %s, as %s", list(idle), rule.each)
			continue
		}
		say(path, "%s, as %s", rule.does(), rule.needs)
	}
}

// does is what the key does where it does not act.
func (q *idleRule) does() string { return words.IfElse(q.only == "", "does nothing", q.only) }

// where is the table in which the key of a rule is given; false: in none.
func (r *reader) where(q *idleRule) (table, bool) {
	t, ok := r.root, true
	if q.table != "" {
		t, ok = r.sub(r.root, q.table)
	}
	if q.table == "cluster" && (!ok || !t.has(q.key)) {
		pools := r.list(r.root, "pool")
		if i := slices.IndexFunc(pools, func(pool table) bool { return pool.has(q.key) }); i >= 0 {
			t, ok = pools[i], true
		}
	}
	return t, ok && (q.key == "" || t.has(q.key))
}

// checkOverrides notes where a [[policy]] overrides a key of [cluster] that does nothing under it.
func (r *reader) checkOverrides(q *idleRule, environments []*Environment, policies []*Policy) {
	for _, t := range r.list(r.root, "policy") {
		var made []*Policy // of the table, by its axes
		for _, p := range policies {
			if p.table.path == t.path {
				made = append(made, p)
			}
		}
		if t.has(q.key) && len(made) > 0 && len(q.idle(environments, made)) == len(made) {
			r.note(join(t.path, q.key), "%s, as %s", q.does(), q.needs)
		}
	}
}

// idle is the names of the policies under which the key does nothing in any cell.
func (q *idleRule) idle(environments []*Environment, policies []*Policy) (names []string) {
	for _, p := range policies {
		acting := 0
		for _, e := range environments {
			if q.acts(e, p) {
				acting++
			}
		}
		if acting < len(environments) && (acting == 0 || q.only != "") {
			names = append(names, p.Name)
		}
	}
	return names
}

// asked leaves out policies that have no use for the key: one of functions is asked of
// those that may call them.
func (q *idleRule) asked(names []string, policies []*Policy) (out []string) {
	for _, p := range policies {
		if contains(names, p.Name) && (q.table != "functions" || p.names["spill"] != "never") {
			out = append(out, p.Name)
		}
	}
	return out
}

// checkIdleTop refuses keys at the top that do nothing for any workload.
func (r *reader) checkIdleTop(made []*Workload, after time.Duration) {
	recorded, lasts := len(made) == 0, len(made) == 0
	for _, w := range made {
		recorded = recorded || w.Recorded()
		lasts = lasts || w.Made.Span == 0 || w.Made.Span > after
	}
	for _, key := range []string{"replicate", "block", "thin"} {
		r.wrong(r.root.has(key) && !recorded, key, "does nothing, as no workload is recorded: those that are generated differ by seed")
	}
	r.wrong(!lasts, "after", "%v, must be before the last arrival of some workload", after)
}
