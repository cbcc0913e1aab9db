package compare

import (
	"fmt"
	"math"

	"cnv/results"
	"cnv/results/words"
)

// carriersOf is how many requests make the second moment of the work, as if these alike
// and no others did; NaN of none.
func carriersOf(m *results.Moments) float64 { return m.Two * m.Two / m.Four }

// Waiting rests on the second moment of the work (Pollaczek and Khinchine), and with a
// heavy tail few requests make it. Runs that have not met them are alike, and so their
// interval is narrow where it should be wide. Of ten runs of 10,000 requests
// exponential work has 17,000 carriers, a bounded Pareto law with cv² 10 has 530, and a
// lognormal one 130; intervals over seeds hold the mean response time 95, 94 and 84 times
// of 100. Few carriers of few requests are no heavy tail: hence the share.
const (
	fewWorkCarriers   = 400
	shareWorkCarriers = 0.01
)

// workOf is the work of all runs of a workload, which all policies have met: that of the
// first policy whose runs have any; zero if none has.
func (s *Set) workOf(w int) (out results.Moments) {
	for p := range s.plan.Policies {
		rows := s.Rows(w, p)
		for i := range rows {
			m := &rows[i].Work
			out.N, out.Two, out.Four = out.N+m.N, out.Two+m.Two, out.Four+m.Four
		}
		if out.N > 0 {
			return out
		}
	}
	return out
}

// skewedWork is below how many carriers means over seeds are as skewed as a bounded Pareto
// law with cv² 10 makes them: of ten runs of 10,000 requests Student's interval holds the
// mean 91 times of 100, one that is corrected for skewness 95.
const skewedWork = 2000

// fewCarry says that fewer requests than this make the work, and few of all.
func fewCarry(m *results.Moments, fewer float64) bool {
	k := carriersOf(m)
	return m.N > 0 && k < fewer && k < shareWorkCarriers*m.N
}

// carry is how many requests make the second moment of the work of a workload: by its law,
// where that is known and says fewer. Runs that have not met the largest requests look as
// if many did, and they are those whose intervals miss the truth: with lognormal work of
// cv² 5, ten runs of 10,000 requests, 4 of 10 experiments looked so, and held the mean 87
// times of 100, the others 99 times.
func (p *Plan) carry(w int, m *results.Moments) float64 {
	seen := carriersOf(m)
	if w < len(p.Tails) && p.Tails[w] > 0 {
		return min(seen, p.Tails[w]*m.N)
	}
	return seen
}

// heavy says that intervals over seeds are in doubt because so many requests, which are
// few, make the work.
func heavy(m *results.Moments, carry float64) bool {
	return m.N > 0 && carry < fewWorkCarriers && carry < shareWorkCarriers*m.N
}

// heavyHolds is what repeated experiments with known truth say: row "lognormal" of
// results/study/coverage/table.md.
const heavyHolds = "where the truth was known (lognormal work, cv² 10, ten runs of 10,000 requests), they contained the mean or difference 88.7 times of 100"

// heavyWarning is what readers must know of it; carry is how many requests make the second
// moment, at most.
//
// "some 130 of 100000 requests make up the second moment of the work, on which waiting
// rests, and other runs may meet larger ones: ..."
func heavyWarning(m *results.Moments, carry float64) string {
	return fmt.Sprintf("some %s of %s requests make up the second moment of the work, on which waiting rests, and other runs may meet larger ones: intervals over seeds may be too narrow although they are corrected for skewness; %s; longer runs help more than more of them, and some %s times as long have no such warning",
		words.Significant(carry, 2), words.Significant(m.N, 3), heavyHolds, words.Significant(math.Ceil(fewWorkCarriers/carry), 2))
}
