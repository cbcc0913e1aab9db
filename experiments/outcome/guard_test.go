package outcome

import (
	"testing"

	"cnv/policy"
)

// A broken policy panics in one way.
type broken struct{ way string }

func (b broken) Start(policy.Env) error {
	if b.way == "start" {
		panic("at the start")
	}
	return nil
}

func (b broken) Route(v *policy.View, _ *policy.Request) (policy.WorkerID, bool) {
	switch b.way {
	case "route":
		panic("while it routes")
	case "view":
		v.Worker(-5) // the panic is in the package of the Controller
	}
	return policy.NoWorker, false
}

// TestWhoPanics: only a panic under a policy that the Controller has called is that
// policy's, wherever it begins; others are the program's.
func TestWhoPanics(t *testing.T) {
	arrive := func(way string) func() {
		return func() {
			c, err := policy.New(policy.Config{
				Classes: []policy.Class{{Name: "a"}}, Pools: []policy.Pool{{Name: "p", Cores: 1, Speed: 1, Max: 1}}, Router: broken{way},
			})
			if err != nil {
				t.Fatal(err)
			}
			e := &policy.Event{Kind: policy.Arrival}
			if way == "controller" {
				e = nil
			}
			c.Step(0, e, nil)
		}
	}
	for _, c := range []struct {
		name   string
		do     func()
		policy bool
	}{
		{"a policy that starts", arrive("start"), true},
		{"a policy", arrive("route"), true},
		{"a policy that asks the View for what is not there", arrive("view"), true},
		{"the Controller", arrive("controller"), false},
		{"the program", func() { panic("elsewhere") }, false},
	} {
		panics, at, policys := whoPanics(c.do)
		if !panics || policys != c.policy {
			t.Errorf("%s: it panics %v at %s, the policy's fault: %v, want %v", c.name, panics, at, policys, c.policy)
		}
	}
}

func whoPanics(do func()) (panics bool, at string, policys bool) {
	defer func() {
		if p := recover(); p != nil {
			panics = true
			at, policys = panicked()
		}
	}()
	do()
	return
}
