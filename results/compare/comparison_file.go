package compare

import (
	"cnv/results"
	"cnv/results/csvfile"
	"fmt"
	"path/filepath"
	"strconv"
)

// comparisonHeader is the columns of comparison.csv. Names and order are part of the
// format: read by place.
var comparisonHeader = []string{
	"workload", "policy", "metric", "unit", "n", "over", "mean", "low", "high",
	"against", "difference", "difference_low", "difference_high", "joint_low", "joint_high", "delta", "verdict", "role", "family", "recording",
}

// record is a row of comparison.csv.
func (r *Compared) record() []string {
	return []string{
		r.Workload, r.Policy, r.Metric, r.Unit, strconv.Itoa(r.N), r.Over, csvfile.Number(r.Mean), csvfile.Number(r.Low), csvfile.Number(r.High),
		r.Against, csvfile.Number(r.Diff), csvfile.Number(r.DiffLow), csvfile.Number(r.DiffHigh),
		csvfile.Number(r.JointLow), csvfile.Number(r.JointHigh), csvfile.Number(r.Delta), r.Verdict, r.role(), strconv.Itoa(r.Family), r.recording(),
	}
}

// recording is the value on the recording itself, "" without one.
func (r *Compared) recording() string {
	if r.Recording == nil {
		return ""
	}
	return csvfile.Number(*r.Recording)
}

// The roles of a metric.
const (
	rolePrimary     = "primary"
	roleExploratory = "exploratory"
)

// role is primary or exploratory: whether the interval holds together with others.
func (r *Compared) role() string {
	if r.Primary {
		return rolePrimary
	}
	return roleExploratory
}

// writeComparison writes comparison.csv.
func (s *Set) writeComparison(dir string) error { return writeComparison(dir, s.Comparison()) }

// writeComparison writes rows as they are: also those of a set that was read back.
func writeComparison(dir string, rows []Compared) error {
	return csvfile.Write(filepath.Join(dir, "comparison.csv"), comparisonHeader, func(write func(...string) error) error {
		for i := range rows {
			if err := write(rows[i].record()...); err != nil {
				return err
			}
		}
		return nil
	})
}

// ReadComparison reads comparison.csv of a folder of results, in the order of the file.
// Carriers are not in it, and 0. An error names the file, the line and the column.
func ReadComparison(dir string) ([]Compared, error) {
	var out []Compared
	err := csvfile.Read(filepath.Join(dir, "comparison.csv"), comparisonHeader, func(f []string) error {
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
			if *n.to, err = csvfile.Float(f[n.at]); err != nil {
				return fmt.Errorf("%s: %w", comparisonHeader[n.at], err)
			}
		}
		if last := f[len(f)-1]; last != "" {
			v, err := csvfile.Float(last)
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

// comparisonDoc explains comparison.csv in columns.md: what each statistic means, for who
// reads files alone.
var comparisonDoc = results.FileDoc{Name: "comparison.csv", Text: "one row per workload, policy and metric, against the first policy and for every contrast of the experiment, and its second pair where again_expected says what that does", Columns: [][2]string{
	{"workload, policy, metric, unit", "what was measured; metrics are the columns of runs.csv"},
	{"n", "replications, or batches, behind the numbers; 1 where all replications agree to the byte"},
	{"over", "what the intervals are about: seeds (synthetic parts drawn again), windows (a recorded trace resampled in whole windows: of n resamples of W windows the deviation, times the root of (1 + 1/n) W/(W - 1), is the standard error, with 1/(1/(n - 1) + 1/(W - 1)) degrees of freedom; more of them do not make it less), batches (10 stretches of one run in its steady state, widened for the correlation of 160), draws (of policies and machines, on one recording as it is), 1 workload (no interval), or equal runs (all runs agree in every number, so there is none); of the difference, where there is one"},
	{"mean, low, high", "the value over all replications, by the kind of the metric (above), and its 95 % interval on its own; empty where there is none, or too few values lie beyond a quantile"},
	{"against", "the policy that it is compared to; empty for the first policy itself"},
	{"difference, difference_low, difference_high", "difference of the values, and its 95 % interval on its own: paired, replication by replication (the same draws of load, sizes and boots), under Student's t, corrected for skewness where the work has a heavy tail, over seeds, or where bursts make a share"},
	{"joint_low, joint_high", "what the verdict is about. Of primary metrics: an interval that holds together, with 95 % confidence, with those of all primary metrics, pairs of policies and workloads (the largest |t| when the signs of replications are flipped together; under six replications, and over windows and batches, Bonferroni's). Paired differences say what differs where both policies meet the same draws; intervals of the two means say where each is alone, so they may overlap. Of what is counted and differs in at most five replications and at most half of them, both ends are at least the exact bound of the replications that differ (none of n: what may still differ in some 3/n of all, all of a share; with the confidence of the family, in difference_low and _high on its own). Where bursts make a share under either policy, over seeds and over draws alike (its squared coefficient of variation over five or more runs is above 0.25), the interval is corrected for skewness (Willink 2005) and never shorter than Student's. Ends of shares are within what is possible, and of fewer than five replications an interval longer than that is none"},
	{"delta", "the smallest difference that matters, in the unit of the metric: as the file says, else one point of shares and 2 % of all else"},
	{"verdict", "better, worse (higher, lower where neither is better): the joint interval is beyond 0; same within delta: all of it is; equal in every run: the difference is 0 in each of several; n runs may miss a difference that up to 1 - 0.05^(1/n) of all have (26 of 100 for ten), whose size the ends of both intervals bound for what is counted; for all else nobody has seen it, so both are empty; not known: neither, or there is none; not ranked: measured live where the machine changed the times of some run, as a warning says"},
	{"role, family", "primary: named by the experiment to answer its question, and how many intervals hold together; exploratory: all others, of which one in twenty finds a difference where there is none"},
	{"recording", "the metric on the recording itself, one run, where replications are resamples of it; none of a quantile with fewer than ten values beyond it; no interval or verdict rests on it"},
}}
