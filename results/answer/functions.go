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
	for _, w := range fs.Workloads() {
		if !fs.functionsOnly(w, functions) {
			continue
		}
		below, of := cheaperThan(fs, w, functions)
		vms, _ := fs.Value(w, functions, results.MetricVMs)
		beside = beside || of > 0 && vms.Value.Mean > 0
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
func cheaperThan(fs Findings, workload, functions string) (below, of int) {
	f, ok := fs.Value(workload, functions, results.CostInSLO)
	if !ok || !f.Value.Finite() {
		return 0, 0
	}
	for _, p := range fs.Policies() {
		o, ok := fs.Value(workload, p, results.CostInSLO)
		d := fs.pair(o, f)
		switch {
		case p == functions || !ok || !o.Value.Finite() || fs.functionsOnly(workload, p): // of no request in SLO there is no cost
		case d.Sign() == Lower || d.Sign() == Single && d.Change.Mean < 0:
			below, of = below+1, of+1
		case d.Sign() != Unknown:
			of++
		}
	}
	return below, of
}

// prices compares functions with the cheapest other policy.
func prices(fs Findings, workload, functions string) string {
	f, _ := fs.Value(workload, functions, results.CostInSLO)
	var cheapest Finding
	for _, p := range fs.Policies() {
		o, ok := fs.Value(workload, p, results.CostInSLO)
		if p != functions && ok && !fs.functionsOnly(workload, p) && o.Value.Finite() && (cheapest.policy == "" || o.Value.Mean < cheapest.Value.Mean) {
			cheapest = o
		}
	}
	if cheapest.policy == "" {
		return ""
	}
	mean := func(e words.Estimate) string {
		return costQuantity.level(words.Estimate{Mean: e.Mean, Low: words.NoEstimate().Low, High: words.NoEstimate().High})
	}
	others := words.IfElse(len(fs.Policies()) > 2, ", the cheapest of the others", "")
	return " (" + mean(f.Value) + " against " + mean(cheapest.Value) + " for " + cheapest.policy + others + ")"
}

// functionsOnly says that functions gave all answers of a policy on a workload.
func (fs Findings) functionsOnly(workload, policy string) bool {
	f, ok := fs.Value(workload, policy, results.MetricFunction)
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
