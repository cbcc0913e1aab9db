package compare

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"cnv/results"
	"cnv/results/stat"
)

// TestWidest: of the differences that have an interval which more seeds narrow the
// widest is told, and those without one by name, so that nothing to look at is
// not taken for narrow.
func TestWidest(t *testing.T) {
	nan := math.NaN()
	const share, response = "miss_avoidable", "response_p99_s"
	unit := map[string]string{share: "fraction", response: "s"}
	level := func(metric string, mean float64) Compared {
		return Compared{Workload: "w", Policy: "a", Metric: metric, Unit: unit[metric], Primary: true, Over: stat.OverSeeds, Mean: mean}
	}
	difference := func(policy, against, metric, over string, half float64) Compared {
		return Compared{Workload: "w", Policy: policy, Metric: metric, Unit: unit[metric], Primary: true, Over: over, Against: against, JointLow: -half, JointHigh: half}
	}
	exploratory := difference("b", "a", response, stat.OverSeeds, 9)
	exploratory.Primary = false
	few := difference("b", "a", share, stat.OverSeeds, 0.001)
	few.Carriers = 4
	for _, c := range []struct {
		name string
		rows []Compared
		want Width
	}{
		{"nothing", nil, Width{}},
		{"one policy", []Compared{level(share, 0.1), level(response, 2)}, Width{}},
		{"a share and a time", []Compared{level(share, 0.1), level(response, 2), difference("b", "a", share, stat.OverSeeds, 0.02), difference("b", "a", response, stat.OverSeeds, 0.1), exploratory},
			Width{Intervals: 2, Shares: 1, Widest: 0.05, Where: "response_p99_s of b on w"}},
		{"equal", []Compared{level(share, 0), difference("b", "a", share, stat.OverSeeds, 0)}, Width{Intervals: 1, Shares: 1, Points: true, Where: "miss_avoidable of b on w"}},
		{"no interval", []Compared{level(response, 2), difference("b", "a", response, stat.OverNothing, nan)}, Width{Without: []string{"response_p99_s of b on w"}}},
		{"relative to nothing", []Compared{level(response, 0), difference("b", "a", response, stat.OverSeeds, 1)}, Width{Without: []string{"response_p99_s of b on w"}}},
		{"relative to what is infinite", []Compared{level(response, math.Inf(1)), difference("c", "b", response, stat.OverSeeds, 1)},
			Width{Without: []string{"response_p99_s of c against b on w"}}},
		{"carried by few", []Compared{level(share, 0.1), few}, Width{Intervals: 1, Shares: 1, Points: true, Widest: 0.001, Where: "miss_avoidable of b on w", Carried: []string{"miss_avoidable of b on w"}}},
		{"windows", []Compared{level(share, 0.1), difference("b", "a", share, stat.OverWindows, 0.5)}, Width{}},
	} {
		got := Widest(c.rows)
		if got.Intervals != c.want.Intervals || got.Widest != c.want.Widest || got.Where != c.want.Where || got.Points != c.want.Points || got.Shares != c.want.Shares || !slices.Equal(got.Without, c.want.Without) || !slices.Equal(got.Carried, c.want.Carried) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

// TestLooksShareTheConfidence: four looks at 40, 80, 160 and 320 seeds have 1.25 % each,
// so that an interval is wider than that of one look, by the ratio of Student's t.
func TestLooksShareTheConfidence(t *testing.T) {
	for seeds, want := range map[int]int{40: 4, 45: 4, 320: 1, 500: 1} {
		if got := Looks(seeds); got != want {
			t.Errorf("from %d seeds: %d looks, want %d", seeds, got, want)
		}
	}
	xs := make([]float64, 40)
	for i := range xs {
		xs[i] = float64(i % 7)
	}
	once, often := stat.PrecisionOf(xs, stat.Basis{Over: stat.OverSeeds}).Half(), stat.PrecisionOf(xs, stat.Basis{Over: stat.OverSeeds, Looks: 4}).Half()
	if ratio := often / once; math.Abs(ratio-2.6167/2.0227) > 0.01 {
		t.Errorf("four looks make it %v times as wide, want 1.29", ratio)
	}
}

// TestSeedsGoWhereDifferencesAreOpen: a workload with a wide or a carried interval gets
// more, one whose intervals are well within the target does not.
func TestSeedsGoWhereDifferencesAreOpen(t *testing.T) {
	row := func(workload string, half, carriers float64) []Compared {
		return []Compared{
			{Workload: workload, Policy: "a", Metric: "miss_avoidable", Unit: "fraction", Primary: true, Over: stat.OverSeeds},
			{Workload: workload, Policy: "b", Against: "a", Metric: "miss_avoidable", Unit: "fraction", Primary: true, Over: stat.OverSeeds, JointLow: -half, JointHigh: half, Carriers: carriers},
		}
	}
	w := Widest(slices.Concat(row("wide", 0.03, 20), row("narrow", 0.01, 20), row("carried", 0.01, 3), row("near", 0.0198, 20)))
	for workload, open := range map[string]bool{"wide": true, "narrow": false, "carried": true, "near": true, "recorded": false} {
		if got := w.Open(workload, 0.02); got != open {
			t.Errorf("%s is open: %v", workload, got)
		}
	}
}

// TestWorkloadsMayHaveFewerSeeds: numbers of a workload do not depend on how many seeds
// another one has, but for the bound that all differences share.
func TestWorkloadsMayHaveFewerSeeds(t *testing.T) {
	set := func(allotted []int) *Set {
		s := NewSet(Plan{
			Design:  results.Design{Workloads: []string{"v", "w"}, Policies: []string{"a", "b"}, Replications: 60, Allotted: allotted},
			Name:    "uneven",
			Over:    []string{stat.OverSeeds, stat.OverSeeds},
			Primary: []string{"answered_response_mean_s"},
		}, "")
		for w := range 2 {
			for p := range 2 {
				for i := range s.plan.Allotment(w) {
					r, err := s.Open(w, p, i, uint64(i), []string{"c"})
					if err != nil {
						t.Fatal(err)
					}
					rng := rand.New(rand.NewPCG(uint64(w), uint64(i)))
					for k := range 10 {
						took := time.Duration((rng.ExpFloat64() + 0.1*float64(p)*rng.Float64()) * 1e9)
						r.Add(&results.Request{ID: uint64(k), Arrival: time.Duration(k), Finish: time.Duration(k) + took, Ideal: time.Second})
					}
					if err := s.Add(w, p, r, r.Finish(time.Minute, results.Ledger{}, results.Counts{})); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		return s
	}
	all, some := set(nil), set([]int{60, 40})
	if missing := some.Missing(); len(missing) > 0 {
		t.Errorf("missing %v", missing)
	}
	of := func(s *Set, workload string) Compared {
		rows := s.Comparison()
		return rows[slices.IndexFunc(rows, func(r Compared) bool {
			return r.Workload == workload && r.Policy == "b" && r.Metric == "answered_response_mean_s"
		})]
	}
	if a, b := of(all, "v"), of(some, "v"); a.N != 60 || b.N != 60 || a.Diff != b.Diff || a.DiffLow != b.DiffLow || math.Abs(a.JointLow-b.JointLow) > 0.05*(a.JointHigh-a.JointLow) {
		t.Errorf("with all seeds everywhere %+v, else %+v", a, b)
	}
	if r := of(some, "w"); r.N != 40 || !(r.JointHigh-r.JointLow >= r.DiffHigh-r.DiffLow) {
		t.Errorf("with fewer: %+v", r)
	}
}
