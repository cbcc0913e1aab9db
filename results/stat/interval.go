package stat

import (
	"math"

	gonum "gonum.org/v1/gonum/stat"
)

// Confidence of all intervals, however often they are looked at.
const Confidence = 0.95

// Interval is the mean of xs and its 95 % confidence interval by Student's t
// (Student 1908, doi:10.1093/biomet/6.1.1). With fewer than two values, or one
// that is not finite, there is no interval: low and high are NaN. Where all
// values are equal, low = mean = high without a rounding error.
func Interval(xs []float64) (mean, low, high float64) {
	return IntervalOf(xs, Basis{Over: OverSeeds})
}

// A Basis is what an interval is about.
type Basis struct {
	Over    string
	Windows int     // over windows: of the recording
	Beyond  float64 // over windows: variance of what the recording is off by, over that between resamples; 0: 1
	Lag     float64 // over batches: the autocorrelation that they are widened for
	Looks   int     // how often seeds may be added after a look at it; 0: as once
	Skewed  bool    // values may be so skewed that an interval must be longer on one side
}

// Level is the confidence of one look. Looks share what is left of it equally
// (Bonferroni), so that all of them together hold, and so the last one does, by
// whatever rule it became the last.
func (b Basis) Level() float64 { return 1 - (1-Confidence)/float64(max(b.Looks, 1)) }

// beyond is what Beyond says.
func (b Basis) beyond() float64 {
	if b.Beyond == 0 {
		return 1
	}
	return b.Beyond
}

// BeyondOf is Beyond of the difference of two means over windows, whose own are such: what
// the recording is off by moves both, each by as much more than its replications differ.
// Where a difference does not vary it is the larger one.
func BeyondOf(a, b []float64, ofA, ofB float64) float64 {
	x, y := Basis{Beyond: ofA}.beyond(), Basis{Beyond: ofB}.beyond()
	if x == y || len(a) != len(b) || len(a) < 2 {
		return max(x, y)
	}
	apart, off := Differences(a, b), make([]float64, len(a))
	for i := range off {
		off[i] = math.Sqrt(x)*a[i] - math.Sqrt(y)*b[i]
	}
	between := gonum.Variance(apart, nil)
	if !(between > 0) {
		return max(x, y)
	}
	return gonum.Variance(off, nil) / between
}

// LeastWindows are enough for an interval: how far fewer differ says little of
// how far others would.
const LeastWindows = 10

// A Precision is how far the mean of some values may be off.
type Precision struct {
	Error   float64 // standard error of the mean; NaN: nothing is known
	Freedom float64 // degrees of freedom it has
	Level   float64 // confidence of one look at it
	slant   float64 // by the skewness of the values: see Skewed
}

// PrecisionOf is that of xs.
//
// Over windows, xs are not samples but a block bootstrap of one recording: how
// they spread is how far the recording itself may be from its like (Künsch 1989,
// doi:10.1214/aos/1176347265), however many there are, and more of them only say
// it better. So their deviation is the standard error and not divided by √n; the
// mean, which stands for the recording, adds 1/n of its square. It comes from
// few windows and few resamples: as degrees of freedom both count. Of fewer than
// LeastWindows there is no interval. Where a replication is several resamples on top of each
// other, or a thinned one, the recording is further off than they differ, or less far, by
// Beyond.
//
// Over batches, neighbours that are alike make the mean vary more, as in an
// autoregressive process (Steiger et al. 2005, doi:10.1145/1044322.1044325), and means of
// few busy periods are skewed: both corrections are those of N-Skart (Tafazzoli,
// Wilson 2009, doi:10.1109/WSC.2009.5429565). Where about says so, replications over seeds
// and over draws are corrected for their skewness alike.
func PrecisionOf(xs []float64, about Basis) Precision {
	none := Precision{Error: math.NaN(), Level: about.Level()}
	few := about.Over == OverNothing || about.Over == OverEqual || about.Over == OverWindows && about.Windows < LeastWindows
	if few || len(xs) < 2 {
		return none
	}
	mean := MeanOf(xs)
	if math.IsNaN(mean) || math.IsInf(mean, 0) {
		return none
	}
	n := float64(len(xs))
	freedom := n - 1
	variance := gonum.MomentAbout(2, xs, mean, nil) / (n - 1) // of the mean: MomentAbout divides by n
	if w := float64(about.Windows); about.Over == OverWindows {
		freedom = 1 / (1/freedom + 1/(w-1))
		variance *= (n*about.beyond() + 1) * w / (w - 1)
	}
	variance *= (1 + about.Lag) / (1 - about.Lag)
	if about.Over == OverBatches && variance == 0 {
		return none // one run in which nothing varies says nothing of others
	}
	out := Precision{Error: math.Sqrt(variance), Freedom: freedom, Level: about.Level()}
	if about.Over == OverBatches || about.Skewed && about.Independent() {
		out.slant = Slant(xs)
	}
	return out
}

// T is Student's quantile of the interval that holds a mean on its own.
func (s Precision) T() float64 { return StudentsT(s.Freedom, 1-(1-s.Level)/2) }

// around is the interval of a mean whose |t| is at most so much; of what does not vary
// it is the mean, and it has no ends where nothing is known.
func (s Precision) around(mean, t float64) (low, high float64) {
	if math.IsNaN(s.Error) || s.Error == 0 {
		return mean - s.Error, mean + s.Error
	}
	return mean - Skewed(t, s.slant)*s.Error, mean - Skewed(-t, s.slant)*s.Error
}

// Wider is the interval that verdicts are about: on either side as long as Student's at
// least, as the skewness of few values may be luck.
func (s Precision) Wider(mean, t float64) (low, high float64) {
	low, high = s.around(mean, t)
	s.slant = 0
	least, most := s.around(mean, t)
	return min(low, least), max(high, most)
}

// Own is the interval that holds a mean on its own.
func (s Precision) Own(mean float64) (low, high float64) {
	if math.IsNaN(s.Error) {
		return math.NaN(), math.NaN()
	}
	return s.around(mean, s.T())
}

// Half is half the interval that holds on its own what is as likely off to either side.
func (s Precision) Half() float64 {
	if math.IsNaN(s.Error) {
		return math.NaN()
	}
	return s.T() * s.Error
}

// IntervalOf is the mean of xs and its 95 % interval.
func IntervalOf(xs []float64, about Basis) (mean, low, high float64) {
	if len(xs) == 0 {
		return math.NaN(), math.NaN(), math.NaN()
	}
	mean = MeanOf(xs)
	low, high = PrecisionOf(xs, about).Own(mean)
	return mean, low, high
}

// Differences is a - b, pair by pair. Two infinite values have none: NaN.
func Differences(a, b []float64) []float64 {
	out := make([]float64, min(len(a), len(b)))
	for i := range out {
		out[i] = a[i] - b[i]
	}
	return out
}
