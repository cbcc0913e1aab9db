package main

import (
	"math"
	"os"
	"testing"

	"cnv/experiments/plan"
	"cnv/workloads"
)

// readPlans are the shipped experiments that were read, by name: reading one takes longer
// than what tests ask of it.
var readPlans = map[string]*plan.Plan{}

// parsed is a shipped experiment as an empty folder finds it. Tests only look at it.
func parsed(t *testing.T, name string) *plan.Plan {
	t.Helper()
	if p := readPlans[name]; p != nil {
		return p
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chdir(t.TempDir()); err != nil { // t.Chdir lasts until the test ends
		t.Fatal(err)
	}
	defer os.Chdir(here)
	e, err := findExperiment(name)
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Parse(e.File, e.Dir, e.Text, plan.Options{})
	if err != nil {
		t.Fatalf("%s cannot be read in an empty folder: %v", name, err)
	}
	readPlans[name] = p
	return p
}

// TestShippedAnywhere: every shipped experiment works in an empty folder, with the
// traces it names.
func TestShippedAnywhere(t *testing.T) {
	if testing.Short() {
		t.Skip("reads every shipped experiment, which starts no goroutines")
	}
	for _, q := range questions() {
		if p := parsed(t, q[0]); len(p.Scenarios) == 0 || p.Hypothesis == "" {
			t.Errorf("%s: %d scenarios, hypothesis %q", q[0], len(p.Scenarios), p.Hypothesis)
		}
	}
}

// TestRecordedIsAskedItself: every workload of the experiment about recordings is also
// met as it was recorded, as much of it as the file takes.
func TestRecordedIsAskedItself(t *testing.T) {
	p := parsed(t, "recorded")
	for _, s := range p.Scenarios {
		cell, ok := plan.Cell{Scenario: s, Policy: p.Policies[0]}.AsRecorded()
		if !ok {
			t.Errorf("%s: nothing is asked of the recording itself", s.Name)
			continue
		}
		src, err := cell.Scenario.Workload.Made.Open(1)
		if err != nil {
			t.Fatal(err)
		}
		n, want := 0.0, s.Workload.Made.Rate*s.Workload.Made.Span.Seconds()
		for a := (workloads.Arrival{}); src.Next(&a); {
			n++
		}
		if math.Abs(n-want) > 5*math.Sqrt(want) {
			t.Errorf("%s: %v requests of the recording itself, want some %.0f", s.Name, n, want)
		}
	}
}

// erlangC is the mean response time of M/M/c with mean work of 1 s (Erlang 1917).
func erlangC(servers int, load float64) float64 {
	term, sum := 1.0, 1.0
	for k := 1; k < servers; k++ {
		term *= load / float64(k)
		sum += term
	}
	c := float64(servers)
	last := term * load / c * c / (c - load)
	return 1 + last/(sum+last)/(c-load)
}

// TestRouterTheoryHasTheory: the values that the file gives as theory's are.
func TestRouterTheoryHasTheory(t *testing.T) {
	p := parsed(t, "router-theory")
	checked := 0
	for _, r := range p.References {
		for _, v := range r.Values {
			for _, s := range p.Scenarios {
				if s.Name != v.Workload {
					continue
				}
				load := s.Workload.Made.Load
				want := erlangC(10, load)
				if r.Policy == "random" {
					want = erlangC(1, load/10)
				}
				checked++
				if math.Abs(v.Value-want) > 1e-4 {
					t.Errorf("%s on %s: %v, theory has %.5f", r.Name, v.Workload, v.Value, want)
				}
			}
		}
	}
	if checked != 8 {
		t.Errorf("%d values checked, want 8", checked)
	}
}

// TestShippedExpect: a shipped experiment with contrasts says what it expects of them, so
// that its answer holds its hypothesis against its rows.
func TestShippedExpect(t *testing.T) {
	for _, q := range questions() {
		p := parsed(t, q[0])
		expects := len(p.Contrasts) == 0
		for _, c := range p.Contrasts {
			expects = expects || c.Expected != nil
		}
		if !expects {
			t.Errorf("%s has contrasts and expects nothing of them", q[0])
		}
	}
}
