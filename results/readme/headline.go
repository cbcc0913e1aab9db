package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"cnv/results"
)

// The headline is what the router alone changes under a flash crowd, and what is
// said of the scaler is its contrast. The quickstart has enough seeds if the
// interval of the headline is at most a fifth of it to either side.
const (
	crowd       = "flash crowd"
	original    = "seed"
	otherRouter = "seed-jsq"
	otherScaler = "demand"
	usd         = "cost_per_1000_in_slo_usd"
	sharpness   = 0.2
)

// headline is the sentences under the table, each by the intervals that hold
// together; an error says that the quickstart cannot tell them sharply.
func headline(rows []results.Compared) (string, error) {
	misses, err := difference(rows, crowd, original, otherRouter, "miss_avoidable")
	if err != nil {
		return "", err
	}
	half := (misses.JointHigh - misses.JointLow) / 2
	if !(half <= sharpness*math.Abs(misses.Diff)) {
		return "", fmt.Errorf("the headline is %.3g ± %.3g: its interval is wider than a fifth of it to either side", misses.Diff, half)
	}
	paid, err := difference(rows, crowd, original, otherRouter, usd)
	if err != nil {
		return "", err
	}
	if paid.Verdict != results.Better {
		return "", fmt.Errorf("%s is %s than %s in cost: write another sentence", otherRouter, paid.Verdict, original)
	}
	scaler, err := scalerWords(rows)
	if err != nil {
		return "", err
	}
	points := func(v float64) string { return strconv.FormatFloat(100*math.Abs(v), 'f', 1, 64) }
	of := func(policy, metric string) float64 { return mean(rows, crowd, policy, metric) }
	return fmt.Sprintf("(± half a 95 %% interval, over %d seeds; 0 %%: no such miss in any run.) Under the %s another router, and nothing else, takes %s ±%s points of misses off\n"+
		"and %.0f %% of the cost: the original drops %.0f of the %.0f machines that it launches, because a request fails there while they boot, and goes on paying for\n"+
		"them (%.0f machines on average; %.0f under join-shortest-queue).\n%s",
		misses.N, crowd, points(misses.Diff), points(half), -100*paid.Diff/of(original, usd),
		of(original, "dropped_vms"), of(original, "launches"), of(original, "vms_mean"), of(otherRouter, "vms_mean"), scaler), nil
}

// scalerWords says where a scaler that follows demand is cheaper than the
// original one, and where it is dearer.
func scalerWords(rows []results.Compared) (string, error) {
	by := map[string][]string{}
	for i := range rows {
		r := &rows[i]
		if r.Policy == otherScaler && r.Against == otherRouter && r.Metric == usd {
			text := fmt.Sprintf("%s %% on %s", digits(100*math.Abs(r.Diff)/mean(rows, r.Workload, otherRouter, usd), 2), r.Workload)
			by[r.Verdict] = append(by[r.Verdict], text)
		}
	}
	cheaper, dearer := by[results.Better], by[results.Worse]
	if len(cheaper) == 0 || len(dearer) == 0 {
		return "", fmt.Errorf("%s is cheaper than %s on %q and dearer on %q: write another sentence", otherScaler, otherRouter, cheaper, dearer)
	}
	return fmt.Sprintf("A scaler that follows demand is then cheaper where the load rises (by %s) and dearer elsewhere (by %s).\n",
		strings.Join(cheaper, ", "), strings.Join(dearer, ", ")), nil
}

// mean is a metric of a policy on a workload; NaN: it is not there.
func mean(rows []results.Compared, workload, policy, metric string) float64 {
	for i := range rows {
		if r := &rows[i]; r.Workload == workload && r.Policy == policy && r.Metric == metric {
			return r.Mean
		}
	}
	return math.NaN()
}

// difference is the row that compares two policies.
func difference(rows []results.Compared, workload, from, to, metric string) (*results.Compared, error) {
	for i := range rows {
		if r := &rows[i]; r.Workload == workload && r.Policy == to && r.Against == from && r.Metric == metric {
			return r, nil
		}
	}
	return nil, fmt.Errorf("the quickstart does not compare %s to %s on %s", to, from, workload)
}
