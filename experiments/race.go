package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"cnv/experiments/plan"
	"cnv/results"
	"cnv/results/compare"
	"cnv/results/stat"
)

// The race: all trials of a policy have as many runs, with the same seeds. After each
// stage those are out that surely break a bound, and those that are surely dearer
// than one that surely keeps all bounds, by paired intervals that hold together over
// trials and stages (F-Race: Birattari et al. 2002; for constraints Andradóttir, Kim
// 2010, doi:10.1002/nav.20408). So noise decides nothing early; who is left gets more runs.
var stages = []int{8, 16, 32} // runs of each trial on each scenario

// fewMisses is the bound of misses where the file has none.
const fewMisses = 0.01

// A goal is what tuning looks for.
type goal struct {
	metrics   []string // that are told: the primary ones
	parts     []string // columns that all is made of
	objective string   // metric; "": dollars, with a price for each miss
	price     float64  // US$ per avoidable miss
	bounds    []bound
}

// A bound is a requirement on one scenario.
type bound struct {
	compare.Requirement
	scenario int
}

// newGoal is that of an experiment: the least of the first primary metric that is no share
// of misses, where each workload keeps what the file requires of it; of misses fewMisses, where
// it requires nothing of these.
func newGoal(p *plan.Plan) *goal {
	g := &goal{metrics: p.Primary, price: p.USDPerMiss}
	if len(g.metrics) == 0 {
		g.metrics = compare.DefaultPrimary()
	}
	misses := []string{"miss_avoidable", "steady_miss_avoidable"}
	isMiss := func(m string) bool { return slices.Contains(misses, m) }
	if i := slices.IndexFunc(g.metrics, func(m string) bool { return !isMiss(m) }); g.price == 0 && i >= 0 {
		g.objective = g.metrics[i]
	} else if g.price == 0 {
		g.objective = g.metrics[0]
	}
	for w, s := range p.Scenarios {
		bounded := false
		for _, q := range p.Required {
			if q.Workload == "" || q.Workload == s.Name {
				g.bounds = append(g.bounds, bound{q, w})
				bounded = bounded || isMiss(q.Metric)
			}
		}
		if bounded || g.price > 0 || isMiss(g.objective) {
			continue
		}
		for _, m := range g.metrics {
			if isMiss(m) {
				g.bounds = append(g.bounds, bound{compare.Requirement{Metric: m, Min: math.Inf(-1), Max: fewMisses}, w})
			}
		}
	}
	all := slices.Clone(g.metrics)
	for _, b := range g.bounds {
		all = append(all, b.Metric)
	}
	if g.price > 0 {
		all = append(all, "cost_usd", "missed_avoidable")
	}
	g.parts = compare.Parts(all...)
	return g
}

// String is what is looked for.
func (g *goal) String() string {
	text := "the least " + g.objective
	switch {
	case g.objective == "":
		text = fmt.Sprintf("the least cost with %v US$ for each avoidable miss", g.price)
	case !results.LessIsBetter(g.objective):
		text = "the most " + g.objective
	}
	var told []string
	for _, b := range g.bounds {
		if s := b.String(); !slices.Contains(told, s) {
			told = append(told, s)
		}
	}
	if told == nil {
		return text
	}
	return text + " where each workload keeps its bounds (" + strings.Join(told, ", ") + ")"
}

// cost is what is to be small, over all scenarios, with what each replication
// contributes.
func (g *goal) cost(t *trial) stat.Linear {
	out := stat.Linear{}
	for w, seen := range t.seen {
		l := stat.Linear{}
		switch {
		case g.objective == "":
			l = plus(seen.Linear("cost_usd"), seen.Linear("missed_avoidable"), g.price)
		case results.LessIsBetter(g.objective):
			l = seen.Linear(g.objective)
		default:
			l = stat.Linear{}.Minus(seen.Linear(g.objective))
			l.At = nil
			for _, x := range seen.Linear(g.objective).At {
				l.At = append(l.At, -x)
			}
		}
		if share := 1 / float64(len(t.seen)); w == 0 {
			out = plus(stat.Linear{At: make([]float64, len(l.At))}, l, share)
		} else {
			out = plus(out, l, share)
		}
	}
	return out
}

// plus adds a multiple of b to a.
func plus(a, b stat.Linear, times float64) stat.Linear {
	out := stat.Linear{Value: a.Value + times*b.Value}
	if len(a.At) != len(b.At) {
		return out
	}
	for i := range a.At {
		out.At = append(out.At, a.At[i]+times*b.At[i])
	}
	return out
}

// half is half an interval about l: over the scenarios the widest.
func half(t *trial, l stat.Linear, confidence float64) float64 {
	widest := 0.0
	for _, seen := range t.seen {
		h := seen.Half(l, confidence)
		if math.IsNaN(h) {
			return h
		}
		widest = max(widest, h)
	}
	return widest
}

// sure is the confidence of each of so many intervals that hold together with 95 %.
func sure(of int) float64 { return 1 - 0.05/float64(max(of, 1)) }

// keeps says whether a trial keeps all bounds, with intervals that hold together over
// so many trials. Where no run differs, as where none misses, its value decides.
func (g *goal) keeps(t *trial, trials int) compare.Kept {
	all := compare.KeptSurely
	for _, b := range g.bounds {
		if b.Policy != "" && b.Policy != t.policy.Name {
			continue
		}
		l := t.seen[b.scenario].Linear(b.Metric)
		h := t.seen[b.scenario].Half(l, sure(trials*len(g.bounds)))
		if math.IsNaN(h) {
			h = 0
		}
		switch {
		case l.Value-h >= b.Min && l.Value+h <= b.Max:
		case l.Value+h < b.Min || l.Value-h > b.Max || math.IsNaN(l.Value):
			return compare.BrokenSurely
		default:
			all = compare.KeptUnsurely
		}
	}
	return all
}

// judged says whether every bound of a trial has an interval. Where all runs met the same
// arrivals there is none, however many: then values choose in the end, as nothing else can,
// but put nobody out of the race before the last runs. What is no number is judged.
func (g *goal) judged(t *trial) bool {
	return !slices.ContainsFunc(g.bounds, func(b bound) bool {
		seen := t.seen[b.scenario]
		l := seen.Linear(b.Metric)
		finite := !math.IsNaN(l.Value) && !math.IsInf(l.Value, 0)
		return (b.Policy == "" || b.Policy == t.policy.Name) && finite && math.IsNaN(seen.Half(l, stat.Confidence))
	})
}

// excess is by how much a trial is beyond the bound that it breaks most, with its
// interval, relative to that bound.
func (g *goal) excess(t *trial) float64 {
	most := math.Inf(-1)
	for _, b := range g.bounds {
		if b.Policy != "" && b.Policy != t.policy.Name {
			continue
		}
		l := t.seen[b.scenario].Linear(b.Metric)
		h := t.seen[b.scenario].Half(l, sure(len(g.bounds)))
		if math.IsNaN(h) {
			h = 0
		}
		if math.IsNaN(l.Value) {
			return math.Inf(1)
		}
		if !math.IsInf(b.Max, 1) {
			most = max(most, (l.Value+h-b.Max)/max(math.Abs(b.Max), 1e-9))
		}
		if !math.IsInf(b.Min, -1) {
			most = max(most, (b.Min-l.Value+h)/max(math.Abs(b.Min), 1e-9))
		}
	}
	return most
}

// eliminate takes out of the race who surely is not the one to choose. Where all surely
// break a bound, who breaks it least stays.
func (g *goal) eliminate(trials []*trial) {
	racing := slices.DeleteFunc(slices.Clone(trials), func(t *trial) bool { return t.out })
	tests := len(trials) * len(stages)
	kept := map[*trial]compare.Kept{}
	for _, t := range racing {
		if kept[t] = compare.KeptUnsurely; g.judged(t) {
			kept[t] = g.keeps(t, tests)
		}
	}
	for _, t := range racing {
		t.out = kept[t] == compare.BrokenSurely || slices.ContainsFunc(racing, func(o *trial) bool {
			return o != t && kept[o] == compare.KeptSurely && g.dearer(t, o, tests)
		})
	}
	if !slices.ContainsFunc(racing, func(t *trial) bool { return !t.out }) {
		slices.MinFunc(racing, func(a, b *trial) int { return ascending(g.excess(a), g.excess(b)) }).out = false
	}
}

// dearer says that t surely costs more than o, pair by pair of runs, or has nothing
// to choose it for: no value, or in every run the same and came later.
func (g *goal) dearer(t, o *trial, tests int) bool {
	d := g.cost(t).Minus(g.cost(o))
	switch h := half(t, d, sure(tests)); {
	case math.IsNaN(d.Value):
		return math.IsNaN(g.cost(t).Value) && !math.IsNaN(g.cost(o).Value)
	case h == 0 && d.Value == 0:
		return t.n > o.n
	default:
		return d.Value > h // false where h is NaN
	}
}

// choose is the cheapest of those left that surely keep all bounds, the earliest of
// equals; where none surely does, the one that is least beyond, with its interval.
func (g *goal) choose(trials []*trial) *trial {
	left := slices.DeleteFunc(slices.Clone(trials), func(t *trial) bool { return t.out })
	keep := slices.DeleteFunc(slices.Clone(left), func(t *trial) bool { return g.keeps(t, len(trials)) != compare.KeptSurely })
	if len(keep) > 0 {
		return slices.MinFunc(keep, func(a, b *trial) int { return ascending(g.cost(a).Value, g.cost(b).Value) })
	}
	return slices.MinFunc(left, func(a, b *trial) int { return ascending(g.excess(a), g.excess(b)) })
}

// ascending orders numbers; what is none comes last.
func ascending(a, b float64) int {
	switch {
	case a < b || math.IsNaN(b) && !math.IsNaN(a):
		return -1
	case a > b || math.IsNaN(a) && !math.IsNaN(b):
		return 1
	}
	return 0
}

// scores are the metrics that are told, mean over scenarios.
func (g *goal) scores(t *trial) []float64 {
	out := make([]float64, len(g.metrics))
	for i, m := range g.metrics {
		for _, seen := range t.seen {
			out[i] += seen.Linear(m).Value / float64(len(t.seen))
		}
	}
	return out
}
