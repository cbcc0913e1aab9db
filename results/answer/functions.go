package answer

import (
	"strconv"

	"cnv/results"
	"cnv/results/words"
)

// functionsAnswer says where running everything on functions is cheaper per 1,000 requests
// in SLO than the other policies, of the workloads on which only functions answered under
// one, and not under all of the others. Where that is so of several, it speaks of the one
// whose mean cost is the least, a sentence for each.
//
// "Functions alone (jsq) are cheaper per 1,000 requests in SLO than the other policy on steady ($0.0300
// against $0.0500 for seed)."
//
// functions is the policy that the file runs on functions alone, "" none: then nothing is
// said.
func functionsAnswer(fs Findings, functions string) (out []string) {
	if functions == "" {
		return nil
	}
	at, policies := fs.index(), fs.Policies()
	places := map[string][]onFunctions{} // by the policy that they are about
	for _, w := range fs.Workloads() {
		if a := aloneOn(at, policies, w); a.policy != "" {
			places[a.policy] = append(places[a.policy], a)
		}
	}
	for _, p := range policies {
		if said := aloneAnswer(at, p, places[p]); said != "" {
			out = append(out, said)
		}
	}
	return out
}

// An onFunctions is a policy of which functions gave all answers on a workload. Which one
// that is says the runs, not the file: a policy with a spill may answer all of one workload
// by functions.
type onFunctions struct {
	workload, policy string
	several          bool     // policies of which that is so; this is the cheapest
	others           []string // of which it is not
}

// aloneOn is that of a workload; policy is "" where there is none with a cost.
func aloneOn(at *index, policies []string, workload string) onFunctions {
	out := onFunctions{workload: workload}
	least, n := 0.0, 0
	for _, p := range policies {
		if !at.functionsOnly(workload, p) {
			out.others = append(out.others, p)
			continue
		}
		n++
		if f, ok := at.value(workload, p, results.CostInSLO); ok && f.Value.Finite() && (out.policy == "" || f.Value.Mean < least) {
			out.policy, least = p, f.Value.Mean
		}
	}
	out.several = n > 1
	return out
}

// aloneAnswer says it of a policy where it is the cheapest; "" nowhere. places are the
// workloads where it is, in their order. Workloads on which no other policy has a cost are
// left out.
func aloneAnswer(at *index, policy string, places []onFunctions) string {
	var cheaper, others []string
	beside, several := false, false
	for _, a := range places {
		several = several || a.several
	}
	for _, a := range places {
		below, of := a.cheaperThan(at)
		vms, _ := at.value(a.workload, policy, results.MetricVMs)
		// VMs that answer nothing are paid for all the same, and are in the cost.
		beside = beside || of > 0 && vms.Value.Mean > 0
		switch {
		case of == 0:
		case below > 0:
			cheaper = append(cheaper, "than "+portion(below, len(a.others), several)+" on "+a.workload+a.prices(at))
		default:
			others = append(others, a.workload+a.prices(at))
		}
	}
	if len(cheaper)+len(others) == 0 {
		return ""
	}
	answers := words.IfElse(several, " whose VMs answer requests", "")
	s := "Functions alone (" + policy + words.IfElse(beside, ", whose cost includes the VMs beside them", "") + words.IfElse(several, ", the cheapest policy on functions alone", "") + ")"
	if len(cheaper) == 0 {
		return s + " are nowhere found cheaper per 1,000 requests in SLO than " + words.IfElse(several, "a", "another") + " policy" + answers + ": on " + words.List(others) + "."
	}
	s += " are cheaper per 1,000 requests in SLO " + words.List(cheaper)
	if len(others) > 0 {
		s += "; they are not found cheaper than any " + words.IfElse(several, "", "other ") + "policy" + answers + " on " + words.List(others)
	}
	return s + "."
}

// cheaperThan counts the others that functions undercut, and those they can be compared to.
// Of single runs the sign of the difference counts.
func (a *onFunctions) cheaperThan(at *index) (below, of int) {
	f, _ := at.value(a.workload, a.policy, results.CostInSLO)
	for _, p := range a.others {
		o, ok := at.value(a.workload, p, results.CostInSLO)
		d := between(at, o, f)
		switch {
		case !ok || !o.Value.Finite(): // of no request in SLO there is no cost
		case d.Sign() == Lower || d.Sign() == Single && d.Change.Mean < 0:
			below, of = below+1, of+1
		case d.Sign() != Unknown:
			of++
		}
	}
	return below, of
}

// prices compares functions with the cheapest of the others, by means: " ($0.0497 against
// $0.0409 for busyfn, the cheapest of them)"; "" where none has a finite cost.
func (a *onFunctions) prices(at *index) string {
	f, _ := at.value(a.workload, a.policy, results.CostInSLO)
	var cheapest Finding
	for _, p := range a.others {
		if o, ok := at.value(a.workload, p, results.CostInSLO); ok && o.Value.Finite() && (cheapest.policy == "" || o.Value.Mean < cheapest.Value.Mean) {
			cheapest = o
		}
	}
	if cheapest.policy == "" {
		return ""
	}
	mean := func(e words.Estimate) string {
		return costQuantity.level(words.Estimate{Mean: e.Mean, Low: words.NoEstimate().Low, High: words.NoEstimate().High})
	}
	of := ""
	if len(a.others) > 1 {
		of = ", the cheapest of " + words.IfElse(a.several, "them", "the others")
	}
	return " (" + mean(f.Value) + " against " + mean(cheapest.Value) + " for " + cheapest.policy + of + ")"
}

// functionsOnly says that functions gave all answers of a policy on a workload: a share of
// exactly 1, over all runs together.
func (x *index) functionsOnly(workload, policy string) bool {
	f, ok := x.value(workload, policy, results.MetricFunction)
	return ok && f.Value.Mean == 1
}

// portion says how many of the others are meant: all other policies, or those of them whose
// VMs answer: "2 of the 3 policies whose VMs answer requests". some is at least 1, several
// as in onFunctions.
func portion(some, all int, several bool) string {
	many := words.IfElse(several, " policies whose VMs answer requests", " other policies")
	switch {
	case all == 1:
		return words.IfElse(several, "the policy whose VMs answer requests", "the other policy")
	case some == all:
		return "all " + strconv.Itoa(all) + many
	}
	return strconv.Itoa(some) + " of the " + strconv.Itoa(all) + many
}
