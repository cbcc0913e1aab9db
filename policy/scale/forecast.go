package scale

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// A forecaster predicts a series of values that are not negative, one for each bin of time.
//
// ahead takes a fraction of a bin, as boots take any time, and is never negative.
type forecaster interface {
	push(y float64)             // the value of the bin that has just ended
	ahead(bins float64) float64 // the value expected so many bins later; after the first push
}

// lastValue expects that nothing changes.
type lastValue struct{ y float64 }

func (f *lastValue) push(y float64)        { f.y = y }
func (f *lastValue) ahead(float64) float64 { return f.y }

// seasonal expects what was one season earlier, moved by what the mean of the last season
// differs from that of the one before; the last value while less than a season is known.
type seasonal struct {
	season int       // bins, >= 1
	past   []float64 // of the last two seasons. Invariant: bin i at i modulo their number
	n      int       // bins so far
}

func (f *seasonal) push(y float64) {
	if f.past == nil {
		f.past = make([]float64, 2*f.season)
	}
	f.past[f.n%len(f.past)] = y
	f.n++
}

// at is the value of a bin of the last two seasons.
func (f *seasonal) at(bin int) float64 { return f.past[bin%len(f.past)] }

func (f *seasonal) ahead(bins float64) float64 {
	if f.n < f.season {
		return f.at(f.n - 1)
	}
	whole := f.n - 1 + int(math.Floor(bins))
	part := bins - math.Floor(bins)
	return max(0, f.before(whole)*(1-part)+f.before(whole+1)*part+f.drift())
}

// before is the latest known value in the season's place of a bin.
// O(seasons ahead).
func (f *seasonal) before(bin int) float64 {
	for bin >= f.n {
		bin -= f.season
	}
	return f.at(bin)
}

// drift is by how much the last season was above the one before.
func (f *seasonal) drift() (sum float64) {
	if f.n < 2*f.season {
		return 0
	}
	for i := range f.season {
		sum += f.at(f.n-1-i) - f.at(f.n-1-i-f.season)
	}
	return sum / float64(f.season)
}

// holtWinters is additive exponential smoothing of a level, a trend a bin and the deviations
// of a season; without the last until a whole season is known.
//
// Source: Winters 1960, doi:10.1287/mnsc.6.3.324; Hyndman and Athanasopoulos, Forecasting:
// principles and practice, section "Holt-Winters' seasonal method".
type holtWinters struct {
	alpha, beta, gamma float64 // in [0, 1]
	season             int     // bins, >= 1
	level, trend       float64
	swing              []float64 // deviations by place in the season; values while the first one lasts
	n                  int       // bins so far
}

func (f *holtWinters) push(y float64) {
	if f.swing == nil {
		f.swing = make([]float64, f.season)
	}
	i := f.n % f.season
	f.n++
	switch {
	case f.n == 1:
		f.level = y
		f.swing[i] = y
	case f.n <= f.season:
		f.smooth(y)
		f.swing[i] = y
		if f.n == f.season {
			f.begin()
		}
	default:
		f.smooth(y - f.swing[i])
		f.swing[i] = f.gamma*(y-f.level) + (1-f.gamma)*f.swing[i]
	}
}

// smooth moves level and trend towards a value without its season.
// Additive seasons, not multiplicative ones: a load that falls to 0 at night has no ratio.
func (f *holtWinters) smooth(y float64) {
	before := f.level
	f.level = f.alpha*y + (1-f.alpha)*(f.level+f.trend)
	f.trend = f.beta*(f.level-before) + (1-f.beta)*f.trend
}

// begin takes the first season for the deviations from its mean.
func (f *holtWinters) begin() {
	sum := 0.0
	for _, y := range f.swing {
		sum += y
	}
	f.level, f.trend = sum/float64(f.season), 0
	for i := range f.swing {
		f.swing[i] -= f.level
	}
}

func (f *holtWinters) ahead(bins float64) float64 {
	y := f.level + bins*f.trend
	if f.n >= f.season {
		whole := f.n - 1 + int(math.Floor(bins))
		part := bins - math.Floor(bins)
		y += f.swing[whole%f.season]*(1-part) + f.swing[(whole+1)%f.season]*part
	}
	return max(0, y)
}

// errors is the mean square of what a series was above or below its forecasts, of late.
// Forecasts are judged at the distance at which they are used: one for a boot of a minute is not as sure
// as one for the next bin.
type forecastErrors struct {
	made   []float64 // by bin modulo their number: what was expected of it; NaN nothing
	bin    int       // the last that ended
	square float64   // exponentially weighted, over about a hundred bins
	n      int
}

// farthest is how many bins a forecast that is scored looks ahead at most.
const farthest = 1024

// expect notes what is expected of the bin so many bins later.
func (e *forecastErrors) expect(bins int, y float64) {
	if e.made == nil {
		e.made = make([]float64, farthest+1)
		for i := range e.made {
			e.made[i] = math.NaN()
		}
	}
	if bins >= 1 && bins <= farthest {
		e.made[(e.bin+bins)%len(e.made)] = y
	}
}

// was scores the forecast of the bin that has just ended.
func (e *forecastErrors) was(y float64) {
	e.bin++
	if e.made == nil {
		return
	}
	expected := e.made[e.bin%len(e.made)]
	e.made[e.bin%len(e.made)] = math.NaN()
	if d := y - expected; !math.IsNaN(d) {
		e.n++
		e.square += (d*d - e.square) / float64(min(e.n, 100))
	}
}

// above is by how much a quantile of the values is above the forecasts, were the errors
// normal around 0.
func (e *forecastErrors) above(quantile float64) float64 {
	return distuv.UnitNormal.Quantile(quantile) * math.Sqrt(e.square)
}
