package policytest

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"cnv/policy"
)

// The routers below break the contract, each in one way.

// keen names the newest worker whatever its state.
type keen struct{ newest policy.WorkerID }

func (p *keen) WorkerChanged(_ *policy.View, w policy.WorkerID) { p.newest = max(p.newest, w) }
func (p *keen) Route(v *policy.View, _ *policy.Request) (policy.WorkerID, bool) {
	return p.newest, len(v.Ready()) > 0
}

// global decides by something that outlives the run.
type global struct{}

var decisions int

func (global) Route(v *policy.View, _ *policy.Request) (policy.WorkerID, bool) {
	decisions++
	ready := v.Ready()
	if len(ready) == 0 {
		return policy.NoWorker, false
	}
	return ready[decisions%len(ready)], true
}

// rash takes it that there is a worker.
type rash struct{}

func (rash) Route(v *policy.View, _ *policy.Request) (policy.WorkerID, bool) {
	return v.Ready()[0], true
}

// wasteful copies the fleet for every decision.
type wasteful struct{ seen []policy.WorkerID }

func (p *wasteful) Route(v *policy.View, r *policy.Request) (policy.WorkerID, bool) {
	p.seen = append([]policy.WorkerID{}, v.Ready()...)
	return least{}.Route(v, r)
}

// fickle says that it is steady and is not: what waits leaves for a function
// after a second.
type fickle struct{}

func (fickle) Steady() {}
func (fickle) Decide(v *policy.View, r *policy.Request, _ policy.WorkerID, ok bool) policy.Choice {
	if v.Now > r.Arrived+time.Second && v.FunctionFits(r) {
		return policy.ToFunction
	}
	if ok {
		return policy.ToWorker
	}
	return policy.ToQueue
}

var broken = map[string]struct {
	fresh func() policy.Router
	says  string
}{
	"keen":     {func() policy.Router { return &keen{} }, "was named, which takes no requests, at"},
	"global":   {func() policy.Router { return global{} }, "second time"},
	"rash":     {func() policy.Router { return rash{} }, "index out of range"},
	"fickle":   {nil, "waits beside a free place"},
	"wasteful": {func() policy.Router { return &wasteful{} }, "allocations per request"},
}

// TestNamed: whatever the role, a failure names the policy under test.
func TestNamed(t *testing.T) {
	for want, own := range map[string]func(*policy.Config){
		"*policytest.keen":     func(c *policy.Config) { c.Router = &keen{} },
		"policytest.fickle":    func(c *policy.Config) { c.Spill = fickle{} },
		"policytest.told":      func(c *policy.Config) { c.Estimator = told{} },
		"*policytest.swinging": func(c *policy.Config) { c.Scaler = &swinging{} },
		"nothing":              func(*policy.Config) {},
	} {
		if got := named(own); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// TestBroken is run by TestKitCatches in a process of its own, as it fails.
func TestBroken(t *testing.T) {
	b, ok := broken[os.Getenv("POLICYTEST_BROKEN")]
	if !ok {
		t.Skip("run by TestKitCatches")
	}
	if b.fresh == nil {
		Spill(t, func() policy.Spill { return fickle{} })
		return
	}
	Router(t, b.fresh)
}

// TestKitCatches: a router that breaks the contract fails the kit, and the
// failure says how.
func TestKitCatches(t *testing.T) {
	for name, b := range broken {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "-test.run=^TestBroken$", "-rapid.nofailfile", "-rapid.shrinktime=1ms")
			cmd.Env = append(os.Environ(), "POLICYTEST_BROKEN="+name)
			out, err := cmd.CombinedOutput()
			if err == nil || !strings.Contains(string(out), b.says) {
				t.Errorf("%s: err = %v, want a failure that says %q:\n%s", name, err, b.says, out)
			}
		})
	}
}
