package results

import (
	"math"
	"slices"

	"cnv/results/words"
)

// A finding is one row of the comparison as figures, report and answer read
// it: the mean of a metric and, against another policy, how it changed.
type finding struct {
	workload, policy, metric string
	n                        int
	over                     string // what the n are: "seeds", "windows"
	primary                  bool   // it answers the question; all else is exploratory
	value                    words.Estimate
	against                  string         // "" if compared to nothing
	change                   words.Estimate // paired difference to against, with the interval that the verdict is about
	delta                    float64        // the smallest difference that matters
	says                     verdict        // of change
}

// findings are the rows of a comparison in their order.
type findings []finding

// findingsOf reads the rows of comparison.csv. No metric is negative, so an
// interval that a few replications stretch beyond is cut there.
// Behind them are the primary metrics of all pairs of policies, so that any two are
// compared by their paired difference.
func findingsOf(rows []Compared, wins []Win) findings {
	out := make(findings, len(rows))
	for i, r := range rows {
		out[i] = finding{
			workload: r.Workload, policy: r.Policy, metric: r.Metric,
			n: r.N, over: r.Over, primary: r.Primary, value: words.Estimate{Mean: r.Mean, Low: max(r.Low, 0), High: r.High},
			against: r.Against, change: words.Estimate{Mean: r.Diff, Low: r.JointLow, High: r.JointHigh}, delta: r.Delta,
		}
		out[i].says = out[i].judged(r.Verdict)
	}
	for _, w := range wins {
		f, ok := out.value(w.Workload, w.Policy, w.Metric)
		if _, known := out.change(w.Workload, w.Against, w.Policy, w.Metric); !known && ok {
			f.against, f.change, f.delta = w.Against, w.Difference, w.Delta
			f.says = f.judged(w.Verdict)
			out = append(out, f)
		}
	}
	return out
}

// workloads lists the workloads in order of appearance, which is the declared one.
func (fs findings) workloads() []string {
	return distinct(fs, func(f finding) string { return f.workload })
}

// policies lists the policies in order of appearance, which is the declared
// one: the first is the baseline.
func (fs findings) policies() []string {
	return distinct(fs, func(f finding) string { return f.policy })
}

// primary are the quantities that answer the question, as columns are ordered.
func (fs findings) primary() []quantity {
	named := findings{}
	for _, f := range fs {
		if f.primary {
			named = append(named, f)
		}
	}
	var out []quantity
	for _, metric := range distinct(named, func(f finding) string { return f.metric }) {
		out = append(out, quantityOf(metric))
	}
	if out == nil {
		return []quantity{missQuantity, costQuantity}
	}
	return out
}

// ranking are those of which one end is better.
func (fs findings) ranking() []quantity {
	return slices.DeleteFunc(fs.primary(), func(q quantity) bool { return q.better == neither })
}

// unranked are the workloads on which no policy is ranked.
func (fs findings) unranked() []string {
	return distinct(slices.DeleteFunc(slices.Clone(fs), func(f finding) bool { return f.says != notRanked }), func(f finding) string { return f.workload })
}

// distinct lists the values of of, each once, in order of appearance.
func distinct(fs findings, of func(finding) string) []string {
	seen := map[string]bool{}
	var out []string
	for _, f := range fs {
		if v := of(f); !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}

// only are those of a metric on a workload.
func (fs findings) only(workload, metric string) (out findings) {
	for _, f := range fs {
		if f.workload == workload && f.metric == metric {
			out = append(out, f)
		}
	}
	return out
}

// has says whether any policy has a value of a metric on a workload.
func (fs findings) has(workload, metric string) bool {
	return slices.ContainsFunc(fs, func(f finding) bool {
		return f.workload == workload && f.metric == metric && !math.IsNaN(f.value.Mean)
	})
}

// about says what the intervals on a workload are about: the first that there
// are, of primary metrics before others.
func (fs findings) about(workload string) string {
	best := finding{over: OverNothing}
	for _, f := range fs {
		if f.workload == workload && f.says == notRanked {
			return NotRanked
		}
		if f.workload != workload || f.over == OverNothing {
			continue
		}
		without, had := f.over == OverEqual, best.over != OverNothing && best.over != OverEqual
		if best.over == OverNothing || !without && (!had || f.primary && !best.primary) {
			best = f
		}
	}
	return overlap(best.over, best.n)
}

// value finds a mean; the second result is false where there is none.
func (fs findings) value(workload, policy, metric string) (finding, bool) {
	for _, f := range fs {
		if f.workload == workload && f.policy == policy && f.metric == metric {
			return f, true
		}
	}
	return finding{}, false
}

// change finds the row that compares policy to against.
func (fs findings) change(workload, against, policy, metric string) (finding, bool) {
	for _, f := range fs {
		if f.workload == workload && f.policy == policy && f.metric == metric && f.against == against {
			return f, true
		}
	}
	return finding{}, false
}

// pair is the difference from one policy to another in the metric of both, as it is
// or the other way round; without one, its verdict is unknown.
func (fs findings) pair(from, to finding) finding {
	if d, ok := fs.change(to.workload, from.policy, to.policy, to.metric); ok {
		return d
	}
	d, ok := fs.change(to.workload, to.policy, from.policy, to.metric)
	if !ok {
		return finding{change: words.NoEstimate()}
	}
	to.against, to.change, to.delta = from.policy, words.Estimate{Mean: -d.change.Mean, Low: -d.change.High, High: -d.change.Low}, d.delta
	if to.says = d.says; d.says == lower {
		to.says = higher
	} else if d.says == higher {
		to.says = lower
	}
	return to
}

// A verdict is what a difference says.
type verdict uint8

const (
	unknown   verdict = iota // not compared, or without a finite value
	single                   // one run: a difference, but no interval
	notKnown                 // the interval includes 0 and more than delta
	same                     // the whole interval is within delta of 0
	lower                    // the whole interval is below 0
	higher                   // the whole interval is above 0
	equal                    // the same in every run, of which none differs from the others
	notRanked                // nothing is to be concluded from it
)

// judged is the verdict of a row, with its direction.
func (f *finding) judged(text string) verdict {
	switch c := f.change; {
	case f.against != "" && text == NotRanked:
		return notRanked
	case f.against == "" || !c.Finite():
		return unknown
	case text == Equal:
		return equal
	case text == Same:
		return same
	case text == NotKnown && !c.Interval():
		return single
	case text == NotKnown:
		return notKnown
	case c.Mean < 0:
		return lower
	}
	return higher
}

// verdict is what the difference of f says.
func (f finding) verdict() verdict { return f.says }

// within is the smallest difference that matters, as f has it: "1 percentage point"
// of shares, "2 %" of what the policy that is compared to has.
func (fs findings) within(f finding, q quantity) string {
	if q.differences == missQuantity.differences {
		points := words.Decimal(q.scale*f.delta, words.DecimalsFor(q.scale*f.delta, 1))
		return points + words.IfElse(points == "1", " percentage point", q.differences)
	}
	base, ok := fs.value(f.workload, f.against, f.metric)
	if !ok || !base.value.Finite() || base.value.Mean == 0 {
		return "delta"
	}
	share := words.Round(100*f.delta/math.Abs(base.value.Mean), 2)
	return words.Decimal(share, words.DecimalsFor(share, 1)) + " %"
}
