package answer

import (
	"math"

	"cnv/results"
	"cnv/results/words"
)

// A Part is one of the terms that a number is the sum of, in the unit of that number.
type Part struct {
	Name  string
	Value float64
}

// Parts are the terms of a cost per 1,000 requests in SLO, US$, or of avoidable misses, of
// all requests, as the counters of the runs have them: they add up to the number itself, and
// none is negative. nil: it is none of these two, or the counters are not there.
func (x *index) Parts(workload, policy, metric string) []Part {
	return partsOf(x, workload, policy, metric)
}

// partsOf is [Index.Parts]. One counter that is missing takes all parts away, as they would
// not add up.
func partsOf(at *index, workload, policy, metric string) []Part {
	missing := false
	mean := func(name string) float64 {
		f, ok := at.value(workload, policy, name)
		missing = missing || !ok || !f.Value.Finite()
		return f.Value.Mean
	}
	var out []Part
	switch metric {
	case results.CostInSLO:
		out = costParts(mean)
	case results.AvoidableMisses:
		out = missParts(mean)
	}
	if missing {
		return nil
	}
	return out
}

// costParts divide the bill, US$ per 1,000 requests in SLO. What machines cost is parted by
// time: before they were ready, after the router has dropped them, and of the rest the time
// of cores at work, and idle. Addresses and volumes are parted with the machines that they
// belong to.
//
// The bounds keep what is idle from being negative: a dropped machine may still be at work,
// and spot instances that AWS takes away early cost less than their time. The parts add up
// to the bill all the same.
func costParts(mean func(string) float64) []Part {
	vms := mean("cost_instances_usd") + mean("cost_ipv4_usd") + mean("cost_ebs_usd")
	rest := vms
	part := func(usd float64) float64 {
		usd = math.Min(usd, rest)
		rest -= usd
		return usd
	}
	dropped, booting, atWork := part(mean(droppedUSD)), part(mean("boot_usd")), 0.0
	if cores := mean("core_s"); cores > 0 {
		atWork = part(vms * mean("busy_core_s") / cores)
	}
	out := []Part{
		{"machines at work", atWork + mean("cost_surplus_usd")}, {"machines idle", rest}, {"machines booting", booting}, {"dropped machines, still billed", dropped},
		{"functions", mean("cost_function_time_usd") + mean("cost_function_calls_usd") + mean("cost_provisioned_usd")},
		{"store", mean("cost_store_usd")}, {"gateway", mean("cost_gateway_usd")},
		{"transfer and logs", mean("cost_transfer_usd") + mean("cost_logs_usd")},
	}
	served := mean("in_slo")
	for i := range out {
		out[i].Value *= 1000 / served
	}
	return out
}

// missParts divide the avoidable misses by cause, as fractions of all requests.
func missParts(mean func(string) float64) []Part {
	out := []Part{
		{"queueing", mean("missed_queueing")}, {"machines still booting", mean("missed_boot")}, {"cold starts", mean("missed_cold")},
		{"failed attempts", mean("missed_lost")}, {"refused", mean("missed_refused")},
	}
	all := mean("requests")
	for i := range out {
		out[i].Value /= all
	}
	return out
}

// leastCause is from what share of a difference on a part is named as its cause. A
// difference that four or more parts make alike has no cause.
const leastCause = 0.3

// cause names the part that makes up most of a difference between two policies: "machines
// at work 63 %". "" of metrics that have no parts; see [Index.Parts].
func cause(at *index, workload, from, to string, q Quantity) string {
	return mainPart(partsOf(at, workload, from, q.Metric), partsOf(at, workload, to, q.Metric))
}

// mainPart names the part that makes up most of a difference, and how much of it:
// "functions 92 %". More than all of it is where other parts go the other way; "" where no
// part is large, or there are none.
//
// before and after have the same parts in the same order. All is their difference, which
// may be 0: then shares are infinite, and no part is named.
func mainPart(before, after []Part) string {
	if before == nil || after == nil {
		return ""
	}
	all, most := 0.0, Part{}
	for i := range before {
		all += after[i].Value - before[i].Value
	}
	for i := range before {
		if by := (after[i].Value - before[i].Value) / all; by > most.Value {
			most = Part{before[i].Name, by}
		}
	}
	if !(most.Value >= leastCause) || math.IsInf(most.Value, 0) {
		return ""
	}
	if most.Value > 1.005 { // other parts went the other way
		return most.Name + " >100 %"
	}
	return most.Name + " " + words.Decimal(100*most.Value, 0) + " %"
}
