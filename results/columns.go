package results

import (
	"slices"
	"sync"

	"cnv/results/stat"
)

// A Column is one number of a run: what runs.csv holds, comparison.csv
// compares, and columns.md explains.
//
// Invariant: Name is unique; it is part of the format of files, as is the order.
type Column struct {
	Name, Unit, Doc string
	Better          Direction
	kind
}

// Direction says which way a metric is better. A verdict on a metric of which neither end
// is better is higher or lower, and no policy is ranked by it.
type Direction int8

const (
	// What describes a run, as the number of VMs, and the parts of ratios.
	NeitherIsBetter Direction = iota
	LowerIsBetter
	HigherIsBetter
)

// String is the direction as columns.md has it, "" of NeitherIsBetter.
func (d Direction) String() string {
	return [...]string{"", "lower", "higher"}[d]
}

// Columns is every metric, in the order of the files: what readers look for first, and last
// the parts that ratios are made of. To add one, put it into the table of its topic: files,
// comparison and columns.md follow.
var Columns = slices.Concat(endingColumns, unansweredColumns(), missColumns(), requestColumns, userColumns, moneyColumns, regretColumns, fleetColumns, elasticityColumns, steadyColumns, predictionColumns, storeColumns, partColumns, elasticityParts, steadyParts, userParts, predictionParts)

// endingColumns count requests by [Ending]; they add up to the first.
var endingColumns = []Column{
	{"requests", "1", "arrivals", NeitherIsBetter, sum(func(s *summary) float64 { return s.requests })},
	{"answered", "1", "requests that got an answer", NeitherIsBetter, sum(func(s *summary) float64 { return s.endings[Answered] })},
	{"failed", "1", "requests answered with an error: 502 or 504 by the gateway, or an error of their worker", LowerIsBetter, events(func(s *summary) float64 { return s.endings[Failed] })},
	{"rejected", "1", "requests refused with 429 or 503", LowerIsBetter, events(func(s *summary) float64 { return s.endings[Rejected] })},
	{"timed_out", "1", "requests whose client left", LowerIsBetter, events(func(s *summary) float64 { return s.endings[TimedOut] })},
	{"unfinished", "1", "requests still in the system when the run was cut off", LowerIsBetter, events(func(s *summary) float64 { return s.endings[Unfinished] })},
}

// requestColumns are what requests met. Quantiles of all arrivals take what has no answer
// as infinite; those of answered requests alone may fall where a policy answers fewer, and
// are only beside them.
var requestColumns = []Column{
	{"slo_attainment", "fraction", "answers within the bound, of all arrivals", HigherIsBetter, rate("in_slo", "requests")},
	{"miss_avoidable", "fraction", "SLO misses, of all arrivals, that an idle worker of the first pool would have answered in time (a function, where there is no pool)", LowerIsBetter, rate("missed_avoidable", "requests")},
	{"miss_unavoidable", "fraction", "SLO misses, of all arrivals, whose service alone, both ways through the network included, takes longer than the bound, than clients wait (timeout), than an attempt may take (attempt_timeout, unless the router sets its own) or, where only functions can exist and without the network, than their time-out", LowerIsBetter, rate("missed_unavoidable", "requests")},
	{"worst_class_attainment", "fraction", "SLO attainment of the class with the lowest", HigherIsBetter, worst(func(s *summary) float64 { return s.worstValue })},
	{"response_p50_s", "s", "median response time over all arrivals; without an answer it is infinite", LowerIsBetter, quantileAt(0.5, tailAll, func(s *summary) float64 { return s.quantile(0.5) })},
	{"response_p90_s", "s", "90th percentile of the same", LowerIsBetter, quantileAt(0.9, tailAll, func(s *summary) float64 { return s.quantile(0.9) })},
	{"response_p95_s", "s", "95th percentile of the same", LowerIsBetter, quantileAt(0.95, tailAll, func(s *summary) float64 { return s.quantile(0.95) })},
	{"response_p99_s", "s", "99th percentile of the same", LowerIsBetter, quantileAt(0.99, tailAll, func(s *summary) float64 { return s.quantile(0.99) })},
	{"response_p999_s", "s", "99.9th percentile of the same", LowerIsBetter, quantileAt(0.999, tailAll, func(s *summary) float64 { return s.quantile(0.999) })},
	{"answered_response_mean_s", "s", "mean response time of answered requests only", LowerIsBetter, ratioOf("response_sum_s", "answered", 1)},
	{"answered_response_p50_s", "s", "median response time of answered requests only", LowerIsBetter, quantileAt(0.5, tailAnswered, func(s *summary) float64 { return s.answered(0.5) })},
	{"answered_response_p99_s", "s", "99th percentile of answered requests only", LowerIsBetter, quantileAt(0.99, tailAnswered, func(s *summary) float64 { return s.answered(0.99) })},
	{"slowdown_mean", "1", "mean of response time over that on an idle worker of the first pool, both ways through the network included, answered requests only", LowerIsBetter, ratioOf("slowdown_sum", "slowed", 1)},
	{"slowdown_p99", "1", "99th percentile of the same", LowerIsBetter, quantileAt(0.99, tailSlowdown, func(s *summary) float64 { return s.slowdown(0.99) })},
	{"waiting_mean_s", "s", "mean time from arrival to the begin of service (on a function after INIT), answered requests only; empty in live runs, where nobody sees the begin", LowerIsBetter, ratioOf("waiting_sum_s", "begun", 1)},
}

// moneyColumns are the lines of the bill, and its total over what was done for it.
var moneyColumns = []Column{
	{"cost_usd", "USD", "total cost; the sum of the lines below", LowerIsBetter, sum(func(s *summary) float64 { return s.ledger.Total() })},
	{"cost_per_1000_usd", "USD", "cost per 1,000 arrivals", LowerIsBetter, ratioOf("cost_usd", "requests", 1000)},
	{"cost_per_1000_in_slo_usd", "USD", "cost per 1,000 requests answered within the SLO", LowerIsBetter, ratioOf("cost_usd", "in_slo", 1000)},
	{"cost_instances_usd", "USD", "VMs: from running to termination or the end of the run, a begun second in full, 60 s at least; a spot instance that EC2 takes away in its first hour costs nothing", LowerIsBetter, sum(func(s *summary) float64 { return s.ledger.Instances })},
	{"cost_ipv4_usd", "USD", "public addresses of VMs, by the same time, also of those that EC2 takes away", LowerIsBetter, sum(func(s *summary) float64 { return s.ledger.IPv4 })},
	{"cost_ebs_usd", "USD", "volumes of VMs, likewise", LowerIsBetter, sum(func(s *summary) float64 { return s.ledger.EBS })},
	{"cost_surplus_usd", "USD", "CPU credits that burstable VMs owed beyond what they can earn in a day, or at their end; at the end of the run all owe what they would if they ended then", LowerIsBetter, sum(func(s *summary) float64 { return s.ledger.Surplus })},
	{"cost_function_time_usd", "USD", "GB-seconds of function calls, INIT included, a begun millisecond of each in full; calls on environments kept warm at their own price", LowerIsBetter, sum(func(s *summary) float64 { return s.ledger.FunctionTime })},
	{"cost_function_calls_usd", "USD", "requests to functions that were not refused", LowerIsBetter, sum(func(s *summary) float64 { return s.ledger.FunctionCalls })},
	{"cost_provisioned_usd", "USD", "function environments kept warm, by the number asked for, whether or not they serve, five minutes at least; with snapshots these, and each restore", LowerIsBetter, sum(func(s *summary) float64 { return s.ledger.Provisioned })},
	{"cost_store_usd", "USD", "writes to the table of measurements and reads of it; in simulations records and lookups alone, with [store], or its provisioned capacity; storage, transfer and logs are not counted", LowerIsBetter, sum(func(s *summary) float64 { return s.ledger.Store })},
	{"cost_transfer_usd", "USD", "bodies of requests and answers between the gateway and VMs in other zones, and answers that leave AWS where [bill] says so, if their sizes are recorded; 0 in live runs, where it is not counted", LowerIsBetter, sum(func(s *summary) float64 { return s.ledger.Transfer })},
	{"cost_gateway_usd", "USD", "the gateway's own instance with address and volume, if it was deployed, in simulations that of [bill]; 0 where it runs on a machine that is there anyway", LowerIsBetter, sum(func(s *summary) float64 { return s.ledger.Gateway })},
	{"cost_logs_usd", "USD", "what calls of functions write to logs, as much as [bill] says", LowerIsBetter, sum(func(s *summary) float64 { return s.ledger.Logs })},
}

// oracle is what 1,000 requests in SLO cost at least, US$: the work of those that were,
// over their number. Of other requests a policy may not do the work, and so not pay it. NaN
// where none was in SLO. It is a bound that no policy reaches, as it knows sizes and load
// ahead, and as machines are never busy all the time they are paid for.
func oracle(at Sums) float64 { return 1000 * at("oracle_usd") / at("in_slo") }

// regret is what they cost more than that, US$; infinite where money was spent and none
// was in SLO, for which an oracle pays nothing.
func regret(at Sums) float64 {
	cost := 1000 * at("cost_usd") / at("in_slo")
	if at("in_slo") == 0 {
		return cost
	}
	return stat.Apart(cost, oracle(at))
}

// regretColumns compare with an oracle.
var regretColumns = []Column{
	{"oracle_per_1000_usd", "USD", "a lower bound of the cost per 1,000 requests that the policy answered within the SLO, that of an oracle which serves these very requests and knows all sizes and the load ahead: of their work alone, on machines that are always busy, or by functions where those are cheaper (it pays for spot instances that EC2 takes away in their first hour and does not bill)", NeitherIsBetter, function(oracle)},
	{"regret_per_1000_usd", "USD", "cost per 1,000 requests answered within the SLO, less the oracle's; regret in misses is miss_avoidable", LowerIsBetter, function(regret)},
}

// fleetColumns are what machines, functions and the control plane did.
var fleetColumns = []Column{
	{"throughput_per_s", "1/s", "answered requests per second of the run", HigherIsBetter, overTime("answered", "duration_s", 1)},
	{"function_share", "fraction", "answered requests that ran on a function", NeitherIsBetter, ratioOf("on_function", "answered", 1)},
	{"cold_share", "fraction", "answered requests whose call waited for INIT", LowerIsBetter, rate("met_cold_start", "answered")},
	{"vms_mean", "1", "VMs running, mean over the run; those that a policy has forgotten run on and are billed", NeitherIsBetter, overTime("vm_hours", "duration_s", 3600)},
	{"vm_hours", "h", "VMs running, added up", NeitherIsBetter, sum(func(s *summary) float64 { return s.counts.VMSeconds / 3600 })},
	{"utilisation", "fraction", "cores of running VMs at work, mean over VMs and time; a VM that hangs does not work", NeitherIsBetter, overTime("busy_core_s", "core_s", 1)},
	{"offered_cores", "1", "work that arrived per second: reference cores it keeps busy", NeitherIsBetter, overTime("work_s", "duration_s", 1)},
	{"launches", "1", "VMs asked for after the start", NeitherIsBetter, sum(func(s *summary) float64 { return float64(s.counts.Launches) })},
	{"launches_failed", "1", "of them, those that came to nothing, as EC2 had no capacity, or a quota or a limit of its rate was reached; each time that one is tried again counts as a launch", LowerIsBetter, sum(func(s *summary) float64 { return float64(s.counts.LaunchesFailed) })},
	{"terminations", "1", "VMs terminated before the end, those included that hung until the gateway noticed and those that never ran; not those that crashed or that EC2 took away", NeitherIsBetter, sum(func(s *summary) float64 { return float64(s.counts.Terminations) })},
	{"adaptations", "1", "changes of the size of a pool", NeitherIsBetter, sum(func(s *summary) float64 { return float64(s.counts.Adaptations) })},
	{"ejections", "1", "VMs that a health policy took out of service for a while, counted each time", NeitherIsBetter, sum(func(s *summary) float64 { return float64(s.counts.Ejections) })},
	{"dropped_vms", "1", "VMs that the router dropped while they ran and were billed", LowerIsBetter, sum(func(s *summary) float64 { return float64(s.counts.Dropped) })},
	{"dropped_usd", "USD", "of the total cost, that of VMs after the router had dropped them", LowerIsBetter, sum(func(s *summary) float64 { return s.counts.DroppedUSD })},
	{"boot_usd", "USD", "of the total cost, that of VMs from running until they were ready, or dropped or gone before; of those that were there from the start nothing", LowerIsBetter, sum(func(s *summary) float64 { return s.counts.BootUSD })},
	{"function_calls", "1", "calls of functions that were not refused", NeitherIsBetter, sum(func(s *summary) float64 { return float64(s.counts.Invocations) })},
	{"cold_starts", "1", "function environments made for a call that found none", NeitherIsBetter, sum(func(s *summary) float64 { return float64(s.counts.ColdStarts) })},
	{"environment_idle_h", "h", "function environments that were loaded and idle, added up: the memory held for calls that might come; without those kept warm for money, and 0 in live runs, where nobody tells it", LowerIsBetter, sum(func(s *summary) float64 { return s.counts.IdleSeconds / 3600 })},
	{"retries", "1", "decisions to try a failed request again; a call that the function service refuses and whose request goes to a machine, or waits, is no failure", LowerIsBetter, sum(func(s *summary) float64 { return float64(s.counts.Retries) })},
	{"hedges", "1", "second copies of requests that were sent to another VM while the first had no answer", NeitherIsBetter, sum(func(s *summary) float64 { return float64(s.counts.Hedges) })},
	{"probes", "1", "questions that a policy asked VMs beside the requests: each is a message there and one back", NeitherIsBetter, sum(func(s *summary) float64 { return float64(s.counts.Probes) })},
	{"throttles", "1", "calls of whose refusal the gateway heard: not where the client left before", LowerIsBetter, sum(func(s *summary) float64 { return float64(s.counts.Throttles) })},
	{"duration_s", "s", "end of the run: the nominal duration or, if later, the last instant at which a request ended for its client, or at which the run was cut off", NeitherIsBetter, sum(func(s *summary) float64 { return s.end.Seconds() })},
	{"events", "1", "events of the simulator", NeitherIsBetter, sum(func(s *summary) float64 { return float64(s.counts.Events) })},
}

// partColumns are what ratios are made of.
var partColumns = []Column{
	{"in_slo", "1", "requests answered within the bound", NeitherIsBetter, sum(func(s *summary) float64 { return s.inSLO })},
	{"missed_avoidable", "1", "misses that an idle worker would have avoided", NeitherIsBetter, sum(func(s *summary) float64 { return s.avoidable })},
	{"missed_unavoidable", "1", "misses whose service alone takes longer than the bound or a time-out that holds under every policy", NeitherIsBetter, sum(func(s *summary) float64 { return s.unavoidable })},
	{"response_sum_s", "s", "response times of answered requests, added up", NeitherIsBetter, sum(func(s *summary) float64 { return s.response / 1e9 })},
	{"slowed", "1", "answered requests that have a slowdown", NeitherIsBetter, sum(func(s *summary) float64 { return s.slowed })},
	{"slowdown_sum", "1", "their slowdowns, added up", NeitherIsBetter, sum(func(s *summary) float64 { return s.slow })},
	{"begun", "1", "answered requests whose service is known to have begun", NeitherIsBetter, sum(func(s *summary) float64 { return s.begun })},
	{"waiting_sum_s", "s", "their waiting times, added up", NeitherIsBetter, sum(func(s *summary) float64 { return s.waiting / 1e9 })},
	{"on_function", "1", "answered requests that ran on a function", NeitherIsBetter, sum(func(s *summary) float64 { return s.onFunction })},
	{"met_cold_start", "1", "answered requests that met a cold start", NeitherIsBetter, sum(func(s *summary) float64 { return s.cold })},
	{"work_s", "s", "work that arrived: CPU time on the reference vCPU", NeitherIsBetter, sum(func(s *summary) float64 { return s.work / 1e9 })},
	{"oracle_usd", "USD", "what the work of the requests answered within the SLO costs an oracle", NeitherIsBetter, sum(func(s *summary) float64 { return s.inWork / 1e9 * s.counts.WorkPrice })},
	{"busy_core_s", "s", "cores of running VMs at work, added up over time", NeitherIsBetter, sum(func(s *summary) float64 { return s.counts.BusyCoreSeconds })},
	{"core_s", "s", "cores of running VMs, added up over time", NeitherIsBetter, sum(func(s *summary) float64 { return s.counts.CoreSeconds })},
}

// columnPlaces is where each column is, by name. It is made when first asked for, as
// columns themselves name columns.
var columnPlaces = sync.OnceValue(func() map[string]int {
	at := make(map[string]int, len(Columns))
	for i := range Columns {
		at[Columns[i].Name] = i
	}
	return at
})

// ColumnOf finds a column by name, -1 if there is none. O(1).
func ColumnOf(name string) int {
	if i, ok := columnPlaces()[name]; ok {
		return i
	}
	return -1
}

// A FileDoc is a file of results other than runs.csv, as columns.md explains it: each of
// Columns is the names of one or more columns, and what they hold.
type FileDoc struct {
	Name, Text string
	Columns    [][2]string
}
