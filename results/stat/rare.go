package stat

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// fewEvents is up to how many replications with an event a rate's upper end is
// taken from the number of those, not from how the rates spread.
const fewEvents = 5

// sizeConfidence is that of how large events are.
const sizeConfidence = 0.9

// RareHigh is the upper end of a 95 % interval of a rate from 0 to most, of which
// rates are what the replications had: most is 1 of shares, infinite of events per request
// or per hour, of which a replication may have any number. The replication is the unit: events come in
// bursts, so a million requests of ten runs say no more of bursts than ten runs do.
//
// Where no replication had an event, so many as 1 - 5 %^(1/n) of all may have some
// (the rule of three, 3/n: Hanley and Lippman-Hand 1983,
// doi:10.1001/jama.1983.03330370053031), and nobody has seen how large these are: they are
// taken for 1.
// Where up to five had some, the end is the largest share of replications that may have
// some (see eventShare), times the largest mean rate in those (see eventSize). high is the
// end by the spread; it is never made less.
func RareHigh(rates []float64, high, confidence, most float64) float64 {
	n, events, sum := len(rates), 0, 0.0
	for _, r := range rates {
		if r > 0 {
			events++
		}
		sum += r
	}
	switch {
	case n == 0 || events > fewEvents || 2*events > n:
		return high
	case events == 0:
		return max(high, RuleOfThree(n, confidence))
	}
	return max(high, eventShare(events, n, confidence)*min(eventSize(events, sum), most))
}

// EventsHigh is the upper end of an interval of a rate from 0 to most of which an estimate
// has a standard error, and t is Student's quantile of it, where independent events made
// the rate, as bursts of misses do.
//
// The rate is taken as a sum of (rate/error)² events, Poisson many: their exact upper end
// is Garwood's (1936, Biometrika 28, 437; for sums of events of unequal size Fay and Feuer
// 1997, Statistics in Medicine 16, 791), with the error t/1.96 times as large, as it is an
// estimate itself. It is never below Student's end, and near it where events are many.
func EventsHigh(rate, error, t, confidence, most float64) float64 {
	return min(max(garwood(rate, error, t, confidence), rate+t*error), most)
}

// garwood is that end alone; Student's, where nothing has happened or nothing varied.
func garwood(rate, error, t, confidence float64) float64 {
	if !(rate > 0) || !(error > 0) {
		return rate + t*error
	}
	wide := error * t / distuv.UnitNormal.Quantile(1-(1-confidence)/2)
	size := wide * wide / rate // of an event
	return size * distuv.Gamma{Alpha: rate/size + 1, Beta: 1}.Quantile(1-(1-confidence)/2)
}

// FewHigh is EventsHigh where few events may have been met, as in one recording: such a
// recording has a low rate and a low error, so Student's interval is too short just
// where the rate is too low. Of up to five events, how large they become is not known
// either: it is at most what 90 % confidence says of exponential sizes, as in RareHigh;
// from ten on their sizes are in the error.
func FewHigh(rate, error, t, confidence, most float64) float64 {
	high := garwood(rate, error, t, confidence)
	if rate > 0 && error > 0 {
		events := rate * rate / (error * error)
		if unknown := min((2*fewEvents-events)/fewEvents, 1); unknown > 0 {
			seen := max(events, 1) // a rate above 0 has had one; the error is an estimate
			larger := seen / distuv.Gamma{Alpha: seen, Beta: 1}.Quantile(1-sizeConfidence)
			high *= 1 + unknown*(larger-1)
		}
	}
	return min(max(high, rate+t*error), most)
}

// RuleOfThree is the largest share of all replications that may have what none of
// n has shown: some 3/n at 95 %.
func RuleOfThree(n int, confidence float64) float64 {
	return 1 - math.Pow(1-confidence, 1/float64(n))
}
