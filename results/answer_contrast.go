package results

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"cnv/results/words"
)

// contrastAnswer says what going from one policy to another did, a sentence
// for each quantity; empty where nothing was compared.
func contrastAnswer(fs findings, held []Held, c Contrast) string {
	fs = slices.DeleteFunc(slices.Clone(fs), func(f finding) bool { return !c.about(f.workload) })
	who := words.Capital(c.Name) + " (" + c.From + " → " + c.To + ")"
	if c.Name == "" {
		who = c.From + " → " + c.To
	}
	var sentences []string
	for _, q := range fs.primary() {
		o := outcomesOf(fs, q, c.From, c.To, fs.workloads())
		verbs, rest := o.verbs(q), strings.Join(o.rest(q), "; ")
		switch {
		case verbs == "" && rest == "":
			continue
		case verbs == "" && len(sentences) == 0:
			sentences = append(sentences, who+": "+rest+".")
		case verbs == "":
			sentences = append(sentences, words.Capital(rest)+".")
		default:
			subject := words.IfElse(len(sentences) == 0, who, "The same change")
			sentences = append(sentences, subject+" "+verbs+words.IfElse(rest == "", "", "; ")+rest+".")
		}
		if text := inWorlds(fs, held, Pair{c.From, c.To}, q.metric); text != "" {
			sentences = append(sentences, inWorldsBegins+strings.TrimPrefix(text, "holds ")+".")
		}
	}
	return strings.Join(sentences, " ")
}

// outcomes are the workloads of a contrast by what was found there, ready to
// be listed.
type outcomes struct {
	all      int // workloads compared
	lowered  []string
	raised   []string
	single   []string // one run, so no interval
	runs     string   // in which these were seen
	equal    []string // in every run
	missed   string   // what so many runs may not have seen, of these
	same     []string // within delta
	within   string   // delta in words
	silent   []string // not known
	infinite []string
}

// outcomesOf sorts the workloads.
func outcomesOf(fs findings, q quantity, from, to string, workloads []string) outcomes {
	var o outcomes
	for _, w := range workloads {
		f, ok := fs.change(w, from, to, q.metric)
		if !ok {
			continue
		}
		o.all++
		switch f.verdict() {
		case lower:
			o.lowered = append(o.lowered, q.brief(len(o.lowered)).sizeOf(fs, f)+" on "+w)
		case higher:
			o.raised = append(o.raised, q.brief(len(o.raised)).sizeOf(fs, f)+" on "+w)
		case single:
			o.single, o.runs = append(o.single, q.oneRun(f.change)+" on "+w), f.runs()
		case equal:
			o.equal, o.missed = append(o.equal, w), missed(q, f)
		case same:
			o.same, o.within = append(o.same, w), fs.within(f, q)
		case notKnown:
			o.silent = append(o.silent, w)
		case unknown:
			o.infinite = append(o.infinite, w)
		}
	}
	return o
}

// sizeOf writes how large a difference is, and for money how large it is next
// to the mean it starts from: "13 %, $0.0010 (0.0009 to 0.0011)".
func (q quantity) sizeOf(fs findings, f finding) string {
	base, ok := fs.value(f.workload, f.against, f.metric)
	if q.before != "$" || !ok || !base.value.Finite() || base.value.Mean == 0 {
		return q.size(f.change)
	}
	share := 100 * math.Abs(f.change.Mean) / base.value.Mean
	return words.Decimal(share, words.DecimalsFor(share, 2)) + " %, " + q.size(f.change) + ","
}

// brief is q for the next item of a list: the first one names the unit, the
// others do not repeat it.
func (q quantity) brief(before int) quantity {
	if before > 0 {
		q.differences = ""
	}
	return q
}

// verbs is what was lowered and raised; empty if nothing was.
func (o outcomes) verbs(q quantity) string {
	var parts []string
	if len(o.lowered) > 0 {
		parts = append(parts, "lowered "+q.name+" by "+words.List(o.lowered))
	}
	if len(o.raised) > 0 {
		parts = append(parts, "raised "+words.IfElse(len(o.lowered) > 0, q.pronoun, q.name)+" by "+words.List(o.raised))
	}
	return strings.Join(parts, ", and ")
}

// rest is what there is to say of the other workloads. It names the quantity
// where verbs has not.
func (o outcomes) rest(q quantity) []string {
	about := words.IfElse(o.verbs(q) == "", " in "+q.name, "")
	var clauses []string
	if len(o.equal) > 0 {
		clauses = append(clauses, words.IfElse(about == "", "", q.name+" ")+"equal in every run"+o.on(o.equal)+o.missed)
	}
	if len(o.same) > 0 {
		clauses = append(clauses, "same within "+o.within+about+o.on(o.same))
	}
	if len(o.silent) > 0 {
		clauses = append(clauses, words.IfElse(about == "", "", "the difference"+about+" is ")+"not known"+o.onAny(o.silent))
	}
	if len(o.single) > 0 {
		clauses = append(clauses, q.name+" "+o.runs+": "+words.List(o.single))
	}
	if len(o.infinite) > 0 {
		clauses = append(clauses, "no comparison"+about+" on "+words.List(o.infinite)+", where a mean is infinite")
	}
	return clauses
}

// on says on which workloads, all of them by their number.
func (o outcomes) on(workloads []string) string {
	if len(workloads) == o.all && o.all > 2 {
		return " on all " + strconv.Itoa(o.all) + " workloads"
	}
	return " on " + words.List(workloads)
}

// runs says in which runs a difference without an interval was seen.
func (f finding) runs() string {
	switch {
	case f.over == OverEqual:
		return "in every run alike (no interval)"
	case f.over == OverSeeds && f.n > 1:
		return "in the mean of " + strconv.Itoa(f.n) + " runs (too few for an interval)"
	case f.n > 1:
		return "in the mean of " + strconv.Itoa(f.n) + " runs of the same arrivals (no interval)"
	}
	return "in one run (n = 1, no interval)"
}

// onAny is the same after a "not".
func (o outcomes) onAny(workloads []string) string {
	return strings.Replace(o.on(workloads), " on all ", " on any of the ", 1)
}

// missed is what so many equal runs may not have seen: " (10 runs may miss up to 26
// percentage points)"; "" where nothing bounds it.
func missed(q quantity, f finding) string {
	if most := q.scale * f.change.High; f.n > 1 && most > 0 {
		return " (so few as " + words.Count(f.n, "run", "runs") + " may miss a difference of up to " + q.before + words.Decimal(most, words.DecimalsFor(most, 2)) + q.differences + ")"
	}
	return ""
}

// oneRun writes the difference of a single run with its direction.
func (q quantity) oneRun(e words.Estimate) string {
	switch {
	case e.Mean < 0:
		return "down by " + q.size(e)
	case e.Mean > 0:
		return "up by " + q.size(e)
	}
	return "unchanged"
}
