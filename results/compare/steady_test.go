package compare

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cnv/results"
	"cnv/results/stat"
)

// autoregressive is a run of n requests whose response times are an AR(1) process
// of mean 10 s and autocorrelation r.
func autoregressive(seed uint64, n int, r float64) *results.Series {
	rng, run, x := rand.New(rand.NewPCG(seed, 7)), results.NewRun(results.RunInfo{}), 0.0
	for i := range n {
		x = r*x + math.Sqrt(1-r*r)*rng.NormFloat64()
		at := time.Duration(i) * time.Second
		run.Add(&results.Request{ID: uint64(i), Arrival: at, Finish: at + time.Duration((10+x)*1e9), Ideal: time.Second})
	}
	return run.Series()
}

// TestBatchMeansCover: intervals over batches of a correlated process cover its mean
// 95 % of the time where batches are long enough, and where they are not there is
// none. Of 1,000 intervals 950 cover, with a standard error of 7; four are allowed.
func TestBatchMeansCover(t *testing.T) {
	for _, c := range []struct {
		r       float64
		covers  [2]float64
		refused [2]float64
	}{
		{0.9, [2]float64{0.92, 0.99}, [2]float64{0, 0.12}}, // memory of 19 requests, batches of 800 and 50
		{0.999, [2]float64{0, 1}, [2]float64{0.99, 1}},     // of 1,999
	} {
		covered, refused := 0, 0
		for seed := range uint64(1000) {
			s := autoregressive(seed, 8000, c.r)
			one := &cell{series: s, rows: make([]results.Row, 1)}
			b := one.batched(one, results.ColumnOf("steady_response_mean_s"))
			if b == nil {
				refused++
				continue
			}
			if _, low, high := stat.IntervalOf(b.x, stat.Basis{Over: stat.OverBatches, Lag: b.lag}); low <= 10 && 10 <= high {
				covered++
			}
		}
		if share := float64(covered) / float64(1000-refused); share < c.covers[0] || share > c.covers[1] {
			t.Errorf("r = %v: %.3f of the intervals cover, want %v", c.r, share, c.covers)
		}
		if share := float64(refused) / 1000; share < c.refused[0] || share > c.refused[1] {
			t.Errorf("r = %v: %.3f are refused, want %v", c.r, share, c.refused)
		}
	}
}

// oneRun is a set of one run of two policies, of which the second takes half a
// second longer and both begin slowly.
func oneRun(t *testing.T, steady bool, requests int) *Set {
	t.Helper()
	s := NewSet(Plan{
		Design:  results.Design{Workloads: []string{"w"}, Policies: []string{"a", "b"}, Replications: 1, Steady: steady},
		Name:    "one",
		Over:    []string{stat.OverSeeds},
		Primary: []string{"steady_response_mean_s"},
	}, "")
	for p := range 2 {
		r, err := s.Open(0, p, 0, 1, []string{"c"})
		if err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(5, 5))
		for i := range requests {
			draw := rng.Float64()
			took := 1 + draw + float64(p)*(0.45+0.1*draw)
			if i < requests/10 {
				took += 10
			}
			at := time.Duration(i) * time.Second
			r.Add(&results.Request{ID: uint64(i), Arrival: at, Start: at, Finish: at + time.Duration(took*1e9), Ideal: time.Second, Bound: 5 * time.Second})
		}
		if err := s.Add(0, p, r, r.Finish(time.Duration(requests)*time.Second, results.Ledger{}, results.Counts{})); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// TestOneLongRun: the steady state of one run has an interval over batches,
// without its warm-up, paired by arrivals; all other metrics have none.
func TestOneLongRun(t *testing.T) {
	rows := oneRun(t, true, 20_000).Comparison()
	a, b := rowOf(t, rows, "a", "", "steady_response_mean_s"), rowOf(t, rows, "b", "a", "steady_response_mean_s")
	if a.Over != stat.OverBatches || a.N != longBatches || !(math.Abs(a.Mean-1.5) < 0.01 && a.High-a.Low < 0.02) {
		t.Errorf("mean %v (%v to %v) over %d %s, want 1.5 over 10 batches", a.Mean, a.Low, a.High, a.N, a.Over)
	}
	if wide := b.DiffHigh - b.DiffLow; math.Abs(b.Diff-0.5) > 1e-3 || !(wide > 0 && wide < 2e-3) || b.Verdict != Worse {
		t.Errorf("difference %v (%v to %v): %s, want 0.5 with a tenth of the spread of one policy, as draws are shared", b.Diff, b.DiffLow, b.DiffHigh, b.Verdict)
	}
	if cut := rowOf(t, rows, "a", "", "warmup_share").Mean; cut < 0.1 || cut > 0.11 {
		t.Errorf("%v of the requests are left out, want a tenth", cut)
	}
	if p99 := rowOf(t, rows, "a", "", "steady_response_p99_s").Mean; math.Abs(p99-1.99) > 0.01 {
		t.Errorf("99th percentile %v after the warm-up, want 1.99", p99)
	}
	if r := rowOf(t, rows, "a", "", "response_p99_s"); r.Over != stat.OverNothing || r.N != 1 || r.Mean < 11 {
		t.Errorf("with the warm-up %+v, want over 11 s of one run", r)
	}
	for _, r := range oneRun(t, false, 2000).Comparison() {
		if r.Metric == "steady_response_mean_s" && !math.IsNaN(r.Mean) {
			t.Errorf("nobody asked for a steady state: %+v", r)
		}
	}
}

// TestCourseIsWarnedOf: what the course of a run says is said in words.
func TestCourseIsWarnedOf(t *testing.T) {
	text := fmt.Sprint(oneRun(t, true, 20_000).Warnings())
	if !strings.Contains(text, "over batches of one run") || strings.Contains(text, "no interval over batches") || strings.Contains(text, "no steady state") {
		t.Errorf("independent requests: %s", text)
	}
	// 30,000 s are nine hours, of which the first has the slow tenth.
	if text := fmt.Sprint(oneRun(t, false, 30_000).Warnings()); !strings.Contains(text, "the first hour is unlike the others: mean response time 9.8") {
		t.Errorf("a slow first hour: %s", text)
	}
	for want, trend := range map[string]results.Trend{"no steady state": {Endless: true}, "not stationary": {Drift: true}} {
		if text := fmt.Sprint(unsteady("w / p", &cell{rows: []results.Row{{Trend: trend}, {Trend: trend}, {}}})); !strings.Contains(text, want) {
			t.Errorf("%+v in two of three runs: %s", trend, text)
		}
	}
	c := cell{rows: []results.Row{{Trend: results.Trend{Lag: 0.86}}}, series: &results.Series{}}
	if text := fmt.Sprint(unsteady("w / p", &c)); !strings.Contains(text, "no interval over batches of one run: neighbours among 160 stretches of it have a correlation of 0.86") {
		t.Errorf("correlated: %s", text)
	}
}

// TestKeptRunsKeepTheirCourse: a run that is read back gives the same
// comparison, warnings and sizes; one of a set that asks another question is not
// taken.
func TestKeptRunsKeepTheirCourse(t *testing.T) {
	dir := t.TempDir()
	s := NewSet(Plan{Design: results.Design{Workloads: []string{"w"}, Policies: []string{"a"}, Replications: 1, Steady: true}, Name: "one", Over: []string{stat.OverSeeds}}, "")
	r, err := s.Open(0, 0, 0, 1, []string{"c"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20_000 {
		at := time.Duration(i) * time.Second
		r.Add(&results.Request{ID: uint64(i), Arrival: at, Start: at, Finish: at + time.Duration(1+i%7)*time.Second, Ideal: time.Second, Bound: 5 * time.Second})
	}
	row := r.Finish(20_000*time.Second, results.Ledger{}, results.Counts{})
	if err := errors.Join(s.Add(0, 0, r, row), s.Keep(dir+"/run", 0, 0, r, row, false)); err != nil {
		t.Fatal(err)
	}
	again := NewSet(s.plan, "")
	if !again.Load(dir+"/run", 0, 0, 0) {
		t.Fatal("not loaded")
	}
	if a, b := fmt.Sprint(s.Comparison(), s.Warnings(), sizesOf(t, s)), fmt.Sprint(again.Comparison(), again.Warnings(), sizesOf(t, again)); a != b {
		t.Errorf("kept and read back: %s\nwant %s", b, a)
	}
	other := s.plan
	if other.Steady = false; NewSet(other, "").Load(dir+"/run", 0, 0, 0) {
		t.Error("taken for a question that is not about the steady state")
	}
}

// TestNoSteadyStateNoInterval: a run that only grows has no interval.
func TestNoSteadyStateNoInterval(t *testing.T) {
	s := oneRun(t, true, 20_000)
	s.Rows(0, 1)[0].Trend.Endless = true
	rows := s.Comparison()
	if r := rowOf(t, rows, "a", "", "steady_response_mean_s"); r.Over != stat.OverBatches {
		t.Errorf("the steady one: %+v", r)
	}
	if r := rowOf(t, rows, "b", "a", "steady_response_mean_s"); r.Over != stat.OverNothing || r.Verdict != NotKnown || math.IsNaN(r.Diff) {
		t.Errorf("the other: %+v", r)
	}
}

// sizesOf is sizes.csv of a set.
func sizesOf(t *testing.T, s *Set) string {
	t.Helper()
	dir := t.TempDir()
	if err := s.WriteFiles(dir); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "sizes.csv"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
