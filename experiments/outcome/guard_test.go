package outcome

import (
	"sync/atomic"
	"testing"
	"time"

	"cnv/policy"
	"cnv/results"
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

// TestEndingsAreNoProgress: requests that end at one instant, however many, are no
// progress of a run; virtual time is.
func TestEndingsAreNoProgress(t *testing.T) {
	w := &watched{Run: results.NewRun(results.RunInfo{}), seen: new(atomic.Int64)}
	end := func(at time.Duration) int64 {
		for range 10 * shownEvery {
			w.Add(&results.Request{Arrival: at, Start: results.Never, Finish: results.Never, Ending: results.Failed})
		}
		return w.seen.Load()
	}
	first, again, later := end(3*time.Second), end(3*time.Second), end(3*time.Second+1)
	if again != first || later == again {
		t.Errorf("progress is seen as %d, %d at the same instant and %d later, want it the same and then another", first, again, later)
	}
}
