package second

import (
	"math"
	"slices"
	"time"

	"cnv/policy"
	"cnv/results"
)

// Infinite stands for the response time of a request without an answer.
var infinite = math.Inf(1)

// A Column set is a run's numbers by their names in runs.csv, each computed from all
// records by the words of columns.md.
type Columns map[string]float64

// ColumnsOf are the columns of a run of classes; after: the key after, 0 without it;
// predictions: somebody looks at them.
func ColumnsOf(r *Result, classes int, after time.Duration, predictions bool) Columns {
	c := Columns{}
	c.requests(r, classes)
	c.quantiles(r)
	c.fleet(r)
	c.money(r)
	c.users(r, after)
	c.elasticity(r)
	c.predictions(r, predictions)
	return c
}

func inSLO(q *results.Request) bool {
	return q.Ending == results.Answered && (q.Bound == 0 || q.Finish-q.Arrival <= q.Bound)
}

// missedBy is the column of an avoidable miss, by its cause.
func missedBy(q *results.Request, awaiting bool) string {
	switch q.Ending {
	case results.Rejected:
		return "missed_refused"
	case results.Failed:
		return "missed_lost"
	case results.Answered:
		if q.Cold {
			return "missed_cold"
		}
	}
	if awaiting {
		return "missed_boot"
	}
	return "missed_queueing"
}

// requests are the counts of requests, and what is made of them.
func (c Columns) requests(r *Result, classes int) {
	endings := []string{"answered", "failed", "rejected", "timed_out", "unfinished"}
	for _, name := range endings {
		c[name] = 0
	}
	for k := policy.ReasonNone + 1; int(k) < policy.Reasons; k++ {
		c["unanswered_"+k.String()] = 0
	}
	for _, name := range []string{"requests", "in_slo", "missed_avoidable", "missed_unavoidable", "missed_refused", "missed_lost", "missed_cold", "missed_boot", "missed_queueing", "response_sum_s", "slowed", "slowdown_sum", "begun", "waiting_sum_s", "on_function", "met_cold_start", "work_s"} {
		c[name] = 0
	}
	all, good := make([]float64, classes), make([]float64, classes)
	goodWork := 0.0
	for i := range r.Requests {
		q := &r.Requests[i]
		c["requests"]++
		c[endings[q.Ending]]++
		c["work_s"] += q.Work.Seconds()
		all[q.Class]++
		switch alone := q.Ideal; {
		case inSLO(q):
			c["in_slo"]++
			good[q.Class]++
			goodWork += q.Work.Seconds()
		case q.Bound > 0 && alone > q.Bound || q.Limit > 0 && alone > q.Limit:
			c["missed_unavoidable"]++
		default:
			c["missed_avoidable"]++
			c[missedBy(q, r.Awaiting[i])]++
		}
		if q.Ending != results.Answered {
			c["unanswered_"+q.Reason.String()]++
			continue
		}
		took := (q.Finish - q.Arrival).Seconds()
		c["response_sum_s"] += took
		if q.Ideal > 0 {
			c["slowed"]++
			c["slowdown_sum"] += took / q.Ideal.Seconds()
		}
		if q.Start >= 0 {
			c["begun"]++
			c["waiting_sum_s"] += (q.Start - q.Arrival).Seconds()
		}
		if q.Kind == results.KindFunction {
			c["on_function"]++
		}
		if q.Cold {
			c["met_cold_start"]++
		}
	}
	c["worst_class_attainment"] = math.NaN()
	for k := range all {
		if x := good[k] / all[k]; all[k] > 0 && !(x >= c["worst_class_attainment"]) {
			c["worst_class_attainment"] = x
		}
	}
	c["oracle_usd"] = goodWork * r.Counts.WorkPrice
	c["slo_attainment"] = c["in_slo"] / c["requests"]
	c["miss_avoidable"] = c["missed_avoidable"] / c["requests"]
	c["miss_unavoidable"] = c["missed_unavoidable"] / c["requests"]
	c["answered_response_mean_s"] = c["response_sum_s"] / c["answered"]
	c["slowdown_mean"] = c["slowdown_sum"] / c["slowed"]
	c["waiting_mean_s"] = c["waiting_sum_s"] / c["begun"]
	c["function_share"] = c["on_function"] / c["answered"]
	c["cold_share"] = c["met_cold_start"] / c["answered"]
}

// quantiles are those of sorted values.
func (c Columns) quantiles(r *Result) {
	var all, answered, slow []float64
	for i := range r.Requests {
		q := &r.Requests[i]
		if q.Ending != results.Answered {
			all = append(all, infinite)
			continue
		}
		took := (q.Finish - q.Arrival).Seconds()
		all, answered = append(all, took), append(answered, took)
		if q.Ideal > 0 {
			slow = append(slow, took/q.Ideal.Seconds())
		}
	}
	for name, p := range map[string]float64{"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p999": 0.999} {
		c["response_"+name+"_s"] = quantile(all, p)
	}
	c["answered_response_p50_s"] = quantile(answered, 0.5)
	c["answered_response_p99_s"] = quantile(answered, 0.99)
	c["slowdown_p99"] = quantile(slow, 0.99)
}

// quantile is the least value that at least a share p of all do not exceed.
func quantile(values []float64, p float64) float64 {
	slices.Sort(values)
	for i := range values {
		if float64(i+1) >= p*float64(len(values))-1e-9 {
			return values[i]
		}
	}
	return math.NaN()
}

// fleet is what machines and functions did.
func (c Columns) fleet(r *Result) {
	n, end := &r.Counts, r.End.Seconds()
	c["duration_s"] = end
	c["throughput_per_s"] = c["answered"] / end
	c["vm_hours"] = n.VMSeconds / 3600
	c["vms_mean"] = n.VMSeconds / end
	c["busy_core_s"], c["core_s"] = n.BusyCoreSeconds, n.CoreSeconds
	c["utilisation"] = n.BusyCoreSeconds / n.CoreSeconds
	c["offered_cores"] = c["work_s"] / end
	for name, v := range map[string]uint64{
		"launches": n.Launches, "launches_failed": n.LaunchesFailed, "terminations": n.Terminations, "adaptations": n.Adaptations, "dropped_vms": n.Dropped, "ejections": n.Ejections,
		"function_calls": n.Invocations, "cold_starts": n.ColdStarts, "retries": n.Retries, "throttles": n.Throttles, "hedges": n.Hedges, "probes": n.Probes,
		"lru_lookups": n.Keyed, "lru_hits": n.Recognised,
	} {
		c[name] = float64(v)
	}
	c["lru_hit_ratio"] = c["lru_hits"] / c["lru_lookups"]
	c["dropped_usd"], c["boot_usd"] = n.DroppedUSD, n.BootUSD
	c["environment_idle_h"] = n.IdleSeconds / 3600
	c["store_writes"], c["store_reads"] = n.StoreWrites, n.StoreReads
}

// money is the ledger.
func (c Columns) money(r *Result) {
	l := &r.Ledger
	c["cost_instances_usd"], c["cost_ipv4_usd"], c["cost_ebs_usd"] = l.Instances, l.IPv4, l.EBS
	c["cost_function_time_usd"], c["cost_function_calls_usd"], c["cost_provisioned_usd"] = l.FunctionTime, l.FunctionCalls, l.Provisioned
	c["cost_store_usd"], c["cost_transfer_usd"], c["cost_gateway_usd"] = l.Store, l.Transfer, l.Gateway
	c["cost_logs_usd"] = l.Logs
	c["cost_surplus_usd"] = l.Surplus
	sum := 0.0
	for _, line := range []string{"instances", "ipv4", "ebs", "surplus", "function_time", "function_calls", "provisioned", "store", "transfer", "gateway", "logs"} {
		sum += c["cost_"+line+"_usd"]
	}
	c["cost_usd"] = sum
	c["cost_per_1000_usd"] = 1000 * sum / c["requests"]
	c["cost_per_1000_in_slo_usd"] = 1000 * sum / c["in_slo"]
	c["oracle_per_1000_usd"] = 1000 * c["oracle_usd"] / c["in_slo"]
	c["regret_per_1000_usd"] = c["cost_per_1000_in_slo_usd"] - c["oracle_per_1000_usd"]
	if c["in_slo"] == 0 {
		c["regret_per_1000_usd"] = c["cost_per_1000_in_slo_usd"]
	}
}

// A user is what one asked for.
type user struct {
	first  time.Duration
	served bool
}

// users are those of the tries.
func (c Columns) users(r *Result, after time.Duration) {
	of := map[uint64]*user{}
	last := time.Duration(0)
	for i := range r.Requests {
		q := &r.Requests[i]
		last = max(last, q.Arrival)
		u := of[q.User]
		if u == nil {
			u = &user{first: q.Arrival}
			of[q.User] = u
		}
		if q.Ending == results.Answered && (q.Bound == 0 || q.Finish-u.first <= q.Bound) {
			u.served = true
		}
	}
	c["users"], c["users_in_slo"] = float64(len(of)), 0
	for _, u := range of {
		if u.served {
			c["users_in_slo"]++
		}
	}
	c["user_attainment"] = c["users_in_slo"] / c["users"]
	ends := max(last, r.Counts.Arriving)
	c["users_for_s"] = ends.Seconds()
	c["goodput_per_s"] = c["users_in_slo"] / c["users_for_s"]
	c.after(of, after, ends)
}

// predictions compare predicted with measured work.
func (c Columns) predictions(r *Result, asked bool) {
	type sums struct{ n, off, logs, squares float64 }
	parts := map[string]*sums{"": {}, "_known": {}, "_unknown": {}}
	pairs := map[string][][2]float64{}
	for i := range r.Requests {
		q := &r.Requests[i]
		if q.Ending != results.Answered || q.Predicted <= 0 || q.Work <= 0 {
			continue
		}
		work := q.Work.Seconds()
		kind := "_unknown"
		if q.Known {
			kind = "_known"
		}
		for _, p := range []string{"", kind} {
			s := parts[p]
			log := math.Log(q.Predicted / work)
			s.n, s.off, s.logs, s.squares = s.n+1, s.off+math.Abs(q.Predicted-work)/work, s.logs+log, s.squares+log*log
			pairs[p] = append(pairs[p], [2]float64{q.Predicted, work})
		}
	}
	for p, s := range parts {
		if !asked {
			*s = sums{math.NaN(), math.NaN(), math.NaN(), math.NaN()}
			pairs[p] = nil
		}
		c["prediction"+p+"_mape"] = s.off / s.n
		c["prediction"+p+"_log_sigma"] = math.Sqrt(max(s.squares/s.n-s.logs/s.n*s.logs/s.n, 0))
		c["prediction"+p+"_tau"] = kendall(pairs[p])
		if p != "_unknown" {
			c["predictions"+p], c["prediction_off"+p], c["prediction_logs"+p], c["prediction_squares"+p] = s.n, s.off, s.logs, s.squares
		}
	}
	c["prediction_known_share"] = parts["_known"].n / parts[""].n
}

// kendall is τ-b, by looking at each pair of pairs.
func kendall(v [][2]float64) float64 {
	var net, x, y float64
	for i := range v {
		for k := range i {
			a, b := sign(v[i][0]-v[k][0]), sign(v[i][1]-v[k][1])
			net, x, y = net+a*b, x+a*a, y+b*b
		}
	}
	return net / math.Sqrt(x*y)
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}
