package results

import (
	"strconv"

	"cnv/results/words"
)

// functionsAnswer says where running everything on functions is cheaper per
// 1,000 requests in SLO than the other policies, of the workloads on which only
// functions answered under the one, and not under all of the others.
func functionsAnswer(fs findings, functions string) string {
	if functions == "" {
		return ""
	}
	var cheaper, others []string
	beside := false
	for _, w := range fs.workloads() {
		if !fs.functionsOnly(w, functions) {
			continue
		}
		below, of := cheaperThan(fs, w, functions)
		vms, _ := fs.value(w, functions, metricVMs)
		beside = beside || of > 0 && vms.value.Mean > 0
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
	s := "Functions alone (" + functions + words.IfElse(beside, ", whose cost includes the VMs beside them", "") + ")"
	if len(cheaper) == 0 {
		return s + " are nowhere found cheaper per 1,000 requests in SLO than another policy: on " + words.List(others) + "."
	}
	s += " are cheaper per 1,000 requests in SLO " + words.List(cheaper)
	if len(others) > 0 {
		s += "; they are not found cheaper than any other policy on " + words.List(others)
	}
	return s + "."
}

// cheaperThan counts the other policies that functions undercut on a workload,
// and those they can be compared to.
func cheaperThan(fs findings, workload, functions string) (below, of int) {
	f, ok := fs.value(workload, functions, costInSLO)
	if !ok || !f.value.Finite() {
		return 0, 0
	}
	for _, p := range fs.policies() {
		o, ok := fs.value(workload, p, costInSLO)
		d := fs.pair(o, f)
		switch {
		case p == functions || !ok || fs.functionsOnly(workload, p):
		case !o.value.Finite(): // no request of the other was in SLO
			below, of = below+1, of+1
		case d.verdict() == lower || d.verdict() == single && d.change.Mean < 0:
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
		if p != functions && ok && !fs.functionsOnly(workload, p) && o.value.Finite() && (cheapest.policy == "" || o.value.Mean < cheapest.value.Mean) {
			cheapest = o
		}
	}
	if cheapest.policy == "" {
		return ""
	}
	mean := func(e words.Estimate) string {
		return costQuantity.level(words.Estimate{Mean: e.Mean, Low: words.NoEstimate().Low, High: words.NoEstimate().High})
	}
	others := words.IfElse(len(fs.policies()) > 2, ", the cheapest of the others", "")
	return " (" + mean(f.value) + " against " + mean(cheapest.value) + " for " + cheapest.policy + others + ")"
}

// functionsOnly says that functions gave all answers of a policy on a workload.
func (fs findings) functionsOnly(workload, policy string) bool {
	f, ok := fs.value(workload, policy, metricFunction)
	return ok && f.value.Mean == 1
}

// portion says how many of the other policies are meant.
func portion(some, all int) string {
	switch {
	case all == 1:
		return "the other policy"
	case some == all:
		return "all " + strconv.Itoa(all) + " other policies"
	}
	return strconv.Itoa(some) + " of the " + strconv.Itoa(all) + " other policies"
}
