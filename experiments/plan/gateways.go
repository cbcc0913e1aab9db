package plan

import (
	"slices"
	"time"

	"cnv/policy"
	"cnv/sim"
)

// A gatewaysTable is [gateways]: how many gateways share the workers, and what each sees.
// Without the table there is one, which sees its own requests.
type gatewaysTable struct {
	Count  int           `toml:"count" doc:"gateways of the same policy before the same workers, each with a queue, estimates, and limits of workers and functions of its own; the first leads: it alone launches and ends workers and sets what functions keep, and takes the others to meet as much as it does; what waits at another waits for what the leader launches; in the simulator: live, one gateway works and others stand by for its lease; 1"`
	Assign string        `toml:"assign" doc:"which gateway a request goes to: one drawn for each at \"random\", or by a hash of class and \"key\" (at random without a key); random"`
	Sight  string        `toml:"sight" doc:"requests in flight at a worker as a gateway counts them: \"own\" (what it has sent and what has not ended), \"all\" (that, and what the worker last reported of other gateways), \"reported\" (what the worker last reported, of all gateways: a bulletin board), \"sent\" (that, and all it has sent since); reports are as [telemetry] says; in the simulator: live, a gateway counts its own; own"`
	Fleet  time.Duration `toml:"fleet_delay" doc:"from a change of the fleet to the gateways that do not lead; a worker that drains is ended after they have heard of it; 0s"`
}

// readGateways reads [gateways], if it is there.
func (r *reader) readGateways(e *Environment, v variant) {
	t, ok := r.sub(r.root, "gateways")
	if !ok {
		return
	}
	g := defaultGateways()
	r.decode(v.apply(t), nil, &g)
	e.gateways = &g
	r.wrong(g.Count < 1 || g.Count > sim.MostGateways, "gateways.count", "%d, must be in [1, %d]", g.Count, sim.MostGateways)
	r.wrong(!contains(sim.Assigns(), g.Assign), "gateways.assign", "unknown rule %q%s", g.Assign, hint(g.Assign, sim.Assigns()))
	r.wrong(!contains(policy.Sights(), g.Sight), "gateways.sight", "unknown sight %q%s", g.Sight, hint(g.Sight, policy.Sights()))
	r.wrong(g.Fleet < 0, "gateways.fleet_delay", "%v, must not be negative", g.Fleet)
	r.wrong(g.sight() != policy.SeesOwn && e.telemetry.Period == 0, "gateways.sight", "%q needs reports: give period in [telemetry]", g.Sight)
}

// defaultGateways is the one gateway of a file that says nothing of it.
func defaultGateways() gatewaysTable {
	return gatewaysTable{Count: 1, Assign: sim.AssignRandom.String(), Sight: policy.SeesOwn.String()}
}

// sight is what each gateway counts.
func (g *gatewaysTable) sight() policy.Sight {
	return policy.Sight(max(slices.Index(policy.Sights(), g.Sight), 0))
}

// several says whether there is more than one gateway.
func (e *Environment) several() bool { return e.gateways != nil && e.gateways.Count > 1 }

// watches says whether a gateway counts what workers report.
func (e *Environment) watches() bool {
	return e.gateways != nil && e.gateways.sight() != policy.SeesOwn
}

// addGateways gives a configuration the gateways beside its first, with policies of their own.
func (c Cell) addGateways(cfg *sim.Config) {
	g := c.Scenario.Env.gateways
	if g == nil {
		return
	}
	cfg.Control.Sight = g.sight()
	cfg.Gateways = sim.Gateways{
		Assign: sim.Assign(max(slices.Index(sim.Assigns(), g.Assign), 0)), FleetDelay: g.Fleet,
	}
	for range g.Count - 1 {
		other := cfg.Control
		c.Policy.Fresh(&other)
		cfg.Gateways.Others = append(cfg.Gateways.Others, other)
	}
}

// Shares says whether several gateways share the workers of the cell, or one counts by
// what workers report: what only the simulator does.
func (c Cell) Shares() bool { return c.Scenario.Env.several() || c.Scenario.Env.watches() }
