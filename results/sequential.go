package results

import "math"

// Sequential stopping: seeds are added until all differences of the primary
// metrics are known well enough. With at least LeastSeeds the rule makes intervals a
// little too narrow, not grossly (Chow and Robbins 1965, doi:10.1214/aoms/1177700156);
// `go run ./results/coverage --until` measures how much.
const (
	LeastSeeds = 10
	MostSeeds  = 320
)

// MoreSeeds is how many seeds the next round has.
func MoreSeeds(seeds int) int { return min(2*seeds, MostSeeds) }

// A Width is how well the differences of primary metrics are known.
type Width struct {
	Intervals int      // of those that more seeds narrow, which are not those over windows of one recording
	Widest    float64  // half of the widest: of shares in points, of all else relative to the first policy's mean
	Where     string   // whose that is
	Without   []string // differences without an interval, or with one that is relative to nothing
}

// Widest looks at the rows of a comparison.
func Widest(rows []Compared) Width {
	var out Width
	first := map[[2]string]Compared{}
	for _, r := range rows {
		if r.Against == "" {
			first[[2]string{r.Workload, r.Metric}] = r
		}
	}
	for _, r := range rows {
		if !r.Primary || r.Against == "" || r.Over == OverWindows {
			continue
		}
		base := first[[2]string{r.Workload, r.Metric}]
		half, where := (r.DiffHigh-r.DiffLow)/2, r.Metric+" of "+r.Policy
		if r.Against != base.Policy {
			where += " against " + r.Against
		}
		where += " on " + r.Workload
		if relative := r.Unit != "fraction"; relative && math.IsInf(base.Mean, 0) {
			half = math.NaN()
		} else if relative && half > 0 {
			half /= math.Abs(base.Mean)
		}
		if math.IsNaN(half) || math.IsInf(half, 0) {
			out.Without = append(out.Without, where)
			continue
		}
		if out.Intervals++; out.Where == "" || half > out.Widest {
			out.Widest, out.Where = half, where
		}
	}
	return out
}
