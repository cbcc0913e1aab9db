package answer

import (
	"math"
	"strconv"
	"strings"

	"cnv/results/compare"
	"cnv/results/words"
)

// A Threshold asks up to which value on an axis a policy keeps a bound: how fast, how much,
// how many. It is told line by line, as the other axes of the experiment make several.
type Threshold struct {
	Axis   string  `json:"axis"` // the key
	Policy string  `json:"policy"`
	Metric string  `json:"metric"`
	Bound  float64 `json:"bound"`           // in the metric's unit
	Least  bool    `json:"least,omitempty"` // the metric is to be at least Bound, else at most
	// Expected is the value up to which the hypothesis has the bound kept; "" it says
	// nothing of the kind.
	Expected string          `json:"expected,omitempty"`
	Lines    []ThresholdLine `json:"lines"`
}

// A ThresholdLine is workloads that differ in nothing but the axis.
//
// Invariant: Steps ascend on the axis.
type ThresholdLine struct {
	Name  string          `json:"name"` // what they have in common
	Steps []ThresholdStep `json:"steps"`
}

// A ThresholdStep is a value on the axis as the file writes it ("10s"), and the workload
// that has it.
type ThresholdStep struct {
	Value    string `json:"value"`
	Workload string `json:"workload"`
}

// thresholdAnswer says it line by line; "" where no workload of any line has the metric.
//
// "Up to which boot vms keeps avoidable misses at 1 % or less: on rise up to boot=1s (0.50 %, 0.30 to
// 0.70), not known at boot=2s (1.0 %, 0.6 to 1.4) and not from boot=4s (5.0 %, 4.0 to 6.0)."
func thresholdAnswer(fs Findings, t Threshold) string {
	q := QuantityOf(t.Metric)
	var parts []string
	for _, line := range t.Lines {
		if text := t.line(fs, q, line); text != "" {
			parts = append(parts, "on "+line.Name+" "+text)
		}
	}
	if parts == nil {
		return ""
	}
	bound := q.Before + strconv.FormatFloat(words.Round(q.Scale*t.Bound, 6), 'f', -1, 64) + q.after
	text := "Up to which " + t.Axis + " " + words.InQuotes(t.Policy) + " keeps " + q.Name + " at " + bound + words.IfElse(t.Least, " or more: ", " or less: ") + strings.Join(parts, "; ") + "."
	return text + t.verdict(fs)
}

// verdict says on which lines the bound is kept up to the value that was expected: "
// Expected was up to boot=2s: as expected on rise.". "" where nothing was.
func (t *Threshold) verdict(fs Findings) string {
	var all tally
	for _, line := range t.Lines {
		if says, ok := t.fulfilled(fs, line); ok {
			all.add(says, line.Name)
		}
	}
	if all.n() == 0 {
		return ""
	}
	return " Expected was up to " + t.Axis + "=" + t.Expected + ": " + all.on("lines") + "."
}

// fulfilled is what is known of the value that was expected on a line; false where
// nothing was, or the line does not have it.
func (t *Threshold) fulfilled(fs Findings, line ThresholdLine) (compare.Fulfilment, bool) {
	switch t.upTo(t.steps(fs, line)) {
	case Lower:
		return compare.AsExpected, true
	case Higher:
		return compare.AgainstExpectation, true
	case NotKnown:
		return compare.ExpectationNotKnown, true
	}
	return 0, false
}

// upTo says whether the bound is kept up to the value that was expected: one value at which
// it is broken tells that it is not, whatever is not known of others. It is Unknown where
// the steps do not have that value.
func (t *Threshold) upTo(steps []threshStep) Sign {
	says := Lower
	for _, s := range steps {
		if s.kept == Higher || s.kept == NotKnown && says == Lower {
			says = s.kept
		}
		if s.at == t.Axis+"="+t.Expected {
			return says
		}
	}
	return Unknown
}

// steps are what is known at each value of a line, in their order; nil: nothing at any. A
// value at which the metric is missing is not known.
func (t *Threshold) steps(fs Findings, line ThresholdLine) (out []threshStep) {
	found := false
	for _, s := range line.Steps {
		f, ok := fs.Value(s.Workload, t.Policy, t.Metric)
		if found = found || ok; !ok {
			f.Value = words.NoEstimate()
		}
		out = append(out, threshStep{t.Axis + "=" + s.Value, f, t.kept(f)})
	}
	if !found {
		return nil
	}
	return out
}

// alone is a value without an interval.
func alone(v float64) words.Estimate {
	e := words.NoEstimate()
	e.Mean = v
	return e
}

// line is what is known along the axis: up to which value the bound is kept, from which on
// it is not, and what is in between. Where a value that keeps it, or breaks it, stands
// among those in between, there is no threshold, and all values are listed.
func (t *Threshold) line(fs Findings, q Quantity, line ThresholdLine) string {
	steps := t.steps(fs, line)
	if len(steps) == 0 {
		return ""
	}
	// [0, first) surely keep the bound, [end, len) surely break it, and what is between is
	// not known; else there is no threshold.
	first, end := 0, len(steps)
	for first < end && steps[first].kept == Lower {
		first++
	}
	for end > first && steps[end-1].kept == Higher {
		end--
	}
	for _, s := range steps[first:end] {
		if s.kept != NotKnown { // no value from which on it is broken
			return t.listed(q, steps)
		}
	}
	var parts []string
	switch {
	case first == len(steps):
		return "at every value up to " + steps[first-1].text(q)
	case end == 0:
		return "at no value, not even " + steps[0].text(q)
	case first > 0:
		parts = append(parts, "up to "+steps[first-1].text(q))
	}
	for _, s := range steps[first:end] {
		parts = append(parts, "not known at "+s.text(q))
	}
	if end < len(steps) {
		parts = append(parts, "not from "+steps[end].text(q)+words.IfElse(end < len(steps)-1, " on", ""))
	}
	return words.List(parts)
}

// A threshStep is a value on the axis with what is known there: Lower is that the bound is
// kept, Higher that it is not, NotKnown neither. No other Sign occurs.
type threshStep struct {
	at   string // "boot=10s"
	f    Finding
	kept Sign
}

// text is the value with the metric there.
func (s *threshStep) text(q Quantity) string {
	if math.IsNaN(s.f.Value.Mean) {
		return s.at + " (it has no value)"
	}
	return s.at + " (" + flat(q.level(s.f.Value)) + words.IfElse(s.kept == NotKnown && s.f.levelTooFew(), ", "+s.f.Lacks(), "") + ")"
}

// along says whether a workload is on a line of any of some thresholds: then that line is
// its answer.
func along(ts []Threshold, workload string) bool {
	for _, t := range ts {
		for _, line := range t.Lines {
			for _, s := range line.Steps {
				if s.Workload == workload {
					return true
				}
			}
		}
	}
	return false
}

// flat writes the interval of a level within parentheses: "0.50 % (0.30 to 0.70)" is "0.50
// %, 0.30 to 0.70".
func flat(level string) string {
	level = strings.Replace(level, " (", ", ", 1)
	return strings.TrimSuffix(level, ")")
}

// listed says it value by value, where bounds are kept here and there: "not at boot=1s (5.0
// %, 4.0 to 6.0) and kept at boot=2s (0.50 %, 0.30 to 0.70)".
func (t *Threshold) listed(q Quantity, steps []threshStep) string {
	var parts []string
	for _, s := range steps {
		how := map[Sign]string{Lower: "kept at ", Higher: "not at ", NotKnown: "not known at "}[s.kept]
		parts = append(parts, how+s.text(q))
	}
	return words.List(parts)
}

// kept says whether a value keeps the bound: Lower that it does, Higher that it does not,
// NotKnown where the bound is within its interval, there is no value, or too few runs have
// none. One run, and runs that are no samples, are read as they are. Misses of which no run
// had any keep it, whatever so few runs cannot rule out.
func (t *Threshold) kept(f Finding) Sign {
	e := f.Value
	if f.levelTooFew() && e.Mean != 0 {
		return NotKnown
	}
	least, most := e.Mean, e.Mean
	if e.Interval() && e.Mean != 0 {
		least, most = e.Low, e.High
	}
	// So that "at most" is all that is asked below.
	if t.Least {
		least, most = -most, -least
	}
	bound := words.IfElse(t.Least, -1.0, 1) * t.Bound
	switch {
	case most <= bound:
		return Lower
	case least > bound:
		return Higher
	}
	return NotKnown
}
