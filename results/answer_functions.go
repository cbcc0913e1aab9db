package results

import "strconv"

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
		beside = beside || of > 0 && vms.value.mean > 0
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
	s := "Functions alone (" + functions + ifElse(beside, ", whose cost includes the VMs beside them", "") + ")"
	if len(cheaper) == 0 {
		return s + " are nowhere found cheaper per 1,000 requests in SLO than another policy: on " + list(others) + "."
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
		case p == functions || !ok || fs.functionsOnly(workload, p):
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
		if p != functions && ok && !fs.functionsOnly(workload, p) && o.value.finite() && (cheapest.policy == "" || o.value.mean < cheapest.value.mean) {
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

// functionsOnly says that functions gave all answers of a policy on a workload.
func (fs findings) functionsOnly(workload, policy string) bool {
	f, ok := fs.value(workload, policy, metricFunction)
	return ok && f.value.mean == 1
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
