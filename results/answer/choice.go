package answer

import (
	"fmt"
	"strings"

	"cnv/results"
	"cnv/results/compare"
	"cnv/results/words"
)

// A Choice is the one policy to take on a workload.
type Choice struct {
	Policy string // "": none keeps the bound
	Text   string // why, in sentences
}

// Choose takes one policy on a workload by a rule that can be said: of those whose share of
// avoidable misses is at most a bound, the first of the file that is not found dearer per
// 1,000 requests in SLO than the cheapest of them. A file begins with the plainest, and a
// difference that is not known is no reason to leave it.
func Choose(s *compare.Set, workload string, most float64) Choice {
	rows := s.Comparison()
	return choose(FindingsOf(rows, s.Wins()), s.Worlds().Held(compare.Found(rows)), workload, most)
}

func choose(fs Findings, held []compare.Held, workload string, most float64) Choice {
	at, bound := fs.index(), fmt.Sprintf("%g %%", 100*most)
	var within []Finding // costs of the policies that keep the bound
	var cheapest, fewest Finding
	for _, p := range fs.Policies() {
		misses, ok := at.value(workload, p, results.AvoidableMisses)
		if !ok || !misses.Value.Finite() {
			continue
		}
		if fewest.policy == "" || misses.Value.Mean < fewest.Value.Mean {
			fewest = misses
		}
		cost, ok := at.value(workload, p, results.CostInSLO)
		if !ok || !cost.Value.Finite() || misses.Value.Mean > most {
			continue
		}
		if within = append(within, cost); cheapest.policy == "" || cost.Value.Mean < cheapest.Value.Mean {
			cheapest = cost
		}
	}
	switch {
	case fewest.policy == "":
		return Choice{Text: "No policy has a share of avoidable misses in all runs, so there is none to take."}
	case within == nil:
		return Choice{Text: fmt.Sprintf("No policy keeps avoidable misses within %s; the fewest has %s, %s. It takes more or faster machines, functions, or a wider SLO.", bound, words.InQuotes(fewest.policy), MissQuantity.level(fewest.Value))}
	}
	taken := cheapest
	var open []string
	for i := len(within) - 1; i >= 0; i-- {
		if w := within[i]; w.policy != cheapest.policy && between(at, cheapest, w).Sign() != Higher {
			if open = append(open, w.policy); indexOf(fs, w) < indexOf(fs, taken) {
				taken = w
			}
		}
	}
	return Choice{taken.policy, strings.Join(chosen(at, held, taken, cheapest, len(within), bound, open), " ")}
}

// indexOf is the place of a finding's policy in the file.
func indexOf(fs Findings, f Finding) int {
	for i, p := range fs.Policies() {
		if p == f.policy {
			return i
		}
	}
	return -1
}

// chosen says why a policy is taken: what it gives, what it is better than, and what of that
// is not sure.
func chosen(at *index, held []compare.Held, taken, cheapest Finding, n int, bound string, open []string) (out []string) {
	misses, _ := at.value(taken.workload, taken.policy, results.AvoidableMisses)
	why := "the only policy that keeps them within " + bound
	switch {
	case taken.policy != cheapest.policy:
		why = fmt.Sprintf("the plainest of %d policies that keep them within %s and are not found dearer than the cheapest of these, %s at %s", len(open)+1, bound, words.InQuotes(cheapest.policy), costQuantity.level(cheapest.Value))
	case n > 1:
		why = fmt.Sprintf("the cheapest of the %d policies that keep them within %s", n, bound)
	}
	out = append(out, fmt.Sprintf("%s avoidable misses at %s per 1,000 requests in SLO: %s.", words.Capital(MissQuantity.level(misses.Value)), costQuantity.level(taken.Value), why))
	first := at.all.Policies()[0]
	if base, ok := at.value(taken.workload, first, results.CostInSLO); ok && first != taken.policy {
		if d := between(at, base, taken); d.Sign() == Lower || d.Sign() == Higher {
			out = append(out, fmt.Sprintf("It costs %s than %s.", costQuantity.than(d.Change), words.InQuotes(first)))
		}
	}
	for i := range held {
		h := &held[i]
		if h.Workload != taken.workload || h.Metric != results.CostInSLO || h.Policy != taken.policy && h.Against != taken.policy || h.Drawn == 0 || h.Robust() {
			continue
		}
		out = append(out, fmt.Sprintf("Not sure: that %s costs %s than %s holds in %d of %d worlds%s.", words.InQuotes(h.Policy),
			words.IfElse(h.Sign < 0, "less", "more"), words.InQuotes(h.Against), h.Holds, h.Drawn, words.IfElse(h.Turn != "", "; it turns "+h.Turn, "")))
	}
	return out
}
