package readme

import (
	"fmt"
	"math"
	"strings"

	"cnv/results/compare"
	"cnv/results/words"
)

// The headline is what the router alone changes on the workload where that is worth
// most, and what is said of the scaler is its contrast: of both only findings that hold
// in nearly all worlds. The quickstart has enough seeds if the interval of the headline
// is at most a fifth of it to either side.
const (
	original    = "seed"
	otherRouter = "seed-jsq"
	otherScaler = "demand"
	missed      = "miss_avoidable"
	usd         = "cost_per_1000_in_slo_usd"
	sharpness   = 0.2
)

// headline is the sentences under the table, each by the intervals that hold
// together; an error says that the quickstart cannot tell them sharply.
func headline(rows []compare.Compared, held []compare.Held) (string, error) {
	misses, paid, err := candidate(rows, held)
	if err != nil {
		return "", err
	}
	scaler, err := scalerWords(rows, held)
	if err != nil {
		return "", err
	}
	where := misses.Workload
	points := func(r *compare.Compared) string { // of a finding that takes misses off
		e := words.Estimate{Mean: -100 * r.Diff, Low: -100 * r.JointHigh, High: -100 * r.JointLow}
		return words.Decimal(e.Mean, 1) + " " + e.Beside(1)
	}
	of := func(policy, metric string) float64 { return mean(rows, where, policy, metric) }
	share := func(policy string) string { return digits(100*of(policy, missed), 2) + " %" }
	return fmt.Sprintf("On %s, join-shortest-queue instead of the original's router, with functions beside both, takes %s points off the misses and %.0f %% off\n"+
		"the cost. (This ± is wider than one of a cell, as all differences that the answer names hold together.) It holds in %s: %s points in the least and\n"+
		"the greatest of them. There the original launches %.0f machines beside those it began with, and drops %.0f in all: to it, a machine that fails a request while it still boots\n"+
		"is lost. It goes on paying for them, for %.0f machines on average; under join-shortest-queue there are %.0f. Without functions the original misses %s, join-shortest-queue %s.\n%s",
		where, points(misses), -100*paid.Diff/of(original, usd), fewest(held, misses, paid), sizes(held, misses),
		of(original, "launches"), of(original, "dropped_vms"), of(original, "vms_mean"), of(otherRouter, "vms_mean"),
		share(original+"-nospill"), share("jsq-nospill"), scaler), nil
}

// half is half the interval of a difference.
func half(r *compare.Compared) float64 { return (r.JointHigh - r.JointLow) / 2 }

// candidate is the finding that is the headline, in misses and in cost: of those of the
// router that hold and are sharp the one that saves most.
func candidate(rows []compare.Compared, held []compare.Held) (misses, paid *compare.Compared, err error) {
	var why []string
	for i := range rows {
		m := &rows[i]
		if m.Policy != otherRouter || m.Against != original || m.Metric != missed {
			continue
		}
		p, err := difference(rows, m.Workload, original, otherRouter, usd)
		if err != nil {
			return nil, nil, err
		}
		switch {
		case m.Verdict != compare.Better || p.Verdict != compare.Better:
			why = append(why, fmt.Sprintf("on %s it is %s in misses and %s in cost", m.Workload, m.Verdict, p.Verdict))
		case !(half(m) <= sharpness*math.Abs(m.Diff)):
			why = append(why, fmt.Sprintf("on %s it is %.3g ± %.3g: its interval is wider than a fifth of it to either side", m.Workload, m.Diff, half(m)))
		case !robust(held, m) || !robust(held, p):
			why = append(why, "on "+m.Workload+" it turns in other worlds")
		case paid == nil || p.Diff < paid.Diff:
			misses, paid = m, p
		}
	}
	if misses == nil {
		return nil, nil, fmt.Errorf("no finding about the router can be the headline: %s", strings.Join(why, "; "))
	}
	return misses, paid, nil
}

// inWorlds is what worlds say of a difference.
func inWorlds(held []compare.Held, r *compare.Compared) (compare.Held, bool) {
	for _, h := range held {
		if h.Workload == r.Workload && h.Policy == r.Policy && h.Against == r.Against && h.Metric == r.Metric {
			return h, true
		}
	}
	return compare.Held{}, false
}

// robust says whether a finding holds in nearly all worlds.
func robust(held []compare.Held, r *compare.Compared) bool {
	h, ok := inWorlds(held, r)
	return ok && h.Robust()
}

// fewest is in how many worlds findings hold, of the one that holds in the smallest share.
func fewest(held []compare.Held, found ...*compare.Compared) string {
	least := compare.Held{}
	for _, r := range found {
		if h, _ := inWorlds(held, r); least.Drawn == 0 || h.Holds*least.Drawn < least.Holds*h.Drawn {
			least = h
		}
	}
	return fmt.Sprintf("%d of %d worlds", least.Holds, least.Drawn)
}

// sizes is the least and the most of what a finding takes off in worlds, percentage
// points.
func sizes(held []compare.Held, r *compare.Compared) string {
	h, _ := inWorlds(held, r) // it is there: a headline is robust
	return digits(-100*h.High, 2) + " to " + digits(-100*h.Low, 2)
}

// scalerWords says where a scaler that follows demand is cheaper than the
// original one, and where it is dearer, where that holds in other worlds.
func scalerWords(rows []compare.Compared, held []compare.Held) (string, error) {
	by := map[string][]string{}
	than := map[string]string{compare.Better: "less", compare.Worse: "more"}
	for i := range rows {
		r := &rows[i]
		if r.Policy == otherScaler && r.Against == otherRouter && r.Metric == usd && robust(held, r) {
			text := fmt.Sprintf("%s %% %s on %s", digits(100*math.Abs(r.Diff)/mean(rows, r.Workload, otherRouter, usd), 2), than[r.Verdict], r.Workload)
			by[r.Verdict] = append(by[r.Verdict], text)
		}
	}
	cheaper, dearer := by[compare.Better], by[compare.Worse]
	if len(cheaper) == 0 || len(dearer) == 0 {
		return "", fmt.Errorf("%s is cheaper than %s on %q and dearer on %q: write another sentence", otherScaler, otherRouter, cheaper, dearer)
	}
	return fmt.Sprintf("A scaler that follows demand (`demand`), instead of the original's threshold (`seed-jsq`), then costs %s and %s.\n", strings.Join(cheaper, ", "), strings.Join(dearer, ", ")), nil
}

// mean is a metric of a policy on a workload; NaN: it is not there.
func mean(rows []compare.Compared, workload, policy, metric string) float64 {
	for i := range rows {
		if r := &rows[i]; r.Workload == workload && r.Policy == policy && r.Metric == metric {
			return r.Mean
		}
	}
	return math.NaN()
}

// difference is the row that compares two policies.
func difference(rows []compare.Compared, workload, from, to, metric string) (*compare.Compared, error) {
	for i := range rows {
		if r := &rows[i]; r.Workload == workload && r.Policy == to && r.Against == from && r.Metric == metric {
			return r, nil
		}
	}
	return nil, fmt.Errorf("the quickstart does not compare %s to %s on %s", to, from, workload)
}
