package answer

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"cnv/results/compare"
	"cnv/results/stat"
	"cnv/results/words"
)

// contrastAnswer says what going from one policy to another did, a sentence for each
// quantity; empty where nothing was compared.
//
// "The router (seed → jsq) lowered avoidable misses by 2.1 percentage points (1.8 to 2.4) on steady.
// The same change raised the cost per 1,000 requests in SLO by 6.2 %, $0.0031 (0.0027 to 0.0035), on
// steady."
//
// In how many other worlds that holds follows each sentence, and what was expected stands
// last.
func contrastAnswer(fs Findings, held []compare.Held, c compare.Contrast) string {
	fs = slices.DeleteFunc(slices.Clone(fs), func(f Finding) bool { return !c.About(f.workload) })
	who := words.Capital(c.Name) + " (" + c.From + " → " + c.To + ")"
	if c.Name == "" {
		who = c.From + " → " + c.To
	}
	var sentences []string
	for _, q := range fs.Primary() {
		o := outcomesOf(fs, q, c.From, c.To, fs.Workloads())
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
		if text := inWorlds(fs, held, Pair{c.From, c.To}, q.Metric); text != "" {
			sentences = append(sentences, inWorldsBegins+strings.TrimPrefix(text, "holds ")+".")
		}
	}
	if len(sentences) > 0 {
		sentences = append(sentences, expectedSentences(fs, c)...)
	}
	return strings.Join(sentences, " ")
}

// outcomes are the workloads of a contrast by what was found there, ready to be listed. A
// workload is in one of the lists; those on which the two are not compared, in none.
type outcomes struct {
	all      int // workloads compared
	lowered  []string
	raised   []string
	single   []said   // without an interval, by the runs in which it was seen
	equal    []said   // in every run, by what so many may not have seen
	same     []string // within delta
	within   string   // delta in words
	silent   []said   // not known, by why there is no interval
	infinite []string
	without  []string // a value
}

// A said is what holds for several workloads, or other things, alike: its text is written
// once, with all of them.
type said struct {
	text string
	of   []string
}

// saying adds one to those of the same text, or a text behind the others.
func saying(all []said, text, of string) []said {
	for i := range all {
		if all[i].text == text {
			all[i].of = append(all[i].of, of)
			return all
		}
	}
	return append(all, said{text, []string{of}})
}

// outcomesOf sorts the workloads by the sign of the difference from one policy to the
// other, in their order.
func outcomesOf(fs Findings, q Quantity, from, to string, workloads []string) outcomes {
	var o outcomes
	for _, w := range workloads {
		f, ok := fs.Change(w, from, to, q.Metric)
		if !ok {
			continue
		}
		o.all++
		switch f.Sign() {
		case Lower:
			o.lowered = append(o.lowered, q.brief(len(o.lowered)).sizeOf(fs, f)+" on "+w)
		case Higher:
			o.raised = append(o.raised, q.brief(len(o.raised)).sizeOf(fs, f)+" on "+w)
		case Single:
			o.single = saying(o.single, f.runs(), q.oneRun(f.Change)+" on "+w)
		case Equal:
			o.equal = saying(o.equal, missed(f), w)
		case Same:
			o.same, o.within = append(o.same, w), fs.within(f, q)
		case NotKnown:
			o.silent = saying(o.silent, f.bracket(), w)
		// The two are told apart: an infinite mean is a finding of its own, none is a lack.
		case Unknown:
			from, _ := fs.Value(w, f.against, q.Metric)
			if math.IsInf(from.Value.Mean, 0) || math.IsInf(f.Value.Mean, 0) {
				o.infinite = append(o.infinite, w)
			} else {
				o.without = append(o.without, w)
			}
		}
	}
	return o
}

// sizeOf writes how large a difference is, and for money how large it is next to the mean
// it starts from: "13 %, $0.0010 (0.0009 to 0.0011),". The last comma closes what stands
// between two, before " on steady".
func (q Quantity) sizeOf(fs Findings, f Finding) string {
	base, ok := fs.Value(f.workload, f.against, f.Metric)
	if q.Before != "$" || !ok || !base.Value.Finite() || base.Value.Mean == 0 {
		return q.size(f.Change)
	}
	share := 100 * math.Abs(f.Change.Mean) / base.Value.Mean
	return words.Decimal(share, words.DecimalsFor(share, 2)) + " %, " + q.size(f.Change) + ","
}

// brief is q for the next item of a list: the first one names the unit, the
// others do not repeat it.
func (q Quantity) brief(before int) Quantity {
	if before > 0 {
		q.Differences = ""
	}
	return q
}

// verbs is what was lowered and raised; empty if nothing was.
//
// "lowered avoidable misses by 2.0 percentage points (1.0 to 3.0) on steady and 10 (9 to 11) on
// diurnal, and raised them by 3.0 percentage points (2.0 to 4.0) on flash"
func (o outcomes) verbs(q Quantity) string {
	var parts []string
	if len(o.lowered) > 0 {
		parts = append(parts, "lowered "+q.Name+" by "+words.List(o.lowered))
	}
	if len(o.raised) > 0 {
		parts = append(parts, "raised "+words.IfElse(len(o.lowered) > 0, q.pronoun, q.Name)+" by "+words.List(o.raised))
	}
	return strings.Join(parts, ", and ")
}

// rest is what there is to say of the other workloads, a clause each. It names the quantity
// where verbs has not.
//
// "the difference in the cost per 1,000 requests in SLO is not known on t, and on u (too few runs for
// an interval)"
func (o outcomes) rest(q Quantity) []string {
	about := words.IfElse(o.verbs(q) == "", " in "+q.Name, "")
	is := words.IfElse(about == "", "", q.Name+" "+q.be()+" ")
	var clauses []string
	if len(o.equal) > 0 {
		clauses = append(clauses, is+"equal in every run"+alike(o.equal, o.on))
	}
	if len(o.same) > 0 {
		clauses = append(clauses, is+words.IfElse(about == "", "", "the ")+"same within "+o.within+o.on(o.same))
	}
	if len(o.silent) > 0 {
		clauses = append(clauses, words.IfElse(about == "", "", "the difference"+about+" is ")+"not known"+alike(o.silent, o.onAny))
	}
	for _, k := range o.single {
		clauses = append(clauses, q.Name+" "+k.text+": "+words.List(k.of))
	}
	if len(o.infinite) > 0 {
		clauses = append(clauses, "no comparison"+about+" on "+words.List(o.infinite)+", where a mean is infinite")
	}
	if len(o.without) > 0 {
		clauses = append(clauses, "no comparison"+about+" on "+words.List(o.without)+", where some policy has no value")
	}
	return clauses
}

// alike says where something holds, and what is to be said of it there: its subject stands
// once, before all: " on u and x (3 runs may miss a difference that up to 63 of 100 have),
// and on v".
func alike(all []said, on func([]string) string) string {
	var parts []string
	for _, k := range all {
		parts = append(parts, on(k.of)+k.text)
	}
	return strings.Join(parts, ", and")
}

// on says on which workloads, all of them by their number: " on all 4 workloads", " on a
// and b".
func (o outcomes) on(workloads []string) string {
	if len(workloads) == o.all && o.all > 2 {
		return " on all " + strconv.Itoa(o.all) + " workloads"
	}
	return " on " + words.List(workloads)
}

// runs says in which runs a difference without an interval was seen: "in one run (n = 1, no
// interval)".
func (f Finding) runs() string {
	switch {
	case f.Over == stat.OverEqual:
		return "in every run alike (no interval)"
	case f.N > 1:
		return "in the mean of " + strconv.Itoa(f.N) + " runs of the same arrivals (no interval)"
	}
	return "in one run (n = 1, no interval)"
}

// onAny is the same after a "not": " on any of the 4 workloads", since "not known on all 4"
// may be read as known on some.
func (o outcomes) onAny(workloads []string) string {
	return strings.Replace(o.on(workloads), " on all ", " on any of the ", 1)
}

// missed is what so many equal runs may not have seen; "" where that is nothing. Of ten
// runs it is " (10 runs may miss a difference that up to 26 of 100 have)"; see
// [compare.Missed].
func missed(f Finding) string {
	share, ok := compare.Missed(f.N, f.Over)
	if !ok {
		return ""
	}
	return " (" + strconv.Itoa(f.N) + " runs may miss a difference that up to " + words.Decimal(100*share, 0) + " of 100 have)"
}

// oneRun writes the difference of a single run with its direction: "down by 2.0 percentage
// points".
func (q Quantity) oneRun(e words.Estimate) string {
	switch {
	case e.Mean < 0:
		return "down by " + q.size(e)
	case e.Mean > 0:
		return "up by " + q.size(e)
	}
	return "unchanged"
}
