package results

import (
	"math"

	"cnv/policy"
	"cnv/results/stat"
)

// predictions compare the work that the gateway predicted with what was measured,
// of the requests for which both are known. It keeps sums, and a sample of the pairs
// for their order.
// A rank correlation needs pairs: of 2,000 that are independent its standard error is 0.015.
type predictions struct {
	all, known errorSums
	sample     []predicted // a simple random sample (reservoir: Vitter 1985, algorithm R)
	rand       *policy.Rand
}

// sampled is how many pairs the sample holds.
const sampled = 2000

// A predicted is a pair of the sample.
type predicted struct {
	stat.Pair
	known bool
}

// errorSums are the sums of some predictions.
// Logs, as an estimate of half is as wrong as one of twice; the relative error is what people ask for.
type errorSums struct {
	n       float64
	off     float64 // |predicted - measured| / measured
	logs    float64 // ln(predicted / measured)
	squares float64 // their squares
}

// add takes the relative error of a prediction, and its log.
func (s *errorSums) add(off, log float64) {
	s.n++
	s.off += off
	s.logs += log
	s.squares += log * log
}

// newPredictions returns an empty one, whose sample is drawn under the run's seed.
func newPredictions(seed uint64) *predictions {
	return &predictions{rand: policy.NewRand(seed, "prediction", 0)}
}

// add takes the record of a request that was answered, and gives its relative error;
// false: its work was not predicted, or not measured.
// Predictions of 0 are "no idea" and do not count as wrong.
func (p *predictions) add(q *Request) (off float64, ok bool) {
	// Measured is 0 where Work is the measurement itself, and -1 where the answer does not
	// say any.
	work := q.Measured
	if work == 0 {
		work = q.Work
	}
	if work <= 0 || !(q.Predicted > 0) {
		return 0, false
	}
	measured := float64(work) / 1e9 // as the simulator has it, so that exact predictions are
	off = math.Abs(q.Predicted-measured) / measured
	log := math.Log(q.Predicted / measured)
	p.all.add(off, log)
	if q.Known {
		p.known.add(off, log)
	}
	pair := predicted{stat.Pair{X: q.Predicted, Y: measured}, q.Known}
	// The n-th pair takes a place of the sample with probability sampled/n, and so has each the
	// same chance.
	if len(p.sample) < sampled {
		p.sample = append(p.sample, pair)
	} else if i := p.rand.IntN(int(p.all.n)); i < sampled {
		p.sample[i] = pair
	}
	return off, true
}

// tau is Kendall's τ-b of the pairs in the sample that count; NaN without two. From -1 to
// 1.
func (p *predictions) tau(counts func(*predicted) bool) float64 {
	var pairs []stat.Pair
	for i := range p.sample {
		if counts(&p.sample[i]) {
			pairs = append(pairs, p.sample[i].Pair)
		}
	}
	return stat.Kendall(pairs)
}

// predictionSum is a sum of a run; NaN where nobody looks at predictions:
// RunInfo.Predictions is false.
func predictionSum(of func(p *predictions) float64) kind { return sum(predictionValue(of)) }

// predictionValue is a number of a run's predictions; NaN where there are none to look at.
func predictionValue(of func(p *predictions) float64) func(*summary) float64 {
	return func(s *summary) float64 {
		if s.predictions == nil {
			return math.NaN()
		}
		return of(s.predictions)
	}
}

// tauOf is τ of some predictions of a run.
func tauOf(counts func(*predicted) bool) kind {
	return own(predictionValue(func(p *predictions) float64 { return p.tau(counts) }))
}

// sigmaOf is the standard deviation of the log errors, of three sums over a count.
// Rounding may make the difference of squares slightly negative, which is 0.
func sigmaOf(n, logs, squares float64) float64 {
	return math.Sqrt(max(squares/n-logs/n*logs/n, 0))
}

// part is a part of the predictions: "" all, "_known" or "_unknown".
func part(at Sums, name, part string) float64 {
	if part == "_unknown" {
		return at(name) - at(name+"_known")
	}
	return at(name + part)
}

// offBy is the mean absolute error of a part, relative to what was measured.
func offBy(of string) kind {
	return function(func(at Sums) float64 { return part(at, "prediction_off", of) / part(at, "predictions", of) })
}

// logSigma is the deviation of a part.
func logSigma(of string) kind {
	return function(func(at Sums) float64 {
		return sigmaOf(part(at, "predictions", of), part(at, "prediction_logs", of), part(at, "prediction_squares", of))
	})
}

// tauText says what a column of τ is, for columns.md.
const tauText = "Kendall's rank correlation τ-b of predicted and measured work, of a random sample of at most 2,000 requests of the run (counted in n log n)"

// predictionColumns are those of all predictions, of those that the estimator made itself,
// and of the others.
var predictionColumns = []Column{
	{"prediction_mape", "fraction", "mean absolute error of the predicted work, relative to the work measured, of answered requests for which both are known; this and the columns to lru_hit_ratio are empty where the policy looks at no predictions and names no estimator", LowerIsBetter, offBy("")},
	{"prediction_tau", "1", tauText, HigherIsBetter, tauOf(func(*predicted) bool { return true })},
	{"prediction_log_sigma", "1", "standard deviation of the log of predicted over measured work", LowerIsBetter, logSigma("")},
	{"prediction_known_share", "fraction", "predictions that the estimator made itself (it knew an equal request, or had learnt enough of the class); the others are the mean of the class, or of all, or a prior", NeitherIsBetter, ratioOf("predictions_known", "predictions", 1)},
	{"prediction_known_mape", "fraction", "prediction_mape of those that the estimator made itself", LowerIsBetter, offBy("_known")},
	{"prediction_known_tau", "1", "prediction_tau of these", HigherIsBetter, tauOf(func(p *predicted) bool { return p.known })},
	{"prediction_known_log_sigma", "1", "prediction_log_sigma of these", LowerIsBetter, logSigma("_known")},
	{"prediction_unknown_mape", "fraction", "prediction_mape of the others", LowerIsBetter, offBy("_unknown")},
	{"prediction_unknown_tau", "1", "prediction_tau of the others", HigherIsBetter, tauOf(func(p *predicted) bool { return !p.known })},
	{"prediction_unknown_log_sigma", "1", "prediction_log_sigma of the others", LowerIsBetter, logSigma("_unknown")},
}

// storeColumns are about what estimators remember.
var storeColumns = []Column{
	{"lru_hit_ratio", "fraction", "requests whose equal was in the cache of the repeat estimator, of those that have a key; empty without such an estimator", HigherIsBetter, ratioOf("lru_hits", "lru_lookups", 1)},
	{"store_writes", "1", "write units of the table of measurements (a row of up to 1 KiB is one); in simulations of records alone, with [store]", LowerIsBetter, sum(func(s *summary) float64 { return s.counts.StoreWrites })},
	{"store_reads", "1", "read units of it (up to 4 KiB, half a unit each as they are eventually consistent); their price and that of writes is cost_store_usd", LowerIsBetter, sum(func(s *summary) float64 { return s.counts.StoreReads })},
}

// predictionParts are what these are made of.
var predictionParts = []Column{
	{"predictions", "1", "answered requests whose work was predicted and measured", NeitherIsBetter, predictionSum(func(p *predictions) float64 { return p.all.n })},
	{"predictions_known", "1", "those predicted by the estimator itself", NeitherIsBetter, predictionSum(func(p *predictions) float64 { return p.known.n })},
	{"prediction_off", "1", "their relative errors, added up", NeitherIsBetter, predictionSum(func(p *predictions) float64 { return p.all.off })},
	{"prediction_off_known", "1", "the same of those predicted by the estimator", NeitherIsBetter, predictionSum(func(p *predictions) float64 { return p.known.off })},
	{"prediction_logs", "1", "logs of predicted over measured work, added up", NeitherIsBetter, predictionSum(func(p *predictions) float64 { return p.all.logs })},
	{"prediction_logs_known", "1", "the same of those predicted by the estimator", NeitherIsBetter, predictionSum(func(p *predictions) float64 { return p.known.logs })},
	{"prediction_squares", "1", "squares of these logs, added up", NeitherIsBetter, predictionSum(func(p *predictions) float64 { return p.all.squares })},
	{"prediction_squares_known", "1", "the same of those predicted by the estimator", NeitherIsBetter, predictionSum(func(p *predictions) float64 { return p.known.squares })},
	{"lru_lookups", "1", "requests with a key, where the estimator has a cache", NeitherIsBetter, sum(func(s *summary) float64 { return float64(s.counts.Keyed) })},
	{"lru_hits", "1", "those whose equal was in it", NeitherIsBetter, sum(func(s *summary) float64 { return float64(s.counts.Recognised) })},
}
