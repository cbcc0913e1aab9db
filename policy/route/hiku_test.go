package route

import (
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/policytest"
)

// TestHiku: a request goes to the idle worker that has just served its class, once for each
// time; then to the least loaded; and not to one that is busy, cold by now, or gone.
func TestHiku(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{
		Classes: []policy.Class{{Name: "a"}, {Name: "b"}},
		Pools:   []policy.Pool{{Name: "p", Cores: 2, Speed: 1, Max: 9}},
	})
	l.Add(4, 0)
	p := policytest.Start(l, &Hiku{Keep: time.Minute})
	done := func(w policy.WorkerID, class policy.ClassID) {
		p.Done(l.View(), &policy.Outcome{Worker: w, Request: &policy.Request{Class: class}})
	}
	check := func(what string, class policy.ClassID, want policy.WorkerID, pulled bool) {
		t.Helper()
		w, ok := p.Route(l.View(), &policy.Request{Class: class})
		if !ok || w != want && pulled || p.pulled != pulled {
			t.Errorf("%s: worker %d, pulled: %v, want %d, %v", what, w, p.pulled, want, pulled)
		}
	}
	check("nobody is warm", 0, 0, false)
	l.Book(2, 1)
	done(2, 0)
	done(3, 0)
	done(3, 1)
	check("both are warm, worker 3 has fewer", 0, 3, true)
	check("then the other", 0, 2, true)
	check("then none", 0, 0, false)
	check("the other class", 1, 3, true)

	done(1, 0)
	done(2, 0)
	l.Book(1, 1)
	l.Book(1, 1)
	check("worker 1 has become busy", 0, 2, true)
	check("and is the only one that is warm", 0, 0, false)
	done(3, 0)
	l.Worker(policy.WorkerLost, 3)
	check("a worker that is gone", 0, 0, false)
	done(0, 1)
	l.At(2 * time.Minute)
	check("cold by now", 1, 0, false)
	for range 5 {
		done(0, 1)
	}
	if n := len(p.queues[1]); n != 2 {
		t.Errorf("worker 0 has %d places, want as many as it has cores", n)
	}
}
