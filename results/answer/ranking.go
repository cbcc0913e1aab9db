package answer

import (
	"cmp"
	"math"
	"slices"

	"cnv/results"
	"cnv/results/compare"
	"cnv/results/words"
)

// A Ranking is the policies over all workloads, the best first: the one that is least far
// behind the best of a workload where it is furthest behind (minimax regret: Savage 1951,
// doi:10.1080/01621459.1951.10500768). The first quantity counts before the second: the
// second is asked among policies that are within delta of the best in the first.
//
// Regret, not rank: the sum of places would count a difference that is next to nothing as
// much as one that decides. The worst workload, not the mean over workloads: which workload
// comes is not known, and how often each does is not among the inputs.
type Ranking struct {
	// Those on which policies are ranked, in the order of the file, and the primary metrics
	// of which one end is better, in the order of columns.
	Workloads  []string
	Quantities []Quantity
	Rows       []Ranked
}

// A Ranked is one policy of a Ranking.
type Ranked struct {
	Policy string
	Rank   int       // from 1; policies that are within delta of each other share it
	Places []int     // by workload: one more than policies that are found better there; 0: not compared
	Behind []Behind  // by quantity
	Worst  []Finding // by quantity: the worst value, of any workload
	Bound  Behind    // the most that cost is of the bound that no policy can beat: 2 is twice; NaN: not known
}

// A Behind is how far a policy is behind the best one of a workload, where it is furthest.
type Behind struct {
	Workload string
	// Value is in the metric's unit of shares, else relative to the best: 0.1 is 10 %.
	// Infinite where the policy has no finite value and another has.
	Value float64
}

// Ranking ranks the policies. It has no rows where no policy has a value, and no quantities
// either where none of the primary metrics has a better end. Workloads on which no policy
// is ranked are left out.
func (fs Findings) Ranking() *Ranking {
	if no := fs.unranked(); len(no) > 0 {
		fs = slices.DeleteFunc(slices.Clone(fs), func(f Finding) bool { return slices.Contains(no, f.workload) })
	}
	r := &Ranking{Workloads: fs.Workloads(), Quantities: fs.ranking()}
	at, policies := fs.index(), fs.Policies()
	if len(r.Quantities) == 0 {
		return r
	}
	for _, p := range policies {
		row := Ranked{Policy: p, Behind: make([]Behind, len(r.Quantities)), Worst: make([]Finding, len(r.Quantities)), Bound: Behind{"", math.NaN()}}
		for _, w := range r.Workloads {
			row.Places = append(row.Places, r.place(at, policies, w, p))
			row.boundOn(at, w)
		}
		r.Rows = append(r.Rows, row)
	}
	for _, w := range r.Workloads {
		r.behind(at, w)
	}
	r.Rows = slices.DeleteFunc(r.Rows, func(row Ranked) bool {
		return !slices.ContainsFunc(row.Worst, func(f Finding) bool { return f.policy != "" })
	})
	r.sort(at)
	return r
}

// Best are the policies of rank 1.
func (r *Ranking) Best() (out []Ranked) {
	for _, row := range r.Rows {
		if row.Rank == 1 {
			out = append(out, row)
		}
	}
	return out
}

// place is one more than the policies that are found better than p; 0 where it is compared
// to none. Many policies may be of place 1: those of which no other is found better.
func (r *Ranking) place(at *index, policies []string, workload, p string) int {
	n, compared := 1, len(policies) == 1
	for _, other := range policies {
		if other == p {
			continue
		}
		better, ok := r.better(at, workload, other, p)
		if compared = compared || ok; better {
			n++
		}
	}
	return words.IfElse(compared, n, 0)
}

// better says whether one policy is found better than another: in the first quantity in
// which they are not the same. What is not known is no reason to ask the next quantity.
// Single runs differ where they are further apart than delta. compared is false where they
// have no quantity in common, or are not ranked.
func (r *Ranking) better(at *index, workload, one, other string) (better, compared bool) {
	for _, q := range r.Quantities {
		a, ok := at.value(workload, one, q.Metric)
		b, has := at.value(workload, other, q.Metric)
		if !ok || !has {
			continue
		}
		d := between(at, b, a) // from the other one to this one
		switch v := d.Sign(); {
		case v == Lower || v == Higher:
			return (v == Higher) == (q.Better == results.HigherIsBetter), true
		case v == Same || v == Equal:
			compared = true
		case v == Single:
			compared = true
			if math.Abs(d.Change.Mean) > d.delta {
				return (d.Change.Mean > 0) == (q.Better == results.HigherIsBetter), true
			}
		case v == NotRanked:
			return false, false
		default:
			return false, true
		}
	}
	return false, compared
}

// behind keeps how far each policy is behind the best of a workload, where that is more
// than on the workloads before.
//
// among are the policies that are still asked: the best in the second quantity is one of
// those within delta of the best in the first. A policy that misses too much and is cheap
// for that must not make all others look dear.
func (r *Ranking) behind(at *index, workload string) {
	among := map[string]bool{}
	for _, row := range r.Rows {
		among[row.Policy] = true
	}
	for k, q := range r.Quantities {
		best := math.NaN()
		for i := range r.Rows {
			f, ok := at.value(workload, r.Rows[i].Policy, q.Metric)
			if ok && among[r.Rows[i].Policy] && f.Value.Finite() && (math.IsNaN(best) || q.isBetter(f.Value.Mean, best)) {
				best = f.Value.Mean
			}
		}
		delta := at.all.delta(q)
		for i := range r.Rows {
			row := &r.Rows[i]
			f, ok := at.value(workload, row.Policy, q.Metric)
			if !ok || math.IsNaN(f.Value.Mean) {
				continue
			}
			by := q.regret(f.Value.Mean, best)
			if row.Behind[k].Workload == "" || by > row.Behind[k].Value {
				row.Behind[k] = Behind{workload, by}
			}
			if row.Worst[k].policy == "" || q.isBetter(row.Worst[k].Value.Mean, f.Value.Mean) {
				row.Worst[k] = f
			}
			if !(by <= delta) {
				delete(among, row.Policy)
			}
		}
	}
}

// regret is how far v is behind the best: 0 if it is not, or if no policy has a finite
// value (best is NaN). Of shares it is a difference, of all else relative to the best;
// infinite where the best is 0, of which nothing is a share.
func (q Quantity) regret(v, best float64) float64 {
	switch {
	case math.IsNaN(best) || !q.isBetter(best, v):
		return 0
	case math.IsInf(v, 0):
		return math.Inf(1)
	case results.IsShare(q.Metric):
		return math.Abs(v - best)
	case best == 0:
		return math.Inf(1)
	}
	return math.Abs(v-best) / math.Abs(best)
}

// delta is the smallest difference of a quantity that matters, as [Behind] has it: a
// fraction, of shares itself and of all else relative to the policy that is compared to.
// The first row that has one tells, as the file has one delta for a metric.
func (fs Findings) delta(q Quantity) float64 {
	for i := range fs {
		f := &fs[i]
		if f.Metric != q.Metric || f.against == "" || !(f.delta > 0) {
			continue
		}
		if results.IsShare(q.Metric) {
			return f.delta
		}
		if base, ok := fs.Value(f.workload, f.against, f.Metric); ok && base.Value.Finite() && base.Value.Mean != 0 {
			return f.delta / math.Abs(base.Value.Mean)
		}
	}
	return compare.DefaultDelta(q.Metric)
}

// boundOn keeps how many times the bound the cost on a workload is, where that is more than
// on the workloads before. The bound is that of an oracle, see results.Columns.
func (row *Ranked) boundOn(at *index, workload string) {
	cost, ok := at.value(workload, row.Policy, results.CostInSLO)
	least, has := at.value(workload, row.Policy, "oracle_per_1000_usd")
	if !ok || !has || !(least.Value.Mean > 0) {
		return
	}
	if v := cost.Value.Mean / least.Value.Mean; math.IsNaN(row.Bound.Value) || v > row.Bound.Value {
		row.Bound = Behind{workload, v}
	}
}

// sort puts the best first and numbers the rows. Rows whose regret in the first quantity is
// within delta of the least left are taken together and sorted by the next quantity; what
// is within delta in the last one, too, shares its rank. So ranks are 1, 1, 3, as in
// sports.
//
// Note: within delta is no order that could be given to a sort: of a, b and c, a may be as
// good as b and b as c, but not a as c. Taking groups from the best down is well defined
// all the same.
func (r *Ranking) sort(at *index) {
	deltas := make([]float64, len(r.Quantities))
	for k, q := range r.Quantities {
		deltas[k] = at.all.delta(q)
	}
	var out []Ranked
	var take func(rows []Ranked, k int)
	take = func(rows []Ranked, k int) {
		for len(rows) > 0 {
			least := slices.MinFunc(rows, func(a, b Ranked) int { return cmp.Compare(a.Behind[k].Value, b.Behind[k].Value) }).Behind[k].Value
			var near, rest []Ranked
			for _, row := range rows {
				if v := row.Behind[k].Value; v == least || v-least <= deltas[k] {
					near = append(near, row)
				} else {
					rest = append(rest, row)
				}
			}
			if rows = rest; k+1 < len(r.Quantities) {
				take(near, k+1)
				continue
			}
			rank := len(out) + 1
			for _, row := range near {
				row.Rank = rank
				out = append(out, row)
			}
		}
	}
	take(r.Rows, 0)
	r.Rows = out
}
