package compare

import (
	"fmt"
	"math"
	"strings"

	"cnv/results"
	"cnv/results/stat"
	"cnv/results/words"
)

// Halves are the arrivals of each replication and their avoidable misses, in the first and
// in the second half of its requests: by half, then by replication.
type Halves struct{ Missed, Requests [2][]float64 }

// Add takes a run that has ended.
func (h *Halves) Add(r *results.Run) {
	half := len(r.Series().Batches) / 2
	for i, batches := range [2][]results.Batch{r.Series().Batches[:half], r.Series().Batches[half:]} {
		missed, requests := 0.0, 0.0
		for k := range batches {
			missed, requests = missed+batches[k].Avoidable, requests+batches[k].Requests
		}
		h.Missed[i], h.Requests[i] = append(h.Missed[i], missed), append(h.Requests[i], requests)
	}
}

// share is that of misses in a half, 0 or 1, over all replications.
func (h *Halves) share(half int) stat.Linear {
	missed, requests := 0.0, 0.0
	for k := range h.Missed[half] {
		missed, requests = missed+h.Missed[half][k], requests+h.Requests[half][k]
	}
	return stat.Jackknife(len(h.Missed[half]), missed/requests,
		func(k int) float64 { return (missed - h.Missed[half][k]) / (requests - h.Requests[half][k]) },
		func(k int) float64 { return h.Missed[half][k] / h.Requests[half][k] })
}

// loadKnownTo is how far a highest load may be off, relative to it, without a warning.
const loadKnownTo = 0.02

// saturationWarnings are what readers must know of highest loads.
func saturationWarnings(all []Saturation) []Warning {
	var out []Warning
	for i := range all {
		for _, text := range all[i].Doubts() {
			out = append(out, Warning{all[i].Workload + " / " + all[i].Policy, text})
		}
	}
	return out
}

// Doubts are why the highest load may not be that of theory, or of longer runs: its
// interval is wide, misses drift in runs, or fall again as the load rises.
func (s *Saturation) Doubts() (out []string) {
	for _, text := range []string{s.wide(), s.drifts()} {
		if text != "" {
			out = append(out, text)
		}
	}
	if over, back, ok := s.returns(); ok {
		out = append(out, fmt.Sprintf("misses do not only rise with the load: at %s times the file's load they are above the limit, at %s times within it again; the highest load is the first at which they cross it",
			words.Significant(over, 3), words.Significant(back, 3)))
	}
	return out
}

// wide says that a highest load is not known well; "" if it is, or nothing is known.
//
// "the highest load is known to -3.1 % and +2.8 %, no closer than 2 %: run longer, or with more seeds"
func (s *Saturation) wide() string {
	l := s.load()
	if math.IsInf(l.Mean, 0) || !(l.Mean > 0) || math.IsNaN(l.Low) || max(l.High/l.Mean, l.Mean/l.Low)-1 <= loadKnownTo {
		return ""
	}
	if !twoEnds(l) {
		return s.open(l) + ": " + s.more()
	}
	return fmt.Sprintf("the highest load is known to -%s %% and +%s %%, no closer than 2 %%: %s",
		words.Significant(100*(1-l.Low/l.Mean), 2), words.Significant(100*(l.High/l.Mean-1), 2), s.more())
}

// open says of a highest load without two ends what the outermost loads that were tried
// had.
//
// "the highest load has no upper end, as at 2.00 times the file's load, the highest that
// was tried, misses of 1.1 % (0.8 to 1.4) are not known to be above the limit"
func (s *Saturation) open(l words.Estimate) string {
	seen := func(end, outermost, known string, p *LoadPoint) string {
		text := fmt.Sprintf("no %s end, as at %s times the file's load, the %s that was tried, ", end, words.Significant(p.Load, 3), outermost)
		miss := words.Estimate{Mean: 100 * p.Miss, Low: 100 * p.MissLow, High: 100 * p.MissHigh}
		if !miss.Interval() {
			return text + "misses have no interval"
		}
		places := words.Places(miss.Mean, miss.Low, miss.High)
		return fmt.Sprintf("%smisses of %s %%%s are not known to be %s the limit", text, words.Decimal(miss.Mean, places), words.Bracket(miss, places), known)
	}
	var parts []string
	if math.IsInf(l.High, 1) {
		parts = append(parts, seen("upper", "highest", "above", &s.Points[len(s.Points)-1]))
	}
	if !(l.Low > 0) {
		parts = append(parts, seen("lower", "lowest", "within", &s.Points[0]))
	}
	return "the highest load has " + strings.Join(parts, ", and ")
}

// more is what makes the interval of a highest load shorter. More resamples of one
// recording hardly do.
func (s *Saturation) more() string {
	if s.Over == stat.OverWindows {
		return "a longer recording says more"
	}
	return "run longer, or with more seeds"
}

// drifts says that misses differ between the halves of runs at the highest load, by so
// much that the load of a longer run is another; "" if they do not.
//
// "at the highest load 0.8 % of the first half of requests miss and 1.4 % of the second:
// the load is that of runs of this length, which begin as the file has them, and in longer
// ones it is lower"
//
// Below the capacity of machines a queue that has begun empty is still growing in runs that
// are too short.
func (s *Saturation) drifts() string {
	if s.Halves == nil {
		return ""
	}
	early, late := s.Halves.share(0), s.Halves.share(1)
	// A run twice as long has half of this difference more, or less, in its mean: hence the
	// half below.
	d := late.Minus(early)
	load := s.load().Mean
	low, high := load*math.Exp2(-slopeAround), load*math.Exp2(slopeAround)
	slope := (s.missAt(high) - s.missAt(low)) / math.Log(high/low)
	// Surely a drift, and one that moves the load by more than it is known to. NaN is
	// neither.
	if half := stat.PrecisionOf(d.At, s.atRoot()).Half(); !(math.Abs(d.Value) > half) || !(math.Abs(d.Value)/2 > loadKnownTo*slope) {
		return ""
	}
	return fmt.Sprintf("at the highest load %s %% of the first half of requests miss and %s %% of the second: the load is that of runs of this length, which begin as the file has them, and in longer ones it is %s",
		words.Significant(100*early.Value, 2), words.Significant(100*late.Value, 2), words.IfElse(d.Value > 0, "lower", "higher"))
}
