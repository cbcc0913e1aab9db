package second_test

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cnv/internal/seeded"
	"cnv/policy"
	"cnv/results"
	"cnv/sim"
	"cnv/sim/second"
)

// notJudged are the columns that the second simulator says nothing of.
var notJudged = map[string]string{
	"events": "how many events a simulator has is its own affair",
}

// A tape keeps what the simulator says of requests, beside its row.
type tape struct {
	*results.Run
	requests []results.Request
	samples  []results.Sample
	counts   results.Counts
}

func (p *tape) Add(q *results.Request) {
	p.requests = append(p.requests, *q)
	p.Run.Add(q)
}

func (p *tape) Tick(s results.Sample) {
	p.samples = append(p.samples, s)
	p.Run.Tick(s)
}

func (p *tape) Finish(end time.Duration, l results.Ledger, c results.Counts) results.Row {
	p.counts = c
	return p.Run.Finish(end, l, c)
}

// neverSeen are the columns that are the same in all drawn worlds, with why.
var neverSeen = map[string]string{
	"unanswered_error":  "no modelled worker answers with an error of its own",
	"unanswered_unsent": "a load generator that sends late is live only",
	"probes":            "no drawn policy probes",
}

// seen counts the worlds in which a column had a value other than 0.
var seen = map[string]int{}

// compare runs a world in both simulators and returns in what they differ.
func compare(d *drawnWorld) (diffs []string, columns int) {
	cfg, src := d.world()
	first, other := &steps{}, &steps{}
	cfg.Journal = first
	var names []string
	for _, k := range cfg.Control.Classes {
		names = append(names, k.Name)
	}
	runs := results.NewRuns(results.Design{
		Workloads: []string{"w"}, Policies: []string{"p"}, Replications: 1, After: d.after, Steady: true, Predictions: []bool{true},
	}, "")
	run, err := runs.Open(0, 0, 0, cfg.Seed, names)
	if err != nil {
		return []string{err.Error()}, 0
	}
	p := &tape{Run: run}
	row, err := sim.Run(context.Background(), cfg, src, p)
	if err != nil {
		return []string{err.Error()}, 0
	}
	if err := runs.Add(0, 0, run, row); err != nil {
		return []string{err.Error()}, 0
	}
	row = runs.Rows(0, 0)[0]
	cfg, src = d.world()
	cfg.Journal = other
	result := second.Run(cfg, src)
	diffs = compareRequests(p.requests, result.Requests)
	diffs = append(diffs, compareSamples(p.samples, result.Samples)...)
	want := second.ColumnsOf(result, len(names), d.after, true)
	want.Steady(result, row.Value("warmup_share"), row.Value("steady_timed"))
	for i, c := range results.Columns {
		if notJudged[c.Name] != "" {
			continue
		}
		w, ok := want[c.Name]
		if !ok {
			diffs = append(diffs, "no column "+c.Name)
			continue
		}
		columns++
		if v := row.Values[i]; v != 0 && !math.IsNaN(v) {
			seen[c.Name]++
		}
		if !alike(c, row.Values[i], w) {
			diffs = append(diffs, fmt.Sprintf("column %s: %v, second %v", c.Name, row.Values[i], w))
		}
	}
	if len(diffs) > 0 {
		diffs = append([]string{firstDifference(first, other)}, diffs...)
	}
	return diffs, columns
}

// A steps is what a Controller was told.
type steps struct {
	events []policy.Event
	at     []time.Duration
}

func (s *steps) Add(now time.Duration, e *policy.Event, _ []policy.Command) {
	s.events, s.at = append(s.events, *e), append(s.at, now)
}

// firstDifference is the first event that the two tell their Controllers otherwise.
func firstDifference(a, b *steps) string {
	for i := range min(len(a.events), len(b.events)) {
		x, y := a.events[i], b.events[i]
		if math.Abs(x.Work-y.Work) < 1e-6 && math.Abs(x.CPU-y.CPU) < 1e-6 && max(a.at[i]-b.at[i], b.at[i]-a.at[i]) < 1000 {
			y.Work, y.CPU, y.At, y.Truth = x.Work, x.CPU, x.At, x.Truth
		}
		if x != y {
			return fmt.Sprintf("event %d:\n\t  sim    %v %v\n\t  second %v %v\n\t  %#v\n\t  %#v", i, a.at[i], x, b.at[i], y, x, y)
		}
	}
	return fmt.Sprintf("%d and %d events", len(a.events), len(b.events))
}

// alike says whether two values of a column are: quantiles come from a histogram, sums
// were added up in another order, and instants are rounded to the nanosecond otherwise.
func alike(c results.Column, a, b float64) bool {
	if results.Identical(a, b) {
		return true
	}
	within := 1e-6*math.Abs(b) + 1e-9
	if strings.HasSuffix(c.Name, "log_sigma") { // the root of a difference
		within += 1e-6
	}
	if c.Form == results.FormQuantile {
		within = 1e-3*math.Abs(b) + 1e-6
		if strings.HasPrefix(c.Name, "slowdown") {
			within += 1e-3
		}
	}
	return math.Abs(a-b) <= within
}

func compareRequests(a, b []results.Request) (diffs []string) {
	slices.SortFunc(a, func(x, y results.Request) int { return cmp.Compare(x.ID, y.ID) })
	if len(a) != len(b) {
		diffs = append(diffs, fmt.Sprintf("%d requests, second %d", len(a), len(b)))
	}
	for i := range min(len(a), len(b)) {
		x, y := a[i], b[i]
		for _, at := range [][2]*time.Duration{{&x.Start, &y.Start}, {&x.Finish, &y.Finish}, {&x.Ideal, &y.Ideal}, {&x.Bound, &y.Bound}, {&x.Arrival, &y.Arrival}, {&x.First, &y.First}} {
			if d := *at[0] - *at[1]; d >= -1000 && d <= 1000 && *at[0] >= 0 {
				*at[1] = *at[0]
			}
		}
		if math.Abs(x.Predicted-y.Predicted) < 1e-6 {
			y.Predicted = x.Predicted
		}
		x.Limit, y.Limit = 0, 0
		if x != y {
			diffs = append(diffs, fmt.Sprintf("request %d:\n\t  sim    %+v\n\t  second %+v", x.ID, x, y))
		}
	}
	return diffs
}

func compareSamples(a, b []results.Sample) (diffs []string) {
	if len(a) != len(b) {
		return []string{fmt.Sprintf("%d samples, second %d", len(a), len(b))}
	}
	for i := range a {
		x, y := a[i], b[i]
		for _, v := range [][2]*float64{{&x.CapacityCores, &y.CapacityCores}, {&x.OfferedCores, &y.OfferedCores}, {&x.ArrivalsPerS, &y.ArrivalsPerS}, {&x.BilledCores, &y.BilledCores}, {&x.USDPerHour, &y.USDPerHour}} {
			if math.Abs(*v[0]-*v[1]) < 1e-6 {
				*v[1] = *v[0]
			}
		}
		if x != y {
			diffs = append(diffs, fmt.Sprintf("sample %d:\n\t  sim    %+v\n\t  second %+v", i, x, y))
		}
	}
	return diffs
}

// TestSmallWorlds are a fixed fleet, and one feature after the other.
func TestSmallWorlds(t *testing.T) {
	for _, c := range []struct {
		name      string
		must, may feature
	}{
		{"fleet", 0, 0},
		{"classes", classes, 0},
		{"sharing", sharing, limits},
		{"patience", patience, limits | sharing},
		{"attempts", attempts, limits | sharing | patience},
		{"functions", functions, classes | limits | patience | attempts},
		{"closed", closed, limits | patience},
		{"tries", tries | patience, attempts | functions},
		{"telemetry", telemetry, sharing},
		{"keys", keys, classes | functions},
		{"watched", watched | classes, tries | patience | faults | limits},
		{"scaling", scaling, telemetry | limits | functions},
		{"faults", faults, limits | scaling | attempts | sharing},
		{"spot", spot, scaling | attempts | functions},
		{"drawn", drawn, tries | functions | scaling},
		{"warm", functions | warm, classes | attempts | drawn | patience},
		{"life", functions | life, warm | classes | attempts | drawn | patience},
		{"original", original | scaling, functions | drawn | faults | attempts | patience},
		{"rules", rules | drawn, limits | attempts | patience | functions},
		{"sick", sick, limits | scaling | attempts | sharing | functions | original | spot},
		{"zones", zoned | scaling, faults | spot | attempts | limits | sharing | functions | patience},
		{"passing", passing, limits | scaling | attempts | sharing | telemetry | patience | tries | functions | spot},
		{"hazards", hazards, limits | scaling | attempts | sharing | telemetry | patience | passing},
		{"outages", outages | keys, classes | functions | attempts},
		{"beside", beside | functions, patience | attempts | tries},
		{"uneven", uneven, scaling | limits | sharing | telemetry | tries | classes | patience},
		{"memory", memory, scaling | limits | sharing | telemetry | attempts | patience | classes | uneven},
		{"cores", cores, scaling | limits | sharing | telemetry | attempts | patience | classes | uneven | memory},
		{"credits", credits, scaling | limits | sharing | telemetry | attempts | patience | cores | uneven | memory | spot | faults},
		{"several functions", functions | several | classes, warm | limits | attempts | patience | drawn | restored | large | tries},
		{"several warm", functions | several | warm, classes | attempts},
		{"restored", functions | restored, classes | drawn | attempts | several},
		{"large", functions | large, attempts | tries | limits | several | classes},
		{"everything", 0, ^feature(0)},
	} {
		t.Run(c.name, func(t *testing.T) { check(t, c.must, c.may) })
	}
	if testing.Short() || flag.Lookup("rapid.seed").Value.String() != seed || flag.Lookup("test.run").Value.String() != "" {
		return // other worlds, or not all: with -short rapid draws a fifth
	}
	for _, c := range results.Columns {
		if seen[c.Name] == 0 && notJudged[c.Name] == "" && neverSeen[c.Name] == "" {
			t.Errorf("%s had no value in any world: it was not judged", c.Name)
		}
	}
}

// seed is that of worlds of which each column has a value in one.
const seed = "2"

// Each kind of world is drawn twenty times.
func init() {
	seeded.Default("seed", seed)
	seeded.Default("checks", "20")
}

func check(t *testing.T, must, may feature) {
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t, must, may)
		diffs, _ := compare(d)
		if len(diffs) > 0 {
			cfg, _ := d.world()
			t.Logf("in %s", describe(&cfg))
			t.Fatalf("%d differences:\n\t%s", len(diffs), strings.Join(diffs[:min(len(diffs), 3)], "\n\t"))
		}
	})
}

// describe is a world for people.
func describe(c *sim.Config) string {
	funcs, ctl := sim.Functions{}, policy.Functions{}
	if c.Funcs != nil {
		funcs, ctl = *c.Funcs, *c.Control.Functions
	}
	clients := fmt.Sprint(c.Clients)
	return fmt.Sprintf("pools %+v\n%+v\nrouter %T spill %T scaler %T estimator %T retry %+v\nfunctions %+v %+v\nnetwork %v timeout %v abandoned %v clients %s duration %v\nfaults %+v\nhazards %+v store %+v\nclasses %+v",
		c.Control.Pools, c.Pools, c.Control.Router, c.Control.Spill, c.Control.Scaler, c.Control.Estimator, c.Control.Retry, funcs, ctl, c.Network, c.Timeout, c.Abandoned, clients, c.Duration, c.Faults, c.Hazards, c.Store, c.Control.Classes)
}
