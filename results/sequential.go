package results

import (
	"math"
	"slices"
)

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

// Widest is the widest half of an interval of a primary metric's difference to
// the first policy, and whose it is: shares in points, all else relative to the
// first policy's mean. Differences without an interval do not count.
func Widest(rows []Compared) (widest float64, where string) {
	first := map[[2]string]float64{}
	for _, r := range rows {
		if r.Against == "" {
			first[[2]string{r.Workload, r.Metric}] = r.Mean
		}
	}
	where = "nothing has an interval"
	for _, r := range rows {
		half := (r.DiffHigh - r.DiffLow) / 2
		if !r.Primary || r.Against == "" || math.IsNaN(half) || math.IsInf(half, 0) {
			continue
		}
		if base := math.Abs(first[[2]string{r.Workload, r.Metric}]); !slices.Contains(shares, r.Metric) {
			if !(base > 0) || math.IsInf(base, 0) {
				continue
			}
			half /= base
		}
		if half > widest {
			widest, where = half, r.Metric+" of "+r.Policy+" on "+r.Workload
		}
	}
	return widest, where
}

// shares are metrics between 0 and 1, whose differences are points.
var shares = []string{"slo_attainment", "miss_avoidable", "miss_unavoidable", "function_share", "cold_share", "utilisation"}
