package compare

import (
	"math"
	"slices"

	"cnv/results/stat"
)

// Sequential stopping: seeds are added until all differences of primary metrics are
// known well enough. Stopping by what was seen makes intervals too narrow: those that
// happen to be are the ones that stop. So the looks that may be taken are
// fixed before the first one and share the 5 % equally (see stat.Basis.Level): the answer
// holds with 95 % confidence whichever look is the last, and whichever look is the last of
// a workload: those whose differences are known get no more seeds.
//
// An interval is only as good as what was met. The first look is at FirstLook seeds, at
// which something that happens in one run of ten has not been met in 1.5 % of
// cases (0.9^40; with ten seeds 35 %). And a difference that few replications carry is
// not known: the t-interval wants that leastCarriers do, fewer have a longer one (see
// carried) and get more seeds. This is what Chow and Robbins (1965,
// doi:10.1214/aoms/1177700156) and Glynn and Whitt (1992, doi:10.1214/aoap/1177005777) ask
// of a rule of fixed width: that the variance is known before it is believed.
const (
	FirstLook     = 40
	MostSeeds     = 320
	leastCarriers = 8
)

// MoreSeeds is how many seeds the next round has: twice as many, so that rounds are few,
// and MostSeeds at most.
func MoreSeeds(seeds int) int { return min(2*seeds, MostSeeds) }

// Looks is how many rounds there may be, if the first has so many seeds: 4 from FirstLook
// on (40, 80, 160, 320).
func Looks(seeds int) int {
	n := 1
	for ; seeds < MostSeeds; seeds = MoreSeeds(seeds) {
		n++
	}
	return n
}

// A Width is how well the differences of primary metrics are known. Widths are half
// intervals: of shares as fractions, of all else relative to the first policy's mean.
type Width struct {
	Intervals int      // of those that more seeds narrow, which are not those over windows of one recording
	Widest    float64  // half of the widest: of shares in points, of all else relative to the first policy's mean
	Where     string   // whose that is
	Points    bool     // that is a share, and so in points
	Shares    int      // of the intervals are of shares
	Carried   []string // differences that too few replications carry for Student's interval: see carried
	Without   []string // differences without an interval, or with one that is relative to nothing
	Workloads []OpenAt // that have differences which more seeds narrow, in order
}

// An OpenAt is how well the differences on a workload are known: half of the widest
// interval, and whether too few replications carry one of them.
type OpenAt struct {
	Workload string
	Widest   float64
	Carried  bool
}

// closed is how much less wide than the target intervals on a workload are before it gets
// no more seeds, as others do: the bound of |t| that holds for all moves a little with
// what these bring.
const closed = 0.95

// Open says whether a workload has a difference that is not known to the target: such
// get more seeds, and others none.
func (w *Width) Open(workload string, target float64) bool {
	return slices.ContainsFunc(w.Workloads, func(at OpenAt) bool {
		return at.Workload == workload && (at.Widest > closed*target || at.Carried)
	})
}

// at is the entry of a workload, made where there is none. It is valid until the next is
// made.
func (w *Width) at(workload string) *OpenAt {
	i := slices.IndexFunc(w.Workloads, func(at OpenAt) bool { return at.Workload == workload })
	if i < 0 {
		i, w.Workloads = len(w.Workloads), append(w.Workloads, OpenAt{Workload: workload})
	}
	return &w.Workloads[i]
}

// Known says whether all that has an interval is known to the target, in the unit of
// Widest.
func (w *Width) Known(target float64) bool { return w.Widest <= target && len(w.Carried) == 0 }

// Widest looks at the rows of a comparison: at the intervals that hold together. A
// share that was equal in all runs has one, too, by the number of runs.
//
// Over windows of one recording more resamples narrow nothing, so that such differences are
// left out.
func Widest(rows []Compared) Width {
	var out Width
	// By workload and metric: the row of the first policy, to whose mean widths are
	// relative.
	first := map[[2]string]Compared{}
	for _, r := range rows {
		if r.Against == "" {
			first[[2]string{r.Workload, r.Metric}] = r
		}
	}
	for _, r := range rows {
		if !r.Primary || r.Against == "" || r.Over == stat.OverWindows {
			continue
		}
		base := first[[2]string{r.Workload, r.Metric}]
		half, where := (r.JointHigh-r.JointLow)/2, r.Metric+" of "+r.Policy
		if r.Against != base.Policy {
			where += " against " + r.Against
		}
		where += " on " + r.Workload
		if relative := r.Unit != "fraction"; relative && math.IsInf(base.Mean, 0) {
			half = math.NaN()
		} else if relative && half > 0 {
			half /= math.Abs(base.Mean)
		}
		if r.Verdict == Equal && math.IsNaN(half) {
			half = 0 // more seeds are not asked for
		}
		if math.IsNaN(half) || math.IsInf(half, 0) {
			out.Without = append(out.Without, where)
			continue
		}
		at := out.at(r.Workload)
		if at.Widest = max(at.Widest, half); r.Carriers > 0 && r.Carriers < leastCarriers {
			out.Carried, at.Carried = append(out.Carried, where), true
		}
		points := r.Unit == "fraction"
		if points {
			out.Shares++
		}
		if out.Intervals++; out.Where == "" || half > out.Widest {
			out.Widest, out.Where, out.Points = half, where, points
		}
	}
	return out
}
