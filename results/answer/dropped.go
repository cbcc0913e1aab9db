package answer

import (
	"strconv"
	"strings"

	"cnv/results/words"
)

// What tells of VMs that a router dropped, as columns.md names it.
const (
	DroppedVMs = "dropped_vms"
	droppedUSD = "dropped_usd"
)

// mostDropping is how many policies that drop VMs are told of at length.
const mostDropping = 3

// droppedAnswer says what policies whose routers drop VMs have launched, dropped and paid
// on: a sentence for each of the first, and one for the rest; nil where no VM was dropped.
//
// "Per run, seed launched 4 VMs beside those it began with and dropped 3.5 of all on w, paying $0.500 of
// $1.25 for dropped ones. A dropped VM is not used again, and billed for as long as it runs."
func droppedAnswer(fs Findings) []string {
	var out, rest []string
	workloads, dropped := fs.Workloads(), fs.levels(DroppedVMs)
	launches, paying, costs := fs.levels("launches"), fs.levels(droppedUSD), fs.levels("cost_usd")
	for _, p := range fs.Policies() {
		var on []string
		for _, w := range workloads {
			key := [2]string{w, p}
			n := dropped[key]
			if !(n.Value.Mean > 0) {
				continue
			}
			launched, paid, all := launches[key], paying[key], costs[key]
			on = append(on, "launched "+vms(launched.Value.Mean)+" beside those it began with and dropped "+aRun(n.Value.Mean)+" of all on "+w+
				", paying $"+words.Decimal(paid.Value.Mean, words.DecimalsFor(paid.Value.Mean, 3))+" of $"+words.Decimal(all.Value.Mean, words.DecimalsFor(all.Value.Mean, 3))+" for dropped ones")
		}
		switch {
		case on == nil:
		case len(out) < mostDropping:
			out = append(out, "Per run, "+words.InQuotes(p)+" "+strings.Join(on, "; it ")+". A dropped VM is not used again, and billed for as long as it runs.")
		default:
			rest = append(rest, words.InQuotes(p))
		}
	}
	if rest != nil {
		out = append(out, "VMs that were dropped ran on under "+words.List(rest)+", too ("+DroppedVMs+" in comparison.csv).")
	}
	return out
}

// vms writes a mean number of them: "1 VM", "3.5 VMs".
func vms(v float64) string { return aRun(v) + words.IfElse(v == 1, " VM", " VMs") }

// aRun writes the mean of a count to three digits, whole where it is: "4", "3.5".
func aRun(v float64) string { return strconv.FormatFloat(words.Round(v, 3), 'f', -1, 64) }
