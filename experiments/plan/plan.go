// Package plan reads experiment files: TOML in, a list of runs out.
//
// A file says its question, what all policies meet alike ([cluster],
// [functions], [telemetry], [retry]), and alternatives: [[workload]] and
// [[policy]]. A list where a key takes one value is an axis, and every value
// makes a variant, called name + " key=value". A run is a workload under an
// environment, met by a policy, under a seed; policies share the arrivals,
// sizes and boot times of a seed.
//
// Reading is strict. What is wrong is reported all at once, each with file,
// line, key and what would be right.
package plan

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math"
	"slices"

	"github.com/BurntSushi/toml"

	"cnv/policy"
	"cnv/results"
	"cnv/sim"
)

// A Plan is an experiment, read and checked.
type Plan struct {
	Name       string // of the experiment: the stem of the file
	Question   string
	Hypothesis string // "" none
	Seed       uint64 // of the first replication
	Seeds      int    // replications
	Scenarios  []*Scenario
	Policies   []*Policy
	Contrasts  []results.Contrast

	effective map[string]any
}

// A Scenario is a workload under an environment: a block of the comparison.
type Scenario struct {
	Name     string // of the workload, and the environment's values on its axes
	Workload *Workload
	Env      *Environment
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

// Options override keys of the file.
type Options struct {
	Seeds int // replications; 0: as the file says
}

// Parse reads an experiment file. Name is what errors call the file, and its
// stem the name of the experiment; traces are relative to dir. The error is
// of type [Problems].
func Parse(name, dir, text string, o Options) (*Plan, error) {
	r := &reader{file: name, dir: dir}
	keys := map[string]any{}
	if _, err := toml.Decode(text, &keys); err != nil {
		return nil, Problems{syntax(name, err)}
	}
	r.lines = indexLines(text)
	r.root = table{"", normal(keys).(map[string]any)}
	p := &Plan{Name: stem(name)}
	environments := r.readEnvironments()
	top := environments[0].top
	p.Question, p.Hypothesis, p.Seed, p.Seeds = top.Question, top.Hypothesis, top.Seed, top.Seeds
	if o.Seeds > 0 {
		p.Seeds = o.Seeds
	}
	before := len(r.problems)
	p.Policies = r.readPolicies()
	p.Contrasts = r.readContrasts(p.Policies, len(r.problems) == before)
	made := r.readWorkloads(top)
	r.combine(p, made, environments)
	if len(r.problems) > 0 {
		return nil, r.problems.sorted()
	}
	p.effective = p.describe(environments)
	return p, nil
}

// syntax is the problem of a file that is not TOML.
func syntax(name string, err error) Problem {
	var at toml.ParseError
	if errors.As(err, &at) {
		return Problem{File: name, Line: at.Position.Line, Key: at.LastKey, Text: at.Message}
	}
	return Problem{File: name, Text: err.Error()}
}

// combine makes the scenarios and checks what only shows in combination.
func (r *reader) combine(p *Plan, made []*Workload, environments []*Environment) {
	n := len(made) * len(environments)
	if n > maxVariants || n*len(p.Policies) > maxVariants {
		r.problem("", "%d workloads x %d environments x %d policies are more than %d cells",
			len(made), len(environments), len(p.Policies), maxVariants)
		return
	}
	r.checkSLO(made, environments)
	for _, e := range environments {
		for _, pol := range p.Policies {
			r.checkPair(pol, e)
		}
	}
	names := map[string]bool{}
	for _, w := range made {
		for _, e := range environments {
			s := &Scenario{w.Name + e.label, w, e}
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
		cfg.Control.Seed, cfg.Control.Leader, cfg.Control.PS = cfg.Seed, true, cfg.PS
		if _, err := policy.New(cfg.Control); err != nil {
			r.blame(c.Policy.table, err)
		}
	}
}

// checkPair notes what a policy cannot do in an environment.
func (r *reader) checkPair(p *Policy, e *Environment) {
	at := func(key string) string { return join(p.table.path, key) }
	for i := range e.pools {
		pool := e.pools[i].control()
		p.bounds(&pool)
		r.wrong(pool.Min < 0, at("min"), "%d, must not be negative", pool.Min)
		r.wrong(pool.Max < pool.Min || pool.Max > maxWorkers, at("max"), "%d, must be within min = %d and %d", pool.Max, pool.Min, maxWorkers)
		n := p.initial(&e.pools[i])
		r.wrong(!n.Auto && (n.N < pool.Min || n.N > pool.Max), at("initial"), "%d, must be within min = %d and max = %d", n.N, pool.Min, pool.Max)
	}
}

// checkSLO refuses bounds for classes that no workload has.
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
		for _, class := range sortedNames(e.top.SLO.ByClass) {
			r.wrong(!contains(classes, class), join("slo", class), "no workload has a class %q%s", class, hint(class, classes))
		}
	}
}

// A contrastTable is [[contrast]]: a pair of policies whose difference the
// answer is to name.
type contrastTable struct {
	Name string `toml:"name" axis:"no" doc:"what differs, in plain words; required"`
	From string `toml:"from" axis:"no" doc:"a policy by its full name; required"`
	To   string `toml:"to" axis:"no" doc:"another one; required"`
}

// readContrasts reads the pairs of policies to compare. Names are only checked
// against policies that are all readable.
func (r *reader) readContrasts(policies []*Policy, readable bool) []results.Contrast {
	var names []string
	for _, p := range policies {
		names = append(names, p.Name)
	}
	var out []results.Contrast
	for _, t := range r.list(r.root, "contrast") {
		var c contrastTable
		r.decode(t, nil, &c)
		r.wrong(c.Name == "", join(t.path, "name"), "missing: say in plain words what differs")
		for _, end := range [2][2]string{{"from", c.From}, {"to", c.To}} {
			r.wrong(end[1] == "", join(t.path, end[0]), "missing: name a policy")
			r.wrong(end[1] != "" && readable && !contains(names, end[1]), join(t.path, end[0]), "unknown policy %q%s", end[1], hint(end[1], names))
		}
		r.wrong(c.From != "" && c.From == c.To, join(t.path, "to"), "%q is what it is to be compared with", c.To)
		out = append(out, results.Contrast{Name: c.Name, From: c.From, To: c.To})
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
		Seed: seed, Control: e.control(w.classes(e.top.SLO)),
		PS: e.cluster.Discipline == "ps", Network: e.cluster.Network,
		TelemetryPeriod: e.telemetry.Period, TelemetryDelay: e.telemetry.Delay,
		Timeout: e.top.Timeout, Duration: w.duration(), DrainCap: e.top.DrainCap,
	}
	c.Policy.fill(&cfg.Control)
	for i := range e.pools {
		pool := &cfg.Control.Pools[i]
		n := c.Policy.initial(&e.pools[i])
		if n.Auto {
			n.N = auto(w.Made.Load/float64(len(e.pools)), pool)
		}
		cfg.Pools = append(cfg.Pools, e.pools[i].world(n.N))
	}
	if e.functions != nil {
		cfg.Funcs = e.functions.world()
	}
	return cfg
}

// auto is the workers of a pool that an offered load, in CPU-seconds per
// second, keeps at 70 % utilisation, within the pool's bounds.
func auto(load float64, p *policy.Pool) int {
	n := math.Ceil(load / autoUtilisation / (float64(p.Cores) * p.Speed))
	return int(min(max(n, float64(p.Min)), float64(p.Max)))
}

// Run simulates one run of the cell and returns its row of results.
func (c Cell) Run(ctx context.Context, seed uint64, rec sim.Recorder) (results.Row, error) {
	src, err := c.Scenario.Workload.Made.Open(seed)
	if err != nil {
		return results.Row{}, err
	}
	return sim.Run(ctx, c.Config(seed), src, rec)
}

// Notes is what a reader of the results must know about the numbers, each
// once, in order of appearance.
func (p *Plan) Notes() []string {
	var out []string
	add := func(notes ...string) {
		for _, n := range notes {
			if n != "" && !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	for _, s := range p.Scenarios {
		for _, n := range s.Workload.Made.Notes {
			add(p.noted(n) + ": " + n)
		}
		add(s.Env.notes()...)
	}
	return out
}

// noted names the workloads that a note is about.
func (p *Plan) noted(note string) string {
	var names []string
	for _, s := range p.Scenarios {
		w := s.Workload
		if slices.Contains(w.Made.Notes, note) && !slices.Contains(names, w.Name) {
			names = append(names, w.Name)
		}
	}
	return list(names)
}

// Effective is the whole configuration with all defaults filled in, for the
// manifest.
func (p *Plan) Effective() map[string]any { return p.effective }

// Digest is the SHA-256, in hexadecimal, of everything that decides the
// results but the build: the effective configuration with the digests of the
// workloads.
func (p *Plan) Digest() string {
	text, err := json.Marshal(p.effective) // keys are sorted
	if err != nil {
		return "" // cannot be: it is made of strings, numbers, lists and maps
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
