package answer

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"cnv/results"
	"cnv/results/compare"
	"cnv/results/stat"
	"cnv/results/words"
)

// A Brief is the answer as one repeats it: sentences, the ranking, the findings. It is what
// is printed first, and stands at the top of the page; [Stored.Answer] is the whole.
type Brief struct {
	// Asked are the sentences that the file or a flag asks for by name: thresholds, shares,
	// searches, recoveries.
	Asked []string
	// Sentences say which policy is best, what it saves, and how sure that is and where
	// it is not so; one where no policy can be ranked.
	Sentences  []string
	Hypothesis string // the verdict on it; "" there is none
	Ranking    *Ranking
	Effects    []Effect // the largest first
}

// BriefOf is the answer to what an experiment asks. hypothesis is its text; "" there is
// none.
func BriefOf(s *compare.Set, q Spec, hypothesis string) *Brief {
	rows := s.Comparison()
	kept := Stored{
		Found: FindingsOf(rows, s.Wins()), worlds: s.Worlds(), Held: s.Worlds().Held(compare.Found(rows)),
		Highest: s.HighestLoads(), interactions: s.Interactions(), varied: s.Sensitivities(),
	}
	return kept.brief(q, hypothesis)
}

// Brief is [BriefOf] for results that were read back; the hypothesis is that of the
// manifest.
func (s *Stored) Brief() *Brief { return s.brief(s.Spec(), s.Text("hypothesis")) }

// brief makes it of what is stored. Workloads that are not ranked are told of first, and
// left out of all that follows.
func (s *Stored) brief(q Spec, hypothesis string) *Brief {
	b := &Brief{Ranking: s.Found.Ranking()}
	fs := s.Found
	if no := fs.unranked(); len(no) > 0 {
		fs = slices.DeleteFunc(slices.Clone(fs), func(f Finding) bool { return slices.Contains(no, f.workload) })
		b.Sentences = append(b.Sentences, "On "+words.List(no)+" no policy is ranked: the machine that the runs were on changed their times.")
	}
	b.Asked = s.asked(fs, q)
	b.Effects = s.effects(fs, q)
	b.Hypothesis = verdictOn(fs, q, hypothesis)
	best := b.Ranking.Best()
	if len(best) == 0 {
		return b
	}
	at := fs.index()
	b.Sentences = append(b.Sentences, b.Ranking.bestText(best, len(fs.Policies())))
	if saved, about := b.Ranking.savings(at, best[0].Policy); saved != "" {
		b.Sentences = append(b.Sentences, saved, s.sure(fs, about)+b.Ranking.exceptions(at, best))
	}
	return b
}

// asked are the sentences that are asked for by name, the empty ones left out.
func (s *Stored) asked(fs Findings, q Spec) (out []string) {
	out = append(out, saturationAnswer(s.Highest)...)
	for _, t := range q.Thresholds {
		out = append(out, thresholdAnswer(fs, t))
	}
	for _, share := range q.Shares {
		out = append(out, shareAnswer(fs, share))
	}
	out = slices.Concat(out, recoveryAnswer(fs), []string{tuningAnswer(fs, q.Tuned)}, sensitivityAnswer(s.varied), sweepAnswer(fs, s.Factors), []string{interactionBrief(s.interactions)})
	return slices.DeleteFunc(out, func(text string) bool { return text == "" })
}

// mostBriefly is how many policies or workloads a sentence names before it counts the
// others: the brief has to stay on one screen.
const mostBriefly = 3

// named lists some names, and how many others there are: "a, b, c and 4 more".
func named(names []string) string {
	var quoted []string
	for _, n := range names[:min(len(names), mostBriefly)] {
		quoted = append(quoted, words.InQuotes(n))
	}
	if n := len(names) - mostBriefly; n > 0 {
		quoted = append(quoted, strconv.Itoa(n)+" more")
	}
	return words.List(quoted)
}

// bestText says which policy is best, and what it is like where it is worst. best are the
// policies of rank 1, at least one, of which the first stands for all.
//
// "Over both workloads, safe is best: no avoidable misses in any run; the cost per 1,000 requests in
// SLO at most 10 % above the best policy there (steady)."
func (r *Ranking) bestText(best []Ranked, policies int) string {
	var names []string
	for _, row := range best {
		names = append(names, row.Policy)
	}
	where, several := "On "+r.Workloads[0], len(r.Workloads) > 1
	if several {
		where = words.IfElse(len(r.Workloads) == 2, "Over both", "Over all "+strconv.Itoa(len(r.Workloads))) + " workloads"
	}
	is := words.IfElse(len(best) == 1, " is best: ", " are best, with no difference that matters: ")
	if policies == 1 {
		is = " is the only policy: "
	}
	var parts []string
	for k, q := range r.Quantities {
		if f := best[0].Worst[k]; f.policy != "" {
			parts = append(parts, r.like(best[0], k, q, f, several && policies > 1))
		}
	}
	return where + ", " + named(names) + is + strings.Join(parts, "; ") + "."
}

// like says what a quantity of the best policy is where it is worst, and how far it is
// behind the best of a workload where that matters. k is the place of q in r.Quantities, f
// the worst value, and several says that there is more than one workload and policy: then
// the workload is named.
//
// The first quantity decides, so its level is told; of the others the distance from the
// best policy tells more than a level that is only large because the workload is.
func (r *Ranking) like(row Ranked, k int, q Quantity, f Finding, several bool) string {
	name := strings.TrimPrefix(q.Name, "the ")
	at := words.IfElse(several, words.IfElse(q.Better == results.HigherIsBetter, "at least ", "at most "), "")
	behind := row.Behind[k]
	on := words.IfElse(several, " ("+behind.Workload+")", "")
	switch {
	// In turn: nothing to miss; the best everywhere; how far behind where another is
	// better; level and distance; the level alone.
	case strings.Contains(f.Metric, "miss") && results.IsShare(f.Metric) && f.Value.Mean == 0:
		return "no " + name + words.IfElse(f.N > 1, " in any run", "")
	case k > 0 && several && behind.Value == 0:
		return "the best of each workload in " + q.Name + words.IfElse(k > 0, " among those", "")
	case k > 0 && several && !math.IsInf(behind.Value, 0):
		return q.Name + " " + at + q.share(behind.Value) + words.IfElse(q.Better == results.HigherIsBetter, " below", " above") + " the best policy there" + on
	case several && behind.Value > 0 && !math.IsInf(behind.Value, 0):
		return name + " " + at + q.share(behind.Value) + " behind the best policy there" + on + " and " + at + q.level(f.Value) + " (" + f.workload + ")"
	}
	return name + " " + at + q.level(f.Value) + words.IfElse(several, " ("+f.workload+")", "")
}

// share writes what [Behind] has: points of shares, else percent. v is at least 0 and
// finite.
func (q Quantity) share(v float64) string {
	return words.Decimal(100*v, words.DecimalsFor(100*v, 2)) + words.IfElse(results.IsShare(q.Metric), " points", " %")
}

// savings say what the best policy changes against the first of the file, or where it is
// the first, against the next one, on the workload where that is most. about are the
// differences that it says.
//
// "In place of cheap it lowers avoidable misses by 50.00 percentage points (49.95 to 50.05), on flash,
// where it gains most."
//
// Gains in different quantities are added up in what matters of each (delta), as their
// units differ. "" and nil where there is nothing to compare with; text and an empty about
// where no gain is known.
func (r *Ranking) savings(at *index, best string) (text string, about []Finding) {
	policies := at.all.Policies()
	if len(policies) < 2 {
		return "", nil
	}
	other := policies[0]
	if other == best {
		i := slices.IndexFunc(r.Rows, func(row Ranked) bool { return row.Policy != best })
		if i < 0 {
			return "", nil
		}
		other = r.Rows[i].Policy
	}
	where, most := "", 0.0
	for _, w := range r.Workloads {
		total := 0.0
		for _, q := range r.Quantities {
			if d, ok := r.improved(at, w, other, best, q); ok && d.delta > 0 {
				total += math.Abs(d.Change.Mean) / d.delta
			}
		}
		if total > most {
			where, most = w, total
		}
	}
	if where == "" {
		return "That it is better than " + words.InQuotes(other) + " anywhere is not known.", []Finding{}
	}
	var parts []string
	for _, q := range r.Quantities {
		if d, ok := r.improved(at, where, other, best, q); ok {
			from, _ := at.value(where, other, q.Metric)
			parts, about = append(parts, q.Name+" by "+strings.TrimSuffix(q.sizeFrom(from, d), ",")), append(about, d)
		}
	}
	verb := words.IfElse(r.Quantities[0].Better == results.HigherIsBetter, "raises ", "lowers ")
	return "In place of " + words.InQuotes(other) + " it " + verb + words.List(parts) + ", on " + where + words.IfElse(len(r.Workloads) > 1, ", where it gains most", "") + ".", about
}

// sizeFrom is sizeOf for a difference d from a policy whose value from is known: "37 %,
// $0.30 (0.03 to 0.56)". Shares have no percentage of their own, as one of 2 % would be
// taken for points.
func (q Quantity) sizeFrom(from, d Finding) string {
	if results.IsShare(q.Metric) || !from.Value.Finite() || from.Value.Mean == 0 {
		return q.size(d.Change)
	}
	share := words.Estimate{Mean: 100 * math.Abs(d.Change.Mean) / math.Abs(from.Value.Mean)}
	return words.Decimal(share.Mean, words.DecimalsFor(share.Mean, 2)) + " %, " + q.size(d.Change)
}

// improved is the difference from one policy to another in q, and whether it is found to be
// to the better. Of single runs, a difference beyond delta counts: there is no better
// evidence.
func (r *Ranking) improved(at *index, workload, from, to string, q Quantity) (Finding, bool) {
	a, has := at.value(workload, from, q.Metric)
	b, ok := at.value(workload, to, q.Metric)
	if !has || !ok {
		return Finding{}, false
	}
	d := between(at, a, b)
	better := d.Sign() == Lower || d.Sign() == Higher || d.Sign() == Single && math.Abs(d.Change.Mean) > d.delta
	return d, better && q.isBetter(d.Change.Mean, 0)
}

// sure says how sure the differences are: over what, and in how many worlds. about are
// those that were told.
//
// "How sure: all that is said of differences holds together with 95 %, over 10 runs; it holds in 18 of
// 20 other worlds."
func (s *Stored) sure(fs Findings, about []Finding) string {
	if len(about) == 0 {
		return "How sure: " + basis(fs) + "."
	}
	var worlds []string
	for _, d := range about {
		// Findings in worlds are of one direction of a pair, that of their row in
		// comparison.csv.
		h, ok := heldOf(s.Held, d.workload, Pair{d.against, d.policy}, d.Metric)
		if !ok {
			// The other way round: what holds of one direction holds of both.
			h, ok = heldOf(s.Held, d.workload, Pair{d.policy, d.against}, d.Metric)
		}
		if text := "in " + strconv.Itoa(h.Holds) + " of " + strconv.Itoa(h.Drawn) + " other worlds"; ok && h.Drawn > 0 && !slices.Contains(worlds, text) {
			worlds = append(worlds, text)
		}
	}
	text := "How sure: " + basis(fs)
	switch {
	case worlds != nil:
		text += "; it holds " + words.List(worlds)
	case s.worlds != nil && len(s.worlds.Rows) > 0:
		text += "; this pair was not tried in other worlds"
	}
	return text + "."
}

// basis is what is behind all that is said: the first primary metric with an interval tells
// it of all.
func basis(fs Findings) string {
	primary := fs.Primary()
	for _, f := range fs {
		asked := slices.ContainsFunc(primary, func(q Quantity) bool { return q.Metric == f.Metric })
		if asked && f.N > 1 && f.Value.Interval() {
			what := words.Count(MostRuns(fs), "run", "runs")
			switch f.Over {
			case stat.OverWindows:
				what = strconv.Itoa(f.N) + " resamples of one recording"
			case stat.OverBatches:
				what = "batches of one run"
			}
			return "all that is said of differences holds together with 95 %, over " + what
		}
	}
	if MostRuns(fs) > 1 {
		return "runs of the same arrivals, or alike, without an interval"
	}
	return "one run each, so that chance is not excluded"
}

// exceptions say where another policy is found better than the best over all, and where it
// is not told apart. It begins with a space, as it follows [Stored.sure].
//
// " Better than it: cheap on steady (cost −9.1 %)."
//
// Of several that are better on a workload, that of place 1 is named, or else the first.
func (r *Ranking) exceptions(at *index, best []Ranked) string {
	if len(r.Workloads) < 2 {
		return r.open(at, best)
	}
	var beaten []string
	for i, w := range r.Workloads {
		if best[0].Places[i] < 2 {
			continue
		}
		by := ""
		for _, row := range r.Rows {
			if better, _ := r.better(at, w, row.Policy, best[0].Policy); better && (by == "" || row.Places[i] == 1) {
				if by = row.Policy; row.Places[i] == 1 {
					break
				}
			}
		}
		beaten = append(beaten, words.InQuotes(by)+" on "+w+r.margin(at, w, by, best[0].Policy))
	}
	if beaten == nil {
		return " Nowhere is another policy found better."
	}
	n := len(beaten)
	text := " Better than it: " + strings.Join(beaten[:min(n, 2)], ", ")
	if n > 2 {
		text += ", and others on " + words.Count(n-2, "more workload", "more workloads")
	}
	return text + "."
}

// margin is how much better one policy is, in the quantity that decides: " (cost −9.1 %)";
// without the interval, since the brief is short; "" where nothing is found.
func (r *Ranking) margin(at *index, workload, one, other string) string {
	for _, q := range r.Quantities {
		if d, ok := r.improved(at, workload, other, one, q); ok {
			from, _ := at.value(workload, other, q.Metric)
			d.Change = words.Estimate{Mean: d.Change.Mean, Low: math.NaN(), High: math.NaN()}
			return " (" + q.Head + " " + q.change(d, from) + ")"
		}
	}
	return ""
}

// open names the policies that may be as good on the only workload.
func (r *Ranking) open(at *index, best []Ranked) string {
	var names []string
	for _, row := range r.Rows {
		worse, _ := r.better(at, r.Workloads[0], best[0].Policy, row.Policy)
		if row.Rank > 1 && !worse {
			names = append(names, row.Policy)
		}
	}
	switch {
	case len(best) == len(r.Rows): // nothing else was compared
		return ""
	case names == nil && best[0].Worst[0].N == 1:
		return " In this one run it is better than every other policy."
	case names == nil:
		return " " + words.IfElse(len(best) == 1, "It is", "They are") + " found better than every other policy."
	}
	return " Not told apart from it: " + named(names) + "."
}
