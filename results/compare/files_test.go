package compare

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"pgregory.net/rapid"

	"cnv/results"
	"cnv/results/csvfile"
	"cnv/results/stat"
)

// TestNumbersRoundTrip: what number writes, parseNumber reads as the same bits.
func TestNumbersRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := math.Float64frombits(rapid.Uint64().Draw(t, "bits"))
		if math.IsNaN(v) {
			v = math.NaN()
		}
		got, err := csvfile.Float(csvfile.Number(v))
		if err != nil || math.Float64bits(got) != math.Float64bits(v) {
			t.Fatalf("%v is written %q and read %v, %v", v, csvfile.Number(v), got, err)
		}
	})
	for v, want := range map[float64]string{math.Inf(1): "inf", math.Inf(-1): "-inf", 0.1: "0.1", 1e21: "1e+21"} {
		if got := csvfile.Number(v); got != want {
			t.Errorf("csvfile.Number(%v) = %q, want %q", v, got, want)
		}
	}
}

// TestComparisonRoundTrips through the file, bit by bit, names included.
func TestComparisonRoundTrips(t *testing.T) {
	dir := t.TempDir()
	value := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1), 0}))
	name := rapid.StringMatching(`[a-zA-Z ,"'=\n;é#-]*`)
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Compared {
			return Compared{
				Workload: name.Draw(t, "workload"), Policy: name.Draw(t, "policy"), Metric: "m", Unit: "s", N: rapid.IntRange(0, 99).Draw(t, "n"),
				Over: stat.OverSeeds, Mean: value.Draw(t, "mean"), Low: value.Draw(t, "low"), High: value.Draw(t, "high"), Against: name.Draw(t, "against"),
				Diff: value.Draw(t, "diff"), DiffLow: value.Draw(t, "difflow"), DiffHigh: value.Draw(t, "diffhigh"), Verdict: Better, JointLow: value.Draw(t, "jointlow"), JointHigh: value.Draw(t, "jointhigh"), Delta: value.Draw(t, "delta"),
			}
		}), 0, 5).Draw(t, "rows")
		if err := writeComparison(dir, rows); err != nil {
			t.Fatal(err)
		}
		got, err := ReadComparison(dir)
		if err != nil {
			t.Fatal(err)
		}
		same := func(a, b Compared) bool { return slices.Equal(a.record(), b.record()) }
		if !slices.EqualFunc(got, rows, same) {
			t.Fatalf("got %+v, want %+v", got, rows)
		}
	})
}

// TestBadFilesAreNamed: file and line of what cannot be read.
func TestBadFilesAreNamed(t *testing.T) {
	header := strings.Join(comparisonHeader, ",") + "\n"
	for _, c := range []struct{ text, want string }{
		{"", "EOF"},
		{"a,b\n", "comparison.csv:1: header"},
		{header + "w,p,m,s,one,seeds,,,,,,,,,,,,,,\n", "comparison.csv:2: n: "},
		{header + "w,p,m,s,1,seeds,x,,,,,,,,,,,,1,\n", "comparison.csv:2: mean: "},
		{header + "w,p,m,s,1,seeds,NaN,,,,,,,,,,,,1,\n", `comparison.csv:2: mean: "NaN" is no value`},
		{header + "w,p,m,s,1,seeds" + strings.Repeat(",", 10) + "x,,,1,\n", "comparison.csv:2: delta: "},
		{header + "w,p,m,s,1,seeds" + strings.Repeat(",", 13) + "x,\n", "comparison.csv:2: family: "},
		{header + "w,p,m,s,1,seeds" + strings.Repeat(",", 13) + "1,x\n", "comparison.csv:2: recording: "},
		{header + "w,p\n", "line 2"},
		{header + "\"w,p\n", "line 2"},
		{header + "w\"w,p\n", "line 2"},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "comparison.csv"), []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadComparison(dir); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error %v, want one with %q", c.text, err, c.want)
		}
	}
}

// TestTheComparisonIsMadeOnce: rows are remembered until a run is added, and who changes what was
// given changes nothing of what the next one gets.
func TestTheComparisonIsMadeOnce(t *testing.T) {
	s := smallSet(t, smallPlan(), "", 1)
	first := s.Comparison()
	if made := s.compared(); &made.every()[0] != &s.compared().every()[0] {
		t.Error("rows are made twice")
	}
	want := first[0].Policy
	first[0].Policy = "changed"
	if got := s.Comparison()[0].Policy; got != want {
		t.Errorf("policy %q, want %q", got, want)
	}
}

// TestGoldenFiles keeps the bytes of every text file.
func TestGoldenFiles(t *testing.T) {
	s := smallSet(t, smallPlan(), "", 1)
	files := written(t, s)
	for _, name := range []string{"runs.csv", "comparison.csv", "classes.csv", "columns.md", "manifest.json"} {
		goldenData(t, name, []byte(files[name]))
	}
	var b strings.Builder
	if err := PrintJSON(&b, s.Comparison()[:3]); err != nil {
		t.Fatal(err)
	}
	goldenData(t, "printed.json", []byte(b.String()))
}

// TestOrderOfRunsDoesNotMatter: whichever run ends first, the files are the
// same to the byte, Parquet too.
func TestOrderOfRunsDoesNotMatter(t *testing.T) {
	for _, requests := range []string{"csv", "parquet"} {
		plan := smallPlan()
		plan.Requests = requests
		want := written(t, smallSet(t, plan, t.TempDir(), 1))
		for seed := range uint64(3) {
			got := written(t, smallSet(t, plan, t.TempDir(), seed+2))
			if len(got) != len(want) {
				t.Fatalf("%d files, want %d", len(got), len(want))
			}
			for name := range want {
				if got[name] != want[name] {
					t.Errorf("%s differs with the order of the runs", name)
				}
			}
		}
	}
}

// TestColumnsAreDocumented: every column of every file is in columns.md.
func TestColumnsAreDocumented(t *testing.T) {
	text := columnsMarkdown()
	section := func(file string) string {
		_, after, found := strings.Cut(text, "\n## "+file)
		if !found {
			t.Fatalf("columns.md has no section on %s", file)
		}
		after, _, _ = strings.Cut(after, "\n## ")
		return after
	}
	plan := smallPlan()
	plan.Requests = "csv"
	files := written(t, smallSet(t, plan, t.TempDir(), 1))
	first := func(file string) []string {
		line, _, _ := strings.Cut(files[file], "\n")
		return strings.Split(line, ",")
	}
	timeline, err := parquet.OpenFile(strings.NewReader(files["timeline.parquet"]), int64(len(files["timeline.parquet"])))
	if err != nil {
		t.Fatal(err)
	}
	var samples []string
	for _, f := range timeline.Schema().Fields() {
		samples = append(samples, f.Name())
	}
	for file, header := range map[string][]string{
		"runs.csv": first("runs.csv"), "comparison.csv": comparisonHeader, "classes.csv": first("classes.csv"),
		"distributions.csv": first("distributions.csv"), "requests.csv or requests.parquet": first("requests.csv"), "timeline.parquet": samples,
	} {
		if len(header) < 4 {
			t.Errorf("the header of %s is %v", file, header)
		}
		for _, column := range header {
			if !slices.Contains(strings.FieldsFunc(section(file), func(r rune) bool { return strings.ContainsRune(" ,|\n", r) }), column) {
				t.Errorf("columns.md does not explain %s of %s", column, file)
			}
		}
	}
	for i, c := range results.Columns {
		if c.Unit == "" || c.Doc == "" || results.ColumnOf(c.Name) != i {
			t.Errorf("column %q: no unit, no explanation, or there twice", c.Name)
		}
	}
}

// TestRunsAddUp: requests are the sum of their endings, attainment and misses
// of all arrivals, the cost of its lines.
func TestRunsAddUp(t *testing.T) {
	s := smallSet(t, smallPlan(), "", 1)
	sum := func(r *results.Row, names ...string) (total float64) {
		for _, n := range names {
			total += r.Values[results.ColumnOf(n)]
		}
		return total
	}
	var lines []string
	for _, name := range results.MetricNames() {
		if strings.HasPrefix(name, "cost_") && name != "cost_usd" && !strings.HasPrefix(name, "cost_per_") {
			lines = append(lines, name)
		}
	}
	for _, rows := range rowsOfAll(s) {
		for k := range rows {
			r := &rows[k]
			if got := sum(r, "answered", "failed", "rejected", "timed_out", "unfinished"); got != 200 || sum(r, "requests") != 200 {
				t.Errorf("%v: %v endings of %v requests", r.Info, got, sum(r, "requests"))
			}
			if got := sum(r, "slo_attainment", "miss_avoidable", "miss_unavoidable"); math.Abs(got-1) > 1e-15 {
				t.Errorf("%v: attainment and misses add up to %v", r.Info, got)
			}
			if got, want := sum(r, lines...), sum(r, "cost_usd"); math.Abs(got-want) > 1e-12*want || want == 0 {
				t.Errorf("%v: lines of the ledger add up to %v, the cost is %v", r.Info, got, want)
			}
		}
	}
}

// TestWarnings: what the numbers of a set call for, each text once.
func TestWarnings(t *testing.T) {
	plan := smallPlan()
	plan.Over[1] = stat.OverNothing
	plan.Warnings = []Warning{{"steady", "a doubt"}, {"trace, 1 day", "a doubt"}, {"steady", "a doubt"}}
	var got []string
	for _, w := range smallSet(t, plan, "", 1).Warnings() {
		got = append(got, w.String())
	}
	want := []string{
		"steady, trace, 1 day: a doubt",
		"3 replications: an interval over so few is wide and rests on normality; use --seeds 10 or more",
		`steady / first, steady / second, steady / say "third" and 3 more: no 99th percentile of response times: only 6.0 values of all runs lie beyond it, and fewer than 10 are the luck of the largest`,
		`steady / say "third", trace, 1 day / say "third": all replications agree to the byte: one run is reported, without an interval`,
		"trace, 1 day: all replications met the same arrivals: there is no interval",
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("warnings\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestDoubtsAboutRuns: each number that calls for a warning gets it, just
// beyond its limit, and only then.
func TestDoubtsAboutRuns(t *testing.T) {
	for _, c := range []struct {
		metric string
		value  float64
		want   string // "" no warning
	}{
		{"utilisation", 0.98, ""}, {"utilisation", 0.981, "busy 98.1 % of the time"},
		{"answered", 990, ""}, {"answered", 980, "over 1 % of the requests got no answer"},
		{"duration_s", 2000, ""}, {"duration_s", 2008, ""}, {"duration_s", 2012, "had 1.01 times the work that they could do while requests arrived"},
		{"requests", 0, "no requests"}, {"missed_unavoidable", 100, ""}, {"missed_unavoidable", 110, "11 % of the requests miss the SLO whatever is done"},
		{"limited", 110, "11 % of the requests miss the SLO whatever is done, as their service alone takes longer than a time-out allows (of clients, of attempts or of functions)"},
		{"steady_requests", math.NaN(), "steady_miss_avoidable has no value, so nothing is told of it"},
	} {
		values := make([]float64, len(results.Columns))
		for name, v := range map[string]float64{"requests": 1000, "answered": 1000, "utilisation": 0.5, "busy_core_s": 500, "core_s": 1000, "steady_requests": 1000} {
			values[results.ColumnOf(name)] = v
		}
		limited := 0.0
		if c.metric == "limited" {
			c.metric, limited = "missed_unavoidable", c.value
		}
		values[results.ColumnOf(c.metric)] = c.value
		if c.metric == "utilisation" {
			values[results.ColumnOf("busy_core_s")] = 1000 * c.value
		}
		run := results.NewRun(results.RunInfo{})
		for i := range int(values[results.ColumnOf("answered")]) {
			run.Add(&results.Request{ID: uint64(i), Finish: time.Microsecond})
		}
		row := run.Finish(time.Second, results.Ledger{}, results.Counts{})
		row.Values, row.Limited, row.Trend = values, limited, results.Trend{Arrivals: 1000}
		got := doubts("w / p", &cell{rows: []results.Row{row}, primary: []string{"steady_miss_avoidable"}})
		if len(got) > 1 || len(got) == 0 != (c.want == "") || len(got) == 1 && !strings.Contains(got[0].String(), "w / p: ") {
			t.Errorf("%s = %v: warnings %v, want %q", c.metric, c.value, got, c.want)
		}
		if len(got) == 1 && !strings.Contains(got[0].Text, c.want) {
			t.Errorf("%s = %v: %q, want %q", c.metric, c.value, got[0].Text, c.want)
		}
	}
	some := []results.Row{{Values: make([]float64, len(results.Columns))}, {Values: make([]float64, len(results.Columns))}}
	some[1].Values[results.ColumnOf("requests")] = 5
	if got := fmt.Sprint(doubts("w / p", &cell{rows: some})); !strings.Contains(got, "1 of 2 replications had no requests") {
		t.Errorf("warnings where one replication is empty: %s", got)
	}
	single := smallPlan()
	single.Replications = 1
	if got := smallSet(t, single, "", 1).Warnings()[0].Text; !strings.HasPrefix(got, "one replication:") {
		t.Errorf("first warning of one replication: %q", got)
	}
}

// TestDistributionsCountMisses of all replications: of 600 requests 12 had no
// answer, so that quantiles over all arrivals are infinite beyond 98 %.
func TestDistributionsCountMisses(t *testing.T) {
	dir, err := smallSet(t, smallPlan(), "", 1).Write(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	ds, err := results.ReadDistributions(dir)
	if err != nil || len(ds) != 6 {
		t.Fatalf("%d distributions, %v", len(ds), err)
	}
	for _, d := range ds {
		for i, p := range d.P {
			if math.IsInf(d.Response[i], 1) != (p > 0.98) || math.IsInf(d.Answered[i], 0) {
				t.Errorf("%s, %s: p = %v: %v, of answers %v", d.Workload, d.Policy, p, d.Response[i], d.Answered[i])
			}
			if i > 0 && (p <= d.P[i-1] || d.Response[i] < d.Response[i-1]) {
				t.Errorf("%s, %s: p = %v does not rise", d.Workload, d.Policy, p)
			}
		}
	}
}
