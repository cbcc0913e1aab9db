package route

import (
	"strings"
	"testing"

	"cnv/policy"
	"cnv/policy/policytest"
)

// TestExplainLeastWork: the first worker told is the one chosen, with the numbers
// that decided.
func TestExplainLeastWork(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{})
	l.Add(2, 0)
	l.Book(0, 4)
	r := &policy.Request{Work: 1, Known: true}
	p := &LeastWork{}
	w, _ := p.Route(l.View(), r)
	got := p.Explain(l.View(), r)
	want := []string{"worker 1: done 1 s from now, 0 s of it behind other requests", "worker 0: done 5 s from now, 4 s of it behind other requests"}
	if w != 1 || strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("worker %d, %q; want %q", w, got, want)
	}
}

// TestExplainPowerOfChoices: it tells every worker, and draws nothing.
func TestExplainPowerOfChoices(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{})
	l.Add(2, 0)
	l.Book(1, 4)
	p := &PowerOfChoices{Choices: 2} // without a random stream: a draw would panic
	got := strings.Join(p.Explain(l.View(), &policy.Request{}), "\n")
	want := "the shortest of 2 workers drawn at random\nworker 0: 0 in flight\nworker 1: 1 in flight"
	if got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
