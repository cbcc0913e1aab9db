package answer

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"cnv/results/words"
)

// A RecoveryLine is how runs fared after what disturbed them, along one axis of
// the experiment: the rest of the workload's name, and the policy, are alike.
type RecoveryLine struct {
	Panel, Series string // what the line is of; series is the last axis of the name
	Along         string // the axis that it goes along: "rate" or "load"
	Points        []RecoveryPoint
}

// A RecoveryPoint is one workload and policy of a line.
type RecoveryPoint struct {
	X                             float64
	Served, recovered, RecoveryIn Finding // attainment_after, recovered, recovery_s
	watched, relapses             Finding // users_after_for_s, relapses
}

// loadAxes are the keys that say how much arrives, which lines go along.
var loadAxes = []string{"rate", "load"}

// An axisValue is one " key=value" of a workload's name.
type axisValue struct{ key, value string }

// axesOf takes the values on axes off a workload's name.
func axesOf(workload string) (base string, axes []axisValue) {
	words := strings.Split(workload, " ")
	for len(words) > 1 {
		key, value, ok := strings.Cut(words[len(words)-1], "=")
		if !ok {
			break
		}
		axes = append(axes, axisValue{key, value})
		words = words[:len(words)-1]
	}
	slices.Reverse(axes)
	return strings.Join(words, " "), axes
}

// alongLoad takes the load off a workload's name; NaN: it has none.
func alongLoad(workload string) (panel, series, along string, x float64) {
	base, axes := axesOf(workload)
	x = math.NaN()
	for _, key := range loadAxes {
		i := slices.IndexFunc(axes, func(a axisValue) bool { return a.key == key })
		if i < 0 {
			continue
		}
		if v, err := strconv.ParseFloat(axes[i].value, 64); err == nil {
			along, x, axes = key, v, slices.Delete(axes, i, i+1)
			break
		}
	}
	if n := len(axes) - 1; n >= 0 {
		series, axes = axes[n].key+"="+axes[n].value, axes[:n]
	}
	for _, a := range axes {
		base += " " + a.key + "=" + a.value
	}
	return base, series, along, x
}

// Recoveries are the lines of an experiment that asks how runs fared after
// something; none if it does not.
func (fs Findings) Recoveries() []RecoveryLine {
	var out []RecoveryLine
	for _, w := range fs.Workloads() {
		panel, series, along, x := alongLoad(w)
		for _, p := range fs.Policies() {
			at := RecoveryPoint{X: x}
			at.recovered, _ = fs.Value(w, p, "recovered")
			at.Served, _ = fs.Value(w, p, "attainment_after")
			at.RecoveryIn, _ = fs.Value(w, p, "recovery_s")
			at.relapses, _ = fs.Value(w, p, "relapses")
			at.watched, _ = fs.Value(w, p, "users_after_for_s")
			if at.recovered.Metric == "" || math.IsNaN(at.recovered.Value.Mean) {
				continue
			}
			name := panel
			if len(fs.Policies()) > 1 {
				name += ", " + p
			}
			i := slices.IndexFunc(out, func(l RecoveryLine) bool { return l.Panel == name && l.Series == series })
			if i < 0 {
				out, i = append(out, RecoveryLine{Panel: name, Series: series, Along: along}), len(out)
			}
			out[i].Points = append(out[i].Points, at)
		}
	}
	for i := range out {
		slices.SortStableFunc(out[i].Points, func(a, b RecoveryPoint) int { return cmp.Compare(a.X, b.X) })
	}
	return out
}

// name is what a line is of, in words.
func (l *RecoveryLine) name() string {
	return strings.TrimSpace(l.Panel + " " + l.Series)
}

// recoveryAnswer says where runs got over what disturbed them, how fast, and
// where they never did.
func recoveryAnswer(fs Findings) []string {
	lines := fs.Recoveries()
	if len(lines) == 0 {
		return nil
	}
	var out []string
	if len(lines) > 1 {
		out = append(out, recoverySummary(lines))
	}
	for i := range lines {
		if len(lines) <= mostRecoveries {
			out = append(out, lines[i].answer())
		}
	}
	return append(out, recoveryMeans)
}

// recoveryMeans is what recovering is.
const recoveryMeans = "A run recovers at the first 5 s, counted from the end of the disturbance, from which on, in them and over the 60 s that they begin, " +
	"at least 90 % of the share of users usually served before is served within the bound (attainment_before; longer spans where few users come, shorter ones where few seconds are left); over such a span unhealthy once more is a relapse."

// mostRecoveries is how many lines get a sentence each; of more, there is a sentence
// for all.
const mostRecoveries = 8

// recoverySummary counts the lines by whether their runs recovered, and names the first.
func recoverySummary(lines []RecoveryLine) string {
	const all, some, none = 0, 1, 2
	var by [3][]string
	for i := range lines {
		recovered := 0.0
		for _, p := range lines[i].Points {
			recovered += p.recovered.Value.Mean
		}
		how := some
		switch recovered {
		case 0:
			how = none
		case float64(len(lines[i].Points)):
			how = all
		}
		by[how] = append(by[how], lines[i].name())
	}
	var parts []string
	for how, phrase := range [...]string{"every run recovers", "some runs recover", "no run recovers"} {
		names := by[how]
		if len(names) == 0 {
			continue
		}
		n := len(names)
		if named := 3; n > named {
			names = append(names[:named:named], fmt.Sprintf("%d more", n-named))
		}
		parts = append(parts, fmt.Sprintf("%s on %d (%s)", phrase, n, words.List(names)))
	}
	return fmt.Sprintf("After the disturbance, of %d cases %s%s.", len(lines), strings.Join(parts, ", "), words.IfElse(len(lines) > mostRecoveries, "; recovered and recovery_s in comparison.csv tell each", ""))
}

// answer is a sentence on one line.
func (l *RecoveryLine) answer() string {
	var all, never, some []string
	slowest, most, watched, relapses := 0.0, 0.0, 0.0, 0.0
	for _, p := range l.Points {
		relapses = max(relapses, p.relapses.Value.Mean)
		x := ""
		if !math.IsNaN(p.X) {
			x = words.Plain(p.X)
		}
		switch r := p.recovered.Value.Mean; {
		case r == 0:
			never = append(never, x)
			most, watched = max(most, p.Served.Value.Mean), max(watched, p.watched.Value.Mean)
		case r < 1:
			some = append(some, x+" ("+words.Significant(100*r, 2)+" % of the runs)")
		default:
			all = append(all, x)
			slowest = max(slowest, p.RecoveryIn.Value.Mean)
		}
	}
	var parts []string
	if len(all) > 0 {
		parts = append(parts, "every run recovers"+l.where(all)+", after "+words.Significant(slowest, 2)+" s on average"+words.IfElse(len(all) > 1, " where it takes longest", ""))
	}
	if len(some) > 0 {
		parts = append(parts, "some runs recover"+l.where(some))
	}
	if len(never) > 0 {
		parts = append(parts, "no run recovers"+l.where(never)+simulated(watched)+" ("+served(most)+")")
	}
	again := words.IfElse(relapses > 0, "; up to "+words.Significant(relapses, 2)+" relapses a run", "")
	return "On " + l.name() + " " + strings.Join(parts, "; ") + again + "."
}

// simulated says how long runs were watched: what has not recovered by then may
// need longer.
func simulated(watched float64) string {
	if !(watched > 0) {
		return ""
	}
	return " within the " + words.Significant(watched, 2) + " s after it that were simulated"
}

// where says at which values of the load something is so.
func (l *RecoveryLine) where(values []string) string {
	if l.Along == "" {
		return strings.TrimRight(" "+values[0], " ") // the share of the runs, if any
	}
	return " at " + l.Along + " " + words.List(values)
}

// served says which share of the users was served at most.
func served(most float64) string {
	if most == 0 {
		return "no user was served in that time"
	}
	return "at most " + words.Significant(100*most, 2) + " % of the users were served in that time"
}
