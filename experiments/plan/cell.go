package plan

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"cnv/results"
	"cnv/sim"
	"cnv/workloads"
)

// A Scenario is a workload under an environment: a block of the comparison.
type Scenario struct {
	Name     string // of the workload, and the environment's values on its axes
	Workload *Workload
	Env      *Environment
	peaks    *peaks // what initial = "auto" is for, whatever else is tried
}

// A Cell is a scenario met by a policy. It is replicated under several seeds.
type Cell struct {
	Scenario *Scenario
	Policy   *Policy
}

// Cells is all cells in the order of the results: scenarios in the order of
// the file, and for each all policies.
func (p *Plan) Cells() []Cell {
	var out []Cell
	for _, s := range p.Scenarios {
		for _, pol := range p.Policies {
			out = append(out, Cell{s, pol})
		}
	}
	return out
}

// initial is the number of workers a pool starts with under the policy.
func (p *Policy) initial(pool *poolTable) Count {
	if p.keys.Initial != nil {
		return *p.keys.Initial
	}
	return pool.Initial
}

// Config is the configuration of one run of the cell, with fresh policies.
func (c Cell) Config(seed uint64) sim.Config {
	e, w := c.Scenario.Env, c.Scenario.Workload
	cfg := sim.Config{
		Seed: seed, Control: e.control(w.classes(&e.top)),
		PS: e.cluster.Discipline == "ps", Network: e.cluster.Network,
		TelemetryPeriod: e.telemetry.Period, TelemetryPhase: e.telemetry.phase, TelemetryDelay: e.telemetry.Delay,
		Timeout: e.top.Timeout, Abandoned: e.cluster.abandoned(), Clients: e.client.world(), Duration: w.duration(), DrainCap: e.top.DrainCap,
	}
	if cfg.Span = cfg.Duration; cfg.Span == 0 {
		cfg.Span = w.Made.Span
	}
	c.goWrong(&cfg)
	e.requests(&cfg, w.Made.Classes)
	c.Policy.fill(&cfg.Control)
	if e.functions != nil {
		cfg.Control.Functions.Full = e.full(c.Policy)
	}
	for i := range e.pools {
		pool := &cfg.Control.Pools[i]
		n := c.Policy.initial(&e.pools[i])
		if n.Auto {
			n.N, _ = c.Scenario.auto(pool)
		}
		pool.Initial = n.drawn(seed, i, pool) // live has nobody else to say so
		cfg.Pools = append(cfg.Pools, e.pools[i].world(pool.Initial))
	}
	e.zoneWorld(&cfg)
	if e.functions != nil {
		cfg.Funcs = e.functions.worldAll()
	}
	if e.store != nil {
		cfg.Store = e.store.world()
	}
	cfg.Beside = e.bill.world()
	c.addGateways(&cfg)
	return cfg
}

// Instances are the types of the pools' machines as the catalog names them; ""
// one that is given by its properties.
func (c Cell) Instances() []string {
	var out []string
	for i := range c.Scenario.Env.pools {
		out = append(out, c.Scenario.Env.pools[i].Instance.Name)
	}
	return out
}

// Nameless is a problem for each pool whose machines are given by their properties:
// such a machine can be simulated, but not launched.
func (c Cell) Nameless() (out []Problem) {
	pools := c.Config(1).Control.Pools
	for i, kind := range c.Instances() {
		if kind == "" {
			out = append(out, c.InstanceProblem(i, "pool "+pools[i].Name+": an instance given by its properties cannot be launched: name a type of the catalog, such as c7g.large"))
		}
	}
	return out
}

// InstanceProblem is what is wrong with the type of a pool's machines, with its place
// in the file.
func (c Cell) InstanceProblem(pool int, text string) Problem {
	p := c.Scenario.Env.pools[pool].where
	p.Text = text
	return p
}

// TimeoutProblem is what is wrong with the time-out of functions, which there are, with
// its place in the file.
func (c Cell) TimeoutProblem(text string) Problem {
	p := c.Scenario.Env.functions.where
	p.Text = text
	return p
}

// Classes are the names of its requests' classes.
func (c Cell) Classes() []string {
	var out []string
	for _, class := range c.Scenario.Workload.Made.Classes {
		out = append(out, class.Name)
	}
	return out
}

// Digest is the SHA-256, in hexadecimal, of everything that decides a run of
// the cell but the build.
func (c Cell) Digest(seed uint64) string {
	text, err := json.Marshal([]any{c.Scenario.Name, c.Scenario.Env.describe(), c.Scenario.Workload.describe(), c.Policy.describe(), seed})
	if err != nil {
		return "" // cannot be: see Plan.Digest
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Run simulates one run of the cell and returns its row of results. j is told
// every step; nil: nobody is.
func (c Cell) Run(ctx context.Context, seed uint64, rec sim.Recorder, j sim.Journal) (results.Row, error) {
	return c.RunOn(ctx, seed, seed, rec, j)
}

// RunOn is Run with the arrivals of one seed, and all that machines and policies draw of
// another.
func (c Cell) RunOn(ctx context.Context, arrivals, seed uint64, rec sim.Recorder, j sim.Journal) (results.Row, error) {
	src, err := c.Scenario.Workload.Made.Open(arrivals)
	if err != nil {
		return results.Row{}, err
	}
	cfg := c.Config(seed)
	cfg.Journal = j
	return sim.Run(ctx, cfg, src, rec)
}

// Simulate runs a configuration, made by Cell.Config and changed, on some arrivals. j is
// told every step; what the simulator itself counts is not kept.
func Simulate(ctx context.Context, cfg sim.Config, src workloads.Source, j sim.Journal) error {
	cfg.Journal = j
	_, err := sim.Run(ctx, cfg, src, results.NewRun(results.RunInfo{}))
	return err
}
