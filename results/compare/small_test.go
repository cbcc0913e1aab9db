package compare

import (
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"cnv/results"
	"cnv/results/stat"
)

var update = flag.Bool("update", false, "write the golden files again")

// goldenData compares with testdata/data/NAME, or writes it under -update.
func goldenData(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", "data", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s differs; read the diff after go test ./results/compare -update. got:\n%s", path, got)
	}
}

// smallPlan is an experiment small enough to check by hand.
func smallPlan() Plan {
	return Plan{
		Design:    results.Design{Workloads: []string{"steady", "trace, 1 day"}, Policies: []string{"first", "second", `say "third"`}, Replications: 3},
		Name:      "small",
		Question:  "Is the golden file right?",
		Over:      []string{stat.OverSeeds, stat.OverWindows},
		Windows:   []int{0, 20},
		Contrasts: []Contrast{{Name: "last two", From: "second", To: `say "third"`}, {Name: "known", From: "first", To: "second"}},
		Manifest:  map[string]any{"command": "go run ./experiments/... compare small"},
	}
}

// smallRun makes 200 requests, ten seconds apart, whose numbers are short
// decimals: policy p answers a request of work w in (1 + 0.25 p) w, and loses
// every 50th. The third policy does the same in every replication.
func smallRun(r *results.Run, w, p, k int) results.Row {
	if p == 2 {
		k = 0
	}
	for i := range 200 {
		work := time.Duration(100+50*(i%7)+10*k+5*w) * time.Millisecond
		at := time.Duration(i) * 10 * time.Second
		q := results.Request{
			ID: uint64(i), Class: uint16(i % 2), Kind: results.KindVM, Attempts: 1, Status: 200, Worker: int32(i % 3),
			Arrival: at, Start: at + work/4, Finish: at + work + work/4*time.Duration(p), Work: work, Ideal: work,
			Bound: 500 * time.Millisecond, Predicted: 2 * work.Seconds(),
		}
		switch {
		case i%50 == 49:
			q.Ending, q.Status, q.Kind, q.Worker, q.Start, q.Finish = results.Rejected, 503, results.KindNone, -1, results.Never, results.Never
		case i%10 == 0 && p > 0:
			q.Kind, q.Cold = results.KindFunction, i%20 == 0
		}
		r.Add(&q)
	}
	for i := range 3 {
		r.Tick(results.Sample{At: time.Duration(i) * 10 * time.Second, ArrivalsPerS: 0.125, OfferedCores: 0.5, InFlight: i, Ready: 2, Desired: 2, CapacityCores: 4, USDPerHour: 0.145})
	}
	l := results.Ledger{Instances: 0.25 + 0.125*float64(p), IPv4: 0.03125, EBS: 0.0078125, FunctionTime: 0.5 * float64(k), FunctionCalls: 0.25, Provisioned: 0.125, Store: 0.0625, Gateway: 0.015625}
	return r.Finish(2000*time.Second, l, results.Counts{
		Launches: 3, Terminations: 1, Adaptations: 2, Events: 1000 + uint64(k), VMSeconds: 4000, BusyCoreSeconds: 2000, CoreSeconds: 8000,
	})
}

// smallSet fills a set in an order drawn from a seed.
func smallSet(t testing.TB, plan Plan, spool string, seed uint64) *Set {
	t.Helper()
	s := NewSet(plan, spool)
	n := len(plan.Workloads) * len(plan.Policies) * plan.Replications
	done := make(chan error)
	for _, i := range rand.New(rand.NewPCG(seed, 0)).Perm(n) {
		go func() {
			k, cell := i%plan.Replications, i/plan.Replications
			w, p := cell/len(plan.Policies), cell%len(plan.Policies)
			r, err := s.Open(w, p, k, uint64(100+k), []string{"a", "b,c"})
			if err == nil {
				err = s.Add(w, p, r, smallRun(r, w, p, k))
			}
			done <- err
		}()
	}
	for range n {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// written writes a set and returns its files by name.
func written(t testing.TB, s *Set) map[string]string {
	t.Helper()
	dir, err := s.Write(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return filesOf(t, dir)
}

func filesOf(t testing.TB, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(text)
	}
	return files
}

// rowsOfAll are the runs of a set, by workload and policy.
func rowsOfAll(s *Set) (out [][]results.Row) {
	for w := range s.plan.Workloads {
		for p := range s.plan.Policies {
			out = append(out, s.Rows(w, p))
		}
	}
	return out
}
