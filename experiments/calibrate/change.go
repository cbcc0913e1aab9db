package calibrate

import (
	"math"
	"slices"
	"time"

	"cnv/policy"
)

// A Change is an instant from which on workers took another time for their work: something
// that one law of their speed does not say.
type Change struct {
	At     time.Duration // as the journal has it
	Factor float64       // by which requests took longer from then on; below 1: less long
	N      int           // requests that tell it

	sure float64 // standard deviations that it is off
}

const (
	// leastChange is the relative change of the time that work takes below which there is none.
	leastChange = 0.02
	// surely is how many standard deviations Mann and Whitney's statistic must be off: 1 of
	// 15,000 in each of some tens of looks.
	surely = 4
	// fewestBeside is how many requests of a worker there must be on both sides of an instant.
	fewestBeside = 8
)

// A toll is how many times longer an attempt took than other ones of its worker, beside their work.
type toll struct {
	at  time.Duration
	log float64
}

// Changed is the surest change, nil if there is none. Only attempts
// are looked at that shared no core, each beside the others of its worker, so that workers
// that differ from each other are no change.
func (s *Seen) Changed() *Change {
	by := map[policy.WorkerID][]*Attempt{}
	var order []policy.WorkerID
	for _, a := range s.Attempts {
		if a.Worker == policy.NoWorker || a.Status != policy.OK || a.Crowded || !(a.Work > 0) || a.took() <= 0 {
			continue
		}
		if by[a.Worker] == nil {
			order = append(order, a.Worker)
		}
		by[a.Worker] = append(by[a.Worker], a)
	}
	tolls := map[policy.WorkerID][]toll{}
	var first, last time.Duration = math.MaxInt64, 0
	for _, w := range order {
		if len(by[w]) < 2*fewestBeside {
			continue
		}
		for _, a := range by[w] {
			tolls[w] = append(tolls[w], toll{a.Begin, math.Log(a.took() / a.Work)})
			first, last = min(first, a.Begin), max(last, a.Begin)
		}
	}
	var best *Change
	for k := 1; k < 20; k++ {
		at := first + (last-first)*time.Duration(k)/20
		if c := changeAt(order, tolls, at); c != nil && (best == nil || c.sure > best.sure) {
			best = c
		}
	}
	return best
}

// changeAt says whether the work of workers takes another time from an instant on, by Mann and
// Whitney's test of each worker's attempts before against those after, all workers together.
func changeAt(order []policy.WorkerID, tolls map[policy.WorkerID][]toll, at time.Duration) *Change {
	var logs []float64
	sum, variance, n := 0.0, 0.0, 0
	for _, w := range order {
		var before, after []float64
		for _, x := range tolls[w] {
			if x.at < at {
				before = append(before, x.log)
			} else {
				after = append(after, x.log)
			}
		}
		if len(before) < fewestBeside || len(after) < fewestBeside {
			continue
		}
		a, b := float64(len(before)), float64(len(after))
		sum += above(before, after) - a*b/2
		variance += a * b * (a + b + 1) / 12
		n += len(before) + len(after)
		logs = append(logs, quantile(after, 0.5)-quantile(before, 0.5))
	}
	if n == 0 {
		return nil
	}
	factor := math.Exp(quantile(logs, 0.5))
	sure := math.Abs(sum) / math.Sqrt(variance)
	if sure < surely || math.Abs(math.Log(factor)) < leastChange {
		return nil
	}
	return &Change{at, factor, n, sure}
}

// above counts the pairs of which the second value is larger, and half of those that are equal.
func above(before, after []float64) (n float64) {
	slices.Sort(before)
	for _, v := range after {
		low, _ := slices.BinarySearch(before, v)
		high := low
		for high < len(before) && before[high] == v {
			high++
		}
		n += float64(low) + float64(high-low)/2
	}
	return n
}
