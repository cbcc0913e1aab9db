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
	sharpness   = 0.2
)

// headline is the two sentences under the table; an error says that the
// quickstart cannot tell them sharply.
func headline(rows []results.Compared) (string, error) {
	misses, err := difference(rows, crowd, original, otherRouter, "miss_avoidable")
	if err != nil {
		return "", err
	}
	half := (misses.DiffHigh - misses.DiffLow) / 2
	if !(half <= sharpness*math.Abs(misses.Diff)) {
		return "", fmt.Errorf("the headline is %.3g ± %.3g: its interval is wider than a fifth of it to either side", misses.Diff, half)
	}
	var cheaper, dearer []string
	for i := range rows {
		r, base := &rows[i], 0.0
		if r.Policy != otherScaler || r.Against != otherRouter || r.Metric != "cost_per_1000_in_slo_usd" {
			continue
		}
		for k := range rows {
			if rows[k].Workload == r.Workload && rows[k].Policy == otherRouter && rows[k].Metric == r.Metric {
				base = rows[k].Mean
				break
			}
		}
		text := fmt.Sprintf("%s %% on %s", digits(100*math.Abs(r.Diff)/base, 2), r.Workload)
		switch {
		case r.DiffHigh < 0:
			cheaper = append(cheaper, text)
		case r.DiffLow > 0:
			dearer = append(dearer, text)
		}
	}
	if len(cheaper) == 0 || len(dearer) == 0 {
		return "", fmt.Errorf("%s is cheaper than %s on %q and dearer on %q: write another sentence", otherScaler, otherRouter, cheaper, dearer)
	}
	points := func(v float64) string { return strconv.FormatFloat(100*math.Abs(v), 'f', 0, 64) }
	return fmt.Sprintf("(± half a 95 %% interval, over %d seeds.) Under the %s the router alone takes %s ±%s points off (interval of the paired difference);\n"+
		"a scaler that follows demand makes the same cheaper where the load rises (by %s) and dearer elsewhere (by %s).\n",
		misses.N, crowd, points(misses.Diff), points(half), strings.Join(cheaper, ", "), strings.Join(dearer, ", ")), nil
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
