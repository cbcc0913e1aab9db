package results

import (
	"math"
	"slices"
	"strings"
)

// bestAnswer says which policy did best on a workload by each quantity, and how
// sure that is against the first policy.
func bestAnswer(fs findings, workload string) string {
	var parts []string
	for _, q := range fs.ranking() {
		if best := bestBy(fs, workload, q); best != "" {
			parts = append(parts, q.best+": "+best)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	if len(fs.policies()) == 1 {
		return "On " + workload + ", with one policy and nothing to compare it to, " + strings.Join(parts, "; ") + "."
	}
	return "On " + workload + ", " + strings.Join(parts, "; ") + "."
}

// bestBy names the policy with the best finite mean, and what is known of
// its difference to the first policy. Policies with equal means share the
// place, in the declared order.
func bestBy(fs findings, workload string, q quantity) string {
	fs = fs.only(workload, q.metric)
	var best []finding
	for _, p := range fs.policies() {
		f, ok := fs.value(workload, p, q.metric)
		switch {
		case !ok || !f.value.finite():
			continue
		case len(best) == 0 || q.isBetter(f.value.mean, best[0].value.mean):
			best = []finding{f}
		case f.value.mean == best[0].value.mean:
			best = append(best, f)
		}
	}
	if len(fs) == 0 {
		return ""
	}
	first, text := fs.policies()[0], ""
	switch {
	case len(best) == 0:
		switch f, ok := fs.value(workload, first, q.metric); {
		case !ok:
			return ""
		case math.IsNaN(f.value.mean):
			return "none, in some run it has no value"
		}
		if q.metric != costInSLO {
			return "none, it is infinite in some run of each"
		}
		return "none, in some run no request was answered in SLO"
	case len(best) > 1:
		text = tie(best, len(fs.policies()), q)
		if best[0].policy != first {
			text += ", " + against(fs, best[0], first, q)
		}
	case best[0].policy == first:
		text = first + ", " + q.level(best[0].value)
	default:
		text = best[0].policy + ", " + q.level(best[0].value) + ", " + against(fs, best[0], first, q)
	}
	return text + rivals(fs, workload, best, q)
}

// rivals completes the set of those that may be best (multiple comparisons with the
// best: Hsu 1984, doi:10.1214/aos/1176346702): the policies of which no other is found
// better. Those of the same value are named already.
func rivals(fs findings, workload string, best []finding, q quantity) string {
	var alike, open []string
	within := ""
	for _, p := range fs.policies() {
		f, ok := fs.value(workload, p, q.metric)
		if !ok || slices.ContainsFunc(best, func(b finding) bool { return b.policy == p }) {
			continue
		}
		d := fs.pair(best[0], f)
		switch {
		case p == fs.policies()[0] && d.verdict() == same: // against has said so
		case d.verdict() == same:
			alike, within = append(alike, p), fs.within(d, q)
		case d.verdict() == notKnown && !fs.beaten(f, q):
			open = append(open, p)
		}
	}
	text := ""
	if len(alike) > 0 {
		text += ", the same within " + within + " as " + list(alike)
	}
	if len(open) > 0 {
		var names []string
		for _, b := range best {
			names = append(names, b.policy)
		}
		names = append(names, open...)
		who := list(names)
		if n := len(fs.policies()); len(names) == n && n > 3 {
			who = "the " + itoa(n) + " policies"
		}
		text += "; which of " + who + " is best is not known"
	}
	return text
}

// beaten says that some policy is found better than that of f.
func (fs findings) beaten(f finding, q quantity) bool {
	for _, p := range fs.policies() {
		o, ok := fs.value(f.workload, p, q.metric)
		if !ok || p == f.policy {
			continue
		}
		v := fs.pair(f, o).verdict() // of o, from f
		if v == lower && q.better != moreIsBetter || v == higher && q.better == moreIsBetter {
			return true
		}
	}
	return false
}

// tie names policies that share the best mean.
func tie(best []finding, policies int, q quantity) string {
	var names []string
	for _, f := range best {
		names = append(names, f.policy)
	}
	who := list(names)
	if len(best) == policies && policies > 2 {
		who = "all " + count(policies, "policy", "policies")
	}
	return who + " with " + q.level(best[0].value)
}

// against says how the best policy differs from the first one.
func against(fs findings, best finding, first string, q quantity) string {
	f, _ := fs.change(best.workload, first, best.policy, q.metric)
	switch f.verdict() {
	case lower, higher:
		return q.than(f.change) + " than " + first
	case same:
		return "the same within " + fs.within(f, q) + " as " + first + ": " + q.signed(f.change)
	case notKnown:
		return "difference from " + first + " not known: " + q.signed(f.change)
	case single:
		return q.than(f.change) + " than " + first + " in one run (n = 1, no interval)"
	}
	return "not comparable to " + first
}

// functionsAnswer says where running everything on functions is cheaper per
// 1,000 requests in SLO than the other policies.
func functionsAnswer(fs findings, functions string) string {
	if functions == "" {
		return ""
	}
	var cheaper, others []string
	for _, w := range fs.workloads() {
		below, of := cheaperThan(fs, w, functions)
		switch {
		case of == 0:
		case below > 0:
			cheaper = append(cheaper, "than "+portion(below, of)+" on "+w+prices(fs, w, functions))
		default:
			others = append(others, w+prices(fs, w, functions))
		}
	}
	if len(cheaper)+len(others) == 0 {
		return ""
	}
	s := "Functions alone (" + functions + ")"
	if len(cheaper) == 0 {
		return s + " are nowhere found cheaper per 1,000 requests in SLO than another policy: " + list(others) + "."
	}
	s += " are cheaper per 1,000 requests in SLO " + list(cheaper)
	if len(others) > 0 {
		s += "; they are not found cheaper than any other policy on " + list(others)
	}
	return s + "."
}

// cheaperThan counts the other policies that functions undercut on a workload,
// and those they can be compared to.
func cheaperThan(fs findings, workload, functions string) (below, of int) {
	f, ok := fs.value(workload, functions, costInSLO)
	if !ok || !f.value.finite() {
		return 0, 0
	}
	for _, p := range fs.policies() {
		o, ok := fs.value(workload, p, costInSLO)
		d := fs.pair(o, f)
		switch {
		case p == functions || !ok:
		case !o.value.finite(): // no request of the other was in SLO
			below, of = below+1, of+1
		case d.verdict() == lower || d.verdict() == single && d.change.mean < 0:
			below, of = below+1, of+1
		case d.verdict() != unknown:
			of++
		}
	}
	return below, of
}

// prices compares functions with the cheapest other policy.
func prices(fs findings, workload, functions string) string {
	f, _ := fs.value(workload, functions, costInSLO)
	var cheapest finding
	for _, p := range fs.policies() {
		o, ok := fs.value(workload, p, costInSLO)
		if p != functions && ok && o.value.finite() && (cheapest.policy == "" || o.value.mean < cheapest.value.mean) {
			cheapest = o
		}
	}
	if cheapest.policy == "" {
		return ""
	}
	mean := func(e estimate) string {
		return costQuantity.level(estimate{e.mean, noEstimate().low, noEstimate().high})
	}
	others := ifElse(len(fs.policies()) > 2, ", the cheapest of the others", "")
	return " (" + mean(f.value) + " against " + mean(cheapest.value) + " for " + cheapest.policy + others + ")"
}

// portion says how many of the other policies are meant.
func portion(some, all int) string {
	switch {
	case all == 1:
		return "the other policy"
	case some == all:
		return "all " + itoa(all) + " other policies"
	}
	return itoa(some) + " of the " + itoa(all) + " other policies"
}
