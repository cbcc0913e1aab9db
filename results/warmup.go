package results

import (
	"math"
	"slices"

	gonum "gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"cnv/results/stat"
)

// A course is what a steady question needs of a run that has ended: any warm-up
// can be left out of it afterwards.
type course struct {
	series *Series
	parts  *keptStretches
}

// settle leaves the warm-up out of all runs of a workload, once they are there.
//
// The warm-up is one for all policies and replications of a workload: its first
// requests, the same everywhere, so that policies are compared on the same
// arrivals, and so that the luck of no single run decides. A cut that is chosen
// for each run leaves out the bursts that happen to come early: with work of cv²
// 10 means came out 14 % low. It is the longest that any policy needs.
//
// It is called with the lock held, after each run of the workload, and acts after the last.
func (s *Runs) settle(w int) {
	cells := s.cells[s.index(w, 0):s.index(w+1, 0)]
	for i := range cells {
		if slices.Contains(cells[i].done, false) {
			return
		}
	}
	// Batches of all runs are joined to those of the longest, so that the same batch is the
	// same requests everywhere.
	width := uint64(0)
	for i := range cells {
		for _, k := range cells[i].courses {
			width = max(width, k.series.Width)
		}
	}
	least := math.MaxInt // batches of the shortest run that has any
	all := make([][]*Series, len(cells))
	for i := range cells {
		for _, k := range cells[i].courses {
			joined := k.series.joined(width)
			if all[i] = append(all[i], joined); len(joined.Batches) > 0 {
				least = min(least, len(joined.Batches))
			}
		}
	}
	cut, cuts := 0, make([]int, len(cells))
	found := make([]bool, len(cells))
	for i := range cells {
		cuts[i], found[i] = commonWarmUp(all[i], least, len(cells))
		if found[i] {
			cut = max(cut, cuts[i])
		}
	}
	// No policy has a steady state: the longest cut is taken, and all of them are called
	// endless.
	if !slices.Contains(found, true) {
		cut = slices.Max(cuts)
	}
	for i := range cells {
		cells[i].leaveOut(cut, !found[i], all[i])
	}
}

// joined is a copy of a series in batches of so many arrivals, a power of two
// times its own.
// Runs of other lengths have batches of other widths; averaged they must be of the same requests.
func (s *Series) joined(width uint64) *Series {
	out := &Series{Width: s.Width, Batches: slices.Clone(s.Batches)}
	for len(out.Batches) > 0 && out.Width < width {
		out.join()
	}
	return out
}

// commonWarmUp is the warm-up of a policy over all its replications, in batches.
// MSER-5 proposes one, on the series averaged over replications (as Welch 1983
// averages them; Hoad, Robinson, Davies 2010, doi:10.1057/jors.2009.156), and the
// replications decide: the mean before the cut must differ from the mean behind
// it by Student's t over replications. A burst in one of them is no warm-up, and a
// warm-up that cannot be told from chance biases the mean less than chance does.
// So that one of many policies does not find one by chance, they share the level.
// One run is judged by its own batches (begins). found is false where there is no steady
// state.
func commonWarmUp(runs []*Series, least, policies int) (cut int, found bool) {
	if least == math.MaxInt {
		return 0, true
	}
	mean := &Series{Batches: make([]Batch, least)}
	for _, s := range runs {
		for i := range min(least, len(s.Batches)) {
			mean.Batches[i].plus(&s.Batches[i])
		}
	}
	cut, found = stat.WarmUp(mean.means(batchResponse))
	unlike := false
	if len(runs) > 1 {
		unlike = differ(runs, 0, cut, 1-0.05/float64(policies), func(*Series) int { return cut })
	} else {
		unlike = runs[0].begins(cut)
	}
	if !unlike {
		return 0, true
	}
	return cut, found
}

// beginsBatches is how many stretches the rest of a run is cut into, at least, to judge
// its beginning, and beginsConfidence how sure it must be: MSER-5 has chosen among a
// thousand beginnings the one that is least like the rest.
const (
	beginsBatches    = 16
	beginsConfidence = 0.9999
)

// begins says whether the batches before a cut are unlike those behind it in one run, by
// Student's t over stretches, widened for how alike neighbours are. Else a queue that
// happens to be long at first would be left out, and none that is long later on: of
// M/M/1 at 80 % load and 10,000 requests intervals held the mean 2 to 3 times of 100
// less.
func (s *Series) begins(cut int) bool {
	each := min(cut, (len(s.Batches)-cut)/beginsBatches)
	if each < 1 {
		return cut > 0
	}
	before, after := float64(cut/each), (len(s.Batches)-cut)/each
	rest, part := s.Long(cut, after, batchResponse), Series{Batches: s.Batches[:cut]}
	first := part.total(0)
	mean, deviation := gonum.MeanStdDev(rest, nil)
	alike := max(stat.Lag(stat.Straightened(rest)), 0)
	if short := s.Long(cut, ShortBatches, batchResponse); short != nil {
		alike = max(alike, stat.Lag(stat.Straightened(short)))
	}
	alike = min(alike, mostAlike)
	error := deviation * math.Sqrt((1/before+1/float64(after))*(1+alike)/(1-alike))
	t := distuv.StudentsT{Sigma: 1, Nu: float64(after - 1)}.Quantile((1 + beginsConfidence) / 2)
	return !(math.Abs(batchResponse(&first)-mean) <= t*error) // NaN: a batch without an answer
}

// mostAlike bounds how alike neighbours are taken to be, where this is widened for.
const mostAlike = 0.9

// differ says whether the mean response time of batches [from, to) differs from
// that of the batches from rest on, by Student's t over runs.
// Replications are independent, so that this t needs no allowance for neighbours that are alike.
// Runs that are too short have no say; with fewer than two it is false.
func differ(runs []*Series, from, to int, confidence float64, rest func(s *Series) int) bool {
	var ds []float64
	for _, s := range runs {
		if len(s.Batches) < to {
			continue
		}
		part := Series{Batches: s.Batches[from:to]}
		a, b := part.total(0), s.total(rest(s))
		if d := batchResponse(&a) - batchResponse(&b); !math.IsNaN(d) {
			ds = append(ds, d)
		}
	}
	if len(ds) < 2 {
		return false
	}
	mean, error := gonum.MeanStdDev(ds, nil)
	n := float64(len(ds))
	return math.Abs(mean) > distuv.StudentsT{Sigma: 1, Nu: n - 1}.Quantile((1+confidence)/2)*error/math.Sqrt(n)
}

// leaveOut gives every run of a cell its steady state. Rows are changed in copies:
// those that came may be on their way to a file.
// The courses are given up with it: nothing needs them any more.
func (c *cellData) leaveOut(cut int, endless bool, runs []*Series) {
	drift := false
	if n := shortest(runs); len(runs) > 1 && n-cut > 1 {
		half := cut + (n-cut)/2
		drift = differ(runs, cut, half, 0.99, func(*Series) int { return half })
	}
	for i, s := range runs {
		row := &c.rows[i]
		row.Values = slices.Clone(row.Values)
		t := &row.Trend
		t.Warmup, t.Endless = cut, endless
		if t.course(s); len(runs) > 1 {
			t.Drift = drift
		}
		state := newSteadyState(t, s, c.courses[i].parts)
		t.Left = state.share
		row.fill(&summary{steady: state}, slices.Concat(steadyColumns, steadyParts))
		row.tails.steady = keep(state.response)
	}
	if len(runs) == 1 {
		c.series = runs[0]
	}
	c.courses = nil
}

// shortest is the number of batches of the shortest run; math.MaxInt of no runs.
func shortest(runs []*Series) int {
	n := math.MaxInt
	for _, s := range runs {
		n = min(n, len(s.Batches))
	}
	return n
}
