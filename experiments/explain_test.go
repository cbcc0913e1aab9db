package main

import (
	"bytes"
	"testing"

	"cnv/policy"
	"cnv/policy/estimate"
	"cnv/policy/journal/shadow"
)

// A drawing is a Spill that says otherwise after each question.
type drawing struct{ rand *policy.Rand }

func (p *drawing) Start(e policy.Env) error {
	p.rand = e.Rand
	return nil
}

func (p *drawing) Decide(v *policy.View, r *policy.Request, _ policy.WorkerID, _ bool) policy.Choice {
	if p.rand.IntN(2) == 0 && v.FunctionFits(r) {
		return policy.ToFunction
	}
	return policy.ToWorker
}

// named0 is a router that names worker 0.
type named0 struct{}

func (named0) Route(*policy.View, *policy.Request) (policy.WorkerID, bool) { return 0, true }

// TestNarratorChangesNothing: whoever is told of every request asks a Spill that draws what
// it would do, and the run goes on as it would have without.
func TestNarratorChangesNothing(t *testing.T) {
	var plain []string
	for _, tells := range []bool{false, true} {
		cfg := policy.Config{
			Seed: 7, Classes: []policy.Class{{Name: "a", Prior: 1}}, Router: named0{}, Spill: &drawing{},
			Pools:     []policy.Pool{{Name: "vm", Cores: 1, Speed: 1, Initial: 1, Max: 1}},
			Functions: &policy.Functions{Share: 1},
		}
		n := &narrator{c: &console{out: &bytes.Buffer{}}, asked: shadow.Other{Spill: &drawing{}}, cfg: cfg}
		if tells {
			cfg.Witness = n
		}
		ctrl, err := policy.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		n.ctrl, n.told = ctrl, true
		for _, k := range []policy.EventKind{policy.WorkerPending, policy.WorkerRunning, policy.WorkerReady} {
			ctrl.Step(0, &policy.Event{Kind: k}, nil)
		}
		var got []string
		for id := range policy.RequestID(50) {
			n.id = id
			for _, cmd := range ctrl.Step(0, &policy.Event{Kind: policy.Arrival, Request: id}, nil) {
				got = append(got, cmd.String())
			}
		}
		if !tells {
			plain = got
			continue
		}
		for i := range plain {
			if got[i] != plain[i] {
				t.Fatalf("command %d: %s, and without being told %s", i, got[i], plain[i])
			}
		}
	}
}

// TestOnlySettingsOfTheSpillAreFollowed: of the policies made once more only the Spill was
// started, so no other may be told that a parameter has changed.
func TestOnlySettingsOfTheSpillAreFollowed(t *testing.T) {
	started, asked := estimate.NewRepeat(), estimate.NewRepeat()
	set := map[string]float64{}
	settings := func(p *estimate.Repeat, kept map[string]float64) []policy.Setting {
		setting := func(name string, changed func()) policy.Setting {
			return policy.Setting{
				Name: name, Get: func() float64 { return 1 }, Check: func(float64) error { return nil },
				Set: func(v float64) { kept[name] = v; changed() },
			}
		}
		return []policy.Setting{setting("estimator_params.capacity", p.Changed), setting("spill_params.factor", func() {})}
	}
	cfg := policy.Config{
		Classes: []policy.Class{{Name: "a", Prior: 1}}, Router: named0{}, Spill: &drawing{}, Estimator: started,
		Pools: []policy.Pool{{Name: "vm", Cores: 1, Speed: 1, Max: 1}}, Settings: settings(started, map[string]float64{}),
	}
	ctrl, err := policy.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	again := cfg
	again.Settings = settings(asked, set)
	n := &narrator{cfg: again, ctrl: ctrl}
	for i := range again.Settings {
		n.change(&policy.Event{Kind: policy.Change, Key: again.Settings[i].Key(), Work: 7})
	}
	if len(set) != 1 || set["spill_params.factor"] != 7 {
		t.Errorf("set %v, want the factor of the Spill alone, to 7", set)
	}
}
