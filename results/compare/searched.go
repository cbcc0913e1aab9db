package compare

import (
	"math"
	"slices"

	"cnv/results"
	"cnv/results/stat"
)

// Parts are the columns of a run that some metrics of several runs are made of, themselves
// among them, each once. A search makes thousands of runs, and keeps no other column of
// them. It panics if there is no such metric.
func Parts(metrics ...string) []string {
	var out []string
	add := func(name string) {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for _, m := range metrics {
		add(m)
		of := &results.Columns[results.ColumnOf(m)]
		if of.Of != nil {
			// The formula is asked with any numbers, to learn which columns it reads.
			of.Of(func(name string) float64 { add(name); return 1 })
		}
		if of.Per != "" {
			add(of.Per)
		}
	}
	return out
}

// A Searched is runs of one policy on one workload that a search has made: some columns of
// each. The estimators are those of comparison.csv. What was not kept is NaN.
type Searched struct {
	rows []results.Row
	stat.Basis
}

// NewSearched takes the columns of such names, by run: runs[k] has a value for each name.
// over is what runs differ in, windows how many the recording has. It panics if there is no
// such column.
func NewSearched(over string, windows int, names []string, runs [][]float64) *Searched {
	s := &Searched{Basis: stat.Basis{Over: over, Windows: windows}}
	for _, values := range runs {
		row := results.Row{Values: make([]float64, len(results.Columns))}
		for i := range row.Values {
			row.Values[i] = math.NaN()
		}
		for i, name := range names {
			row.Values[results.ColumnOf(name)] = values[i]
		}
		s.rows = append(s.rows, row)
	}
	return s
}

// N is how many runs there are.
func (s *Searched) N() int { return len(s.rows) }

// Linear is a metric of all runs and what each contributes. Of quantiles, whose
// values a search does not keep, it is the mean of the runs' own.
func (s *Searched) Linear(metric string) stat.Linear {
	of := &results.Columns[results.ColumnOf(metric)]
	switch {
	case len(s.rows) == 0:
		return stat.None()
	case of.Of != nil:
		return ofSums(s.rows, of.Of)
	}
	return stat.Mean(valuesOf(s.rows, results.ColumnOf(metric)))
}

// Interval is a metric of all runs and its 95 % interval, with the upper end of what
// seldom happens; low and high are NaN without one.
func (s *Searched) Interval(metric string) (value, low, high float64) {
	m, of, about := measured{Linear: s.Linear(metric)}, &results.Columns[results.ColumnOf(metric)], s.Basis
	about.Skewed = of.Of != nil && unequal(s.rows)
	m.low, m.high = stat.PrecisionOf(m.At, about).Own(m.Value)
	if !math.IsNaN(m.low) {
		m.few(s.rows, of, about)
		m.rare(s.rows, of, about)
	}
	m.cut(results.ColumnOf(metric), scope{len(s.rows), about})
	return m.Value, m.low, m.high
}

// Half is half an interval about a value over these runs, two-sided, of such a
// confidence; NaN where there is none.
func (s *Searched) Half(l stat.Linear, confidence float64) float64 {
	p := stat.PrecisionOf(l.At, s.Basis)
	if math.IsNaN(p.Error) {
		return math.NaN()
	}
	return stat.StudentsT(p.Freedom, 1-(1-confidence)/2) * p.Error
}
