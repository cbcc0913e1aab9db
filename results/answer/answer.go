package answer

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cnv/results"
	"cnv/results/compare"
	"cnv/results/stat"
	"cnv/results/words"
)

// A Spec says what an experiment asks, beyond which policy did best. The zero value asks
// nothing more: then the answer is the best policy of each workload.
//
// It is kept in the manifest under "answer", so that the report can be made again from
// stored results. Names of fields in JSON are therefore part of the format of a folder of
// results. All policies and workloads are named as comparison.csv names them; a name that
// is not there makes no sentence.
type Spec struct {
	// Contrasts are pairs of policies that differ in one thing, which the
	// name says ("the router"). Each gets its own sentences.
	Contrasts []compare.Contrast `json:"contrasts,omitempty"`
	// Routers are pairs of policies that differ in their router only.
	Routers []Pair `json:"routers,omitempty"`
	// Functions names the policy that runs everything on functions; "" none.
	// Only what functions cost beside the other policies is told of it; see
	// functionsAnswer.
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
	// Targets are estimators that learn from several things.
	// What they predict is in classes.csv, not in comparison.csv.
	Targets []Targets `json:"targets,omitempty"`
	// Leaving is what clients do that are not served, by workload.
	Leaving []Leaving `json:"leaving,omitempty"`
}

// A Pair is two policies, the second compared to the first.
type Pair struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Of tells in plain sentences what the comparison, and the searches beside it, found. Every
// number in it is a value of the files, rounded such that what is not 0 is not written as
// 0; each difference is better, worse, the same within delta, or not known, and all of them
// hold together.
//
// A text of the result may be several sentences on one subject. The order is: highest
// loads; what is not ranked; the hypothesis; what the file asks for by name; contrasts; the
// best policy of each workload; other worlds; what the intervals are over; targets,
// interactions and changed keys.
func Of(s *compare.Set, q Spec) []string {
	rows := s.Comparison()
	kept := Stored{
		Found: FindingsOf(rows, s.Wins()), Highest: s.HighestLoads(), interactions: s.Interactions(),
		worlds: s.Worlds(), Held: s.Worlds().Held(compare.Found(rows)), varied: s.Sensitivities(), Classes: s.Classes(),
	}
	return kept.Answer(q)
}

// Answer is [Of] for results that were read back with [Load]: the same sentences.
func (s *Stored) Answer(q Spec) []string {
	return slices.Concat(saturationAnswer(s.Highest), answer(s.Found, s.Held, q), targetsAnswer(s.Classes, q.Targets), sweepAnswer(s.Found, s.Factors), interactionAnswer(s.interactions), worldsMethod(s.worlds), sensitivityAnswer(s.varied))
}

// Best says which policy is best on each workload, in sentences that [Stored.Answer] has too;
// those of workloads that are not ranked are left out.
func (s *Stored) Best() (out []string) {
	no := s.Found.unranked()
	for _, w := range s.Found.Workloads() {
		if text := bestAnswer(s.Found, w); text != "" && !slices.Contains(no, w) {
			out = append(out, text)
		}
	}
	return out
}

// Drawn says what worlds are, which constants they differ in and when one counts against a
// finding; "" where none was drawn.
func (s *Stored) Drawn() string { return strings.Join(worldsMethod(s.worlds), " ") }

// answer tells what rows of the comparison say. Sentences that have nothing to say are "",
// and left out at the end, so that every kind of sentence decides by itself whether it is
// needed.
//
// Workloads that are not ranked are named first and then removed from fs, so that no
// sentence below has to ask. A workload on the line of a threshold gets no sentence on its
// best policy, nor does a single policy whose recovery is told: those lines have said it.
func answer(fs Findings, held []compare.Held, q Spec) []string {
	var out []string
	if no := fs.unranked(); len(no) > 0 {
		out = append(out, "On "+words.List(no)+" no policy is ranked: the machine that the runs were on changed their times, as a warning says, so no number there speaks for or against a policy.")
		fs = slices.DeleteFunc(slices.Clone(fs), func(f Finding) bool { return slices.Contains(no, f.workload) })
		if len(fs) == 0 {
			return out
		}
	}
	out = append(out, hypothesisAnswer(fs, q))
	for _, t := range q.Thresholds {
		out = append(out, thresholdAnswer(fs, t))
	}
	for _, s := range q.Shares {
		out = append(out, shareAnswer(fs, s))
	}
	for _, r := range q.References {
		out = append(out, referenceAnswer(fs, r))
	}
	// Asked once, as whether there is such an answer decides on another one below.
	recovered := recoveryAnswer(fs)
	out = append(out, recovered...)
	for _, c := range q.Contrasts {
		out = append(out, contrastAnswer(fs, held, c))
	}
	out = append(out, droppedAnswer(fs)...)
	out = append(out, routersAnswer(fs, q.Routers))
	out = append(out, functionsAnswer(fs, q.Functions)...)
	for _, w := range fs.Workloads() {
		if !along(q.Thresholds, w) && (recovered == nil || len(fs.Policies()) > 1) {
			out = append(out, bestAnswer(fs, w))
		}
	}
	out = append(out, worldsAnswer(fs, held, q.Contrasts)...)
	for _, p := range q.Placements {
		out = append(out, placementAnswer(fs, p))
	}
	out = append(out, tuningAnswer(fs, q.Tuned), leavingAnswer(fs, q.Leaving))
	if about := IntervalAnswer(fs); !strings.HasPrefix(about, inParentheses) || slices.ContainsFunc(out, shownInterval.MatchString) {
		out = append(out, fs.withoutUnsaidZero(about, out))
	}
	kept := out[:0]
	for _, s := range out {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return kept
}

// withoutUnsaidZero is what is said of intervals without the upper end of a 0 that no other
// sentence tells. It looks for the very text, "0 % (0 to 26)", so that it needs no list of
// what was said.
func (fs Findings) withoutUnsaidZero(about string, others []string) string {
	for _, w := range fs.Workloads() {
		f, ok := fs.rareZero(w)
		if !ok {
			continue
		}
		level := QuantityOf(f.Metric).level(f.Value)
		if !slices.ContainsFunc(others, func(s string) bool { return strings.Contains(s, level) }) {
			about = strings.Replace(about, " "+zeroText(f), "", 1)
		}
	}
	return about
}

// inParentheses begins what is said of intervals, where there are some.
const inParentheses = "In parentheses: "

// shownInterval is an interval in a sentence.
// Example: "(1.8 to 2.4)". Without any, what intervals are over need not be said.
var shownInterval = regexp.MustCompile(`\([^()]* to [^()]*\)`)

// routersAnswer counts what is known of pairs of routers, over all pairs and workloads that
// are compared. It is silent where nothing has an interval: then nothing is known. Of a
// single comparison it is silent, too, as another sentence tells it.
//
// "Of 6 comparisons of two policies that differ in the router, or in what it knows, alone (3 pairs on
// 2 workloads), 2 found a difference in avoidable misses or in the cost per 1,000 requests in SLO,
// 3 found them equal in every run and 1 is not known."
func routersAnswer(fs Findings, pairs []Pair) string {
	if pairs == nil {
		return ""
	}
	n := map[Sign]int{}
	all, used := 0, 0
	met, primary, rows := fs.Workloads(), fs.Primary(), fs.index()
	for _, p := range pairs {
		before := all
		for _, w := range met {
			if v, ok := together(rows, primary, w, p); ok {
				n[v]++
				all++
			}
		}
		if all > before {
			used++
		}
	}
	if all < 2 || n[Lower]+n[Same]+n[Equal]+n[NotKnown] == 0 {
		return ""
	}
	workloads := words.IfElse(len(met) > 1, " on "+strconv.Itoa(len(met))+" workloads", "")
	var parts []string
	for _, part := range []struct {
		v    Sign
		text string
	}{
		{Lower, "found a difference in " + alternatives(primary)},
		{Same, "found them the same within delta"},
		{Equal, "found them equal in every run"},
		{NotKnown, words.IfElse(n[NotKnown] == 1, "is", "are") + " not known"},
		{Single, "had no interval"},
		{Unknown, "had no finite value to compare"},
	} {
		if k := n[part.v]; k > 0 {
			parts = append(parts, words.IfElse(k == all, "all", strconv.Itoa(k))+" "+part.text)
		}
	}
	return fmt.Sprintf("Of %d comparisons of two policies that differ in the router, or in what it knows, alone (%s%s), ", all, words.Count(used, "pair", "pairs"), workloads) + words.List(parts) + "."
}

// together is what is known of a pair in all primary metrics: Lower for a difference in
// any, whichever way; else NotKnown if any is not, else what is left to say. false: they
// are not compared.
func together(rows changer, primary []Quantity, workload string, p Pair) (Sign, bool) {
	seen := map[Sign]bool{}
	for _, q := range primary {
		f, ok := rows.Change(workload, p.From, p.To, q.Metric)
		if !ok {
			continue
		}
		switch v := f.Sign(); {
		// A Lower here is any difference: metrics may go opposite ways, and it is counted
		// as one.
		case v == Higher:
			seen[Lower] = true
		default:
			seen[v] = true
		}
	}
	for _, v := range []Sign{Lower, NotKnown, Unknown, Single, Same, Equal} {
		if seen[v] {
			return v, true
		}
	}
	return Unknown, false
}

// NamesOf are quantities by name, in their order.
func NamesOf(qs []Quantity) []string {
	var out []string
	for _, q := range qs {
		out = append(out, q.Name)
	}
	return out
}

// alternatives are quantities as one says "in any of them": "avoidable misses or in the
// cost per 1,000 requests in SLO". The "in" before the first is the caller's.
func alternatives(qs []Quantity) string { return strings.Join(NamesOf(qs), " or in ") }

// MostRuns is how many runs are behind the numbers, at most: replications, resamples or
// batches.
func MostRuns(fs Findings) (n int) {
	for _, f := range fs {
		n = max(n, f.N)
	}
	return n
}

// IntervalAnswer says what the intervals are over, grouped by workloads of which the same
// is so; "" where there are no findings.
//
// "In parentheses: 95 % intervals, over 10 seeds. What is said of differences holds together with
// 95 %: of any two policies, on any workload, in avoidable misses or in the cost per 1,000 requests
// in SLO."
//
// Where all workloads lack an interval for the same reason, that reason is the whole text.
func IntervalAnswer(fs Findings) string {
	groups := map[string][]string{}
	var order []string
	zero := Finding{}
	for _, w := range fs.Workloads() {
		over := fs.without(w)
		for _, f := range fs {
			if f.workload == w && f.N > 1 && f.Value.Interval() {
				if over = "over " + words.Count(f.N, strings.TrimSuffix(f.Over, "s"), f.Over); f.Over == stat.OverWindows {
					over = fmt.Sprintf("over %d resamples of one recording", f.N)
				} else if f.Over == stat.OverDraws {
					over = fmt.Sprintf("over %d draws of policies and machines that met the same arrivals", f.N)
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
	case len(order) == 1 && order[0] == sameArrivals:
		return "All runs met the same arrivals (n = 1 workload): means over up to " + words.Count(MostRuns(fs), "run", "runs") + ", which differ in what policies, machines and faults draw alone, have no interval, and chance is not excluded."
	case len(order) == 1 && order[0] == onlyOne:
		return "Every number comes from one run per policy and workload (n = 1): there are no intervals, and chance is not excluded."
	}
	var with, without []string
	for _, over := range order {
		switch on := " on " + words.List(groups[over]); {
		case over == onlyOne || over == sameArrivals || over == agreeing || over == infinite:
			without = append(without, strings.TrimPrefix(on, " ")+": "+over)
		default:
			with = append(with, over+words.IfElse(len(order) > 1, on, ""))
		}
	}
	text := inParentheses + "95 % intervals, " + strings.Join(slices.Concat(with, without), "; ") + "."
	if zero.N > 0 {
		text += " " + zeroText(zero)
	}
	if len(fs.Policies()) > 1 {
		text += " What is said of differences holds together with 95 %: of any two policies, on any workload, in " + alternatives(fs.Primary()) + "."
	}
	return text
}

// What there is instead of intervals. Each is a key of groups in IntervalAnswer, too, so
// the texts must differ.
const (
	onlyOne      = "one run and no interval"
	sameArrivals = "means over runs that met the same arrivals, and so no interval"
	agreeing     = "all runs agree and there is no interval"
	infinite     = "no value is finite, and so no interval"
)

// without is what there is instead of intervals on a workload. That all runs agree is said
// only where nothing else is so of any number.
func (fs Findings) without(workload string) string {
	text := onlyOne
	for _, f := range fs {
		switch {
		case f.workload != workload:
		case f.Over == stat.OverNothing && f.N > 1:
			return sameArrivals
		case f.Over == stat.OverNothing:
			return onlyOne
		case f.Over == stat.OverEqual:
			text = agreeing
		case f.N > 1:
			return infinite
		}
	}
	return text
}

// rareZero is the first share of misses of 0 whose interval has an upper end all the same;
// only among primary metrics, as no sentence tells others. false: there is none.
func (fs Findings) rareZero(workload string) (Finding, bool) {
	for _, f := range fs {
		if f.workload == workload && f.primary && strings.Contains(f.Metric, "miss") && results.IsShare(f.Metric) && f.Value.Mean == 0 && f.Value.High > 0 && f.N > 1 {
			return f, true
		}
	}
	return Finding{}, false
}

// zeroText says what the upper end of 0 means, which readers would take for an error.
//
// "0 % (0 to 26): none was seen in 10 seeds. The upper end is what so few cannot rule out, 26 runs in
// 100 in which all requests miss; more seeds lower it."
//
// More resamples of one recording do not lower it, so of windows nothing of the kind is
// said.
func zeroText(f Finding) string {
	return QuantityOf(f.Metric).level(f.Value) + ": none was seen in " + strconv.Itoa(f.N) + " " + words.IfElse(f.Over == stat.OverWindows, "resamples", f.Over) +
		". The upper end is what so few cannot rule out, " + words.Decimal(100*f.Value.High, 0) + " runs in 100 in which all requests miss" + words.IfElse(f.Over == stat.OverSeeds || f.Over == stat.OverDraws, "; more seeds lower it.", ".")
}
