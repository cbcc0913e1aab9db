package compare

import (
	"strings"
	"testing"

	"cnv/results"
)

// loaded is a cell of one run with 1,000 requests that arrived within 1,000 s.
func loaded(values map[string]float64, change func(*results.Row)) *cell {
	row := results.Row{Values: make([]float64, len(results.Columns)), Trend: results.Trend{Arrivals: 1000}}
	for name, v := range values {
		row.Values[results.ColumnOf(name)] = v
	}
	change(&row)
	return &cell{rows: []results.Row{row}, calls: 10}
}

// TestFunctionsAtTheirLimit: they are saturated where calls took all the time there was.
func TestFunctionsAtTheirLimit(t *testing.T) {
	for _, c := range []struct {
		took, calls, rejected float64
		want                  string
	}{
		{2000, 20000, 0, "functions had 2 times the work that they could do, at 10 calls at once, while requests arrived: saturated, so response times depend on how long the run was"},
		{2000, 20000, 100, "functions had at least 2 times the work that they could do, at 10 calls at once, while requests arrived: saturated"},
		{1000, 9900, 0, "functions were at their limit of 10 calls 99.0 % of the time: saturated, so response times depend on how long the run was"},
		{1000, 9000, 0, ""},
	} {
		got := functionsSaturated(loaded(map[string]float64{"duration_s": c.took, "rejected": c.rejected}, func(r *results.Row) { r.CallTime = c.calls }), 1000)
		if !strings.HasSuffix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%+v: %q", c, got)
		}
	}
	for _, c := range []struct {
		name     string
		change   func(*cell)
		requests float64
		said     bool
	}{
		{"as it is", func(*cell) {}, manyRequests, true},
		{"clients that wait for answers", func(c *cell) { c.closed = true }, manyRequests, false},
		{"no limit", func(c *cell) { c.calls = 0 }, manyRequests, false},
		{"few requests", func(*cell) {}, manyRequests - 1, false},
	} {
		x := loaded(map[string]float64{"duration_s": 2000}, func(r *results.Row) { r.CallTime = 20000 })
		c.change(x)
		if got := functionsSaturated(x, c.requests); (got != "") != c.said {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

// TestTailOfTriesIsNoTime: what clients try again after the last request of their own does
// not make a service that was overloaded one that was not.
func TestTailOfTriesIsNoTime(t *testing.T) {
	c := loaded(map[string]float64{"duration_s": 1000, "timed_out": 500, "utilisation": 0.5, "busy_core_s": 500, "core_s": 1000}, func(r *results.Row) { r.Trend.Own = 250 })
	if got := saturation(c, 1000); !strings.HasPrefix(got, "VMs had at least 2 times the work") {
		t.Errorf("%q, want twice the work of 250 s", got)
	}
}

// TestCutOffIsAtLeast: of a run that was cut off, what is left of the work is not known.
func TestCutOffIsAtLeast(t *testing.T) {
	for unfinished, want := range map[float64]string{0: "VMs had 1.1 times", 895: "VMs had at least 1.1 times"} {
		c := loaded(map[string]float64{"duration_s": 1100, "unfinished": unfinished, "utilisation": 1, "busy_core_s": 1100, "core_s": 1100}, func(*results.Row) {})
		if got := saturation(c, 1000); !strings.HasPrefix(got, want) {
			t.Errorf("%v unfinished: %q, want %q", unfinished, got, want)
		}
	}
}

// TestKeptFromFunctionsIsSaid: with the number of requests.
func TestKeptFromFunctionsIsSaid(t *testing.T) {
	c := loaded(nil, func(r *results.Row) { r.TooLong = 250 })
	if got := tooLong(c, 1000); !strings.HasPrefix(got, "250 of 1000 requests a run were kept from functions that were free") {
		t.Errorf("%q", got)
	}
	if got := tooLong(loaded(nil, func(*results.Row) {}), 1000); got != "" {
		t.Errorf("%q, want nothing", got)
	}
}
