package results

import (
	"math"

	"cnv/results/stat"

	gonum "gonum.org/v1/gonum/stat"
)

// confidence of all intervals, however often they are looked at.
const confidence = 0.95

// Interval is the mean of xs and its 95 % confidence interval by Student's t
// (Student 1908, doi:10.1093/biomet/6.1.1). With fewer than two values, or one
// that is not finite, there is no interval: low and high are NaN. Where all
// values are equal, low = mean = high without a rounding error.
func Interval(xs []float64) (mean, low, high float64) {
	return intervalOf(xs, basis{over: OverSeeds})
}

// A basis is what an interval is about.
type basis struct {
	over    string
	windows int     // over windows: of the recording
	lag     float64 // over batches: the autocorrelation that they are widened for
	looks   int     // how often seeds may be added after a look at it; 0: as once
	skewed  bool    // values may be so skewed that an interval must be longer on one side
}

// level is the confidence of one look. Looks share what is left of it equally
// (Bonferroni), so that all of them together hold, and so the last one does, by
// whatever rule it became the last.
func (b basis) level() float64 { return 1 - (1-confidence)/float64(max(b.looks, 1)) }

// leastWindows are enough for an interval: how far fewer differ says little of
// how far others would.
const leastWindows = 10

// A precision is how far the mean of some values may be off.
type precision struct {
	error   float64 // standard error of the mean; NaN: nothing is known
	freedom float64 // degrees of freedom it has
	level   float64 // confidence of one look at it
	slant   float64 // by the skewness of the values: see stat.Skewed
}

// precisionOf is that of xs.
//
// Over windows, xs are not samples but a block bootstrap of one recording: how
// they spread is how far the recording itself may be from its like (Künsch 1989,
// doi:10.1214/aos/1176347265), however many there are, and more of them only say
// it better. So their deviation is the standard error and not divided by √n; the
// mean, which stands for the recording, adds 1/n of its square. It comes from
// few windows and few resamples: as degrees of freedom both count. Of fewer than
// leastWindows there is no interval.
//
// Over batches, neighbours that are alike make the mean vary more, as in an
// autoregressive process (Steiger et al. 2005, doi:10.1145/1044322.1044325), and means of
// few busy periods are skewed: both corrections are those of N-Skart (Tafazzoli,
// Wilson 2009, doi:10.1109/WSC.2009.5429565).
func precisionOf(xs []float64, about basis) precision {
	none := precision{error: math.NaN(), level: about.level()}
	few := about.over == OverNothing || about.over == OverEqual || about.over == OverWindows && about.windows < leastWindows
	if few || len(xs) < 2 {
		return none
	}
	mean := stat.MeanOf(xs)
	if math.IsNaN(mean) || math.IsInf(mean, 0) {
		return none
	}
	n := float64(len(xs))
	freedom := n - 1
	variance := gonum.MomentAbout(2, xs, mean, nil) / (n - 1) // of the mean: MomentAbout divides by n
	if w := float64(about.windows); about.over == OverWindows {
		freedom = 1 / (1/freedom + 1/(w-1))
		variance *= (n + 1) * w / (w - 1)
	}
	variance *= (1 + about.lag) / (1 - about.lag)
	out := precision{error: math.Sqrt(variance), freedom: freedom, level: about.level()}
	if about.over == OverBatches || about.skewed && about.over == OverSeeds {
		out.slant = stat.Slant(xs)
	}
	return out
}

// t is Student's quantile of the interval that holds a mean on its own.
func (s precision) t() float64 { return stat.StudentsT(s.freedom, 1-(1-s.level)/2) }

// around is the interval of a mean whose |t| is at most so much; of what does not vary
// it is the mean, and it has no ends where nothing is known.
func (s precision) around(mean, t float64) (low, high float64) {
	if math.IsNaN(s.error) || s.error == 0 {
		return mean - s.error, mean + s.error
	}
	return mean - stat.Skewed(t, s.slant)*s.error, mean - stat.Skewed(-t, s.slant)*s.error
}

// wider is the interval that verdicts are about: on either side as long as Student's at
// least, as the skewness of few values may be luck.
func (s precision) wider(mean, t float64) (low, high float64) {
	low, high = s.around(mean, t)
	s.slant = 0
	least, most := s.around(mean, t)
	return min(low, least), max(high, most)
}

// own is the interval that holds a mean on its own.
func (s precision) own(mean float64) (low, high float64) {
	if math.IsNaN(s.error) {
		return math.NaN(), math.NaN()
	}
	return s.around(mean, s.t())
}

// half is half the interval that holds on its own what is as likely off to either side.
func (s precision) half() float64 {
	if math.IsNaN(s.error) {
		return math.NaN()
	}
	return s.t() * s.error
}

// intervalOf is the mean of xs and its 95 % interval.
func intervalOf(xs []float64, about basis) (mean, low, high float64) {
	if len(xs) == 0 {
		return math.NaN(), math.NaN(), math.NaN()
	}
	mean = stat.MeanOf(xs)
	low, high = precisionOf(xs, about).own(mean)
	return mean, low, high
}

// differences is a - b, pair by pair. Two infinite values have none: NaN.
func differences(a, b []float64) []float64 {
	out := make([]float64, min(len(a), len(b)))
	for i := range out {
		out[i] = a[i] - b[i]
	}
	return out
}
