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

// A RecoveryLine is how runs fared after what disturbed them, along one axis of the
// experiment: the rest of the workload's name, and the policy, are alike.
//
// Invariant: Points ascend in X.
type RecoveryLine struct {
	Panel, Series string // what the line is of; series is the last axis of the name
	Along         string // the axis that it goes along: "rate" or "load"
	Points        []RecoveryPoint
}

// A RecoveryPoint is one workload and policy of a line. X is the value on the axis, NaN
// where there is none. The findings are the levels of the columns named beside them;
// recovered is always there, others may be zero Findings.
type RecoveryPoint struct {
	X                             float64
	Served, recovered, RecoveryIn Finding // attainment_after, recovered, recovery_s
	Relapses, watched             Finding // relapses, users_after_for_s
}

// loadAxes are the keys that say how much arrives, which lines go along; of a name that has
// both, the first.
var loadAxes = []string{"rate", "load"}

// An axisValue is one " key=value" of a workload's name, as the experiment file writes the
// value.
type axisValue struct{ key, value string }

// axesOf takes the values on axes off a workload's name: "burst budget=2 rate=8" is
// "burst", and budget and rate in this order. Only words at the end count, and the first
// word is never an axis.
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

// alongLoad takes the load off a workload's name; NaN: it has none, and along is "". What
// is left is parted: the last axis is the series of a figure, all else its panel. "burst
// budget=2 rate=8" is panel "burst", series "budget=2", along "rate", 8.
func alongLoad(workload string) (panel, series, along string, x float64) {
	base, axes := axesOf(workload)
	x = math.NaN()
	for _, key := range loadAxes {
		i := slices.IndexFunc(axes, func(a axisValue) bool { return a.key == key })
		if i < 0 {
			continue
		}
		// A load that is no number, as a name of one, has no place on an axis.
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

// Recoveries are the lines of an experiment that asks how runs fared after something; none
// if it does not: then the column recovered is empty. In the order in which their first
// points appear.
func (fs Findings) Recoveries() []RecoveryLine {
	var out []RecoveryLine
	recovered := fs.levels("recovered")
	if len(recovered) == 0 {
		return nil
	}
	served, in, relapses, watched := fs.levels("attainment_after"), fs.levels("recovery_s"), fs.levels("relapses"), fs.levels("users_after_for_s")
	policies := fs.Policies()
	for _, w := range fs.Workloads() {
		panel, series, along, x := alongLoad(w)
		for _, p := range policies {
			key := [2]string{w, p}
			at := RecoveryPoint{X: x, recovered: recovered[key], Served: served[key], RecoveryIn: in[key], Relapses: relapses[key], watched: watched[key]}
			if at.recovered.Metric == "" || math.IsNaN(at.recovered.Value.Mean) {
				continue
			}
			name := panel
			if len(policies) > 1 {
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

// recoveryAnswer says where runs got over what disturbed them, how fast, and where they
// never did. Of several lines the first sentence counts them; what recovering means stands
// last.
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
const recoveryMeans = "A run recovers at the first 5 s, counted from the end of the disturbance, in which, as over the 60 s that they begin, " +
	"at least 90 % of the share of users usually served before is served within the bound (attainment_before), or at least 90 % of all users where under half were served before. " +
	"These spans are longer where few users come, and shorter where few seconds are left. A run that is unhealthy over such a span again has a relapse."

// mostRecoveries is how many lines get a sentence each; of more, there is a sentence for
// all, and comparison.csv.
const mostRecoveries = 8

// A fate is what became of the runs of a line, or of one of its points. byLoad is of lines
// only.
type fate uint8

const (
	recovers     fate = iota // every run recovers, and none relapses
	relapse                  // every run recovers, and some relapse
	byLoad                   // every run recovers at some loads, and not at others
	someRuns                 // some runs recover
	neverRecover             // no run recovers
)

// fate is that of one workload and policy. recovered is 1 in a run that recovered and 0 in
// one that did not, so its mean is the share of runs.
func (p *RecoveryPoint) fate() fate {
	switch r := p.recovered.Value.Mean; {
	case r == 0:
		return neverRecover
	case r < 1:
		return someRuns
	case p.Again():
		return relapse
	}
	return recovers
}

// Again says whether some run was unhealthy again after it had recovered.
func (p *RecoveryPoint) Again() bool { return p.Relapses.Value.Mean > 0 }

// fate is that of a line. byLoad needs an axis: without one, runs of a line that has
// several fates are some runs.
func (l *RecoveryLine) fate() fate {
	var has [neverRecover + 1]bool
	kinds := 0
	for i := range l.Points {
		f := l.Points[i].fate()
		if !has[f] {
			kinds++
		}
		has[f] = true
	}
	all := has[recovers] || has[relapse]
	switch {
	case kinds == 1:
		return l.Points[0].fate()
	case all && !has[someRuns] && !has[neverRecover]:
		return relapse
	case l.Along != "":
		return byLoad
	}
	return someRuns
}

// inWords says of a line of such a fate what became of its runs, and along what it goes
// itself: others may go along nothing, or along another axis. "every run recovers at every
// rate, but some relapse".
func (how fate) inWords(along string) string {
	at := words.IfElse(along != "", " at every "+along, "")
	switch how {
	case recovers:
		return "every run recovers" + at
	case relapse:
		return "every run recovers" + at + ", but some relapse"
	case byLoad:
		return "runs recover at some values of the " + along + " and not at others"
	case someRuns:
		return "some runs recover" + at + ", and some do not"
	}
	return "no run recovers" + words.IfElse(along != "", " at any "+along, "")
}

// recoverySummary counts the lines by whether their runs recovered, and names the first, a
// sentence for each kind.
//
// "The disturbance was met in 2 cases. In 1 (burst budget=0.1), every run recovers at every rate, but
// some relapse. In 1 (burst budget=2), runs recover at some values of the rate and not at others."
func recoverySummary(lines []RecoveryLine) string {
	var by [neverRecover + 1][]said
	for i := range lines {
		how := lines[i].fate()
		by[how] = saying(by[how], how.inWords(lines[i].Along), lines[i].name())
	}
	sentences := []string{"The disturbance was met in " + strconv.Itoa(len(lines)) + " cases"}
	for _, k := range slices.Concat(by[:]...) {
		names, n := k.of, len(k.of)
		if named := 3; n > named {
			names = append(names[:named:named], fmt.Sprintf("%d more", n-named))
		}
		sentences = append(sentences, fmt.Sprintf("In %d (%s), %s", n, words.List(names), k.text))
	}
	return strings.Join(sentences, ". ") + words.IfElse(len(lines) > mostRecoveries, "; recovered, relapses and recovery_s in comparison.csv tell each", "") + "."
}

// answer is a sentence on one line.
//
// "On burst budget=2 every run recovers at rate 4, after 40 s on average; some runs recover at rate 8
// (50 % of the runs); no run recovers at rate 12 within the 170 s after it that were simulated (no user
// was served in that time)."
//
// Of several points of one fate the worst is told, and that it is the worst.
func (l *RecoveryLine) answer() string {
	var at [neverRecover + 1][]string
	slowest, most, watched, relapses, least, runs := 0.0, 0.0, 0.0, 0.0, 1.0, 0
	for i := range l.Points {
		p := &l.Points[i]
		x := ""
		if !math.IsNaN(p.X) {
			x = words.Plain(p.X)
		}
		runs = max(runs, p.recovered.N)
		relapses = max(relapses, p.Relapses.Value.Mean)
		how := p.fate()
		switch how {
		case neverRecover:
			most, watched = max(most, p.Served.Value.Mean), max(watched, p.watched.Value.Mean)
		case someRuns:
			x += " (" + words.Significant(100*p.recovered.Value.Mean, 2) + " % of the runs)"
		case relapse:
			least = min(least, p.Served.Value.Mean)
		default:
			slowest = max(slowest, p.RecoveryIn.Value.Mean)
		}
		at[how] = append(at[how], x)
	}
	mean := words.IfElse(runs > 1, ", mean over the runs", "")
	var parts []string
	add := func(how fate, says, more string) {
		if len(at[how]) > 0 {
			parts = append(parts, says+l.where(at[how])+more)
		}
	}
	add(recovers, "every run recovers", ", after "+words.Significant(slowest, 2)+" s on average"+words.IfElse(len(at[recovers]) > 1, " where it takes longest", ""))
	add(relapse, "every run recovers for a time, but "+words.IfElse(runs > 1, "some are", "is")+" unhealthy again", " (of the users after the disturbance, "+words.Significant(100*least, 2)+" % were served"+words.IfElse(len(at[relapse]) > 1, " where it was fewest", "")+mean+")")
	add(someRuns, "some runs recover", "")
	add(neverRecover, "no run recovers", simulated(watched)+" ("+served(most)+words.IfElse(most > 0, mean, "")+")")
	again := words.IfElse(relapses > 0, "; up to "+words.Significant(relapses, 2)+" relapses"+mean, "")
	return "On " + l.name() + " " + strings.Join(parts, "; ") + again + "."
}

// simulated says how long runs were watched, seconds: what has not recovered by then may
// need longer. "" if that is not known.
func simulated(watched float64) string {
	if !(watched > 0) {
		return ""
	}
	return " within the " + words.Significant(watched, 2) + " s after it that were simulated"
}

// where says at which values of the load something is so: " at rate 4, 8 and 12". Without
// an axis there is one value, which is "" or the share of the runs.
func (l *RecoveryLine) where(values []string) string {
	if l.Along == "" {
		return strings.TrimRight(" "+values[0], " ") // the share of the runs, if any
	}
	return " at " + l.Along + " " + words.List(values)
}

// served says which share of the users, a fraction, was served at most.
func served(most float64) string {
	if most == 0 {
		return "no user was served in that time"
	}
	return "at most " + words.Significant(100*most, 2) + " % of the users were served in that time"
}
