package scale

import (
	"errors"
	"fmt"
	"math"
	"time"

	"cnv/policy"
	"cnv/policy/enum"
)

// Staffing sizes the fleet so that a request waits longer than WaitTime with probability
// Wait at most, by Erlang's formula for M/M/n or its limit for large fleets, for the load
// that is forecast for the instant at which a worker launched now would be ready, and
// another decision could follow.
//
// The load is all work that arrives, whoever serves it, a mean for each Bin. The forecast is
// the last value, that of one Season before (moved by the change between the last two), or
// additive exponential smoothing (Holt-Winters); Quantile provisions for more than is
// expected, by what the forecasts have missed of late. With Reactive it is never less than the
// load of now, so that a forecast does not make the fleet too small.
//
// Pools are filled in order, and a fleet shrinks only to the most that was wanted within
// Hold. While requests arrive of which nothing is known it does not shrink: see Demand.
// O(cores) per decision by Erlang's formula, O(pools) by the limit; of requests in flight as
// Demand.
//
// Source: Erlang 1917; Halfin and Whitt 1981, doi:10.1287/opre.29.3.567; Winters 1960,
// doi:10.1287/mnsc.6.3.324.
type Staffing struct {
	Rule     Rule          `toml:"rule" doc:"\"erlang-c\", or \"square-root\" for its limit" set:"erlang-c,square-root"`
	Wait     float64       `toml:"wait" doc:"probability of waiting longer than wait_time" range:"0.01:0.8" set:"yes"`
	WaitTime time.Duration `toml:"wait_time" doc:"that a request may wait" set:"yes"`
	Forecast Method        `toml:"forecast" doc:"\"last\" value, \"seasonal\" naive, or \"holt-winters\""`
	Bin      time.Duration `toml:"bin" doc:"of the series that is forecast, in which its load is averaged, at most 10 min"`
	Season   time.Duration `toml:"season" doc:"after which the load repeats itself; a whole number of bins"`
	Alpha    float64       `toml:"alpha" doc:"of holt-winters: weight of the last value in the level" range:"0.05:0.9"`
	Beta     float64       `toml:"beta" doc:"of holt-winters: weight of the last change in the trend" range:"0.005:0.5"`
	Gamma    float64       `toml:"gamma" doc:"of holt-winters: weight of the last deviation in the season" range:"0.05:0.9"`
	Quantile float64       `toml:"quantile" doc:"of what the load may be that is provisioned for; 0.5 is what is expected" range:"0.5:0.99" set:"yes"`
	Reactive bool          `toml:"reactive" doc:"provision for the load of now at least" set:"yes"`
	Hold     time.Duration `toml:"hold" doc:"shrink to the most wanted within so long" range:"0s:30m" set:"yes"`
	Every    time.Duration `toml:"period" doc:"time between decisions" range:"5s:5m" set:"yes"`

	forecast forecaster
	errors   forecastErrors // of what was expected
	bins     ticker
	ended    time.Duration // when the last bin did
	held     held
	desired  []int
}

// NewStaffing returns one request in five waiting, for the load of one minute.
func NewStaffing() *Staffing {
	return &Staffing{
		Rule: RuleErlangC, Wait: 0.2, Forecast: ForecastLast, Bin: time.Minute, Season: 24 * time.Hour,
		Alpha: 0.3, Beta: 0.05, Gamma: 0.2, Quantile: 0.9, Reactive: true, Hold: 2 * time.Minute, Every: 10 * time.Second,
	}
}

// Validate checks the parameters.
func (p *Staffing) Validate() error {
	var errs []error
	bad := func(wrong bool, format string, args ...any) {
		if wrong {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	bad(!(p.Wait > 0 && p.Wait < 1), "wait = %v, must be in (0, 1)", p.Wait)
	bad(!(p.Quantile > 0 && p.Quantile < 1), "quantile = %v, must be in (0, 1)", p.Quantile)
	bad(p.Bin < 10*time.Second || p.Bin > 10*time.Minute, "bin = %v, must be in [10s, 10m]", p.Bin)
	bad(p.Bin > 0 && (p.Season < p.Bin || p.Season%p.Bin != 0 || p.Season/p.Bin > 100_000), "season = %v, must be a whole number of bins of %v, at most 100000", p.Season, p.Bin)
	bad(!(p.Alpha >= 0 && p.Alpha <= 1 && p.Beta >= 0 && p.Beta <= 1 && p.Gamma >= 0 && p.Gamma <= 1),
		"alpha = %v, beta = %v, gamma = %v, must be in [0, 1]", p.Alpha, p.Beta, p.Gamma)
	return errors.Join(append(errs, enum.Check("rule", p.Rule, rules), enum.Check("forecast", p.Forecast, methods),
		notNegative("wait_time", p.WaitTime), notNegative("hold", p.Hold), period(p.Every))...)
}

// Start implements policy.Starter.
func (p *Staffing) Start(policy.Env) error {
	season := int(p.Season / p.Bin)
	switch p.Forecast {
	case ForecastSeasonal:
		p.forecast = &seasonal{season: season}
	case ForecastHoltWinters:
		p.forecast = &holtWinters{alpha: p.Alpha, beta: p.Beta, gamma: p.Gamma, season: season}
	default:
		p.forecast = &lastValue{}
	}
	return nil
}

// Period implements policy.Scaler.
func (p *Staffing) Period() time.Duration { return p.Every }

// Size implements policy.Scaler.
func (p *Staffing) Size(v *policy.ScaleView) policy.Plan {
	pools := v.Pools()
	if len(pools) == 0 {
		return policy.Plan{}
	}
	p.held.start(v)
	d := v.Demand(p.Bin)
	rate := math.Inf(1) // requests a second that a core serves
	if d.Arrivals > 0 && d.Work > 0 {
		rate = pools[0].Speed * d.Arrivals / d.Work
	}
	cores := p.cores(p.expected(v, d.Work)/pools[0].Speed, rate, pools)
	want := p.held.most(v.Now, max(float64(cores)*pools[0].Speed, unknown(v, p.Bin)), p.Hold, p.Every)
	p.desired = fill(pools, want, p.desired[:0])
	return policy.Plan{Desired: p.desired}
}

// expected is the load to provision for, in reference cores. The value of a bin is the
// load in its middle.
func (p *Staffing) expected(v *policy.ScaleView, load float64) float64 {
	due := p.bins.due(v.Now, p.Bin)
	if due {
		p.errors.was(load)
		p.forecast.push(load)
		p.ended = v.Now
	}
	ahead := float64(v.Now+v.Boot(0)+p.Every-p.ended)/float64(p.Bin) + 0.5
	if due {
		p.errors.expect(int(math.Round(ahead)), p.forecast.ahead(math.Round(ahead)))
	}
	expected := max(0, p.forecast.ahead(ahead)+p.errors.above(p.Quantile))
	if p.Reactive {
		return max(expected, load)
	}
	return expected
}

// cores is the number of cores for an offered load, at most those of all pools.
func (p *Staffing) cores(a, rate float64, pools []policy.Pool) int {
	most := 0
	for i := range pools {
		most += pools[i].Max * pools[i].Cores
	}
	s := staffing{P: p.Wait, Wait: p.WaitTime.Seconds()}
	if s.Wait == 0 {
		rate = 0 // whatever it is: 0·∞ is no number
	}
	if p.Rule == RuleSquareRoot {
		return s.squareRoot(a, rate, most)
	}
	return s.servers(a, rate, most)
}
