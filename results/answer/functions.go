package answer

import (
	"strconv"

	"cnv/results"
	"cnv/results/words"
)

// functionsAnswer says where running everything on functions is cheaper per
// 1,000 requests in SLO than the other policies, of the workloads on which only
// functions answered under the one, and not under all of the others.
func functionsAnswer(fs Findings, functions string) string {
	if functions == "" {
		return ""
	}
	var cheaper, others []string
	beside := false
	at, policies := fs.index(), fs.Policies()
	for _, w := range fs.Workloads() {
		if !at.functionsOnly(w, functions) {
			continue
		}
		below, of := cheaperThan(at, policies, w, functions)
		vms, _ := at.value(w, functions, results.MetricVMs)
		beside = beside || of > 0 && vms.Value.Mean > 0
		switch {
		case of == 0:
		case below > 0:
			cheaper = append(cheaper, "than "+portion(below, of)+" on "+w+prices(at, policies, w, functions))
		default:
			others = append(others, w+prices(at, policies, w, functions))
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
func cheaperThan(at *index, policies []string, workload, functions string) (below, of int) {
	f, ok := at.value(workload, functions, results.CostInSLO)
	if !ok || !f.Value.Finite() {
		return 0, 0
	}
	for _, p := range policies {
		o, ok := at.value(workload, p, results.CostInSLO)
		d := between(at, o, f)
		switch {
		case p == functions || !ok || !o.Value.Finite() || at.functionsOnly(workload, p): // of no request in SLO there is no cost
		case d.Sign() == Lower || d.Sign() == Single && d.Change.Mean < 0:
			below, of = below+1, of+1
		case d.Sign() != Unknown:
			of++
		}
	}
	return below, of
}

// prices compares functions with the cheapest other policy.
func prices(at *index, policies []string, workload, functions string) string {
	f, _ := at.value(workload, functions, results.CostInSLO)
	var cheapest Finding
	for _, p := range policies {
		o, ok := at.value(workload, p, results.CostInSLO)
		if p != functions && ok && !at.functionsOnly(workload, p) && o.Value.Finite() && (cheapest.policy == "" || o.Value.Mean < cheapest.Value.Mean) {
			cheapest = o
		}
	}
	if cheapest.policy == "" {
		return ""
	}
	mean := func(e words.Estimate) string {
		return costQuantity.level(words.Estimate{Mean: e.Mean, Low: words.NoEstimate().Low, High: words.NoEstimate().High})
	}
	others := words.IfElse(len(policies) > 2, ", the cheapest of the others", "")
	return " (" + mean(f.Value) + " against " + mean(cheapest.Value) + " for " + cheapest.policy + others + ")"
}

// functionsOnly says that functions gave all answers of a policy on a workload.
func (x *index) functionsOnly(workload, policy string) bool {
	f, ok := x.value(workload, policy, results.MetricFunction)
	return ok && f.Value.Mean == 1
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
