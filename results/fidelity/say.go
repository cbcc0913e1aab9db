package fidelity

import (
	"fmt"
	"math"
	"slices"

	"cnv/results/words"
)

// mostListed is up to how many cells all values are listed, some ten lines each; of more,
// each metric is summed up.
const mostListed = 4

// Lines are the rows as a terminal shows them: every value, or of many cells a line per
// metric (see Scores). The first line is the heading.
func Lines(rows []Row) []string {
	cells := 0
	for i := range rows {
		if i == 0 || rows[i].Workload != rows[i-1].Workload || rows[i].Policy != rows[i-1].Policy {
			cells++
		}
	}
	if cells > mostListed {
		return Scores(rows)
	}
	out := []string{fmt.Sprintf("%-26s %9s  %-30s %s", "", "measured", "predicted (95 % of runs)", "error")}
	for i := range rows {
		r := &rows[i]
		if i == 0 || r.Workload != rows[i-1].Workload || r.Policy != rows[i-1].Policy {
			out = append(out, r.Workload+" / "+r.Policy)
		}
		out = append(out, fmt.Sprintf("  %-24s %9s  %-30s %s%s", r.Metric+", "+r.Unit, Value(r.Measured), r.Interval(), r.ErrorText(), words.IfElse(r.Within, "", "  OUTSIDE")))
	}
	return out
}

// Value writes a value with three digits.
func Value(v float64) string { return words.Significant(v, 3) }

// Interval is the prediction with its interval: "0.52 (0.48 to 0.56)".
func (r *Row) Interval() string {
	if math.IsInf(r.Predicted, 0) {
		return Value(r.Predicted)
	}
	return fmt.Sprintf("%s (%s to %s)", Value(r.Predicted), Value(r.Low), Value(r.High))
}

// ErrorText is the error with its sign and unit: "+3.1 %", "−0.40 points".
func (r *Row) ErrorText() string { return errorText(r.Error(), r.Unit) }

// errorText writes an error of a metric of a unit, as [Row.Error] gives it: points of "%",
// else relative.
func errorText(e float64, unit string) string {
	sign := words.IfElse(e < 0, "−", words.IfElse(e > 0, "+", ""))
	switch e = math.Abs(e); {
	// Of no sign: how far off it is cannot be said.
	case math.IsInf(e, 0) || math.IsNaN(e):
		return "∞"
	case unit == "%":
		return sign + words.Significant(e, 2) + " points"
	}
	return sign + words.Significant(100*e, 2) + " %"
}

// A score is how good predictions of a metric are, over all cells.
type score struct {
	metric, unit string
	errors       []float64 // without their signs, in order
	within       int
	worst        *Row
}

// scores are those of the rows by metric, in the order in which metrics come. The worst is
// that of the largest error, the first of several.
func scores(rows []Row) (out []*score) {
	for i := range rows {
		r := &rows[i]
		k := slices.IndexFunc(out, func(s *score) bool { return s.metric == r.Metric })
		if k < 0 {
			k, out = len(out), append(out, &score{metric: r.Metric, unit: r.Unit})
		}
		s := out[k]
		e := math.Abs(r.Error())
		if s.worst == nil || e > math.Abs(s.worst.Error()) {
			s.worst = r
		}
		s.errors = append(s.errors, e)
		if r.Within {
			s.within++
		}
	}
	for _, s := range out {
		slices.Sort(s.errors)
	}
	return out
}

// median is that of the errors.
func (s *score) median() float64 { return middle(s.errors) }

// Scores are a line per metric below a heading: the median error, how many lie within, and
// the worst, which is left out where it is 0.
func Scores(rows []Row) []string {
	out := []string{fmt.Sprintf("%-14s %12s %12s  %-12s %s", "", "median error", "within", "worst", "of")}
	for _, s := range scores(rows) {
		line := fmt.Sprintf("%-14s %12s %12s", s.metric, unsigned(s.median(), s.unit), fmt.Sprintf("%d of %d", s.within, len(s.errors)))
		if s.worst.Error() != 0 {
			line += fmt.Sprintf("  %-12s %s / %s", s.worst.ErrorText(), s.worst.Workload, s.worst.Policy)
		}
		out = append(out, line)
	}
	return out
}

// unsigned writes an error, which is not negative, without its sign; 0 as "0 %", or "0
// points".
func unsigned(e float64, unit string) string {
	if e == 0 {
		return "0" + words.IfElse(unit == "%", " points", " %")
	}
	// The sign is a rune, as "−" is three bytes.
	text := []rune(errorText(e, unit))
	return string(text[words.IfElse(text[0] == '+', 1, 0):])
}

// Meaning says how the metrics differ from those of the same name in a comparison.
const Meaning = "Misses here are all requests that were not in time, avoidable or not; values are means of runs, where the table above takes the requests of all runs together."

// Summary says in a sentence how good the predictions are, and where they fail.
//
// "11 of 12 measured values lie within what the simulator gives for the same arrivals;
// outside: p99 of jsq on steady."
func Summary(rows []Row) string {
	within, outside := 0, []string(nil)
	unranked := false
	for i := range rows {
		unranked = unranked || rows[i].Unranked
		if rows[i].Within {
			within++
		} else {
			outside = append(outside, rows[i].String())
		}
	}
	text := fmt.Sprintf("%d of %d measured values lie within what the simulator gives for the same arrivals", within, len(rows))
	const most = 6
	switch {
	case len(outside) > most:
		text += fmt.Sprintf("; outside: %s and %d more", words.List(outside[:most]), len(outside)-most)
	case len(outside) > 0:
		text += "; outside: " + words.List(outside)
	}
	if text += "."; unranked {
		text += " Some of these runs had to wait for cores of this machine, which the simulator does not know of."
	}
	return text
}
