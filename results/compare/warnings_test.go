package compare

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"cnv/policy"
	"cnv/results"
	"cnv/results/stat"
)

// TestClosedLoopsAreNotSaturated: their response times do not hang on the length of the
// run, nor do those of a service whose clients leave.
func TestClosedLoopsAreNotSaturated(t *testing.T) {
	made := func(closed bool, left float64) *cell {
		row := results.Row{Values: make([]float64, len(results.Columns)), Trend: results.Trend{Arrivals: 1000}}
		for name, v := range map[string]float64{"requests": 1000, "answered": 1000 - left, "timed_out": left, "utilisation": 0.5, "busy_core_s": 999, "core_s": 1000, "duration_s": 3000} {
			row.Values[results.ColumnOf(name)] = v
		}
		return &cell{rows: []results.Row{row}, closed: closed}
	}
	for _, c := range []struct {
		closed bool
		left   float64
		want   string
	}{
		{false, 0, "saturated, so response times depend on how long the run was"},
		{false, 100, "while requests arrived: saturated"},
		{true, 0, ""},
	} {
		got := saturation(made(c.closed, c.left), 1000)
		if !strings.HasSuffix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("closed %v, %v left: %q, want %q", c.closed, c.left, got, c.want)
		}
	}
	c := made(false, 0)
	c.rows[0].Trend.Arrivals = 0
	if got := saturation(c, 1000); got != "all requests arrived at one instant, in which VMs can do no work: saturated, so response times depend on how long the run was" {
		t.Errorf("all at one instant: %q", got)
	}
}

// TestFewRequestsDoNotSaturate: two requests on two VMs keep both at work all the time.
func TestFewRequestsDoNotSaturate(t *testing.T) {
	row := results.Row{Values: make([]float64, len(results.Columns)), Trend: results.Trend{Arrivals: 1}}
	row.Values[results.ColumnOf("busy_core_s")], row.Values[results.ColumnOf("core_s")] = 1.2, 1.21
	row.Values[results.ColumnOf("utilisation")], row.Values[results.ColumnOf("duration_s")] = 0.99, 0.6
	c := &cell{rows: []results.Row{row}}
	for _, requests := range []float64{2, manyRequests} {
		if got := saturation(c, requests); (got != "") != (requests == manyRequests) {
			t.Errorf("%v requests: %q", requests, got)
		}
	}
}

// TestLateTriesAreWarnedOf: where clients come again for more than a tenth of the run after
// all requests of their own.
func TestLateTriesAreWarnedOf(t *testing.T) {
	for _, c := range []struct {
		own, last, took float64
		want            string
	}{
		{100, 99, 120, ""}, {100, 110, 111, ""}, {0, 0, 0, ""},
		{100, 1100, 1105, "clients tried again for 1000 s after the last request that was no repeated try (at 100 s): the run is 11 times as long as these requests went on, and the bill"},
	} {
		s := NewSet(Plan{Design: results.Design{Workloads: []string{"w"}, Policies: []string{"p"}, Replications: 1}, Over: []string{stat.OverSeeds}}, "")
		row := results.Row{Values: make([]float64, len(results.Columns)), Trend: results.Trend{Own: c.own, Arrivals: c.last}}
		row.Values[results.ColumnOf("requests")], row.Values[results.ColumnOf("duration_s")] = 1000, c.took
		s.Rows(0, 0)[0] = row
		said := ""
		for _, w := range s.Warnings() {
			if strings.Contains(w.Text, "clients tried again") {
				said = w.String()
			}
		}
		if !strings.Contains(said, c.want) || c.want == "" && said != "" {
			t.Errorf("%+v: %q", c, said)
		}
	}
}

// TestADownServiceIsWarnedOf: a disturbance of a service that was down already.
func TestADownServiceIsWarnedOf(t *testing.T) {
	const means = "(attainment_before), so that recovering means serving 90 % of all users"
	for _, c := range []struct {
		usual []float64
		want  string
	}{
		{[]float64{math.NaN()}, ""}, {[]float64{0.5, 1}, ""},
		{[]float64{0}, "the service was down before the disturbance: 0 % of the users were usually served there " + means},
		{[]float64{0.9, 0.1, 1}, "the service was down in 1 of 3 runs before the disturbance: 10 % of the users were usually served there " + means},
		{[]float64{0.3, 0.1, 1}, "the service was down in 2 of 3 runs before the disturbance: 10 % of the users were usually served there in the worst " + means},
	} {
		if got := downBefore([]float64{9, 9, 9}, c.usual); got != c.want {
			t.Errorf("%v: %q, want %q", c.usual, got, c.want)
		}
		p := Plan{Design: results.Design{Workloads: []string{"w"}, Policies: []string{"p"}, Replications: len(c.usual)}, Over: []string{stat.OverSeeds}}
		s := NewSet(p, "")
		for i, v := range c.usual {
			row := results.Row{Values: make([]float64, len(results.Columns))}
			row.Values[results.ColumnOf("requests")], row.Values[results.ColumnOf("users_after")], row.Values[results.ColumnOf("attainment_before")] = 1000, 500, v
			s.Rows(0, 0)[i] = row
		}
		said := slices.ContainsFunc(s.Warnings(), func(w Warning) bool { return strings.Contains(w.String(), "before the disturbance") })
		if said != (c.want != "") {
			t.Errorf("%v: warned %v", c.usual, said)
		}
	}
}

// TestLosses names what requests without an answer met, one cell that stands for many.
func TestLosses(t *testing.T) {
	for _, c := range []struct {
		lost []float64 // by cell
		want []string
	}{
		{[]float64{0, 0}, nil},
		{[]float64{1, 0}, []string{"w / p0: 1 of 1000 requests got no answer: refused by the function service (429)"}},
		{[]float64{1, 2, 9, 3, 0}, []string{"w / p2: 9 of 1000 requests got no answer: refused by the function service (429); likewise, at most as large a share, in 3 other cells (the columns unanswered_* of runs.csv)"}},
	} {
		p := Plan{Design: results.Design{Workloads: []string{"w"}, Replications: 1}, Over: []string{stat.OverSeeds}}
		for i := range c.lost {
			p.Policies = append(p.Policies, fmt.Sprint("p", i))
		}
		s := NewSet(p, "")
		for i, n := range c.lost {
			row := results.Row{Values: make([]float64, len(results.Columns))}
			row.Values[results.ColumnOf("requests")], row.Values[results.ColumnOf(results.ReasonColumn(policy.ReasonThrottled))] = 1000, n
			s.Rows(0, i)[0] = row
		}
		var got []string
		for _, w := range s.unanswered() {
			got = append(got, w.String())
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%v: %q, want %q", c.lost, got, c.want)
		}
	}
}

// TestAssumptionsMatter: each is told only where the numbers depend on it.
func TestAssumptionsMatter(t *testing.T) {
	p := Plan{
		Design: results.Design{Workloads: []string{"v", "w"}, Policies: []string{"p"}, Replications: 1},
		Over:   []string{stat.OverSeeds, stat.OverSeeds},
		Assumptions: []Assumption{
			{Text: "always"}, {Text: "launches on w", Column: "launches", Workloads: []string{"w"}}, {Text: "launches on v", Column: "launches", Workloads: []string{"v"}}, {Text: "functions", Column: "on_function", Workloads: []string{"v", "w"}},
			{Text: "boots of spare", Column: "launches", Pool: "spare", Workloads: []string{"w"}}, {Text: "boots of base", Column: "launches", Pool: "base", Workloads: []string{"w"}},
		},
	}
	s := NewSet(p, "")
	for w := range p.Workloads {
		s.Rows(w, 0)[0].Values = make([]float64, len(results.Columns))
	}
	s.Rows(1, 0)[0].Values[results.ColumnOf("launches")], s.Rows(1, 0)[0].LaunchedIn = 1, []string{"base"}
	if got := fmt.Sprint(s.Assumptions()); got != "[always launches on w boots of base]" {
		t.Errorf("assumptions %s", got)
	}
}

// TestOneReplicationThatCarriesTheMean is warned of.
func TestOneReplicationThatCarriesTheMean(t *testing.T) {
	c := cell{Basis: stat.Basis{Over: stat.OverSeeds}, primary: DefaultPrimary()}
	for i := range 10 {
		r := results.Row{Info: results.RunInfo{Seed: uint64(i + 1)}, Values: make([]float64, len(results.Columns))}
		r.Values[results.ColumnOf(results.AvoidableMisses)] = 0.01
		r.Values[results.ColumnOf("requests")] = 100
		c.rows = append(c.rows, r)
	}
	if ws := doubts("w / p", &c); len(ws) > 0 && strings.Contains(fmt.Sprint(ws), "one replication of") {
		t.Errorf("ten alike: %v", ws)
	}
	c.rows[6].Values[results.ColumnOf(results.AvoidableMisses)] = 0.4
	if ws := fmt.Sprint(doubts("w / p", &c)); !strings.Contains(ws, "one replication of 10 (seed 7) makes 82 % of the mean of avoidable misses") {
		t.Errorf("one of ten: %v", ws)
	}
}
