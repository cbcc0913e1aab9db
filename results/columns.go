package results

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A column is one number of a run: what runs.csv holds, comparison.csv
// compares, and columns.md explains.
type column struct {
	name, unit, doc string
	better          direction
	value           func(s *summary) float64
}

// direction says which way a metric is better.
type direction int8

const (
	neither direction = iota
	lessIsBetter
	moreIsBetter
)

func (d direction) String() string {
	return [...]string{"", "lower", "higher"}[d]
}

// share is a part of all arrivals.
func share(part func(*summary) float64) func(*summary) float64 {
	return func(s *summary) float64 { return part(s) / s.requests }
}

// perAnswer is a mean over answered requests.
func perAnswer(sum func(*summary) float64) func(*summary) float64 {
	return func(s *summary) float64 { return sum(s) / s.endings[Answered] }
}

// columns is every metric, in the order of the files.
var columns = slices.Concat(endingColumns, unansweredColumns(), requestColumns, userColumns, moneyColumns, regretColumns, fleetColumns, elasticityColumns, steadyColumns)

var endingColumns = []column{
	{"requests", "1", "arrivals", neither, func(s *summary) float64 { return s.requests }},
	{"answered", "1", "requests that got an answer", neither, func(s *summary) float64 { return s.endings[Answered] }},
	{"failed", "1", "requests answered with an error", lessIsBetter, func(s *summary) float64 { return s.endings[Failed] }},
	{"rejected", "1", "requests refused with 429 or 503", lessIsBetter, func(s *summary) float64 { return s.endings[Rejected] }},
	{"timed_out", "1", "requests whose client left", lessIsBetter, func(s *summary) float64 { return s.endings[TimedOut] }},
	{"unfinished", "1", "requests still in the system when the run was cut off", lessIsBetter, func(s *summary) float64 { return s.endings[Unfinished] }},
}

var requestColumns = []column{
	{"slo_attainment", "fraction", "answers within the bound, of all arrivals", moreIsBetter, share(func(s *summary) float64 { return s.inSLO })},
	{"miss_avoidable", "fraction", "SLO misses, of all arrivals, that an idle worker would have answered in time", lessIsBetter, share(func(s *summary) float64 { return s.avoidable })},
	{"miss_unavoidable", "fraction", "SLO misses, of all arrivals, whose service alone takes longer than the bound", lessIsBetter, share(func(s *summary) float64 { return s.unavoidable })},
	{"worst_class_attainment", "fraction", "SLO attainment of the class with the lowest", moreIsBetter, func(s *summary) float64 { return s.worstValue }},
	{"response_p50_s", "s", "median response time over all arrivals; without an answer it is infinite", lessIsBetter, func(s *summary) float64 { return s.quantile(0.5) }},
	{"response_p90_s", "s", "90th percentile of the same", lessIsBetter, func(s *summary) float64 { return s.quantile(0.9) }},
	{"response_p95_s", "s", "95th percentile of the same", lessIsBetter, func(s *summary) float64 { return s.quantile(0.95) }},
	{"response_p99_s", "s", "99th percentile of the same", lessIsBetter, func(s *summary) float64 { return s.quantile(0.99) }},
	{"response_p999_s", "s", "99.9th percentile of the same", lessIsBetter, func(s *summary) float64 { return s.quantile(0.999) }},
	{"answered_response_mean_s", "s", "mean response time of answered requests only", lessIsBetter, perAnswer(func(s *summary) float64 { return s.response / 1e9 })},
	{"answered_response_p50_s", "s", "median response time of answered requests only", lessIsBetter, func(s *summary) float64 { return s.answered(0.5) }},
	{"answered_response_p99_s", "s", "99th percentile of answered requests only", lessIsBetter, func(s *summary) float64 { return s.answered(0.99) }},
	{"slowdown_mean", "1", "mean of response time over that on an idle worker, answered requests only", lessIsBetter, func(s *summary) float64 { return s.slow / s.slowed }},
	{"slowdown_p99", "1", "99th percentile of the same", lessIsBetter, func(s *summary) float64 { return s.slowdown(0.99) }},
	{"waiting_mean_s", "s", "mean time from arrival to the begin of service, answered requests only; empty in live runs, where nobody sees the begin", lessIsBetter, func(s *summary) float64 { return s.waiting / 1e9 / s.begun }},
}

var moneyColumns = []column{
	{"cost_usd", "USD", "total cost; the sum of the lines below", lessIsBetter, func(s *summary) float64 { return s.ledger.Total() }},
	{"cost_per_1000_usd", "USD", "cost per 1,000 arrivals", lessIsBetter, func(s *summary) float64 { return 1000 * s.ledger.Total() / s.requests }},
	{"cost_per_1000_in_slo_usd", "USD", "cost per 1,000 requests answered within the SLO", lessIsBetter, func(s *summary) float64 { return 1000 * s.ledger.Total() / s.inSLO }},
	{"cost_instances_usd", "USD", "VMs: per second from running to termination, 60 s at least", lessIsBetter, func(s *summary) float64 { return s.ledger.Instances }},
	{"cost_ipv4_usd", "USD", "public addresses of VMs", lessIsBetter, func(s *summary) float64 { return s.ledger.IPv4 }},
	{"cost_ebs_usd", "USD", "volumes of VMs", lessIsBetter, func(s *summary) float64 { return s.ledger.EBS }},
	{"cost_function_time_usd", "USD", "GB-seconds of function calls, INIT included", lessIsBetter, func(s *summary) float64 { return s.ledger.FunctionTime }},
	{"cost_function_calls_usd", "USD", "requests to functions", lessIsBetter, func(s *summary) float64 { return s.ledger.FunctionCalls }},
	{"cost_provisioned_usd", "USD", "function environments kept warm", lessIsBetter, func(s *summary) float64 { return s.ledger.Provisioned }},
	{"cost_store_usd", "USD", "writes to the table of measurements and reads of it; in simulations records and lookups alone, with [store]; storage, transfer and logs are not counted", lessIsBetter, func(s *summary) float64 { return s.ledger.Store }},
	{"cost_gateway_usd", "USD", "the gateway's own instance with address and volume, if it was deployed; 0 where it runs on a machine that is there anyway", lessIsBetter, func(s *summary) float64 { return s.ledger.Gateway }},
}

// regretColumns compare with an oracle.
var regretColumns = []column{
	{"oracle_per_1000_usd", "USD", "a lower bound of the cost per 1,000 requests within the SLO, that of an oracle which knows all sizes and the load ahead: of the work alone, on machines that are always busy, or by functions where those are cheaper, over the requests that can be in time; it misses nothing that is avoidable", neither, func(s *summary) float64 { return s.oracle() }},
	{"regret_per_1000_usd", "USD", "cost per 1,000 requests answered within the SLO, less the oracle's; regret in misses is miss_avoidable", lessIsBetter, func(s *summary) float64 { return 1000*s.ledger.Total()/s.inSLO - s.oracle() }},
}

var fleetColumns = []column{
	{"throughput_per_s", "1/s", "answered requests per second of the run", moreIsBetter, func(s *summary) float64 { return s.endings[Answered] / s.end.Seconds() }},
	{"function_share", "fraction", "answered requests that ran on a function", neither, perAnswer(func(s *summary) float64 { return s.onFunction })},
	{"cold_share", "fraction", "answered requests that met a cold start", lessIsBetter, perAnswer(func(s *summary) float64 { return s.cold })},
	{"vms_mean", "1", "VMs running, mean over the run; those that a policy has forgotten run on and are billed", neither, func(s *summary) float64 { return s.counts.VMSeconds / s.end.Seconds() }},
	{"vm_hours", "h", "VMs running, added up", neither, func(s *summary) float64 { return s.counts.VMSeconds / 3600 }},
	{"utilisation", "fraction", "cores of running VMs at work, mean over VMs and time", neither, func(s *summary) float64 { return s.counts.BusyCoreSeconds / s.counts.CoreSeconds }},
	{"offered_cores", "1", "work that arrived per second: reference cores it keeps busy", neither, func(s *summary) float64 { return s.work / float64(s.end) }},
	{"launches", "1", "VMs asked for", neither, func(s *summary) float64 { return float64(s.counts.Launches) }},
	{"terminations", "1", "VMs terminated before the end", neither, func(s *summary) float64 { return float64(s.counts.Terminations) }},
	{"adaptations", "1", "changes of the size of a pool", neither, func(s *summary) float64 { return float64(s.counts.Adaptations) }},
	{"dropped_vms", "1", "VMs that the router dropped while they ran and were billed", lessIsBetter, func(s *summary) float64 { return float64(s.counts.Dropped) }},
	{"function_calls", "1", "calls of functions", neither, func(s *summary) float64 { return float64(s.counts.Invocations) }},
	{"cold_starts", "1", "function environments made", neither, func(s *summary) float64 { return float64(s.counts.ColdStarts) }},
	{"retries", "1", "attempts after the first", lessIsBetter, func(s *summary) float64 { return float64(s.counts.Retries) }},
	{"throttles", "1", "calls that the function service refused", lessIsBetter, func(s *summary) float64 { return float64(s.counts.Throttles) }},
	{"duration_s", "s", "end of the run: the nominal duration, or the last finish if later", neither, func(s *summary) float64 { return s.end.Seconds() }},
	{"events", "1", "events of the simulator", neither, func(s *summary) float64 { return float64(s.counts.Events) }},
}

// columnOf finds a column by name, -1 if there is none.
func columnOf(name string) int {
	for i := range columns {
		if columns[i].name == name {
			return i
		}
	}
	return -1
}

// writeColumns writes columns.md.
func writeColumns(dir string) error {
	return os.WriteFile(filepath.Join(dir, "columns.md"), []byte(columnsMarkdown()), 0o644)
}

// columnsMarkdown is columns.md: every file of results and its columns.
func columnsMarkdown() string {
	var b strings.Builder
	b.WriteString("# Files and columns\n\nWritten by the program from the table it writes the files with.\n")
	b.WriteString("An empty cell has no value; `inf` is infinite: a request without an answer in time has an infinite response time.\n")
	b.WriteString("\n## runs.csv: one row per workload, policy and replication\n\n")
	b.WriteString("workload, policy, replication (from 0), seed, worst_class (the class with the lowest attainment), and:\n\n")
	b.WriteString("| column | unit | better | meaning |\n|---|---|---|---|\n")
	for _, c := range columns {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", c.name, c.unit, c.better, c.doc)
	}
	for _, f := range otherFiles {
		fmt.Fprintf(&b, "\n## %s: %s\n\n| column | meaning |\n|---|---|\n", f.name, f.doc)
		for _, c := range f.columns {
			fmt.Fprintf(&b, "| %s | %s |\n", c[0], c[1])
		}
	}
	return b.String()
}

// A fileDoc is a file of results other than runs.csv.
type fileDoc struct {
	name, doc string
	columns   [][2]string
}
