package route

import (
	"fmt"
	"strings"
	"testing"

	"cnv/policy"
	"cnv/policy/policytest"
)

// TestExplainNova: the first worker explained is the one chosen, and the
// numbers are those of filters and weighers.
func TestExplainNova(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{})
	l.Add(3, 0)
	l.Book(0, 4)
	l.Book(1, 1)
	l.Report(2, 0.9)
	nova := NewNova()
	nova.Headroom, nova.InFlight = 4.5, 0.25
	p := policytest.Start(l, nova)
	r := &policy.Request{Work: 1}
	choice, _ := p.Route(l.View(), r)
	got := strings.Join(p.Explain(l.View(), r), "\n")
	want := `worker 0: dropped by filter headroom: 4 + 1 CPU-seconds, at most 4.5
worker 2: score 1.25 = work 1 × 1 (0 s) + in flight 0.25 × 1 (0 requests) + cpu 0.5 × 0 (0.1 free share) + failures 1e+06 × 0 (0 failures): taken, the best
worker 1: score 0.5 = work 1 × 0 (-1 s) + in flight 0.25 × 0 (-1 requests) + cpu 0.5 × 1 (0.5 free share) + failures 1e+06 × 0 (0 failures)`
	if got != want || choice != 2 {
		t.Errorf("choice %v, explained as\n%s\nwant 2 and\n%s", choice, got, want)
	}
}

// TestExplainNovaOriginal: requests and loads are told in the original's units.
func TestExplainNovaOriginal(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{})
	l.Add(2, 0)
	p := policytest.Start(l, NewNovaOriginal())
	small := &policy.Request{Work: 0.2, Known: true}
	p.Route(l.View(), small)
	got := strings.Join(p.Explain(l.View(), small), "\n")
	want := `the request counts 0.4704 units, as the estimator predicts
worker 0: load 0 + 0.4704 units is less than the floor of 1.1: dropped
worker 1: load 0 + 0.4704 units is less than the floor of 1.1: dropped
no host: a request below 1.1 units goes to a function, any other waits for a launch`
	if got != want {
		t.Errorf("explained as\n%s\nwant\n%s", got, want)
	}
	w, _ := p.Route(l.View(), &policy.Request{})
	got = strings.Join(p.Explain(l.View(), &policy.Request{}), "\n")
	const line = "worker %d: load 0 + 1.2 units, headroom 20: chance 0.5"
	if want := fmt.Sprintf(line+": taken, drawn by lot", w); !strings.Contains(got, want) || !strings.Contains(got, fmt.Sprintf(line, 1-w)) {
		t.Errorf("explained as\n%s\nwant %q", got, want)
	}
}
