package results

import "math"

// A finding is one row of the comparison as figures, report and answer read
// it: the mean of a metric and, against another policy, how it changed.
type finding struct {
	workload, policy, metric string
	n                        int
	over                     string // what the n are: "seeds", "windows"
	value                    estimate
	against                  string   // "" if compared to nothing
	change                   estimate // paired difference to against
}

// findings are the rows of a comparison in their order.
type findings []finding

// The metrics that answers and figures are about, as columns.md names them.
const (
	avoidableMisses = "miss_avoidable"
	costInSLO       = "cost_per_1000_in_slo_usd"
)

// findingsOf reads the rows of comparison.csv. No metric is negative, so an
// interval that a few replications stretch below 0 is cut there.
func findingsOf(rows []Compared) findings {
	out := make(findings, len(rows))
	for i, r := range rows {
		out[i] = finding{
			workload: r.Workload, policy: r.Policy, metric: r.Metric,
			n: r.N, over: r.Over, value: estimate{r.Mean, max(r.Low, 0), r.High},
			against: r.Against, change: estimate{r.Diff, r.DiffLow, r.DiffHigh},
		}
	}
	return out
}

// workloads lists the workloads in order of appearance, which is the declared one.
func (fs findings) workloads() []string {
	return distinct(fs, func(f finding) string { return f.workload })
}

// policies lists the policies in order of appearance, which is the declared
// one: the first is the baseline.
func (fs findings) policies() []string {
	return distinct(fs, func(f finding) string { return f.policy })
}

// distinct lists the values of of, each once, in order of appearance.
func distinct(fs findings, of func(finding) string) []string {
	seen := map[string]bool{}
	var out []string
	for _, f := range fs {
		if v := of(f); !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}

// value finds a mean; the second result is false where there is none.
func (fs findings) value(workload, policy, metric string) (finding, bool) {
	for _, f := range fs {
		if f.workload == workload && f.policy == policy && f.metric == metric {
			return f, true
		}
	}
	return finding{}, false
}

// change finds the row that compares policy to against.
func (fs findings) change(workload, against, policy, metric string) (finding, bool) {
	for _, f := range fs {
		if f.workload == workload && f.policy == policy && f.metric == metric && f.against == against {
			return f, true
		}
	}
	return finding{}, false
}

// A verdict is what a difference says.
type verdict uint8

const (
	unknown   verdict = iota // not compared, or without a finite value
	single                   // one run: a difference, but no interval
	noneFound                // the interval includes 0
	lower                    // the whole interval is below 0
	higher                   // the whole interval is above 0
)

// verdict reads the difference of f.
func (f finding) verdict() verdict {
	switch c := f.change; {
	case f.against == "" || !c.finite():
		return unknown
	case !c.interval():
		return single
	case c.low <= 0 && c.high >= 0:
		return noneFound
	case c.high < 0:
		return lower
	}
	return higher
}

// noEstimate is a value that is not there.
func noEstimate() estimate { return estimate{math.NaN(), math.NaN(), math.NaN()} }
