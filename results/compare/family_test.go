package compare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cnv/results"
	"cnv/results/stat"
	"cnv/results/words"
)

// TestWindowsAreNotSamples: a recording of 20 windows is resampled; the interval
// over its resamples covers the truth behind the recording, and dividing by √n,
// as over seeds, does not.
func TestWindowsAreNotSamples(t *testing.T) {
	const runs, windows = 2000, 20
	rng := rand.New(rand.NewPCG(8, 9))
	for _, c := range []struct {
		n    int
		over string
		in   [2]float64
	}{{10, stat.OverWindows, [2]float64{0.93, 0.975}}, {40, stat.OverWindows, [2]float64{0.93, 0.975}}, {10, stat.OverSeeds, [2]float64{0, 0.7}}} {
		covered := 0
		for range runs {
			recorded, means := make([]float64, windows), make([]float64, c.n)
			for i := range recorded {
				recorded[i] = 5 + rng.NormFloat64()
			}
			for i := range means {
				for range windows {
					means[i] += recorded[rng.IntN(windows)] / windows
				}
			}
			if _, low, high := stat.IntervalOf(means, stat.Basis{Over: c.over, Windows: windows}); low <= 5 && 5 <= high {
				covered++
			}
		}
		if share := float64(covered) / runs; share < c.in[0] || share > c.in[1] {
			t.Errorf("%d resamples over %s: %.3f cover, want %v", c.n, c.over, share, c.in)
		}
	}
}

// TestPrimary: the named metrics are primary and share their confidence with all pairs
// and workloads; wins are theirs.
func TestPrimary(t *testing.T) {
	plan := smallPlan()
	plan.Primary = []string{"slo_attainment", "response_p50_s", "requests"}
	s := smallSet(t, plan, t.TempDir(), 1)
	const family = 2 * 3 * 3 // on two workloads three pairs in three metrics
	for _, r := range s.Comparison() {
		if want := slices.Contains(plan.Primary, r.Metric); r.Primary != want || r.Against != "" && r.Family != map[bool]int{true: family, false: 1}[want] {
			t.Fatalf("%s: primary %v, family %d", r.Metric, r.Primary, r.Family)
		}
	}
	wins := s.Wins()
	if want := len(plan.Workloads) * 2 * 3; len(wins) != want {
		t.Fatalf("%d wins, want %d: two metrics of which one value is better, three pairs", len(wins), want)
	}
	for _, w := range wins {
		if w.N != 3 || w.Wins+w.Ties+w.Losses != w.N || w.Wins > 0 {
			t.Errorf("%+v: every policy is slower than those before it", w)
		}
	}
	dir := t.TempDir()
	if err := s.writeWins(dir); err != nil {
		t.Fatal(err)
	}
	for i := range wins {
		wins[i].Alone = words.NoEstimate() // is not written
	}
	if got, err := ReadWins(dir); err != nil || fmt.Sprint(got) != fmt.Sprint(wins) {
		t.Errorf("read %v, %v, want %v", got, err, wins)
	}
}

// costAndMisses is a run with these per 1,000 in SLO and per arrival.
func costAndMisses(cost, miss float64) []float64 {
	v := make([]float64, len(results.Columns))
	v[results.ColumnOf("requests")], v[results.ColumnOf("in_slo")], v[results.ColumnOf("missed_avoidable")] = 1000, 1000, 1000*miss
	v[results.ColumnOf("cost_usd")], v[results.ColumnOf(results.CostInSLO)], v[results.ColumnOf(results.AvoidableMisses)] = cost, cost, miss
	return v
}

// TestFrontIsWhatNothingDominates: on the front there is at least one policy,
// and whoever is not on it is dominated by one that is named.
func TestFrontIsWhatNothingDominates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.SampledFrom([]float64{0, 0.1, 0.2, 0.3, math.Inf(1)})
		s := NewSet(Plan{Design: results.Design{Workloads: []string{"w"}, Policies: []string{"a", "b", "c", "d"}, Replications: 2}, Over: []string{stat.OverSeeds}}, "")
		finite := false
		for i := range s.plan.Policies {
			c, m := value.Draw(t, "cost"), rapid.SampledFrom([]float64{0, 0.1, 0.2}).Draw(t, "misses")
			finite = finite || !math.IsInf(c, 0)
			for k := range s.Rows(0, i) {
				s.Rows(0, i)[k].Values = costAndMisses(c, m+1e-3*float64(k))
			}
		}
		on := 0
		for _, f := range s.Frontiers() {
			if f.Front {
				on++
			}
			if f.Front && f.Dominated != "" || f.Surely && f.Dominated == "" || !f.Front && f.Dominated == "" && !math.IsInf(f.Cost, 0) {
				t.Fatalf("%+v", f)
			}
		}
		if (on > 0) != finite {
			t.Fatalf("%d on the front, finite costs: %v", on, finite)
		}
	})
}

// TestSurelyDominated: by whichever policy it is sure of, not by the first alone.
func TestSurelyDominated(t *testing.T) {
	s := NewSet(Plan{Design: results.Design{Workloads: []string{"w"}, Policies: []string{"perhaps", "surely", "worst"}, Replications: 10}, Over: []string{stat.OverSeeds}}, "")
	for i, spread := range []float64{1, 0.001, 0.001} {
		for k := range s.Rows(0, i) {
			v := 0.5 + 0.1*float64(i) + spread*(float64(k%2)-0.5)
			s.Rows(0, i)[k].Values = costAndMisses(v, v)
		}
	}
	if f := s.Frontiers()[2]; f.Dominated != "surely" || !f.Surely {
		t.Errorf("%+v", f)
	}
}

// TestSizes: requests of all sizes are counted once, whatever the order of runs.
func TestSizes(t *testing.T) {
	var text [2]string
	for i := range text {
		dir := t.TempDir()
		if err := smallSet(t, smallPlan(), t.TempDir(), uint64(i)).WriteFiles(dir); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(dir + "/sizes.csv")
		if err != nil {
			t.Fatal(err)
		}
		text[i] = string(b)
	}
	if text[0] != text[1] {
		t.Error("the order of runs matters")
	}
	if want := "steady,first,0.065536,0.131072,87,0.145,0.0"; !strings.Contains(text[0], want) {
		t.Errorf("want a line that begins with %q:\n%s", want, text[0])
	}
}
