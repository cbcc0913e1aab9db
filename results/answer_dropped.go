package results

import (
	"strconv"

	"cnv/results/words"
)

// What tells of VMs that a router dropped, as columns.md names it.
const (
	droppedVMs = "dropped_vms"
	droppedUSD = "dropped_usd"
)

// mostDropping is how many policies that drop VMs are told of at length.
const mostDropping = 3

// droppedAnswer says what policies whose routers drop VMs have launched, dropped and
// paid on: a sentence for each of the first, and one for the rest.
func droppedAnswer(fs findings) []string {
	var out, rest []string
	for _, p := range fs.policies() {
		var on []string
		for _, w := range fs.workloads() {
			n, _ := fs.value(w, p, droppedVMs)
			if !(n.value.Mean > 0) {
				continue
			}
			launched, _ := fs.value(w, p, "launches")
			paid, _ := fs.value(w, p, droppedUSD)
			all, _ := fs.value(w, p, "cost_usd")
			on = append(on, "launched "+aRun(launched.value.Mean)+" VMs and dropped "+aRun(n.value.Mean)+" on "+w+
				", paying $"+words.Decimal(paid.value.Mean, words.DecimalsFor(paid.value.Mean, 3))+" of $"+words.Decimal(all.value.Mean, words.DecimalsFor(all.value.Mean, 3))+" for dropped ones")
		}
		switch {
		case on == nil:
		case len(out) < mostDropping:
			out = append(out, "Per run, "+words.InQuotes(p)+" "+words.List(on)+"; they ran on unused.")
		default:
			rest = append(rest, words.InQuotes(p))
		}
	}
	if rest != nil {
		out = append(out, "VMs that were dropped ran on under "+words.List(rest)+", too ("+droppedVMs+" in comparison.csv).")
	}
	return out
}

// aRun writes the mean of a count.
func aRun(v float64) string { return strconv.FormatFloat(words.Round(v, 3), 'f', -1, 64) }
