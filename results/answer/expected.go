package answer

import (
	"math"
	"strconv"
	"strings"

	"cnv/results"
	"cnv/results/compare"
	"cnv/results/words"
)

// A tally is the workloads, or lines of them, by what is known of an expectation: indexed
// by [compare.Fulfilment].
type tally [3][]string

func (t *tally) add(f compare.Fulfilment, of string) { t[f] = append(t[f], of) }

// n is how many there are of all kinds.
func (t *tally) n() int {
	n := 0
	for i := range t {
		n += len(t[i])
	}
	return n
}

// on says where it is what: "as expected on a; not known on b and c". Where it is one thing
// on all of more than two, it says how many of what these are: "as expected on all 3
// workloads".
func (t *tally) on(what string) string {
	var parts []string
	for _, f := range compare.Fulfilments() {
		switch of := t[f]; {
		case len(of) == 0:
		case len(of) == t.n() && len(of) > 2:
			parts = append(parts, f.String()+" on all "+strconv.Itoa(len(of))+" "+what)
		default:
			parts = append(parts, f.String()+" on "+words.List(of))
		}
	}
	return strings.Join(parts, "; ")
}

// fulfilled is what is known of what was expected of a pair in a metric, workload by
// workload of those where something was. p is the pair of the contrast, or its second one.
func (fs Findings) fulfilled(c *compare.Contrast, p Pair, metric string, e compare.Expectation) (out tally) {
	for _, w := range fs.Workloads() {
		to, ok := fs.Value(w, p.To, metric)
		from, known := fs.Value(w, p.From, metric)
		if !c.Expects(w) || !ok || !known {
			continue
		}
		out.add(fs.pair(from, to).fulfils(e), w)
	}
	return out
}

// leastEqual is how many runs must be equal before that says something: fewer miss a
// difference that a quarter of all runs have with more than 5 % (1 − 0.05^(1/10) = 26 %).
const leastEqual = 10

// fulfils is what the row says of an expectation. What may be the same within delta is not
// told from what was expected to be the same, and runs that are equal may miss a
// difference: where the interval says neither, nothing is known.
func (f Finding) fulfils(e compare.Expectation) compare.Fulfilment {
	verdict := f.verdict()
	low, high := f.Change.Low, f.Change.High
	within := low >= -f.delta && high <= f.delta
	touches := low <= f.delta && high >= -f.delta
	got := e.Fulfilled(verdict)
	switch {
	// Three ways of not knowing: equal runs whose bound is beyond delta, too few equal runs
	// without a bound, and a difference of which part of the interval does not matter,
	// where none was expected.
	case verdict == compare.Equal && !math.IsNaN(low) && !within,
		verdict == compare.Equal && math.IsNaN(low) && f.N > 1 && f.N < leastEqual,
		got == compare.AgainstExpectation && compare.Differs(verdict) && touches && e.Fulfilled(compare.Same) == compare.AsExpected:
		return compare.ExpectationNotKnown
	}
	return got
}

// verdict is that of the row of f; not known where it has no interval. Finding keeps a
// [Sign] and not the row's text, as a difference may be asked for the other way round (see
// between), where better is worse.
func (f Finding) verdict() string {
	better := QuantityOf(f.Metric).Better
	switch f.says {
	case Same:
		return compare.Same
	case Equal:
		return compare.Equal
	case Lower, Higher:
		switch up := f.says == Higher; {
		case better == results.NeitherIsBetter:
			return words.IfElse(up, compare.Higher, compare.Lower)
		default:
			return words.IfElse(up == (better == results.HigherIsBetter), compare.Better, compare.Worse)
		}
	}
	return compare.NotKnown
}

// An expectation is what was expected of a pair in a metric.
type expectation struct {
	pair   Pair
	again  bool // pair is the second one of the contrast, between which the change is made again
	metric string
	what   compare.Expectation
}

// expectations are those of a contrast: of its first pair in the order of the primary
// metrics, then of its second. Only primary metrics can be expected anything of, as no
// other difference is judged jointly.
func (fs Findings) expectations(c *compare.Contrast) (out []expectation) {
	for _, q := range fs.Primary() {
		if e, ok := c.Expected[q.Metric]; ok {
			out = append(out, expectation{Pair{c.From, c.To}, false, q.Metric, e})
		}
	}
	for _, q := range fs.Primary() {
		if e, ok := c.AgainExpected[q.Metric]; ok {
			out = append(out, expectation{Pair{c.AgainFrom, c.AgainTo}, true, q.Metric, e})
		}
	}
	return out
}

// expectedSentences say what of the hypothesis a contrast confirms.
//
// "Expected for avoidable misses: better; as expected on calm; against expectation on rise; not known on
// crowd."
func expectedSentences(fs Findings, c compare.Contrast) (out []string) {
	for _, e := range fs.expectations(&c) {
		all := fs.fulfilled(&c, e.pair, e.metric, e.what)
		if all.n() == 0 {
			continue
		}
		where := words.IfElse(e.again, "Expected again ("+e.pair.From+" → "+e.pair.To+") for ", "Expected for ")
		what := words.IfElse(all.n() < len(fs.Workloads()), "workloads where it is expected", "workloads")
		out = append(out, where+QuantityOf(e.metric).Name+": "+string(e.what)+"; "+all.on(what)+".")
	}
	return out
}
