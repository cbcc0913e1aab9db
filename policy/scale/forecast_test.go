package scale

import (
	"math"
	"testing"
)

// TestHoltWintersByHand: a season of two, all weights a half, worked out by hand.
func TestHoltWintersByHand(t *testing.T) {
	f := &holtWinters{alpha: .5, beta: .5, gamma: .5, season: 2}
	f.push(10)
	f.push(20)
	for _, c := range []struct{ y, one, two float64 }{
		// level 15, deviations -5 and 5; then 0.5·19 + 0.5·15 = 17, trend 1, deviation -4; ...
		{14, 23, 15}, {24, 15.75, 26.25},
	} {
		f.push(c.y)
		if one, two := f.ahead(1), f.ahead(2); math.Abs(one-c.one) > 1e-12 || math.Abs(two-c.two) > 1e-12 {
			t.Errorf("after %v: %v and %v ahead, want %v and %v", c.y, one, two, c.one, c.two)
		}
	}
	if got := f.ahead(1.5); math.Abs(got-21) > 1e-12 {
		t.Errorf("one and a half ahead: %v, want 21", got)
	}
}

// TestForecastsLearn: on a season with a trend, the seasonal naive forecast lags by no more
// than the trend of a season, Holt-Winters follows it, and the last value does neither.
func TestForecastsLearn(t *testing.T) {
	const season = 24
	at := func(i int) float64 {
		return 50 + 0.1*float64(i) + 30*math.Sin(2*math.Pi*float64(i)/season)
	}
	miss := func(f forecaster) (worst float64) {
		for i := range 40 * season {
			f.push(at(i))
			if i > 35*season {
				worst = max(worst, math.Abs(f.ahead(6)-at(i+6)))
			}
		}
		return worst
	}
	last, naive, hw := miss(&lastValue{}), miss(&seasonal{season: season}), miss(&holtWinters{alpha: .3, beta: .05, gamma: .2, season: season})
	if last < 30 || naive > 1e-9 || hw > 0.5 {
		t.Errorf("worst misses: last %.3f, want more than 30; seasonal %.3g, want none; Holt-Winters %.3f, want less than 0.5", last, naive, hw)
	}
}

// TestForecastQuantile: with errors of a known spread, the ninth tenth is 1.28 of it above.
func TestForecastQuantile(t *testing.T) {
	var e forecastErrors
	for i := range 1000 {
		e.expect(3, 100)
		e.was(100 + 5*float64(1-2*(i%2)))
	}
	if got, want := e.above(0.9), 1.2816*5; math.Abs(got-want) > 0.01 {
		t.Errorf("above by %.3f, want %.3f", got, want)
	}
	if got := e.above(0.5); math.Abs(got) > 1e-9 {
		t.Errorf("the median is above by %v", got)
	}
}
