package results

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

// number writes a value for a CSV file: the shortest text that reads back as
// the same float, "inf" for infinite, nothing for no value.
func number(v float64) string {
	switch {
	case math.IsNaN(v):
		return ""
	case math.IsInf(v, 1):
		return "inf"
	case math.IsInf(v, -1):
		return "-inf"
	}
	format := byte('g')
	if a := math.Abs(v); a == 0 || a >= 1e-6 && a < 1e15 {
		format = 'f' // 3037902, not 3.037902e+06
	}
	return strconv.FormatFloat(v, format, -1, 64)
}

// parseNumber reads what number wrote.
func parseNumber(s string) (float64, error) {
	if s == "" {
		return math.NaN(), nil
	}
	return strconv.ParseFloat(s, 64)
}

// writeCSV writes a file of a header and rows.
func writeCSV(name string, header []string, rows func(write func(...string) error) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	err = w.Write(header)
	if err == nil {
		err = rows(func(fields ...string) error { return w.Write(fields) })
	}
	w.Flush()
	if err == nil {
		err = w.Error()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

// readCSV reads a file that must have the given header, row by row.
func readCSV(name string, header []string, row func(f []string) error) error {
	f, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("results: %w", err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord = true
	got, err := r.Read()
	if err != nil {
		return fmt.Errorf("results: %s: %w", name, err)
	}
	if !slices.Equal(got, header) {
		return fmt.Errorf("results: %s:1: header is %v, want %v: written by another version?", name, got, header)
	}
	for {
		fields, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("results: %s: %w", name, err) // it says which line
		}
		if err := row(fields); err != nil {
			line, _ := r.FieldPos(0)
			return fmt.Errorf("results: %s:%d: %w", name, line, err)
		}
	}
}

// runsHeader is the header of runs.csv.
func runsHeader() []string {
	h := []string{"workload", "policy", "replication", "seed", "worst_class"}
	for i := range columns {
		h = append(h, columns[i].name)
	}
	return append(h, "void")
}

// writeRuns writes runs.csv.
func (s *Set) writeRuns(dir string) error {
	return writeCSV(filepath.Join(dir, "runs.csv"), runsHeader(), func(write func(...string) error) error {
		for i := range s.cells {
			for _, r := range s.cells[i].rows {
				f := []string{r.Info.Workload, r.Info.Policy, strconv.Itoa(r.Info.Replication), strconv.FormatUint(r.Info.Seed, 10), r.WorstClass}
				for _, v := range r.Values {
					f = append(f, number(v))
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

var comparisonHeader = []string{
	"workload", "policy", "metric", "unit", "n", "over", "mean", "low", "high",
	"against", "difference", "difference_low", "difference_high", "joint_low", "joint_high", "delta", "verdict", "role", "family", "recording",
}

// record is a row of comparison.csv.
func (r *Compared) record() []string {
	return []string{
		r.Workload, r.Policy, r.Metric, r.Unit, strconv.Itoa(r.N), r.Over, number(r.Mean), number(r.Low), number(r.High),
		r.Against, number(r.Diff), number(r.DiffLow), number(r.DiffHigh),
		number(r.JointLow), number(r.JointHigh), number(r.Delta), r.Verdict, r.role(), strconv.Itoa(r.Family), r.recording(),
	}
}

// recording is the value on the recording itself, "" without one.
func (r *Compared) recording() string {
	if r.Recording == nil {
		return ""
	}
	return number(*r.Recording)
}

// The roles of a metric.
const (
	rolePrimary     = "primary"
	roleExploratory = "exploratory"
)

func (r *Compared) role() string {
	if r.Primary {
		return rolePrimary
	}
	return roleExploratory
}

// writeComparison writes comparison.csv.
func (s *Set) writeComparison(dir string) error { return writeComparison(dir, s.Comparison()) }

func writeComparison(dir string, rows []Compared) error {
	return writeCSV(filepath.Join(dir, "comparison.csv"), comparisonHeader, func(write func(...string) error) error {
		for i := range rows {
			if err := write(rows[i].record()...); err != nil {
				return err
			}
		}
		return nil
	})
}

// ReadComparison reads comparison.csv of a folder of results.
func ReadComparison(dir string) ([]Compared, error) {
	var out []Compared
	err := readCSV(filepath.Join(dir, "comparison.csv"), comparisonHeader, func(f []string) error {
		r := Compared{Workload: f[0], Policy: f[1], Metric: f[2], Unit: f[3], Over: f[5], Against: f[9], Verdict: f[16], Primary: f[17] == rolePrimary}
		var err error
		if r.N, err = strconv.Atoi(f[4]); err != nil {
			return fmt.Errorf("n: %w", err)
		}
		if r.Family, err = strconv.Atoi(f[18]); err != nil {
			return fmt.Errorf("family: %w", err)
		}
		for _, n := range []struct {
			at int
			to *float64
		}{{6, &r.Mean}, {7, &r.Low}, {8, &r.High}, {10, &r.Diff}, {11, &r.DiffLow}, {12, &r.DiffHigh}, {13, &r.JointLow}, {14, &r.JointHigh}, {15, &r.Delta}} {
			if *n.to, err = parseNumber(f[n.at]); err != nil {
				return fmt.Errorf("%s: %w", comparisonHeader[n.at], err)
			}
		}
		if last := f[len(f)-1]; last != "" {
			v, err := parseNumber(last)
			if err != nil {
				return fmt.Errorf("recording: %w", err)
			}
			r.Recording = &v
		}
		out = append(out, r)
		return nil
	})
	return out, err
}

// otherFiles documents the files besides runs.csv.
var otherFiles = []fileDoc{
	{"comparison.csv", "one row per workload, policy and metric, against the first policy and for every contrast of the experiment", [][2]string{
		{"workload, policy, metric, unit", "what was measured; metrics are the columns of runs.csv"},
		{"n", "replications, or batches, behind the numbers; 1 where all replications agree to the byte"},
		{"over", "what the intervals are about: seeds (synthetic parts drawn again), windows (a recorded trace resampled in whole windows: of n resamples of W windows the deviation, times the root of (1 + 1/n) W/(W - 1), is the standard error, with 1/(1/(n - 1) + 1/(W - 1)) degrees of freedom; more of them do not make it less), batches (10 stretches of one run in its steady state, widened for the correlation of 160), draws (of policies and machines, on one recording as it is), 1 workload (no interval), or equal runs (all runs agree in every number, so there is none); of the difference, where there is one"},
		{"mean, low, high", "the value over all replications, by the kind of the metric (above), and its 95 % interval on its own; empty where there is none, or too few values lie beyond a quantile"},
		{"against", "the policy that it is compared to; empty for the first policy itself"},
		{"difference, difference_low, difference_high", "difference of the values, and its 95 % interval on its own: paired, replication by replication (the same draws of load, sizes and boots), under Student's t"},
		{"joint_low, joint_high", "what the verdict is about. Of primary metrics: an interval that holds together, with 95 % confidence, with those of all primary metrics, pairs of policies and workloads (the largest |t| when the signs of replications are flipped together; under six replications, and over windows and batches, Bonferroni's). Paired differences say what differs where both policies meet the same draws; intervals of the two means say where each is alone, so they may overlap. Of what is counted and differs in at most five replications and at most half of them, both ends are at least the exact bound of the replications that differ (none of n: what may still differ in some 3/n of all, all of a share; with the confidence of the family, in difference_low and _high on its own). Where bursts make a share under either policy (its squared coefficient of variation over five or more runs is above 0.25), the interval is corrected for skewness (Willink 2005) and never shorter than Student's. Ends of shares are within what is possible, and of fewer than five replications an interval longer than that is none"},
		{"delta", "the smallest difference that matters, in the unit of the metric: as the file says, else one point of shares and 2 % of all else"},
		{"verdict", "better, worse (higher, lower where neither is better): the joint interval is beyond 0; same within delta: all of it is; equal in every run: the difference is 0 in each of several; n runs may miss a difference that up to 1 - 0.05^(1/n) of all have (26 of 100 for ten), whose size the ends of both intervals bound for what is counted; for all else nobody has seen it, so both are empty; not known: neither, or there is none; not ranked: measured live where the machine changed the times of some run, as a warning says"},
		{"role, family", "primary: named by the experiment to answer its question, and how many intervals hold together; exploratory: all others, of which one in twenty finds a difference where there is none"},
		{"recording", "the metric on the recording itself, one run, where replications are resamples of it; no interval or verdict rests on it"},
	}},
	winsDoc, paretoDoc, sizesDoc, saturationDoc, loadsDoc, tuningDoc, sensitivityDoc, interactionsDoc, worldsDoc,
	{"classes.csv", "one row per workload, policy and class of requests, over all replications", [][2]string{
		{"workload, policy, class", "which class"},
		{"requests", "arrivals of the class"},
		{"slo_attainment", "answers within the bound, of all arrivals of the class"},
		{"answered_response_p50_s, answered_response_p99_s", "response time of answered requests, seconds; empty where there are more than 64 classes"},
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
		{"arrival_us, start_us, finish_us", "arrival at the gateway, begin of service, last answer byte at the client; microseconds, rounded down; empty: never"},
		{"worker, kind", "VM or function environment that gave the answer; vm or function"},
		{"attempt", "attempts started; worker, kind, cold and start_us are of the delivered one"},
		{"status", "HTTP status; 499 the client left, 0 unfinished"},
		{"cold", "1 if it met a cold start"},
		{"work_us", "CPU time on the reference vCPU"},
		{"predicted_us", "work the gateway expected; empty if it had no idea"},
		{"user, try", "number of what a user asked for, from 0 in order of its first try, the same for all policies; and which of its tries this is, from 0: more than one where clients try again"},
		{"reason", "why there is no answer, as the columns unanswered_* of runs.csv explain it: " + reasonsText() + "; empty: it was answered"},
	}},
}
