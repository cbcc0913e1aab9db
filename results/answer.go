package results

import (
	"fmt"
	"slices"
	"strings"
)

// An AnswerSpec says what an experiment asks, beyond which policy did best.
// It is kept in the manifest under "answer", so that the report can be made
// again from stored results.
type AnswerSpec struct {
	// Contrasts are pairs of policies that differ in one thing, which the
	// name says ("the router"). Each gets its own sentences.
	Contrasts []Contrast `json:"contrasts,omitempty"`
	// Routers are pairs of policies that differ in their router only.
	Routers []Pair `json:"routers,omitempty"`
	// Functions names the policy that runs everything on functions; "" none.
	Functions string `json:"functions,omitempty"`
	// Placements are workloads that differ only in where arrivals are placed
	// that were recorded as counts.
	Placements []Placement `json:"placements,omitempty"`
	// Tuned are policies and what they became by tuning: themselves, where nothing
	// did better than what the file has.
	Tuned []Pair `json:"tuned,omitempty"`
	// Leaving is what clients do that are not served, by workload.
	Leaving []Leaving `json:"leaving,omitempty"`
}

// A Pair is two policies, the second compared to the first.
type Pair struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Answer tells in plain sentences what the comparison, and the searches beside
// it, found. Every number in it is a value of the files, rounded such that what is
// not 0 is not written as 0; each difference is better, worse, the same within
// delta, or not known, and all of them hold together.
func (s *Set) Answer(q AnswerSpec) []string {
	return slices.Concat(saturationAnswer(highestLoads(s.saturation)), answer(findingsOf(s.Comparison(), s.Wins()), q), sensitivityAnswer(s.sensitivity))
}

func answer(fs findings, q AnswerSpec) []string {
	var out []string
	for _, c := range q.Contrasts {
		out = append(out, contrastAnswer(fs, c))
	}
	out = append(out, routersAnswer(fs, q.Routers), functionsAnswer(fs, q.Functions))
	recovered := recoveryAnswer(fs)
	out = append(out, recovered...)
	for _, w := range fs.workloads() {
		if recovered == nil || len(fs.policies()) > 1 {
			out = append(out, bestAnswer(fs, w))
		}
	}
	for _, p := range q.Placements {
		out = append(out, placementAnswer(fs, p))
	}
	out = append(out, tuningAnswer(fs, q.Tuned), leavingAnswer(fs, q.Leaving), intervalAnswer(fs))
	kept := out[:0]
	for _, s := range out {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return kept
}

// routersAnswer counts what is known of pairs of routers. Only differences with an
// interval are counted.
func routersAnswer(fs findings, pairs []Pair) string {
	apart, alike, open, used := 0, 0, 0, 0
	for _, p := range pairs {
		before := apart + alike + open
		for _, w := range fs.workloads() {
			switch fs.together(w, p) {
			case lower, higher:
				apart++
			case same:
				alike++
			case notKnown:
				open++
			}
		}
		if apart+alike+open > before {
			used++
		}
	}
	all := apart + alike + open
	if all == 0 {
		return ""
	}
	s := fmt.Sprintf("Of %s between two routers (%s of policies that differ in nothing else, by workload), ",
		count(all, "comparison", "comparisons"), count(used, "pair", "pairs"))
	var parts []string
	if apart > 0 {
		parts = append(parts, portionOf(apart, all)+" found a difference in "+alternatives(fs.primary()))
	}
	if alike > 0 {
		parts = append(parts, portionOf(alike, all)+" found them the same within delta in "+list(namesOf(fs.primary())))
	}
	if open > 0 {
		parts = append(parts, portionOf(open, all)+ifElse(open == 1, " is", " are")+" not known")
	}
	return s + list(parts) + "."
}

// portionOf is a number of all: "3", or "all".
func portionOf(n, all int) string { return ifElse(n == all, "all", itoa(n)) }

// together is what is known of a pair in all primary metrics: a difference in any,
// else not known if any is not, else the same; unknown where there is no interval.
func (fs findings) together(workload string, p Pair) verdict {
	out := unknown
	for _, q := range fs.primary() {
		f, _ := fs.change(workload, p.From, p.To, q.metric)
		switch v := f.verdict(); {
		case v == lower || v == higher:
			return v
		case v == notKnown || v == same && out == unknown:
			out = v
		}
	}
	return out
}

// namesOf are quantities by name.
func namesOf(qs []quantity) []string {
	var out []string
	for _, q := range qs {
		out = append(out, q.name)
	}
	return out
}

// alternatives are quantities as one says "in any of them": "a, or in b".
func alternatives(qs []quantity) string { return strings.Join(namesOf(qs), " or in ") }

// mostRuns is how many runs are behind the numbers, at most.
func mostRuns(fs findings) (n int) {
	for _, f := range fs {
		n = max(n, f.n)
	}
	return n
}

// intervalAnswer says what the intervals are over.
func intervalAnswer(fs findings) string {
	groups := map[string][]string{}
	var order []string
	for _, w := range fs.workloads() {
		over := ""
		for _, f := range fs {
			if f.workload == w && f.n > 1 && f.value.interval() {
				if over = count(f.n, strings.TrimSuffix(f.over, "s"), f.over); f.over == OverWindows {
					over = fmt.Sprintf("%d resamples of one recording", f.n)
				}
				break
			}
		}
		if groups[over] == nil {
			order = append(order, over)
		}
		groups[over] = append(groups[over], w)
	}
	var parts []string
	for _, over := range order {
		on := ifElse(len(order) > 1, " on "+list(groups[over]), "")
		parts = append(parts, ifElse(over == "", "one run and no interval", "over "+over)+on)
	}
	switch {
	case len(order) == 0:
		return ""
	case len(order) == 1 && order[0] == "" && mostRuns(fs) > 1:
		return "All runs met the same arrivals (n = 1 workload): means over up to " + count(mostRuns(fs), "run", "runs") + ", which differ in the draws of policies and machines alone, have no interval, and chance is not excluded."
	case len(order) == 1 && order[0] == "":
		return "Every number comes from one run per policy and workload (n = 1): there are no intervals, and chance is not excluded."
	}
	joint := ""
	if len(fs.policies()) > 1 {
		joint = " All that is said of differences holds together, for all pairs of policies, workloads and " + list(namesOf(fs.primary())) + "."
	}
	return "In parentheses: 95 % intervals, " + strings.Join(parts, "; ") + "." + joint
}
