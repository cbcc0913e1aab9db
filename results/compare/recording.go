package compare

import (
	"math"
	"slices"

	"cnv/results"
	"cnv/results/stat"
)

// itself is what a workload is called where its recording was met as it is.
const itself = ", the recording itself"

// Recorded takes what a policy did on the recording of a workload as it is, metric
// by metric as MetricNames lists them. It stands beside the replications, which
// are resamples, and no interval or verdict rests on it. A quantile with too few values
// beyond it is not told, as of replications.
func (s *Set) Recorded(workload, policy int, values []float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.recorded == nil {
		s.recorded = map[[2]int][]float64{}
	}
	s.recorded[[2]int{workload, policy}] = withoutShallow(values)
}

// withoutShallow is the metrics of a run without the quantiles that too few values lie
// beyond, which become NaN; all is metric by metric as MetricNames lists them.
func withoutShallow(all []float64) []float64 {
	out := slices.Clone(all)
	for i := range out {
		if of := &results.Columns[i]; of.Form == results.FormQuantile && !stat.Told(all[results.ColumnOf(of.Tail.All())], of.P) {
			out[i] = math.NaN()
		}
	}
	return out
}

// withRecordings fills in what was found on recordings as they are; it changes rows.
func (s *Set) withRecordings(rows []Compared) []Compared {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := map[[2]string][]float64{}
	for w, workload := range s.plan.Workloads {
		for p, policy := range s.plan.Policies {
			at[[2]string{workload, policy}] = s.recorded[[2]int{w, p}]
		}
	}
	for i := range rows {
		r := &rows[i]
		if values, c := at[[2]string{r.Workload, r.Policy}], results.ColumnOf(r.Metric); c >= 0 && c < len(values) {
			r.Recording = &values[c]
		}
	}
	return rows
}

// Recordings are the rows of workloads that were also met as recorded, as of one run on it:
// without intervals, and under the name of the workload with ", the recording itself"
// behind it.
func Recordings(rows []Compared) []Compared {
	own := map[[3]string]*float64{}
	for i := range rows {
		own[[3]string{rows[i].Workload, rows[i].Policy, rows[i].Metric}] = rows[i].Recording
	}
	nan := math.NaN()
	var out []Compared
	for _, r := range rows {
		if r.Recording == nil {
			continue
		}
		first := own[[3]string{r.Workload, r.Against, r.Metric}]
		r.N, r.Over, r.Mean, r.Low, r.High = 1, stat.OverNothing, *r.Recording, nan, nan
		r.Diff, r.DiffLow, r.DiffHigh, r.JointLow, r.JointHigh, r.Recording = nan, nan, nan, nan, nan, nil
		// One run on each: a difference without an interval, of which nothing is known for
		// certain.
		if first != nil {
			r.Diff, r.Verdict = r.Mean-*first, NotKnown
		}
		r.Workload += itself
		out = append(out, r)
	}
	return out
}
