package results

import (
	"path/filepath"
	"strconv"
)

// A Frontier says whether another policy is both cheaper and better than this
// one: by cost per 1,000 requests within the SLO, and avoidable misses.
type Frontier struct {
	Workload, Policy string
	Cost, Misses     float64
	Front            bool   // by the means, no other policy is
	Dominated        string // the first policy of the file that surely is, else the first that is; "" on the front
	Surely           bool   // the intervals of both differences to it, jointly, say so too
}

// Frontiers is the Pareto front of every workload.
func (s *Set) Frontiers() []Frontier {
	var out []Frontier
	cost, miss := columnOf(costInSLO), columnOf(avoidableMisses)
	for w, name := range s.plan.Workloads {
		cells := s.cellsOf(w)
		points := make([]costPoint, len(cells))
		for i := range cells {
			points[i].cost.mean, points[i].misses.mean = meanOf(cells[i].values(cost)), meanOf(cells[i].values(miss))
		}
		for i, p := range points {
			f := Frontier{Workload: name, Policy: s.plan.Policies[i], Cost: p.cost.mean, Misses: p.misses.mean, Front: p.drawable()}
			for k := range points {
				if k == i || !points[k].drawable() || p.drawable() && !dominates(points[k], p) || p.misses.mean < points[k].misses.mean {
					continue
				}
				if f.Front = false; f.Dominated == "" {
					f.Dominated = s.plan.Policies[k]
				}
				if p.drawable() && surelyBeaten(&cells[i], &cells[k], cost, miss) {
					f.Dominated, f.Surely = s.plan.Policies[k], true
					break
				}
			}
			out = append(out, f)
		}
	}
	return out
}

// surelyBeaten says that p is surely worse than q in one metric and surely no
// better in the other.
func surelyBeaten(p, q *cell, columns ...int) bool {
	worse := false
	for _, c := range columns {
		x, y := pairs(p, q, c)
		_, low, _ := intervalOf(differences(x, y), len(columns), p.basis)
		if !(low >= 0) || p.over == OverNothing {
			return false
		}
		worse = worse || low > 0
	}
	return worse
}

var paretoHeader = []string{"workload", "policy", "cost_per_1000_in_slo_usd", "miss_avoidable", "front", "dominated_by", "surely"}

// writePareto writes pareto.csv.
func (s *Set) writePareto(dir string) error {
	return writeCSV(filepath.Join(dir, "pareto.csv"), paretoHeader, func(write func(...string) error) error {
		for _, f := range s.Frontiers() {
			surely := ""
			if f.Dominated != "" {
				surely = strconv.FormatBool(f.Surely)
			}
			if err := write(f.Workload, f.Policy, number(f.Cost), number(f.Misses), strconv.FormatBool(f.Front), f.Dominated, surely); err != nil {
				return err
			}
		}
		return nil
	})
}

var paretoDoc = fileDoc{"pareto.csv", "one row per workload and policy: is another one both cheaper and better?", [][2]string{
	{"workload, policy", "which cell"},
	{"cost_per_1000_in_slo_usd, miss_avoidable", "means over the replications"},
	{"front", "true: no policy is at least as cheap with as few avoidable misses, and better in one of them, by the means; a policy without a finite cost is not on the front"},
	{"dominated_by", "the first policy of the file that surely is, else the first that is by the means; empty on the front"},
	{"surely", "true: the two paired differences to it, jointly at 95 %, say so too"},
}}
