package scale

import (
	"errors"
	"fmt"
	"math"
	"time"

	"cnv/policy"
)

// AWSPredictive has the shape of EC2 Auto Scaling's predictive scaling: the load of each hour is
// forecast, and the workers that it needs at a target utilisation are there at the hour's begin, Buffer
// before it. It forecasts once a whole Season is known, and wants nothing before. Alone it takes no workers away
// (In), as there; under max, with In, it is the floor of another scaler, which is how it is meant to be used.
//
// The load is all work that arrives, whoever serves it, a mean over each Bin; a forecast is the load
// one Season before, moved by the change between the last two seasons. What AWS forecasts with is not public.
// Pools are filled in order. O(1) per decision.
//
// Source: Amazon EC2 Auto Scaling user guide, "How predictive scaling works", 2024 (hourly forecasts,
// 24 hours of history at least, SchedulingBufferTime 300 s, scales out only).
type AWSPredictive struct {
	Target float64       `toml:"target" doc:"utilisation that is aimed at" range:"0.3:0.9" set:"yes"`
	Buffer time.Duration `toml:"buffer" doc:"workers are there so long before the bin that needs them, at most a bin" range:"0s:1h" set:"yes"`
	Bin    time.Duration `toml:"bin" doc:"for which the load is forecast, 1m to 24h"`
	Season time.Duration `toml:"season" doc:"after which the load repeats itself; a whole number of bins, 10,000 at most"`
	In     bool          `toml:"in" doc:"take workers away that are not forecast; false as on AWS, true for a part of max" set:"yes"`

	forecast seasonal
	bin      int64 // that lasts
	sum      float64
	n        int // samples of it
	desired  []int
}

// NewAWSPredictive returns the defaults of AWS, at half of the processors.
func NewAWSPredictive() *AWSPredictive {
	return &AWSPredictive{Target: 0.5, Buffer: 5 * time.Minute, Bin: time.Hour, Season: 24 * time.Hour}
}

// Validate checks the parameters.
func (p *AWSPredictive) Validate() error {
	var errs []error
	bad := func(wrong bool, format string, args ...any) {
		if wrong {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	bad(!(p.Target > 0 && p.Target <= 1), "target = %v, must be in (0, 1]", p.Target)
	bad(p.Bin < time.Minute || p.Bin > 24*time.Hour, "bin = %v, must be in [1m, 24h]", p.Bin)
	bad(p.Buffer < 0 || p.Buffer > p.Bin, "buffer = %v, must be in [0s, %v], a bin", p.Buffer, p.Bin)
	bad(p.Bin > 0 && (p.Season < p.Bin || p.Season%p.Bin != 0 || p.Season/p.Bin > 10_000), "season = %v, must be a whole number of bins of %v, at most 10000", p.Season, p.Bin)
	return errors.Join(errs...)
}

// Start implements policy.Starter.
func (p *AWSPredictive) Start(policy.Env) error {
	p.forecast = seasonal{season: int(p.Season / p.Bin)}
	return nil
}

// Period implements policy.Scaler: a minute, in which the load is averaged.
func (p *AWSPredictive) Period() time.Duration { return time.Minute }

// StartsFromNone implements policy.LateStarter: what waits is in no forecast.
func (p *AWSPredictive) StartsFromNone(policy.PoolID) bool { return false }

// Size implements policy.Scaler.
func (p *AWSPredictive) Size(v *policy.ScaleView) policy.Plan {
	pools := v.Pools()
	if len(pools) == 0 {
		return policy.Plan{}
	}
	p.observe(v.Now, v.Demand(p.Period()).Work)
	want := max(p.at(v.Now), p.at(v.Now+p.Buffer)) / p.Target
	if !p.In {
		want = max(want, size(v))
	}
	p.desired = fill(pools, want, p.desired[:0])
	return policy.Plan{Desired: p.desired}
}

// observe takes in the load of the minute that ends now.
func (p *AWSPredictive) observe(now time.Duration, load float64) {
	p.sum, p.n = p.sum+load, p.n+1
	for bin := int64(now / p.Bin); p.bin < bin; p.bin++ {
		p.forecast.push(p.sum / float64(p.n))
		if p.bin+1 == bin {
			p.sum, p.n = 0, 0
		}
	}
}

// at is the load that is forecast for the bin of an instant, 0 before a season is known.
func (p *AWSPredictive) at(t time.Duration) float64 {
	if p.forecast.n < p.forecast.season {
		return 0
	}
	return p.forecast.ahead(math.Max(float64(int64(t/p.Bin)-p.bin+1), 0))
}
