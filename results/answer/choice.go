package answer

import (
	"fmt"
	"slices"
	"strings"

	"cnv/results"
	"cnv/results/compare"
	"cnv/results/words"
)

// A Choice is the one policy to take on a workload, for who asks for one and no table.
type Choice struct {
	Policy string // "": none keeps the bound
	Text   string // why, in sentences
}

// Choose takes one policy on a workload by a rule that can be said: of those whose share of
// avoidable misses is at most a bound, the first of the file that is not found dearer per
// 1,000 requests in SLO than the cheapest of them. A file begins with the plainest, and a
// difference that is not known is no reason to leave it. Where the intervals that hold
// together do not tell, as with few replications, one of the pair alone that is beyond what
// matters decides, and this is said.
//
// most is a fraction of all arrivals: 0.01 is 1 %. It is held against means, since with few
// replications no interval of a share would end below a bound of a few percent.
func Choose(s *compare.Set, workload string, most float64) Choice {
	rows := s.Comparison()
	return choose(FindingsOf(rows, s.Wins()), s.Worlds().Held(compare.Found(rows)), workload, most)
}

// choose is [Choose] of findings. It sorts out the policies that keep the bound; where
// there is none, the text says which came closest and what would help.
//
// "No policy keeps avoidable misses within 1 % in the mean; the fewest has d, 1.4 % (0.9 to
// 1.9). That is not sure, as its interval holds 1 %: more replications (--seeds) or a
// longer log would tell. It takes more or faster machines, functions, or a wider SLO."
func choose(fs Findings, held []compare.Held, workload string, most float64) Choice {
	c := choosing{at: fs.index(), bound: fmt.Sprintf("%g %%", 100*most)}
	var fewest, kept Finding
	for _, p := range fs.Policies() {
		misses, ok := c.at.value(workload, p, results.AvoidableMisses)
		if !ok || !misses.Value.Finite() {
			continue
		}
		if fewest.policy == "" || misses.Value.Mean < fewest.Value.Mean {
			fewest = misses
		}
		if misses.Value.Mean > most {
			continue
		}
		cost, ok := c.at.value(workload, p, results.CostInSLO)
		if !ok || !cost.Value.Finite() {
			if kept.policy == "" {
				kept = misses
			}
			continue
		}
		if c.within = append(c.within, cost); c.cheapest.policy == "" || cost.Value.Mean < c.cheapest.Value.Mean {
			c.cheapest = cost
		}
	}
	switch {
	case fewest.policy == "":
		return Choice{Text: "No policy has a share of avoidable misses in all runs, so there is none to take."}
	case c.within == nil && kept.policy != "":
		return Choice{Text: fmt.Sprintf("There is no policy to take: of those that keep avoidable misses within %s, as %s with %s, none has a cost per 1,000 requests in SLO, as in some run no request was answered within the SLO. A miss that no policy can avoid is not counted among these: it takes faster machines, or a wider SLO.", c.bound, words.InQuotes(kept.policy), MissQuantity.level(kept.Value))}
	case c.within == nil:
		unsure := ""
		if v := fewest.Value; v.Interval() && v.Low <= most {
			unsure = fmt.Sprintf(" That is not sure, as its interval holds %s: more replications (--seeds) or a longer log would tell.", c.bound)
		}
		return Choice{Text: fmt.Sprintf("No policy keeps avoidable misses within %s in the mean; the fewest has %s, %s.%s It takes more or faster machines, functions, or a wider SLO.", c.bound, words.InQuotes(fewest.policy), MissQuantity.level(fewest.Value), unsure)}
	}
	c.choose()
	return Choice{c.taken.policy, strings.Join(append(c.reasons(), c.unsure(held)...), " ")}
}

// A choosing is a choice among policies that keep a bound.
//
// Invariant: once choose is called, within is not empty, and cheapest and taken are among it.
// Findings are costs.
type choosing struct {
	at              *index    // of all findings, on all workloads
	bound           string    // as text: "1 %"
	within          []Finding // costs of the policies that keep it, as the file has them
	cheapest, taken Finding   // of these
	open            []string  // those that are not found dearer than the cheapest
	alone           []string  // plainer than taken, and dearer only in the interval of the pair alone
}

// choose takes the first that is not found dearer than the cheapest. It goes from the last
// policy to the first, so that the plainest is what remains; alone keeps only policies that
// are plainer than the one taken, as of the others nobody asks why not.
func (c *choosing) choose() {
	c.taken = c.cheapest
	for i := len(c.within) - 1; i >= 0; i-- {
		w := c.within[i]
		if w.policy == c.cheapest.policy {
			continue
		}
		switch d := between(c.at, c.cheapest, w); {
		case d.Sign() == Higher:
		// Above cheapest by more than matters, in the interval of this pair alone.
		case d.Sign() == NotKnown && d.single.Low > d.delta:
			c.alone = append(c.alone, w.policy)
		default:
			if c.open = append(c.open, w.policy); indexOf(c.at.all, w) < indexOf(c.at.all, c.taken) {
				c.taken = w
			}
		}
	}
	slices.Reverse(c.alone)
	c.alone = slices.DeleteFunc(c.alone, func(p string) bool {
		return indexOf(c.at.all, Finding{policy: p}) > indexOf(c.at.all, c.taken)
	})
}

// indexOf is the place of a finding's policy in the file: the lower, the plainer.
func indexOf(fs Findings, f Finding) int { return slices.Index(fs.Policies(), f.policy) }

// reasons say why a policy is taken: what it gives, what it is better than, and how sure
// that is.
//
// "0.50 % (0.30 to 0.70) avoidable misses at $0.0400 per 1,000 requests in SLO: the cheapest of the 3
// policies that keep them within 1 %."
func (c *choosing) reasons() (out []string) {
	taken, cheapest := c.taken, c.cheapest
	misses, _ := c.at.value(taken.workload, taken.policy, results.AvoidableMisses)
	why := "the only policy that keeps them within " + c.bound
	switch n := len(c.within); {
	case taken.policy != cheapest.policy:
		why = fmt.Sprintf("the plainest of %d policies that keep them within %s and are not found dearer than the cheapest of these, %s at %s", len(c.open)+1, c.bound, words.InQuotes(cheapest.policy), costQuantity.level(cheapest.Value))
	case n > 1:
		why = fmt.Sprintf("the cheapest of the %d policies that keep them within %s", n, c.bound)
	}
	out = append(out, fmt.Sprintf("%s avoidable misses at %s per 1,000 requests in SLO: %s.", words.Capital(MissQuantity.level(misses.Value)), costQuantity.level(taken.Value), why))
	first := c.at.all.Policies()[0]
	if base, ok := c.at.value(taken.workload, first, results.CostInSLO); ok && first != taken.policy {
		if d := between(c.at, base, taken); d.Sign() == Lower || d.Sign() == Higher {
			out = append(out, fmt.Sprintf("It costs %s than %s.", costQuantity.than(d.Change), words.InQuotes(first)))
		}
	}
	if d := between(c.at, cheapest, taken); taken.policy != cheapest.policy && d.Sign() == NotKnown {
		out = append(out, fmt.Sprintf("In the mean it costs %s than %s, in an interval of this pair alone: more replications (--seeds) would tell whether that matters.", costQuantity.than(d.single), words.InQuotes(cheapest.policy)))
	}
	if n := len(c.alone); n > 0 {
		who := policyList(c.alone)
		if n > 2 && n == len(c.within)-1 {
			who = "all others"
		}
		out = append(out, fmt.Sprintf("Only in intervals of each pair alone, not in those that hold together for all pairs, %s %s found dearer than %s: more replications (--seeds) would tell.",
			who, words.IfElse(n == 1, "is", "are"), words.InQuotes(cheapest.policy)))
	}
	return out
}

// unsure says which differences in cost, to others that keep the bound, turn where what is
// not known for certain is otherwise.
//
// "Not sure: with the file's boots, speeds and prices d costs less than a, but only in 11 of 20 draws
// of these; it turns below a speed of 0.9."
func (c *choosing) unsure(held []compare.Held) (out []string) {
	keeps := func(policy string) bool {
		return slices.ContainsFunc(c.within, func(w Finding) bool { return w.policy == policy })
	}
	for i := range held {
		h := &held[i]
		about := h.Policy == c.taken.policy || h.Against == c.taken.policy
		if h.Workload != c.taken.workload || h.Metric != results.CostInSLO || !about || !keeps(h.Policy) || !keeps(h.Against) || h.Drawn == 0 || h.Robust() {
			continue
		}
		holds := fmt.Sprintf("only in %d", h.Holds)
		if h.Holds == 0 {
			holds = "in none"
		}
		out = append(out, fmt.Sprintf("Not sure: with the file's boots, speeds and prices %s costs %s than %s, but %s of %d draws of these%s.", words.InQuotes(h.Policy),
			words.IfElse(h.Sign < 0, "less", "more"), words.InQuotes(h.Against), holds, h.Drawn, words.IfElse(h.Turn != "", "; it turns "+h.Turn, "")))
	}
	return out
}
