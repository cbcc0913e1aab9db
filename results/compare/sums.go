package compare

import (
	"math"

	"cnv/results"
	"cnv/results/stat"
)

// total adds up all columns of some runs.
// Columns that are no sums are added up as well, and nobody asks for them.
func total(rows []results.Row) []float64 {
	out := make([]float64, len(results.Columns))
	for i := range rows {
		for c, v := range rows[i].Values {
			out[c] += v
		}
	}
	return out
}

// ofSums linearises a function of sums, as a ratio of two. By the jackknife (see
// stat.Jackknife): no formula needs a derivative of its own, and leaving one run out is a
// subtraction.
func ofSums(rows []results.Row, of func(at results.Sums) float64) stat.Linear {
	all := total(rows)
	// The sums of all runs, or of all but one: less is the values of that run.
	from := func(values []float64, less []float64) results.Sums {
		return func(name string) float64 {
			c := results.ColumnOf(name)
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
// The class is fixed by all runs together: the worst of each single run would be a lower number, as
// chance has a part in it.
func worstOf(rows []results.Row) stat.Linear {
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
	class := func(i int) results.ClassCount { return rows[i].Classes[at] }
	return stat.Jackknife(len(rows), least,
		func(i int) float64 { return (in - class(i).InSLO) / (all - class(i).Requests) },
		func(i int) float64 { return class(i).InSLO / class(i).Requests })
}
