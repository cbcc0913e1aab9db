package answer

import (
	"math"
	"slices"

	"cnv/results"
	"cnv/results/compare"
	"cnv/results/stat"
	"cnv/results/words"
)

// A Finding is one row of the comparison as figures, report and answer read it: the mean of
// a metric and, against another policy, how it changed.
//
// Names are as comparison.csv has them, and every number is in the metric's unit: shares
// are fractions, money is US$, times are seconds. A zero Finding stands for a row that is
// not there; its policy and Metric are "".
type Finding struct {
	workload, policy, Metric string
	N                        int
	Over                     string // what the n are: "seeds", "windows"
	primary                  bool   // it answers the question; all else is exploratory
	Value                    words.Estimate
	against                  string         // "" if compared to nothing
	Change                   words.Estimate // paired difference to against, with the interval that the verdict is about
	single                   words.Estimate // the same with an interval of this pair alone
	delta                    float64        // the smallest difference that matters
	says                     Sign           // of change
}

// Findings are the rows of a comparison in their order: workload by workload every policy,
// of it every metric, then the contrasts; behind all of them the pairs that only wins.csv
// has.
type Findings []Finding

// FindingsOf reads the rows of comparison.csv. Behind them are the primary metrics of all
// pairs of policies, so that any two are compared by their paired difference. Those have
// the value of the row of their policy, and are no rows of comparison.csv themselves. wins
// may be nil: then pairs without a row are not compared.
func FindingsOf(rows []compare.Compared, wins []compare.Win) Findings {
	out := make(Findings, len(rows), len(rows)+len(wins))
	for i, r := range rows {
		out[i] = Finding{
			workload: r.Workload, policy: r.Policy, Metric: r.Metric,
			N: r.N, Over: r.Over, primary: r.Primary, Value: words.Estimate{Mean: r.Mean, Low: r.Low, High: r.High},
			against: r.Against, Change: words.Estimate{Mean: r.Diff, Low: r.JointLow, High: r.JointHigh}, delta: r.Delta,
			single: words.Estimate{Mean: r.Diff, Low: r.DiffLow, High: r.DiffHigh},
		}
		out[i].says = out[i].judged(r.Verdict)
	}
	at := newIndex(out, cap(out))
	for _, w := range wins {
		f, ok := at.value(w.Workload, w.Policy, w.Metric)
		if _, known := at.Change(w.Workload, w.Against, w.Policy, w.Metric); !known && ok {
			f.against, f.Change, f.single, f.delta, f.N, f.Over = w.Against, w.Difference, w.Alone, w.Delta, w.N, w.Over
			f.says = f.judged(w.Verdict)
			at.add(f)
		}
	}
	at.remember()
	return at.all
}

// Workloads lists the workloads in order of appearance, which is the declared one.
func (fs Findings) Workloads() []string {
	return Distinct(fs, func(f Finding) string { return f.workload })
}

// Policies lists the policies in order of appearance, which is the declared
// one: the first is the baseline.
func (fs Findings) Policies() []string {
	return Distinct(fs, func(f Finding) string { return f.policy })
}

// Primary are the quantities that answer the question, as columns are ordered; never none,
// as avoidable misses and the cost stand for those of a folder that names none.
func (fs Findings) Primary() []Quantity {
	named := Findings{}
	for _, f := range fs {
		if f.primary {
			named = append(named, f)
		}
	}
	var out []Quantity
	for _, metric := range Distinct(named, func(f Finding) string { return f.Metric }) {
		out = append(out, QuantityOf(metric))
	}
	if out == nil {
		return []Quantity{MissQuantity, costQuantity}
	}
	return out
}

// ranking are those of which one end is better. It may be empty: of metrics of which
// neither end is better, no policy is the best.
func (fs Findings) ranking() []Quantity {
	return slices.DeleteFunc(fs.Primary(), func(q Quantity) bool { return q.Better == results.NeitherIsBetter })
}

// unranked are the workloads on which no policy is ranked: measured live, where the machine
// changed the times of some run (see [compare.NotRanked]).
func (fs Findings) unranked() []string {
	return Distinct(slices.DeleteFunc(slices.Clone(fs), func(f Finding) bool { return f.says != NotRanked }), func(f Finding) string { return f.workload })
}

// Distinct lists the values of of, each once, in order of appearance.
func Distinct[R any](rows []R, of func(R) string) []string {
	seen := map[string]bool{}
	var out []string
	before := ""
	for i := range rows {
		v := of(rows[i])
		if i > 0 && v == before { // most rows stand beside others of the same value
			continue
		}
		if before = v; !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}

// only are those of a metric on a workload, so that looking for one of them is quick.
func (fs Findings) only(workload, metric string) (out Findings) {
	for _, f := range fs {
		if f.workload == workload && f.Metric == metric {
			out = append(out, f)
		}
	}
	return out
}

// on are those of a workload, of all policies and metrics.
func (fs Findings) on(workload string) (out Findings) {
	for i := range fs {
		if fs[i].workload == workload {
			out = append(out, fs[i])
		}
	}
	return out
}

// Has says whether any policy has a value of a metric on a workload; infinite is one.
func (fs Findings) Has(workload, metric string) bool {
	return slices.ContainsFunc(fs, func(f Finding) bool {
		return f.workload == workload && f.Metric == metric && !math.IsNaN(f.Value.Mean)
	})
}

// About says what the intervals on a workload are about: the first that there are, of
// primary metrics before others. It is written as [stat.Overlap] writes it: "over seeds, n
// = 10".
func (fs Findings) About(workload string) string {
	best := Finding{Over: stat.OverNothing}
	for _, f := range fs {
		if f.workload == workload && f.says == NotRanked {
			return compare.NotRanked
		}
		if f.workload != workload || f.Over == stat.OverNothing {
			continue
		}
		without, had := f.Over == stat.OverEqual, best.Over != stat.OverNothing && best.Over != stat.OverEqual
		if best.Over == stat.OverNothing || !without && (!had || f.primary && !best.primary) {
			best = f
		}
	}
	return stat.Overlap(best.Over, best.N)
}

// Value finds a mean; the second result is false where there is none. It is O(rows): who
// asks for many makes an [Index].
func (fs Findings) Value(workload, policy, metric string) (Finding, bool) {
	for _, f := range fs {
		if f.workload == workload && f.policy == policy && f.Metric == metric {
			return f, true
		}
	}
	return Finding{}, false
}

// Change finds the row that compares policy to against, in this direction only; see between
// for both.
func (fs Findings) Change(workload, against, policy, metric string) (Finding, bool) {
	for _, f := range fs {
		if f.workload == workload && f.policy == policy && f.Metric == metric && f.against == against {
			return f, true
		}
	}
	return Finding{}, false
}

// pair is the difference from one policy to another in the metric of both, as it is
// or the other way round; without one, its verdict is unknown.
func (fs Findings) pair(from, to Finding) Finding { return between(fs, from, to) }

// between finds it among rows. Each pair is there in one direction, the later policy of the
// file against the earlier; the other way round, the difference changes its sign, its
// interval both its ends, and Lower becomes Higher. The value of the result is that of the
// policy `to`, which is why it is given whole.
func between(rows changer, from, to Finding) Finding {
	if d, ok := rows.Change(to.workload, from.policy, to.policy, to.Metric); ok {
		return d
	}
	d, ok := rows.Change(to.workload, to.policy, from.policy, to.Metric)
	if !ok {
		return Finding{Change: words.NoEstimate()}
	}
	to.against, to.Change, to.single, to.delta = from.policy, opposite(d.Change), opposite(d.single), d.delta
	if to.says = d.says; d.says == Lower {
		to.says = Higher
	} else if d.says == Higher {
		to.says = Lower
	}
	return to
}

// opposite is a difference the other way round: its ends change places.
func opposite(e words.Estimate) words.Estimate {
	return words.Estimate{Mean: -e.Mean, Low: -e.High, High: -e.Low}
}

// A Sign is what a difference says: the verdict of its row, and which way the value went.
// Lower and Higher are of the number; whether that is better depends on the metric.
type Sign uint8

const (
	Unknown   Sign = iota // not compared, or without a finite value
	Single                // one run, or all of the same arrivals or alike: a difference without an interval
	NotKnown              // the interval includes 0 and more than delta, or too few runs have none
	Same                  // the whole interval is within delta of 0
	Lower                 // the whole interval is below 0
	Higher                // the whole interval is above 0
	Equal                 // the same in every run, of which none differs from the others
	NotRanked             // nothing is to be concluded from it
)

// judged is the sign of a row, of which text is the verdict. [compare.Judge] alone makes
// verdicts: here only those that sentences tell apart are told apart, as Single, which the
// files call not known.
func (f *Finding) judged(text string) Sign {
	switch c := f.Change; {
	case f.against != "" && text == compare.NotRanked:
		return NotRanked
	case f.against == "" || !c.Finite():
		return Unknown
	case text == compare.Equal:
		return Equal
	case text == compare.Same:
		return Same
	case text == compare.NotKnown && !c.Interval() && f.alone():
		return Single
	case text == compare.NotKnown:
		return NotKnown
	case c.Mean < 0:
		return Lower
	}
	return Higher
}

// Sign is what the difference of f says.
func (f Finding) Sign() Sign { return f.says }

// What is said in place of an interval where there are too few runs for one, or where a
// recording has too few windows, so that more resamples of it would not help.
const (
	tooFewRuns    = "too few runs for an interval"
	tooFewWindows = "too few windows of the recording, or resamples, for an interval"
)

// Lacks says what is lacking for an interval; see TooFew for whether anything is.
func (f Finding) Lacks() string {
	return words.IfElse(f.Over == stat.OverWindows, tooFewWindows, tooFewRuns)
}

// TooFew says whether the difference is not known because there is no interval, which is
// another thing than an interval that holds 0: more runs would give one.
func (f Finding) TooFew() bool { return f.says == NotKnown && !f.Change.Interval() }

// levelTooFew says whether the value itself, finite, has no interval because there are too
// few runs for one.
func (f Finding) levelTooFew() bool { return f.Value.Finite() && !f.Value.Interval() && !f.alone() }

// alone says whether there are no samples to make an interval of: one run, or runs of the
// same arrivals, or runs that agree.
func (f Finding) alone() bool {
	return f.N <= 1 || f.Over == stat.OverNothing || f.Over == stat.OverEqual
}

// bracket is that in parentheses, where it is so; else "".
func (f Finding) bracket() string { return words.IfElse(f.TooFew(), " ("+f.Lacks()+")", "") }

// within is the smallest difference that matters, as f has it: "1 percentage point" of
// shares, "2 %" of what the policy that is compared to has, "delta" where that has no
// finite mean.
func (fs Findings) within(f Finding, q Quantity) string {
	// Both are shares: their delta is in points, that of others is relative.
	if q.Differences == MissQuantity.Differences {
		points := words.Decimal(q.Scale*f.delta, words.DecimalsFor(q.Scale*f.delta, 1))
		return points + words.IfElse(points == "1", " percentage point", q.Differences)
	}
	base, ok := fs.Value(f.workload, f.against, f.Metric)
	if !ok || !base.Value.Finite() || base.Value.Mean == 0 {
		return "delta"
	}
	share := words.Round(100*f.delta/math.Abs(base.Value.Mean), 2)
	return words.Decimal(share, words.DecimalsFor(share, 1)) + " %"
}
