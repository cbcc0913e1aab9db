package results

import (
	"fmt"

	"cnv/results/words"
)

// Moments are sums over the work of the requests of a run, in CPU-seconds, of requests
// that have any.
type Moments struct{ N, Two, Four float64 }

// add takes the work of a request, seconds.
func (m *Moments) add(work float64) {
	if work > 0 {
		square := work * work
		m.N, m.Two, m.Four = m.N+1, m.Two+square, m.Four+square*square
	}
}

// carriers is how many requests make the second moment of the work, as if these alike
// and no others did; NaN of none.
func (m *Moments) carriers() float64 { return m.Two * m.Two / m.Four }

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
// first policy whose runs have any.
func (s *Set) workOf(w int) (out Moments) {
	for p := range s.plan.Policies {
		rows := s.cells[s.index(w, p)].rows
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

// heavy says that intervals over seeds are in doubt because few requests make the work.
func (m *Moments) heavy() bool {
	k := m.carriers()
	return m.N > 0 && k < fewWorkCarriers && k < shareWorkCarriers*m.N
}

// heavyHolds is what repeated experiments with known truth say: row "lognormal" of
// results/coverage/table.md.
const heavyHolds = "where the truth was known (lognormal work, cv² 10, ten runs of 10,000 requests), they held means and their differences 88.5 times of 100"

// warning is what readers must know of it.
func (m *Moments) warning() string {
	return fmt.Sprintf("some %s of %s requests make up the second moment of the work, on which waiting rests, and other runs may meet larger ones: intervals over seeds may be too narrow although they are corrected for skewness; %s; longer runs help more than more of them",
		words.Significant(m.carriers(), 2), words.Significant(m.N, 3), heavyHolds)
}
