package answer

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"cnv/results"
	"cnv/results/words"
)

// bestAnswer says which policy did best on a workload by each quantity, and what is known
// of its differences to the others; "" where no policy has a value.
//
// "On steady, fewest avoidable misses: jsq, 3.0 % (2.0 to 4.0), 2.1 percentage points (1.8 to 2.4)
// fewer than seed. Lowest cost per 1,000 requests in SLO: ..."
func bestAnswer(fs Findings, workload string) string {
	var parts []string
	for _, q := range fs.ranking() {
		if best := bestBy(fs, workload, q); best != "" {
			parts = append(parts, q.best+": "+best)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	alone := words.IfElse(len(fs.Policies()) == 1, ", with one policy and nothing to compare it to, ", ", ")
	for i := 1; i < len(parts); i++ {
		parts[i] = words.Capital(parts[i])
	}
	return "On " + workload + alone + strings.Join(parts, ". ") + "." + words.IfElse(fs.on(workload).allAlike(workload), nothingToImprove, "")
}

// nothingToImprove is said where no choice among the policies matters to what was asked.
const nothingToImprove = " All policies are equal there in every run in what the experiment asks, so that there is nothing to improve by a choice among them."

// allAlike says whether every policy equals the first in every run in every primary metric.
// false where nothing can be compared: one policy, or no value.
func (fs Findings) allAlike(workload string) bool {
	at, policies, compared := fs.index(), fs.Policies(), false
	for _, q := range fs.Primary() {
		first, ok := at.value(workload, policies[0], q.Metric)
		if !ok {
			continue
		}
		for _, p := range policies[1:] {
			f, ok := at.value(workload, p, q.Metric)
			if !ok || between(at, first, f).Sign() != Equal {
				return false
			}
			compared = true
		}
	}
	return compared
}

// bestBy names the policy with the best finite mean, and what is known of its differences
// to the others. Policies with equal means share the place, in the declared order.
//
// A mean that is infinite or missing in some run is no candidate. Where none is finite, the
// reason is said in place of a name: "none, in some run no request was answered in SLO".
func bestBy(fs Findings, workload string, q Quantity) string {
	fs = fs.only(workload, q.Metric)
	at, policies := fs.index(), fs.Policies()
	var best []Finding
	for _, p := range policies {
		f, ok := at.value(workload, p, q.Metric)
		switch {
		case !ok || !f.Value.Finite():
			continue
		case len(best) == 0 || q.isBetter(f.Value.Mean, best[0].Value.Mean):
			best = []Finding{f}
		case f.Value.Mean == best[0].Value.Mean:
			best = append(best, f)
		}
	}
	if len(fs) == 0 {
		return ""
	}
	switch {
	case len(best) == 0:
		switch f, ok := at.value(workload, policies[0], q.Metric); {
		case !ok:
			return ""
		case math.IsNaN(f.Value.Mean):
			return "none, in some run it has no value"
		}
		if q.Metric != results.CostInSLO {
			return "none, it is infinite in some run of each"
		}
		return "none, in some run no request was answered in SLO"
	case len(best) > 1:
		return tie(best, len(policies), q) + rivalsOf(at, policies, best, q).text(policies, best, q)
	}
	return words.InQuotes(best[0].policy) + ", " + q.level(best[0].Value) + rivalsOf(at, policies, best, q).text(policies, best, q)
}

// rivals are the other policies by what is known of their difference to the best one. A
// policy is in one list at most; one that is known to be worse than some policy, but not
// told apart from the best, is in none, as nothing is open about it.
type rivals struct {
	worse  []Finding // with the difference of the best one to them
	equal  []string  // in every run; such are among the best but for rounding
	alike  []string
	within string // delta of these, in words
	// open are those that may be best: of which no other is found better (multiple
	// comparisons with the best: Hsu 1984, doi:10.1214/aos/1176346702).
	open  []string
	gap   Finding // of the best one to the last of these
	first string  // what else is to be said of the first policy
}

// rivalsOf sorts the policies that are not among the best, in the declared order. best is
// not empty; all of it has the same mean, so that the differences are taken to the first of
// it.
func rivalsOf(at *index, policies []string, best []Finding, q Quantity) (out rivals) {
	for i, p := range policies {
		f, ok := at.value(best[0].workload, p, q.Metric)
		if !ok || slices.ContainsFunc(best, func(b Finding) bool { return b.policy == p }) {
			continue
		}
		d := between(at, f, best[0])
		d.against = p
		switch v := d.Sign(); {
		case v == Lower || v == Higher:
			// Worse than the best one by its joint interval: as the best has the best mean,
			// it cannot be better.
			out.worse = append(out.worse, d)
		case v == Equal:
			out.equal = append(out.equal, p)
		case v == Same:
			out.alike, out.within = append(out.alike, p), at.all.within(d, q)
		case v == NotKnown && !at.beaten(policies, f, q):
			out.open, out.gap = append(out.open, p), d
		case v == Single && i == 0:
			out.first = q.than(d.Change) + " than " + words.InQuotes(p) + " " + d.runs()
		case v == Unknown && i == 0:
			out.first = "not comparable to " + words.InQuotes(p)
		}
	}
	return out
}

// text says it of all, the first policy before the others. It begins with a comma, as it
// follows the name and the level of the best one.
//
// ", 49 percentage points (48 to 50) fewer than seed, better than c and e, same within 0.04 percentage
// points as f; which of a and b is best is not known: difference from b −0.20 percentage points
// (−0.50 to 0.10)"
//
// Only the difference to the first policy, or to the only one that is worse, is given as a
// number: more of them are in comparison.csv.
func (r rivals) text(all []string, best []Finding, q Quantity) string {
	text := words.IfElse(r.first == "", "", ", "+r.first)
	worse := r.worse
	if len(worse) > 0 && (len(worse) == 1 || worse[0].against == all[0]) {
		text += ", " + q.than(worse[0].Change) + " than " + words.InQuotes(worse[0].against)
		worse = worse[1:]
	}
	switch left := len(worse); {
	// None is alike or open, so that no name is needed.
	case left > 2 && len(r.worse)+len(best) == len(all):
		text += ", better than all others"
	case left > 0:
		var names []string
		for _, d := range worse {
			names = append(names, d.against)
		}
		text += ", better than " + policyList(names)
	}
	if len(r.equal) > 0 {
		text += ", equal in every run to " + policyList(r.equal)
	}
	if len(r.alike) > 0 {
		text += ", same within " + r.within + " as " + policyList(r.alike)
	}
	if len(r.open) == 0 {
		return text
	}
	var names []string
	for _, b := range best {
		names = append(names, b.policy)
	}
	names = append(names, r.open...)
	who := policyList(names)
	if len(names) == len(all) && len(all) > 3 {
		who = "the " + strconv.Itoa(len(all)) + " policies"
	}
	// The difference is told only where two may be best: of more, no single one decides.
	gap := words.IfElse(len(names) == 2, ": difference from "+words.InQuotes(r.gap.against)+" "+q.signed(r.gap.Change)+r.gap.bracket(), "")
	return text + "; which of " + who + " is best is not known" + gap
}

// Of more than mostNamed policies the first fewNamed are named and the others counted.
const mostNamed, fewNamed = 12, 8

// policyList lists names of policies: "a and b", "p0, p1, p2, p3, p4, p5, p6, p7 and 392
// others".
func policyList(names []string) string {
	var out []string
	for _, n := range names {
		out = append(out, words.InQuotes(n))
	}
	if n := len(out); n > mostNamed {
		out = append(out[:fewNamed], strconv.Itoa(n-fewNamed)+" others")
	}
	return words.List(out)
}

// beaten says that some policy is found better than that of f. A difference of one run
// counts for nothing here: it may be luck.
func (x *index) beaten(policies []string, f Finding, q Quantity) bool {
	for _, p := range policies {
		o, ok := x.value(f.workload, p, q.Metric)
		if !ok || p == f.policy {
			continue
		}
		v := between(x, f, o).Sign() // of o, from f
		if v == Lower && q.Better != results.HigherIsBetter || v == Higher && q.Better == results.HigherIsBetter {
			return true
		}
	}
	return false
}

// tie names policies that share the best mean: "a and b with 0.50 % (0.30 to 0.70)".
// policies is how many there are in all.
func tie(best []Finding, policies int, q Quantity) string {
	var names []string
	for _, f := range best {
		names = append(names, f.policy)
	}
	who := policyList(names)
	if len(best) == policies && policies > 2 {
		who = "all " + words.Count(policies, "policy", "policies")
	}
	return who + " with " + q.level(best[0].Value)
}
