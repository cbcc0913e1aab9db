package compare

import (
	"math"

	"cnv/results"
	"cnv/results/stat"
	"cnv/results/words"
)

// NewSaturation is a search without points yet. over is what replications differ in,
// windows how many the recording has.
func NewSaturation(workload, policy string, rate, limit float64, over string, windows int) Saturation {
	return Saturation{Workload: workload, Policy: policy, Rate: rate, Limit: limit, Basis: stat.Basis{Over: over, Windows: windows}}
}

// NewLoadPoint is what replications had at a load, relative to the file's. missed is the
// metric whose limit is searched for; it panics if there is no such metric.
func NewLoadPoint(load float64, runs *Searched, missed string) LoadPoint {
	p := LoadPoint{Load: load, N: runs.N(), missed: runs.Linear(missed), beyond: runs.Beyond}
	p.Miss, p.MissLow, p.MissHigh = runs.Interval(missed)
	p.P99, p.Cost = runs.Linear(results.MetricP99).Value, runs.Linear(results.CostInSLO).Value
	return p
}

// n is how many replications there are.
func (s *Saturation) n() int {
	if len(s.Points) == 0 {
		return 0
	}
	return s.Points[0].N
}

// A curveOf is a number of each point, such as an end of its interval.
type curveOf func(p *LoadPoint) float64

// missOf, lowOf and highOf are the value of a point and the ends of its interval, NaN
// without one.
func missOf(p *LoadPoint) float64 { return p.Miss }
func lowOf(p *LoadPoint) float64  { return p.MissLow }
func highOf(p *LoadPoint) float64 { return p.MissHigh }

// within says whether a point keeps the limit by its own value.
func (s *Saturation) within(i int) bool { return s.Points[i].Miss <= s.Limit }

// crossing is the first point within the limit whose next is not; -1: none. Misses of few
// runs may rise and fall, so there may be others: see returns.
func (s *Saturation) crossing() int {
	for i := range len(s.Points) - 1 {
		if s.within(i) && !s.within(i+1) {
			return i
		}
	}
	return -1
}

// between is where a level crosses the limit between a point and the next. The
// logarithm of a share of misses is nearly linear in the load (of M/M/1 it is); where
// a share is 0 the share itself has to do.
func (s *Saturation) between(i int, of curveOf) float64 {
	a, b := &s.Points[i], &s.Points[i+1]
	ya, yb, y := of(a), of(b), s.Limit
	if ya > 0 && yb > 0 {
		ya, yb, y = math.Log(ya), math.Log(yb), math.Log(y)
	}
	// Where the level does not rise between the two, the crossing is at the upper one.
	share := 1.0
	if yb > ya {
		share = min(max((y-ya)/(yb-ya), 0), 1)
	}
	return a.Load + share*(b.Load-a.Load)
}

// load is the highest load, where the misses of all replications together cross the
// limit, and its 95 % interval: the loads around it at which their own interval has
// the limit in it (inverting the test of one load; Fieller 1954 for a ratio). An end
// that was not met is 0 or infinite. Without any crossing the load is 0 or infinite.
func (s *Saturation) load() words.Estimate {
	at := s.crossing()
	if at < 0 {
		end := 0.0
		if n := len(s.Points); n > 0 && s.within(n-1) {
			end = math.Inf(1)
		}
		return words.Estimate{Mean: end, Low: math.NaN(), High: math.NaN()}
	}
	out := words.Estimate{Mean: s.between(at, missOf), Low: 0, High: math.Inf(1)}
	// Without an interval on either side, no load has one.
	if math.IsNaN(s.Points[at].MissLow) || math.IsNaN(s.Points[at+1].MissLow) {
		out.Low, out.High = math.NaN(), math.NaN()
		return out
	}
	// Down to the first load that is surely within the limit, and up to the first that
	// surely is not.
	for i := at; i >= 0; i-- {
		if s.Points[i].MissHigh <= s.Limit {
			out.Low = min(s.between(i, highOf), out.Mean)
			break
		}
	}
	for i := at + 1; i < len(s.Points); i++ {
		if s.Points[i].MissLow > s.Limit {
			out.High = max(s.between(i-1, lowOf), out.Mean)
			break
		}
	}
	return out
}

// Load is the highest load and its 95 % interval, relative to the file's load.
func (s *Saturation) Load() (load, low, high float64) {
	l := s.load()
	return l.Mean, l.Low, l.High
}

// slopeAround is how far, in log2 of the load, the slope of a curve is taken to each side.
const slopeAround = 1.0 / 8

// log is the logarithm of the highest load and what each replication contributes to it: to
// first order, what it contributes to the misses there over their slope (the delta method
// for a root). Without a crossing, or a slope that rises, no replication contributes, so
// that there is no interval.
//
// The logarithm, so that the difference of two is the log of their ratio.
func (s *Saturation) log() stat.Linear {
	at, load := s.crossing(), s.load()
	if at < 0 {
		return stat.Linear{Value: math.Log(load.Mean)}
	}
	out := stat.Linear{Value: math.Log(load.Mean)}
	a, b := &s.Points[at], &s.Points[at+1]
	low, high := load.Mean*math.Exp2(-slopeAround), load.Mean*math.Exp2(slopeAround)
	// Over a quarter of an octave, as the slope between two points that are 1 % apart is
	// mostly noise.
	slope := (s.missAt(high) - s.missAt(low)) / math.Log(high/low)
	if !(slope > 0) || len(a.missed.At) == 0 || len(a.missed.At) != len(b.missed.At) {
		return out
	}
	share := (load.Mean - a.Load) / (b.Load - a.Load)
	mean := a.Miss + share*(b.Miss-a.Miss)
	for k := range a.missed.At {
		y := a.missed.At[k] + share*(b.missed.At[k]-a.missed.At[k])
		out.At = append(out.At, out.Value-(y-mean)/slope)
	}
	return out
}

// atRoot is what an interval at the highest load is about: that of the two points around it
// that is further off.
func (s *Saturation) atRoot() stat.Basis {
	about := s.Basis
	if at := s.crossing(); at >= 0 {
		about.Beyond = max(s.Points[at].beyond, s.Points[at+1].beyond)
	}
	return about
}

// missAt is the share of misses at a load, between points by interpolation; NaN beyond
// them.
func (s *Saturation) missAt(load float64) float64 {
	for i := range len(s.Points) - 1 {
		a, b := &s.Points[i], &s.Points[i+1]
		if load >= a.Load && load <= b.Load {
			return a.Miss + (load-a.Load)/(b.Load-a.Load)*(b.Miss-a.Miss)
		}
	}
	return math.NaN()
}

// against is the ratio to another policy's, whose replications met the same draws, one of
// so many whose intervals hold together.
func (s *Saturation) against(other *Saturation, ratios int) words.Estimate {
	a, b := s.log(), other.log()
	d, about := a.Minus(b), s.Basis
	about.Beyond = stat.BeyondOf(a.At, b.At, s.atRoot().Beyond, other.atRoot().Beyond)
	p := stat.PrecisionOf(d.At, about)
	half := p.Error
	if !math.IsNaN(half) {
		half *= stat.Bonferroni(ratios, p.Freedom, p.Level)
	}
	if !twoEnds(s.load()) || !twoEnds(other.load()) {
		half = math.NaN() // an interval without an end says nothing of a ratio
	}
	return words.Estimate{Mean: math.Exp(d.Value), Low: math.Exp(d.Value - half), High: math.Exp(d.Value + half)}
}

// twoEnds says whether a load is known from below and from above.
func twoEnds(load words.Estimate) bool {
	return load.Finite() && load.Low > 0 && !math.IsInf(load.High, 1)
}

// returns says whether the curve is surely within the limit again at a load, back, above
// one, over, at which it surely is not. The interval of each point has 95 % of its own.
func (s *Saturation) returns() (over, back float64, ok bool) {
	for i := range s.Points {
		switch p := &s.Points[i]; {
		case over == 0 && p.MissLow > s.Limit:
			over = p.Load
		case over > 0 && p.MissHigh <= s.Limit:
			return over, p.Load, true
		}
	}
	return 0, 0, false
}
