package results

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cnv/results/words"
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
	// Thresholds, Shares and References are sentences that the file asks for.
	Thresholds []Threshold `json:"thresholds,omitempty"`
	Shares     []Share     `json:"shares,omitempty"`
	References []Reference `json:"references,omitempty"`
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
func Answer(s *Set, q AnswerSpec) []string {
	rows := s.Comparison()
	kept := stored{
		found: findingsOf(rows, s.Wins()), highest: s.HighestLoads(), interactions: s.Interactions(),
		worlds: s.Worlds(), held: s.Worlds().Held(Found(rows)), varied: s.Sensitivities(),
	}
	return kept.answer(q)
}

// answer tells it of what is stored.
func (s *stored) answer(q AnswerSpec) []string {
	return slices.Concat(saturationAnswer(s.highest), answer(s.found, s.held, q), interactionAnswer(s.interactions), worldsMethod(s.worlds), sensitivityAnswer(s.varied))
}

func answer(fs findings, held []Held, q AnswerSpec) []string {
	var out []string
	if no := fs.unranked(); len(no) > 0 {
		out = append(out, "On "+words.List(no)+" no policy is ranked: the machine that the runs were on changed their times, as a warning says, so no number there speaks for or against a policy.")
		fs = slices.DeleteFunc(slices.Clone(fs), func(f finding) bool { return slices.Contains(no, f.workload) })
		if len(fs) == 0 {
			return out
		}
	}
	for _, t := range q.Thresholds {
		out = append(out, thresholdAnswer(fs, t))
	}
	for _, s := range q.Shares {
		out = append(out, shareAnswer(fs, s))
	}
	for _, r := range q.References {
		out = append(out, referenceAnswer(fs, r))
	}
	recovered := recoveryAnswer(fs)
	out = append(out, recovered...)
	for _, c := range q.Contrasts {
		out = append(out, contrastAnswer(fs, held, c))
	}
	out = append(out, droppedAnswer(fs)...)
	out = append(out, routersAnswer(fs, q.Routers), functionsAnswer(fs, q.Functions))
	for _, w := range fs.workloads() {
		if !along(q.Thresholds, w) && (recovered == nil || len(fs.policies()) > 1) {
			out = append(out, bestAnswer(fs, w))
		}
	}
	out = append(out, worldsAnswer(fs, held, q.Contrasts)...)
	for _, p := range q.Placements {
		out = append(out, placementAnswer(fs, p))
	}
	out = append(out, tuningAnswer(fs, q.Tuned), leavingAnswer(fs, q.Leaving))
	if about := intervalAnswer(fs); !strings.HasPrefix(about, inParentheses) || slices.ContainsFunc(out, shownInterval.MatchString) {
		out = append(out, about)
	}
	kept := out[:0]
	for _, s := range out {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return kept
}

// inParentheses begins what is said of intervals, where there are some.
const inParentheses = "In parentheses: "

// shownInterval is an interval in a sentence.
var shownInterval = regexp.MustCompile(`\([^()]* to [^()]*\)`)

// routersAnswer counts what is known of pairs of routers, over all pairs and workloads
// that are compared. It is silent where nothing has an interval: then nothing is known.
func routersAnswer(fs findings, pairs []Pair) string {
	n := map[verdict]int{}
	all, used := 0, 0
	for _, p := range pairs {
		before := all
		for _, w := range fs.workloads() {
			if v, ok := fs.together(w, p); ok {
				n[v]++
				all++
			}
		}
		if all > before {
			used++
		}
	}
	if all < 2 || n[lower]+n[same]+n[equal]+n[notKnown] == 0 {
		return ""
	}
	workloads := words.IfElse(len(fs.workloads()) > 1, " on "+strconv.Itoa(len(fs.workloads()))+" workloads", "")
	var parts []string
	for _, part := range []struct {
		v    verdict
		text string
	}{
		{lower, "found a difference in " + alternatives(fs.primary())},
		{same, "found them the same within delta"},
		{equal, "found them equal in every run"},
		{notKnown, words.IfElse(n[notKnown] == 1, "is", "are") + " not known"},
		{single, "had a single run, and so no interval"},
		{unknown, "had no finite value to compare"},
	} {
		if k := n[part.v]; k > 0 {
			parts = append(parts, words.IfElse(k == all, "all", strconv.Itoa(k))+" "+part.text)
		}
	}
	return fmt.Sprintf("Of %d comparisons of two routers (%s of policies that differ in nothing else%s), ", all, words.Count(used, "pair", "pairs"), workloads) + words.List(parts) + "."
}

// together is what is known of a pair in all primary metrics: lower for a difference in
// any, whichever way; else not known if any is not, else what is left to say. false:
// they are not compared.
func (fs findings) together(workload string, p Pair) (verdict, bool) {
	seen := map[verdict]bool{}
	for _, q := range fs.primary() {
		f, ok := fs.change(workload, p.From, p.To, q.metric)
		if !ok {
			continue
		}
		switch v := f.verdict(); {
		case v == higher:
			seen[lower] = true
		default:
			seen[v] = true
		}
	}
	for _, v := range []verdict{lower, notKnown, unknown, single, same, equal} {
		if seen[v] {
			return v, true
		}
	}
	return unknown, false
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
	zero := finding{}
	for _, w := range fs.workloads() {
		over := fs.without(w)
		for _, f := range fs {
			if f.workload == w && f.n > 1 && f.value.Interval() {
				if over = "over " + words.Count(f.n, strings.TrimSuffix(f.over, "s"), f.over); f.over == OverWindows {
					over = fmt.Sprintf("over %d resamples of one recording", f.n)
				} else if f.over == OverDraws {
					over = fmt.Sprintf("over %d draws of policies and machines that met the same arrivals", f.n)
				}
				break
			}
		}
		if groups[over] == nil {
			order = append(order, over)
		}
		groups[over] = append(groups[over], w)
		if f, ok := fs.rareZero(w); ok {
			zero = f
		}
	}
	switch {
	case len(order) == 0:
		return ""
	case len(order) == 1 && order[0] == agreeing:
		return "All runs of a policy agree in every number: one speaks for all, and there is no interval."
	case len(order) == 1 && order[0] == infinite:
		return "No value is finite in all runs, so there are no intervals."
	case len(order) == 1 && order[0] == onlyOne && mostRuns(fs) > 1:
		return "All runs met the same arrivals (n = 1 workload): means over up to " + words.Count(mostRuns(fs), "run", "runs") + ", which differ in the draws of policies and machines alone, have no interval, and chance is not excluded."
	case len(order) == 1 && order[0] == onlyOne:
		return "Every number comes from one run per policy and workload (n = 1): there are no intervals, and chance is not excluded."
	}
	var with, without []string
	for _, over := range order {
		switch on := " on " + words.List(groups[over]); {
		case over == onlyOne || over == agreeing || over == infinite:
			without = append(without, strings.TrimPrefix(on, " ")+": "+over)
		default:
			with = append(with, over+words.IfElse(len(order) > 1, on, ""))
		}
	}
	text := inParentheses + "95 % intervals, " + strings.Join(slices.Concat(with, without), "; ") + "."
	if zero.n > 0 {
		text += " " + zeroText(zero)
	}
	if len(fs.policies()) > 1 {
		text += " What is said of differences holds together with 95 %: of any two policies, on any workload, in " + alternatives(fs.primary()) + "."
	}
	return text
}

// What there is instead of intervals.
const (
	onlyOne  = "one run and no interval"
	agreeing = "all runs agree and there is no interval"
	infinite = "no value is finite, and so no interval"
)

// without is what there is instead of intervals on a workload.
func (fs findings) without(workload string) string {
	text := onlyOne
	for _, f := range fs {
		switch {
		case f.workload != workload:
		case f.over == OverNothing:
			return onlyOne
		case f.over == OverEqual:
			text = agreeing
		case f.n > 1:
			return infinite
		}
	}
	return text
}

// rareZero is a share of misses of 0 whose interval has an upper end all the same.
func (fs findings) rareZero(workload string) (finding, bool) {
	for _, f := range fs {
		if f.workload == workload && f.primary && strings.Contains(f.metric, "miss") && IsShare(f.metric) && f.value.Mean == 0 && f.value.High > 0 && f.n > 1 {
			return f, true
		}
	}
	return finding{}, false
}

// zeroText says what the upper end of 0 means.
func zeroText(f finding) string {
	return quantityOf(f.metric).level(f.value) + ": none was seen in " + strconv.Itoa(f.n) + " " + f.over +
		". The upper end is what so few cannot rule out, " + words.Decimal(100*f.value.High, 0) + " runs in 100 in which all requests miss" + words.IfElse(f.over == OverSeeds || f.over == OverDraws, "; more seeds lower it.", ".")
}
