package compare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"cnv/results"
	"cnv/results/stat"
)

// singleServer is runs of an M/G/1 queue at 70 % load, first come, first served, with work
// of a law whose mean is 1 s.
func singleServer(t *testing.T, seed uint64, runs, requests int, work func(*rand.Rand) float64) *Set {
	t.Helper()
	s := NewSet(Plan{
		Design:  results.Design{Workloads: []string{"w"}, Policies: []string{"a"}, Replications: runs},
		Name:    "heavy",
		Over:    []string{stat.OverSeeds},
		Primary: []string{"answered_response_mean_s"},
	}, "")
	for i := range runs {
		r, err := s.Open(0, 0, i, uint64(i), []string{"c"})
		if err != nil {
			t.Fatal(err)
		}
		rng, at, free := rand.New(rand.NewPCG(seed, uint64(i))), 0.0, 0.0
		for k := range requests {
			at += rng.ExpFloat64() / 0.7
			took := work(rng)
			start := max(at, free)
			free = start + took
			second := func(x float64) time.Duration { return time.Duration(x * 1e9) }
			r.Add(&results.Request{ID: uint64(k), Arrival: second(at), Start: second(start), Finish: second(free), Work: second(took), Ideal: second(took)})
		}
		if err := s.Add(0, 0, r, r.Finish(time.Duration(at*1e9), results.Ledger{}, results.Counts{})); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// TestHeavyWorkIsTold: lognormal work with cv² 10 in ten runs of 1,500 requests is doubted,
// and its interval is longer above; exponential work is not, however few requests there
// are, and has Student's interval.
func TestHeavyWorkIsTold(t *testing.T) {
	sigma := math.Sqrt(math.Log(11))
	lognormal := func(r *rand.Rand) float64 { return math.Exp(sigma*r.NormFloat64() - sigma*sigma/2) }
	exponential := func(r *rand.Rand) float64 { return r.ExpFloat64() }
	const metric = "answered_response_mean_s"
	const experiments, truth = 60, 1 + 0.7*11/(2*0.3) // Pollaczek and Khinchine
	doubted, held, plain := 0, 0, 0
	for e := range uint64(experiments) {
		s := singleServer(t, e, 10, 1500, lognormal)
		r := rowOf(t, s.Comparison(), "a", "", metric)
		if strings.Contains(fmt.Sprint(s.Warnings()), "second moment of the work") {
			doubted++
		}
		if r.Low <= truth && truth <= r.High {
			held++
		}
		if _, low, high := stat.Interval(valuesOf(s.Rows(0, 0), results.ColumnOf(metric))); low <= truth && truth <= high {
			plain++
		}
	}
	t.Logf("doubted %d, held %d, Student's %d of %d", doubted, held, plain, experiments)
	if doubted < 57 || held < plain+3 {
		t.Errorf("lognormal work: doubted in %d of %d, held in %d, by Student's t in %d", doubted, experiments, held, plain)
	}
	for _, requests := range []int{100, 5000} {
		s := singleServer(t, 1, 10, requests, exponential)
		r := rowOf(t, s.Comparison(), "a", "", metric)
		if text := fmt.Sprint(s.Warnings()); strings.Contains(text, "second moment") || math.Abs(r.High+r.Low-2*r.Mean) > 1e-9 {
			t.Errorf("%d requests of exponential work: %v (%v to %v), %s", requests, r.Mean, r.Low, r.High, text)
		}
	}
}

// TestTailsAreDoubtedByTheirLaw: where no run has met a large request the law says that
// there are some, and how much longer runs should be; of other work it says nothing.
func TestTailsAreDoubtedByTheirLaw(t *testing.T) {
	s := singleServer(t, 1, 10, 1500, func(r *rand.Rand) float64 { return r.ExpFloat64() })
	for tail, want := range map[float64]string{0: "", 1. / 6: "", 0.01: "", 0.002: "some 30 of 15000 requests", 0.0001: "some 267 times as long"} {
		s.plan.Tails = []float64{tail}
		got := ""
		for _, w := range s.Warnings() {
			if strings.Contains(w.Text, "second moment of the work") {
				got = w.Text
			}
		}
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("a tail of %v: %q, want %q", tail, got, want)
		}
	}
}

// TestHeavyWorkOverDraws: draws meet the same work, so its tail makes no interval skewed.
func TestHeavyWorkOverDraws(t *testing.T) {
	s := singleServer(t, 1, 10, 1500, func(r *rand.Rand) float64 { return math.Exp(1.55 * r.NormFloat64()) })
	for over, want := range map[string]bool{stat.OverSeeds: true, stat.OverDraws: false, stat.OverWindows: false} {
		s.plan.Over[0] = over
		if got := s.cellsOf(0)[0].Skewed; got != want {
			t.Errorf("over %s: skewed %v, want %v", over, got, want)
		}
	}
}

// TestKeptRunsKeepTheirWork: what is read back knows its tail.
func TestKeptRunsKeepTheirWork(t *testing.T) {
	s := NewSet(Plan{Design: results.Design{Workloads: []string{"w"}, Policies: []string{"a"}, Replications: 1}, Name: "kept", Over: []string{stat.OverSeeds}}, "")
	r, err := s.Open(0, 0, 0, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		r.Add(&results.Request{ID: uint64(i), Work: time.Duration(i+1) * time.Second})
	}
	row, file := r.Finish(time.Minute, results.Ledger{}, results.Counts{}), t.TempDir()+"/run"
	if err := s.Keep(file, 0, 0, r, row, false); err != nil {
		t.Fatal(err)
	}
	again := NewSet(s.plan, "")
	if !again.Load(file, 0, 0, 0) {
		t.Fatal("not loaded")
	}
	if got := again.workOf(0); got != (results.Moments{N: 3, Two: 14, Four: 98}) { // 1 + 4 + 9, 1 + 16 + 81
		t.Errorf("work %+v", got)
	}
}
