package results

// A kind is what a metric is: how a run has it, and how the runs of a cell have it
// together. It is made by one of the functions below, where the metric is defined.
//
// Invariant: either value or Of is set, not both: what is made of sums is made of them in one run as in
// many.
type kind struct {
	Form  Form
	value func(s *summary) float64 // of one run; nil for what is made of sums
	Of    func(at Sums) float64    // of sums over runs, or of one run's own
	count string                   // of events: what they are counted in; of a rate: its numerator
	Per   string                   // its denominator, or what events may happen to
	P     float64                  // of a quantile
	Tail  Tail                     // likewise: of which values
}

// A Form says which estimator a metric has (columns.md tells readers).
//
// Rare events have a form of their own: where none was seen the mean over runs has no spread, and still
// the true rate need not be 0.
type Form uint8

const (
	FormSum      Form = iota // mean over runs of what a run adds up
	FormEvents               // the same of events that may be rare
	FormRatio                // ratio of sums over all runs
	FormRate                 // the same of a share of requests, whose events may be rare
	FormTime                 // the same of an integral over time and that time
	FormQuantile             // of the values of all runs together
	FormWorst                // the class that did worst in all runs together
	FormOwn                  // mean over runs of what is neither
)

// String is the form as columns.md has it.
func (f Form) String() string {
	return [...]string{"sum", "events", "ratio of sums", "rate", "time average", "quantile", "worst class", "by run"}[f]
}

// Sums gives the sum of a column by its name.
// Of one run, or added up over runs, or over a resample of them: the formula is the same.
type Sums func(column string) float64

// sum is what a run adds up.
func sum(value func(*summary) float64) kind { return kind{Form: FormSum, value: value} }

// events are requests that something happened to.
func events(value func(*summary) float64) kind {
	return kind{Form: FormEvents, value: value, Per: "requests"}
}

// ratioOf is one column over another, times scale, which turns the unit: 1000 where a cost
// is per 1,000 requests.
func ratioOf(count, per string, scale float64) kind { return over(FormRatio, count, per, scale) }

// rate is a share of requests, answers or whatever can be counted.
// It differs from ratioOf in its interval only, which allows for events that are rare.
func rate(count, per string) kind { return over(FormRate, count, per, 1) }

// overTime is an average over time.
// time is the true length, so that a run that ends late does not count as two.
func overTime(integral, time string, scale float64) kind {
	return over(FormTime, integral, time, scale)
}

// over is a ratio of two columns by their names. NaN where both are 0: nothing to tell.
func over(f Form, count, per string, scale float64) kind {
	return kind{Form: f, count: count, Per: per, Of: func(at Sums) float64 { return scale * at(count) / at(per) }}
}

// function is a function of several ratios.
func function(of func(at Sums) float64) kind { return kind{Form: FormRatio, Of: of} }

// own is a number of a run that is no sum, as a rank correlation. Its mean over runs
// depends on how long they are; it is for what has no parts to add up.
func own(value func(*summary) float64) kind { return kind{Form: FormOwn, value: value} }

// worst is the class with the lowest value.
func worst(value func(*summary) float64) kind { return kind{Form: FormWorst, value: value} }

// quantileAt is the p-quantile of the values of a tail, 0 < p < 1; value is that of one
// run.
func quantileAt(p float64, of Tail, value func(*summary) float64) kind {
	return kind{Form: FormQuantile, P: p, Tail: of, value: value}
}

// A Tail is values that quantiles are of.
type Tail uint8

const (
	tailAll      Tail = iota // response times of all arrivals
	tailAnswered             // of answered requests
	tailSlowdown
	tailSteady // of all arrivals after the warm-up
)

// All is the column of how many values there are, those included that are infinite.
func (t Tail) All() string {
	switch t {
	case tailAnswered:
		return "answered"
	case tailSlowdown:
		return "slowed"
	case tailSteady:
		return "steady_timed"
	}
	return "requests"
}

// Unit is what a bucket of the histogram counts, in the unit of the metric.
func (t Tail) Unit() float64 {
	if t == tailSlowdown {
		return 1e-3
	}
	return 1e-6
}

// fill computes columns of a run from its summary; the others stay as they are. Sums first:
// formulas read them.
func (r *Row) fill(s *summary, columns []Column) {
	for i := range columns {
		if c := &columns[i]; c.value != nil {
			r.Values[ColumnOf(c.Name)] = c.value(s)
		}
	}
	at := func(name string) float64 { return r.Values[ColumnOf(name)] }
	for i := range columns {
		if c := &columns[i]; c.Of != nil {
			r.Values[ColumnOf(c.Name)] = c.Of(at)
		}
	}
}
