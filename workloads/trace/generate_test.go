package trace

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cnv/policy"
	"cnv/workloads"
)

// TestGenerateKeepsKeys: requests that are repeats of each other still are, and
// only they, though their features are alike.
func TestGenerateKeepsKeys(t *testing.T) {
	arrivals := []workloads.Arrival{bare(0), bare(1), bare(2), bare(3)}
	for i, key := range []policy.Key{7, 8, 7, 0} {
		arrivals[i].Key, arrivals[i].Work, arrivals[i].Features[0] = key, time.Second, 5
	}
	w := &workloads.Workload{
		Name: "x", Span: time.Second, Synthesised: []string{"arrival_us", "class"},
		Classes: []workloads.Class{one("a", "", "f").Class},
		Open:    func(uint64) (workloads.Source, error) { return &listed{arrivals}, nil },
	}
	dir := filepath.Join(t.TempDir(), "x")
	h, err := Generate(w, 1, dir)
	if err != nil {
		t.Fatal(err)
	}
	if s := strings.Join(h.Synthesised, " "); s != "arrival_us class work_us attr" {
		t.Errorf("synthesised fields: %s", s)
	}
	again, err := Open(dir, Options{Replicate: None})
	if err != nil {
		t.Fatal(err)
	}
	got := all(t, again, 1)
	if got[0].Key != got[2].Key || got[0].Key == got[1].Key || got[0].Key == got[3].Key || got[1].Features[0] != 5 {
		t.Errorf("arrivals = %+v", got)
	}
}

// listed is a source of given arrivals.
type listed struct{ left []workloads.Arrival }

func (l *listed) Err() error { return nil }

func (l *listed) Next(a *workloads.Arrival) bool {
	if len(l.left) == 0 {
		return false
	}
	*a, l.left = l.left[0], l.left[1:]
	return true
}

// TestGenerateRefusesClosedLoops: their arrivals depend on the answers.
func TestGenerateRefusesClosedLoops(t *testing.T) {
	w, err := (&workloads.Clients{Clients: 3, Think: workloads.Lasting(time.Second)}).Workload("loop", workloads.Own())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Generate(w, 1, filepath.Join(t.TempDir(), "x")); err == nil || !strings.Contains(err.Error(), "closed loop") {
		t.Errorf("error = %v", err)
	}
}

// TestGeneratedRequestsLieWithinTheSpan: so many requests may take longer than
// expected.
func TestGeneratedRequestsLieWithinTheSpan(t *testing.T) {
	g := &workloads.Poisson{Rate: 20, Requests: 500}
	w, err := g.Workload("x", workloads.Own())
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(5) { // those of seed 4 take longer
		dir := filepath.Join(t.TempDir(), "x")
		if _, err := Generate(w, seed, dir); err != nil {
			t.Fatal(err)
		}
		if errs := Validate(dir); len(errs) > 0 {
			t.Errorf("seed %d: %v", seed, errs[0])
		}
	}
}
