package compare

import (
	"math"
	"strings"
	"testing"
	"time"

	"cnv/results"
	"cnv/results/stat"
)

// bursty is a set of one policy in which seldom much arrives, most of which misses.
func bursty(t *testing.T, n int, missed func(i, requests int) int) *Set {
	t.Helper()
	s := NewSet(Plan{Design: results.Design{Workloads: []string{"w"}, Policies: []string{"a"}, Replications: n}, Name: "b", Over: []string{stat.OverSeeds}}, "")
	for i := range n {
		r, err := s.Open(0, 0, i, uint64(i), nil)
		if err != nil {
			t.Fatal(err)
		}
		requests := 100 + i
		if i%5 == 4 {
			requests = 2000 + i
		}
		for k := range requests {
			at := time.Duration(k) * time.Second
			q := results.Request{ID: uint64(k), Arrival: at, Start: at, Finish: at + time.Second, Ideal: time.Second, Bound: 2 * time.Second}
			if k < missed(i, requests) {
				q.Finish = at + 3*time.Second
			}
			r.Add(&q)
		}
		if err := s.Add(0, 0, r, r.Finish(time.Hour, results.Ledger{Instances: 1}, results.Counts{})); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// TestSharesAreOfAllArrivals: missed over arrived, not the mean of the replications'
// shares; and what an answer in time costs likewise.
func TestSharesAreOfAllArrivals(t *testing.T) {
	rows := bursty(t, 10, func(_, requests int) int {
		if requests > 1000 {
			return requests * 9 / 10
		}
		return 0
	}).Comparison()
	missed, all := 0.0, 0.0
	for i := range 10 {
		n := 100 + i
		if i%5 == 4 {
			n = 2000 + i
			missed += float64(n * 9 / 10)
		}
		all += float64(n)
	}
	if r := rowOf(t, rows, "a", "", results.AvoidableMisses); math.Abs(r.Mean-missed/all) > 1e-12 || r.Mean < 0.7 || !(r.Low < r.Mean && r.High > r.Mean) {
		t.Errorf("misses %v (%v to %v), want %v: the mean of shares is 0.18", r.Mean, r.Low, r.High, missed/all)
	}
	if r := rowOf(t, rows, "a", "", results.CostInSLO); math.Abs(r.Mean-10_000/(all-missed)) > 1e-9 {
		t.Errorf("cost %v, want %v", r.Mean, 10_000/(all-missed))
	}
}

// TestNothingSeenIsNotSure: where no run missed, up to 26 % of runs may, and nobody can
// be sure of a bound below that; where nothing varied, of none.
func TestNothingSeenIsNotSure(t *testing.T) {
	rows := bursty(t, 10, func(int, int) int { return 0 }).Comparison()
	for metric, want := range map[string][2]float64{results.AvoidableMisses: {0, 0.2589}, "slo_attainment": {1 - 0.2589, 1}} {
		if r := rowOf(t, rows, "a", "", metric); math.Abs(r.Low-want[0]) > 1e-4 || math.Abs(r.High-want[1]) > 1e-4 {
			t.Errorf("%s: %v (%v to %v), want %v", metric, r.Mean, r.Low, r.High, want)
		}
	}
	for _, c := range []struct {
		metric string
		most   float64
		sure   bool
	}{{results.AvoidableMisses, 0.01, false}, {results.AvoidableMisses, 0.3, true}, {"cost_usd", 10, false}} {
		got := Check(rows, []Requirement{{Metric: c.metric, Min: math.Inf(-1), Max: c.most, Sure: true}})
		if got[0].OK != c.sure {
			t.Errorf("%s of at most %v: %+v, want %v", c.metric, c.most, got[0], c.sure)
		}
		if c.metric == "cost_usd" && !strings.Contains(got[0].Got, "did not vary") {
			t.Errorf("%q does not say why", got[0].Got)
		}
	}
}

// TestShallowQuantilesAreRefused: with fewer than ten values beyond it a quantile has no
// value, and a warning says so where it is printed.
func TestShallowQuantilesAreRefused(t *testing.T) {
	s := bursty(t, 4, func(int, int) int { return 0 }) // 406 requests
	if r := rowOf(t, s.Comparison(), "a", "", results.MetricP99); !math.IsNaN(r.Mean) {
		t.Errorf("99th percentile of 406 requests: %v", r.Mean)
	}
	if r := rowOf(t, s.Comparison(), "a", "", "response_p95_s"); math.Abs(r.Mean-1) > 0.001 {
		t.Errorf("95th percentile: %v, want 1", r.Mean)
	}
	own := s.Rows(0, 0)[0].Values
	s.Recorded(0, 0, own) // 102 requests
	for metric, told := range map[string]bool{results.MetricP99: false, "response_p95_s": false, "response_p50_s": true, "requests": true} {
		if r := rowOf(t, Recordings(s.Comparison()), "a", "", metric); !math.IsNaN(r.Mean) != told {
			t.Errorf("%s of the recording itself: %v, and of %v requests it is told: %v", metric, r.Mean, own[results.ColumnOf("requests")], told)
		}
	}
	found := false
	for _, w := range s.Warnings() {
		found = found || strings.Contains(w.Text, "no 99th percentile of response times: only 4.1 values of all runs lie beyond it")
	}
	if !found {
		t.Errorf("warnings %v", s.Warnings())
	}
	value, low, high := Estimate(s.Rows(0, 0), results.AvoidableMisses)
	if value != 0 || low != 0 || high < 0.5 {
		t.Errorf("estimate %v (%v to %v)", value, low, high)
	}
}
