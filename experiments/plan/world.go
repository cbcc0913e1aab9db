package plan

import (
	"maps"
	"math"
	"slices"

	"cnv/policy"
	"cnv/results/answer"
	"cnv/results/compare"
)

// maxWorlds bounds the worlds of an experiment.
const maxWorlds = 1000

// A World is one draw of what is not known for certain: the same for all policies and
// workloads.
type World struct {
	Scenarios []*Scenario // those of the plan in this world
	Values    [][]float64 // by scenario, of the plan's constants; NaN: it has none, or asks about it
}

// Uncertain is the constants in which worlds differ, with what each is drawn between in
// any environment.
func (p *Plan) Uncertain() []compare.Constant {
	var out []compare.Constant
	for _, e := range p.environments() {
		for _, u := range e.uncertain() {
			c := u.Constant
			c.Low, c.High = min(u.at(0), u.at(1)), max(u.at(0), u.at(1))
			if i := named(out, c.Name); i < 0 {
				out = append(out, c)
			} else {
				out[i].Low, out[i].High = min(out[i].Low, c.Low), max(out[i].High, c.High)
			}
		}
	}
	return out
}

// named is the place of a constant by name, -1 if it is not there.
func named(constants []compare.Constant, name string) int {
	return slices.IndexFunc(constants, func(c compare.Constant) bool { return c.Name == name })
}

// environments are those of the scenarios, each once.
func (p *Plan) environments() (out []*Environment) {
	for _, s := range p.Scenarios {
		if !slices.Contains(out, s.Env) {
			out = append(out, s.Env)
		}
	}
	return out
}

// Drawn are the worlds of the experiment: of each constant the range is cut into as
// many equal parts, and each part is drawn from in one world (Latin hypercube: McKay
// et al. 1979, doi:10.2307/1268522). Draws depend on the seed, the number of worlds and
// the constants, on nothing else. What is not among the constants stays as it is.
func (p *Plan) Drawn(constants []compare.Constant) []World {
	u := hypercube(p.Seed, p.Worlds, len(constants))
	out := make([]World, p.Worlds)
	for k := range out {
		values, environments := map[*Environment][]float64{}, map[*Environment]*Environment{}
		for _, e := range p.environments() {
			v := make([]float64, len(constants))
			for i := range v {
				v[i] = math.NaN()
			}
			env := e.clone()
			for _, c := range e.uncertain() {
				i := named(constants, c.Name)
				if i < 0 {
					continue
				}
				v[i] = c.at(u[i][k])
				c.set(env, v[i])
				env.world[c.Name] = v[i]
			}
			values[e], environments[e] = v, env
		}
		for _, s := range p.Scenarios {
			out[k].Values = append(out[k].Values, values[s.Env])
			out[k].Scenarios = append(out[k].Scenarios, &Scenario{s.Name, s.Workload, environments[s.Env], s.peaks})
		}
	}
	return out
}

// Pairs are the pairs of policies that the question is about: the contrasts of the
// file, or, without any, the first policy and each other one.
func (p *Plan) Pairs() (out []answer.Pair) {
	for _, c := range p.Contrasts {
		out = append(out, answer.Pair{From: c.From, To: c.To})
	}
	if out == nil {
		for _, other := range p.Policies[1:] {
			out = append(out, answer.Pair{From: p.Policies[0].Name, To: other.Name})
		}
	}
	return out
}

// clone is an environment whose constants may be set.
func (e *Environment) clone() *Environment {
	out := *e
	out.pools = slices.Clone(e.pools)
	for i := range out.pools {
		launch := *e.pools[i].launch
		out.pools[i].launch = &launch
	}
	if e.functions != nil {
		functions := *e.functions
		functions.others = slices.Clone(functions.others)
		out.functions = &functions
	}
	out.world = map[string]float64{}
	maps.Copy(out.world, e.world)
	return &out
}

// tries is how many hypercubes are drawn, of which the one is taken whose constants
// go together least: what two constants do can then be told apart.
const tries = 100

// hypercube is n points in the unit cube of so many dimensions, by dimension.
func hypercube(seed uint64, n, dimensions int) [][]float64 {
	r := policy.NewRand(seed, "worlds", 0)
	var best [][]float64
	least := math.Inf(1)
	for try := range tries {
		r.At(uint64(try))
		cube := make([][]float64, dimensions)
		for d := range cube {
			cube[d] = make([]float64, n)
			for k, part := range r.Perm(n) {
				cube[d][k] = (float64(part) + r.Float64()) / float64(n)
			}
		}
		if together := mostCorrelated(cube, least); together < least {
			best, least = cube, together
		}
	}
	if best == nil {
		return make([][]float64, dimensions)
	}
	return best
}

// mostCorrelated is the largest correlation of two dimensions, either way; once it is
// beyond a limit, that is enough.
func mostCorrelated(cube [][]float64, limit float64) float64 {
	most := 0.0
	for i := range cube {
		for j := range i {
			xy, xx, yy := 0.0, 0.0, 0.0
			for k := range cube[i] {
				x, y := cube[i][k]-0.5, cube[j][k]-0.5
				xy, xx, yy = xy+float64(x*y), xx+float64(x*x), yy+float64(y*y)
			}
			if most = max(most, math.Abs(xy)/math.Sqrt(xx*yy)); most >= limit {
				return most
			}
		}
	}
	return most
}

// Moved is the plan with one constant of the catalog at so many times what it is, of
// all scenarios that have it; false: none has. What is drawn from 0 on, a telemetry's
// phase, moves by as large a part of its range, and only upwards.
func (p *Plan) Moved(name string, by float64) (*Plan, bool) {
	out, any := *p, false
	out.Scenarios = nil
	made := map[*Environment]*Environment{}
	for _, e := range p.environments() {
		made[e] = e
		for _, c := range e.uncertain() {
			v := c.at(0.5) * by
			if c.at(0) == 0 {
				v = c.at(1) * (by - 1)
			}
			if c.Name != name || v <= 0 {
				continue
			}
			made[e], any = e.clone(), true
			made[e].world[name] = v
			c.set(made[e], v)
		}
	}
	for _, s := range p.Scenarios {
		out.Scenarios = append(out.Scenarios, &Scenario{s.Name, s.Workload, made[s.Env], s.peaks})
	}
	return &out, any
}
