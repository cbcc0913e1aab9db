package compare

import (
	"cmp"
	"math"
	"path/filepath"
	"slices"
	"strconv"

	"cnv/results"
	"cnv/results/csvfile"
	"cnv/results/words"
)

// A Frontier says whether another policy is both cheaper and better than this one: by cost
// per 1,000 requests within the SLO (US$), and avoidable misses (fraction of arrivals).
//
// Invariant: Front and Dominated are not both set; neither is where the policy has no
// finite value and nothing beats it, or where policies are not ranked.
type Frontier struct {
	Workload, Policy string
	Cost, Misses     float64
	Front            bool   // by the values, no other policy is
	Dominated        string // the first policy of the file that surely is, else the first that is; "" on the front
	Surely           bool   // the intervals of both differences to it, jointly, say so too
}

// Frontiers is the Pareto front of every workload: workload by workload, its policies in
// the order of the file. By the values a policy is off the front already when another one
// is better by chance: so the file says also whether it is surely so.
func (s *Set) Frontiers() []Frontier {
	var out []Frontier
	cost, miss := results.ColumnOf(results.CostInSLO), results.ColumnOf(results.AvoidableMisses)
	all := s.compared().about(results.CostInSLO, results.AvoidableMisses)
	for w, name := range s.plan.Workloads {
		cells := all.cells[w]
		points := make([]CostPoint, len(cells))
		for i := range cells {
			points[i].Cost.Mean, points[i].Misses.Mean = cells[i].measure(cost).Value, cells[i].measure(miss).Value
		}
		for i, p := range points {
			ranked := !all.unranked(w)
			f := Frontier{Workload: name, Policy: s.plan.Policies[i], Cost: p.Cost.Mean, Misses: p.Misses.Mean, Front: ranked && p.Drawable()}
			for k := range points {
				// A policy that cannot be drawn is beaten by any that can, unless it misses
				// fewer.
				if !ranked || k == i || !points[k].Drawable() || p.Drawable() && !dominates(points[k], p) || p.Misses.Mean < points[k].Misses.Mean {
					continue
				}
				if f.Front = false; f.Dominated == "" {
					f.Dominated = s.plan.Policies[k]
				}
				if p.Drawable() && all.surelyBeaten(w, i, k, cost, miss) {
					f.Dominated, f.Surely = s.plan.Policies[k], true
					break
				}
			}
			out = append(out, f)
		}
	}
	return out
}

// about is the comparison with a family of its own, of some metrics, unless they are
// in its own already.
// Cost and misses have to be judged jointly, whether or not the file calls them primary.
func (c *comparison) about(metrics ...string) *comparison {
	for _, m := range metrics {
		if !slices.Contains(c.plan.primary(), m) {
			// A copy of the plan with other primary metrics: the cells are the same, and
			// the family is another.
			p := *c.plan
			p.Primary = metrics
			return newComparison(&p, c.cells)
		}
	}
	return c
}

// surelyBeaten says that p is surely worse than q in one metric and surely no better in
// the other. A difference that is 0 in every run and has an interval, as of shares, may be
// either way by what so few runs can miss; one without is no better as far as anybody knows.
func (c *comparison) surelyBeaten(w, p, q int, columns ...int) bool {
	worse := false
	for _, column := range columns {
		d := c.difference(w, p, q, column)
		if unseen := d.verdict == Equal && math.IsNaN(d.jointLow); !(d.jointLow >= 0) && !unseen {
			return false
		}
		worse = worse || d.jointLow > 0
	}
	return worse
}

// paretoHeader is the columns of pareto.csv.
var paretoHeader = []string{"workload", "policy", "cost_per_1000_in_slo_usd", "miss_avoidable", "front", "dominated_by", "surely"}

// writePareto writes pareto.csv.
func (s *Set) writePareto(dir string) error {
	return csvfile.Write(filepath.Join(dir, "pareto.csv"), paretoHeader, func(write func(...string) error) error {
		for _, f := range s.Frontiers() {
			surely := ""
			if f.Dominated != "" {
				surely = strconv.FormatBool(f.Surely)
			}
			if err := write(f.Workload, f.Policy, csvfile.Number(f.Cost), csvfile.Number(f.Misses), strconv.FormatBool(f.Front), f.Dominated, surely); err != nil {
				return err
			}
		}
		return nil
	})
}

var paretoDoc = results.FileDoc{Name: "pareto.csv", Text: "one row per workload and policy: is another one both cheaper and better?", Columns: [][2]string{
	{"workload, policy", "which cell"},
	{"cost_per_1000_in_slo_usd, miss_avoidable", "values over the replications, as in comparison.csv"},
	{"front", "true: no policy is at least as cheap with as few avoidable misses, and better in one of them, by the values; a policy without a finite cost is not on the front"},
	{"dominated_by", "the first policy of the file that surely is, else the first that is by the values; empty on the front"},
	{"surely", "true: the intervals of the two paired differences to it, which hold together with all others, say so too: no end is below 0, and one interval is above it; a cost that is equal in every run has no interval, and is taken as equal"},
}}

// A CostPoint is one policy on one workload.
type CostPoint struct {
	Cost   words.Estimate // US dollars per 1,000 requests in SLO
	Misses words.Estimate // avoidable misses, fraction of all arrivals
}

// Drawable says that both means are finite.
func (p CostPoint) Drawable() bool { return p.Cost.Finite() && p.Misses.Finite() }

// Pareto lists the points that no other point beats, by their places: none is as cheap and
// misses as few with one of the two strictly less. In order of cost, ties in the declared
// order. Points without a finite cost are never on it. O(points²).
func Pareto(points []CostPoint) []int {
	var best []int
	for i, a := range points {
		beaten := !a.Drawable()
		for _, b := range points {
			if b.Drawable() && dominates(b, a) {
				beaten = true
			}
		}
		if !beaten {
			best = append(best, i)
		}
	}
	slices.SortStableFunc(best, func(i, j int) int {
		return cmp.Compare(points[i].Cost.Mean, points[j].Cost.Mean)
	})
	return best
}

// dominates says that b is at least as good as a on both counts and better on one. Equal
// points do not dominate each other: both stay on the front. False with NaN.
func dominates(b, a CostPoint) bool {
	return b.Cost.Mean <= a.Cost.Mean && b.Misses.Mean <= a.Misses.Mean &&
		(b.Cost.Mean < a.Cost.Mean || b.Misses.Mean < a.Misses.Mean)
}
