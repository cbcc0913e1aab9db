package results

import (
	"errors"
	"path/filepath"
	"strconv"

	"cnv/results/csvfile"
)

// runsHeader is the header of runs.csv: which run, its columns, and why it is void.
func runsHeader() []string {
	h := []string{"workload", "policy", "replication", "seed", "worst_class"}
	for i := range Columns {
		h = append(h, Columns[i].Name)
	}
	return append(h, "void")
}

// writeRuns writes runs.csv.
func (s *Runs) writeRuns(dir string) error {
	return csvfile.Write(filepath.Join(dir, "runs.csv"), runsHeader(), func(write func(...string) error) error {
		for i := range s.cells {
			for _, r := range s.cells[i].rows {
				f := []string{r.Info.Workload, r.Info.Policy, strconv.Itoa(r.Info.Replication), strconv.FormatUint(r.Info.Seed, 10), r.WorstClass}
				for _, v := range r.Values {
					f = append(f, csvfile.Number(v))
				}
				f = append(f, s.cells[i].void)
				if err := write(f...); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// ReadRuns reads runs.csv of a folder of results: of each run its workload, policy,
// replication, seed, worst class and values, and nothing else of Row. Runs whose numbers
// are void are left out.
func ReadRuns(dir string) (out []Row, err error) {
	err = csvfile.Read(filepath.Join(dir, "runs.csv"), runsHeader(), func(f []string) error {
		if f[len(f)-1] != "" {
			return nil
		}
		replication, err := strconv.Atoi(f[2])
		seed, err1 := strconv.ParseUint(f[3], 10, 64)
		values, err2 := csvfile.Floats(f[5 : len(f)-1]...)
		if err := errors.Join(err, err1, err2); err != nil {
			return err
		}
		out = append(out, Row{Info: RunInfo{Workload: f[0], Policy: f[1], Replication: replication, Seed: seed}, WorstClass: f[4], Values: values})
		return nil
	})
	return out, err
}

// RunsDocs documents the files that [Runs.WriteFiles] writes, but for sizes.csv
// ([SizesDoc]) and runs.csv ([Columns]).
var RunsDocs = []FileDoc{
	{"classes.csv", "one row per workload, policy and class of requests, over all replications", [][2]string{
		{"workload, policy, class", "which class"},
		{"requests", "arrivals of the class"},
		{"slo_attainment", "answers within the bound, of all arrivals of the class"},
		{"answered_response_p50_s, answered_response_p99_s", "response time of answered requests, seconds; empty where there are more than 64 classes"},
		{"predictions, prediction_mape", "answered requests whose work was predicted and measured, and the mean absolute error of these predictions, relative to the work measured; 0 and empty where the policy looks at no predictions and names no estimator"},
	}},
	{"distributions.csv", "quantiles of the response time, over all replications", [][2]string{
		{"workload, policy", "which cell"},
		{"p", "share of requests"},
		{"response_s", "response time that a share p of all arrivals did not exceed; inf where fewer were answered"},
		{"answered_response_s", "the same of answered requests only"},
	}},
	{"timeline.parquet", "the first replication of each cell, every 10 s; oftener where it takes less than 1,000 s, so that it has a hundred rows; live at least every second", [][2]string{
		{"workload, policy, at_s", "which cell and instant"},
		{"arrivals_per_s, offered_cores", "arrivals, and the work that arrived (reference cores it would keep busy), since the row before"},
		{"in_flight, queued", "requests in the system, and of them at the gateway"},
		{"ready, booting, draining, desired", "VMs by state, and what the scaler wants; dropped ones count as draining"},
		{"capacity_cores", "reference cores of ready VMs"},
		{"functions", "function environments at work"},
		{"usd_per_hour", "price of the running VMs"},
		{"billed_cores", "reference cores of all VMs that run, ready or not: draining and dropped ones too"},
	}},
	{"requests.csv or requests.parquet", "one row per request, when asked for with --requests", [][2]string{
		{"request", "number of the request, from 0 in order of arrival, the same for all policies unless clients try again"},
		{"workload, policy, seed, class", "which run, which class"},
		{"arrival_us, start_us, finish_us", "arrival at the gateway, begin of service (on a function after INIT), last answer byte at the client; microseconds, rounded down; empty: never, and of requests without an answer, whose refusal has no instant here"},
		{"worker, kind", "VM or function environment that gave the answer; vm or function"},
		{"attempt", "attempts started, calls that the function service refused included; worker, kind, cold and start_us are of the delivered one"},
		{"status", "HTTP status; 499 the client left, 0 unfinished"},
		{"cold", "1 if it met a cold start"},
		{"work_us", "CPU time on the reference vCPU"},
		{"predicted_us", "work the gateway expected when it sent the last attempt; empty if it had no idea, or sent none"},
		{"user, try", "number of what a user asked for, from 0 in order of its first try, the same for all policies; and which of its tries this is, from 0: more than one where clients try again"},
		{"reason", "why there is no answer, as the columns unanswered_* of runs.csv explain it: " + reasonsText() + "; empty: it was answered"},
	}},
}
