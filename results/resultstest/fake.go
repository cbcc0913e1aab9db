// Package resultstest makes folders of results by formula, for tests.
package resultstest

import (
	"encoding/xml"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"cnv/results"
	"cnv/results/answer"
	"cnv/results/compare"
	"cnv/results/stat"
)

// fakePolicies and fakeWorkloads are a small experiment whose runs are made by
// formula: what figures and report must show is all there, at no cost.
var (
	fakePolicies  = []string{"seed", "seed-jsq", "seed-nospill", "jsq-nospill", "jsq-fixed", "leastwork-exact", "demand", "lambda-only"}
	fakeWorkloads = []string{"steady", "diurnal 1:9", "flash crowd", "heavy tail"}
)

const fakeSeeds = 4

// Plan is the plan of the experiment.
func Plan() compare.Plan {
	return compare.Plan{
		Design:   results.Design{Workloads: fakeWorkloads, Policies: fakePolicies, Replications: fakeSeeds},
		Name:     "quickstart",
		Question: "What do the router, the scaler and the overflow to functions each change, & is x < y?",
		Over:     []string{stat.OverSeeds, stat.OverSeeds, stat.OverSeeds, stat.OverSeeds},
		Contrasts: []compare.Contrast{
			{Name: "the router", From: "seed", To: "seed-jsq"},
			{Name: "overflow to functions", From: "jsq-nospill", To: "seed-jsq"},
			{Name: "the scaler", From: "seed-jsq", To: "demand"},
			{Name: "exact knowledge of the work", From: "jsq-fixed", To: "leastwork-exact"},
		},
		Manifest: map[string]any{
			"command": "go run ./experiments/... compare quickstart",
			"answer": answer.Spec{
				Contrasts: []compare.Contrast{
					{Name: "the router", From: "seed", To: "seed-jsq"}, {Name: "overflow to functions", From: "jsq-nospill", To: "seed-jsq"},
					{Name: "the scaler", From: "seed-jsq", To: "demand"}, {Name: "exact knowledge of the work", From: "jsq-fixed", To: "leastwork-exact"},
				},
				Routers: []answer.Pair{{From: "seed", To: "seed-jsq"}}, Functions: "lambda-only",
			},
			"configuration": map[string]any{"slo": "2s", "hypothesis": "The router matters little."},
			"build":         map[string]any{"go": "go1.26", "module": "cnv"},
			"digests":       map[string]any{"steady": "5f1c", "diurnal 1:9": "77aa"},
			"seeds":         []int{1, 2, 3, 4},
		},
		Warnings: []compare.Warning{{Where: "flash crowd", Text: "the peak is < 1 boot time <script>alert(1)</script>"}},
	}
}

// fakeOnce keeps the files of Plan, which most tests start from, in memory.
var fakeOnce sync.Once
var fakeFiles = fstest.MapFS{}

// Copy is a temporary folder with the results of Plan.
func Copy(t testing.TB) string {
	t.Helper()
	fakeOnce.Do(func() {
		dir := Write(t, Plan())
		for name, b := range Snapshot(t, dir) {
			fakeFiles[filepath.ToSlash(strings.TrimPrefix(name, dir+string(filepath.Separator)))] = &fstest.MapFile{Data: b, Mode: 0o644}
		}
	})
	dir := t.TempDir()
	if err := os.CopyFS(dir, fakeFiles); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Write writes an experiment into a temporary folder, whose runs are
// made by formula: 1,500 requests each, fewer where there are many.
func Write(t testing.TB, plan compare.Plan) string {
	t.Helper()
	n := min(1500, 48000/(len(plan.Workloads)*len(plan.Policies)))
	s := compare.NewSet(plan, "")
	for w := range plan.Workloads {
		for p := range plan.Policies {
			for k := range plan.Replications {
				r, err := s.Open(w, p, k, uint64(k), []string{"raytracer", "blur"})
				if err != nil {
					t.Fatal(err)
				}
				if err := s.Add(w, p, r, fakeRun(r, w, p, k, n)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	dir, err := s.Write(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// fakeRun makes one run: lognormal response times whose spread grows with the
// workload, of which the first two policies lose some.
func fakeRun(r *results.Run, w, p, k, n int) results.Row {
	arrivals := rand.New(rand.NewPCG(uint64(w), uint64(k)))
	luck := rand.New(rand.NewPCG(uint64(1000+8*w+p), uint64(k)))
	span := 2 * time.Hour
	for i := range n {
		work := math.Exp(arrivals.NormFloat64() * (0.3 + 0.2*float64(w)))
		slow := 1 + 0.08*float64((p*5)%8)*math.Exp(luck.NormFloat64()*(0.5+0.3*float64(w)))
		at := span * time.Duration(i) / time.Duration(n)
		q := results.Request{
			ID: uint64(i), Class: uint16(i % 2), Arrival: at, Start: at + seconds(0.1*(slow-1)), Finish: at + seconds(0.4*work*slow),
			Work: seconds(0.4 * work), Ideal: seconds(0.4 * work), Bound: 2 * time.Second, Kind: results.KindVM,
		}
		if p%8 == 7 || p < 2 && luck.Float64() < 0.1 {
			q.Kind = results.KindFunction
		}
		if p < 2 && luck.Float64() < 0.01*float64(1+3*p) {
			q.Ending, q.Finish, q.Kind = results.Rejected, results.Never, results.KindNone
		}
		r.Add(&q)
	}
	vms := [...]float64{5, 5, 6, 6, 8, 8, 7, 0}[p%8] * (1 + 0.02*luck.NormFloat64())
	for at := time.Duration(0); at <= span; at += 20 * time.Second {
		r.Tick(fakeSample(at, w, p, vms, arrivals))
	}
	l := results.Ledger{Instances: vms * 2 * 0.0725, EBS: vms * 0.004, FunctionTime: 0.02 * float64(1+p%8/7*40), FunctionCalls: 0.0006}
	return r.Finish(span, l, results.Counts{Launches: uint64(vms), VMSeconds: vms * 7200, BusyCoreSeconds: vms * 9000, CoreSeconds: vms * 14400})
}

// fakeSample is one point of the timeline.
func fakeSample(at time.Duration, w, p int, vms float64, rng *rand.Rand) results.Sample {
	load := 8.0
	switch w {
	case 1:
		load = 5 - 4*math.Cos(2*math.Pi*at.Hours()/2)
	case 2:
		if at > 50*time.Minute && at < time.Hour {
			load = 40
		}
	}
	s := results.Sample{At: at, OfferedCores: load * (1 + 0.15*rng.NormFloat64()), CapacityCores: 2 * math.Ceil(load*vms/16)}
	switch {
	case p == 4 || p == 5:
		s.CapacityCores = 16
	case p%8 == 7:
		s.CapacityCores, s.Functions = 0, int(load*1.3)
	case p < 2:
		s.Functions = int(max(0, load-s.CapacityCores+2*rng.NormFloat64()))
	}
	return s
}

// Read is the text of a file.
func Read(t testing.TB, name ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(name...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Snapshot is every file below dir.
func Snapshot(t testing.TB, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files[path], err = os.ReadFile(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// WellFormed parses XML to its end.
func WellFormed(t testing.TB, text string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("not XML: %v", err)
		}
	}
}

// seconds converts to a Duration.
func seconds(s float64) time.Duration { return time.Duration(math.Round(s * 1e9)) }
