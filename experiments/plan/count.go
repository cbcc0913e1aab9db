package plan

import (
	"errors"
	"fmt"
	"math"

	"cnv/policy"
	"cnv/workloads"
)

// A Count is a number of workers, Auto, or a law of which each replication draws one.
//
//	initial = 4
//	initial = "auto"
//	initial = { dist = "empirical", samples = "sizes.csv" }
type Count struct {
	N    int            // of a law its mean, rounded
	Auto bool           // enough for the offered load: see Scenario.auto
	Law  workloads.Dist // no law: N, or Auto
}

// UnmarshalTOML takes an integer, "auto" or a distribution.
func (c *Count) UnmarshalTOML(x any) error {
	switch x := x.(type) {
	case string:
		if x == "auto" {
			*c = Count{Auto: true}
			return nil
		}
	case int64:
		if x < 0 || x > maxWorkers {
			return fmt.Errorf("%d workers, must be in [0, %d] or \"auto\"", x, maxWorkers)
		}
		*c = Count{N: int(x)}
		return nil
	case map[string]any:
		d, errs := workloads.ParseDist(x)
		if errs != nil {
			return errors.Join(errs...)
		}
		if !(d.Mean() <= maxWorkers) {
			return fmt.Errorf("%v workers on average, must be at most %d", d.Mean(), maxWorkers)
		}
		*c = Count{N: int(math.Round(d.Mean())), Law: d}
		if d.Law == nil {
			c.Law = workloads.Dist{}
		}
		return nil
	}
	return errors.Join(mismatch(`a number of workers, "auto" or a distribution`, x)...)
}

// drawn is how many workers the pool of a place has at the start of the replication
// with this seed: the same under all policies that have the same bounds, between which
// a draw is kept.
func (c Count) drawn(seed uint64, place int, p *policy.Pool) int {
	if c.Law.Law == nil {
		return c.N
	}
	n := math.Round(c.Law.Draw(policy.NewRand(seed, "initial", 0).At(uint64(place))))
	return int(min(max(n, float64(p.Min)), float64(p.Max)))
}

// String is the number, auto, or the law.
func (c Count) String() string {
	switch {
	case c.Auto:
		return "auto"
	case c.Law.Law != nil:
		return c.Law.String()
	}
	return fmt.Sprint(c.N)
}
