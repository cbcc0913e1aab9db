package results

import (
	"math"

	"cnv/results/stat"
)

// A kind is what a metric is: how a run has it, and how the runs of a cell have it
// together. It is made by one of the functions below, where the metric is defined.
type kind struct {
	form  form
	value func(s *summary) float64 // of one run; nil for what is made of sums
	of    func(at sums) float64    // of sums over runs, or of one run's own
	count string                   // of events: what they are counted in; of a rate: its numerator
	per   string                   // its denominator, or what events may happen to
	p     float64                  // of a quantile
	tail  tailKind                 // likewise: of which values
}

// A form says which estimator a metric has (columns.md tells readers).
type form uint8

const (
	formSum      form = iota // mean over runs of what a run adds up
	formEvents               // the same of events that may be rare
	formRatio                // ratio of sums over all runs
	formRate                 // the same of a share of requests, whose events may be rare
	formTime                 // the same of an integral over time and that time
	formQuantile             // of the values of all runs together
	formWorst                // the class that did worst in all runs together
	formOwn                  // mean over runs of what is neither
)

// String is the form as columns.md has it.
func (f form) String() string {
	return [...]string{"sum", "events", "ratio of sums", "rate", "time average", "quantile", "worst class", "by run"}[f]
}

// sums gives the sum of a column by its name.
type sums func(column string) float64

// sum is what a run adds up.
func sum(value func(*summary) float64) kind { return kind{form: formSum, value: value} }

// events are requests that something happened to.
func events(value func(*summary) float64) kind {
	return kind{form: formEvents, value: value, per: "requests"}
}

// ratioOf is one column over another.
func ratioOf(count, per string, scale float64) kind { return over(formRatio, count, per, scale) }

// rate is a share of requests, answers or whatever can be counted.
func rate(count, per string) kind { return over(formRate, count, per, 1) }

// overTime is an average over time.
func overTime(integral, time string, scale float64) kind {
	return over(formTime, integral, time, scale)
}

func over(f form, count, per string, scale float64) kind {
	return kind{form: f, count: count, per: per, of: func(at sums) float64 { return scale * at(count) / at(per) }}
}

// function is a function of several ratios.
func function(of func(at sums) float64) kind { return kind{form: formRatio, of: of} }

// own is a number of a run that is no sum.
func own(value func(*summary) float64) kind { return kind{form: formOwn, value: value} }

// worst is the class with the lowest value.
func worst(value func(*summary) float64) kind { return kind{form: formWorst, value: value} }

// quantileAt is one of the values of a tail.
func quantileAt(p float64, of tailKind, value func(*summary) float64) kind {
	return kind{form: formQuantile, p: p, tail: of, value: value}
}

// A tailKind is values that quantiles are of.
type tailKind uint8

const (
	tailAll      tailKind = iota // response times of all arrivals
	tailAnswered                 // of answered requests
	tailSlowdown
	tailSteady // of all arrivals after the warm-up
)

// unit is what a bucket of the histogram counts, in the unit of the metric.
func (t tailKind) unit() float64 {
	if t == tailSlowdown {
		return 1e-3
	}
	return 1e-6
}

// fill computes the columns of a run from its summary.
func (r *Row) fill(s *summary, columns []column) {
	for i := range columns {
		if c := &columns[i]; c.value != nil {
			r.Values[columnOf(c.name)] = c.value(s)
		}
	}
	at := func(name string) float64 { return r.Values[columnOf(name)] }
	for i := range columns {
		if c := &columns[i]; c.of != nil {
			r.Values[columnOf(c.name)] = c.of(at)
		}
	}
}

// total adds up all columns of some runs.
func total(rows []Row) []float64 {
	out := make([]float64, len(columns))
	for i := range rows {
		for c, v := range rows[i].Values {
			out[c] += v
		}
	}
	return out
}

// ofSums linearises a function of sums.
func ofSums(rows []Row, of func(at sums) float64) stat.Linear {
	all := total(rows)
	from := func(values []float64, less []float64) sums {
		return func(name string) float64 {
			c := columnOf(name)
			if less == nil {
				return values[c]
			}
			return values[c] - less[c]
		}
	}
	return stat.Jackknife(len(rows), of(from(all, nil)),
		func(i int) float64 { return of(from(all, rows[i].Values)) },
		func(i int) float64 { return of(from(rows[i].Values, nil)) })
}

// worstOf linearises the attainment of the class that did worst in all runs
// together; ties to the first.
func worstOf(rows []Row) stat.Linear {
	at, least := -1, math.Inf(1)
	for c := range rows[0].Classes {
		in, all := 0.0, 0.0
		for i := range rows {
			in, all = in+rows[i].Classes[c].InSLO, all+rows[i].Classes[c].Requests
		}
		if all > 0 && in/all < least {
			at, least = c, in/all
		}
	}
	if at < 0 {
		return stat.None()
	}
	in, all := 0.0, 0.0
	for i := range rows {
		in, all = in+rows[i].Classes[at].InSLO, all+rows[i].Classes[at].Requests
	}
	class := func(i int) ClassCount { return rows[i].Classes[at] }
	return stat.Jackknife(len(rows), least,
		func(i int) float64 { return (in - class(i).InSLO) / (all - class(i).Requests) },
		func(i int) float64 { return class(i).InSLO / class(i).Requests })
}

// A ClassCount is one class of a run.
type ClassCount struct{ Requests, InSLO float64 }

// kindsText tells what the kinds mean, for columns.md.
const kindsText = `The kind says how the runs of a cell become one value in comparison.csv: sum and events, the mean over runs; ratio of sums, rate and time average,
the sum of one column over the sum of another (both are here), never a mean of ratios, with the jackknife's interval; quantile, that of the values of all
runs together, with Woodruff's interval, and none where fewer than ten values lie beyond it (a run's own is here); worst class, the class that did
worst in all runs together; by run, the mean of the runs' own. Events and rates that no run, or few, had any of have an upper end by the number
of runs: 0 of ten runs may be up to 26 %. Where bursts make
them (squared coefficient of variation over five or more runs above 0.25) the end is that of a sum of events (Fay and Feuer 1997).

`
