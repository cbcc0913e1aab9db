package answer

import (
	"fmt"
	"slices"

	"cnv/results"
	"cnv/results/words"
)

// Targets are policies that are alike but for what their estimator learns from.
//
// Invariant: Policies and Targets are of one length, at least 2.
type Targets struct {
	Name     string   `json:"name"`     // of the policy without its target
	Policies []string `json:"policies"` // in the order of the file
	Targets  []string `json:"targets"`  // of each: "cpu", "instructions", "blocks" or "counts"
}

// mostClasses is of up to how many classes each is told by itself; of more, each target has
// a number of classes.
const mostClasses = 6

// targetsAnswer says, by class of requests, what work is predicted best from.
//
// "On w, r predicts work with the least mean absolute error when it learns from CPU time
// for b (10.0 %; from all counts 30.0 %) and from all counts for a (15.1 %; from CPU time
// 20.0 %); over all runs, without intervals."
//
// rows are those of classes.csv; classes without a prediction are left out.
func targetsAnswer(rows []results.ClassRow, all []Targets) (out []string) {
	for _, t := range all {
		for _, w := range Distinct(rows, func(r results.ClassRow) string { return r.Workload }) {
			of := slices.DeleteFunc(slices.Clone(rows), func(r results.ClassRow) bool { return r.Workload != w || !(r.Predictions > 0) })
			if said := t.on(of); said != "" {
				out = append(out, fmt.Sprintf("On %s, %s predicts work with the least mean absolute error when it learns %s; over all runs, without intervals.", w, words.InQuotes(t.Name), said))
			}
		}
	}
	return out
}

// on says it of the rows of a workload; "" there is nothing to compare. A class that all
// targets predict equally well is not told.
func (t *Targets) on(rows []results.ClassRow) string {
	classes := Distinct(rows, func(r results.ClassRow) string { return r.Class })
	best := make([][]string, len(t.Policies)) // by target: classes that are predicted best from it
	for _, c := range classes {
		errors := t.errors(rows, c)
		if errors == nil {
			return ""
		}
		least := slices.Min(errors)
		// Equal to the last bit: what it learns from makes no difference to the class.
		if least == slices.Max(errors) {
			continue
		}
		i := slices.Index(errors, least)
		best[i] = append(best[i], t.told(c, errors, i))
	}
	var parts []string
	for i, of := range best {
		switch {
		case len(of) == 0:
		case len(classes) > mostClasses:
			parts = append(parts, fmt.Sprintf("from %s for %d of %d classes", source(t.Targets[i]), len(of), len(classes)))
		default:
			parts = append(parts, "from "+source(t.Targets[i])+" for "+words.List(of))
		}
	}
	return words.List(parts)
}

// errors are the mean absolute errors of a class by policy, relative to the work (0.1 is 10
// %); nil where some policy has none.
func (t *Targets) errors(rows []results.ClassRow, class string) []float64 {
	var out []float64
	for _, p := range t.Policies {
		i := slices.IndexFunc(rows, func(r results.ClassRow) bool { return r.Class == class && r.Policy == p })
		if i < 0 {
			return nil
		}
		out = append(out, rows[i].MAPE)
	}
	return out
}

// told is a class with its errors, the least first: "b (10.0 %; from all counts 30.0 %)".
// errors are by target, and least is the place of the least.
func (t *Targets) told(class string, errors []float64, least int) string {
	text := class + " (" + errorText(errors[least])
	for i, e := range errors {
		if i != least {
			text += words.IfElse(i == 0 || i == 1 && least == 0, "; from ", ", from ") + source(t.Targets[i]) + " " + errorText(e)
		}
	}
	return text + ")"
}

// errorText is an error to three digits: targets are often close to each other.
func errorText(v float64) string {
	return words.Decimal(100*v, words.DecimalsFor(100*v, 3)) + " %"
}

// source is a target in words; "instructions" and "blocks" are words already.
func source(target string) string {
	switch target {
	case "cpu":
		return "CPU time"
	case "counts":
		return "all counts"
	}
	return target
}
