package live

import (
	"testing"
	"testing/synctest"
	"time"

	"cnv/policy"
)

// oldVersion is a cloud in which n instances of another version run.
func oldVersion(n int) *cloud {
	cl := newCloud()
	cl.boot = 0
	cl.mu.Lock()
	for range n {
		cl.start(0)
	}
	for i := range cl.instances {
		cl.instances[i].Old = true
	}
	cl.mu.Unlock()
	time.Sleep(time.Second)
	cl.boot = 25 * time.Second
	return cl
}

// olds is how many instances of another version have not ended.
func (c *cloud) olds() (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, i := range c.instances {
		if i.Old && i.State != Ended {
			n++
		}
	}
	return n
}

// TestOldVersionServesUntilTheNewCan: policies see as many ready workers at
// every instant as there were, none that boots, and the old ones end.
func TestOldVersionServesUntilTheNewCan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrew(t, oldVersion(3), nil, 3)
		defer c.close()
		time.Sleep(time.Second)
		for range 400 {
			c.want("while versions change", 0, 3)
			time.Sleep(100 * time.Millisecond)
		}
		if c.cloud.olds() != 0 || c.cloud.running() != 3 {
			t.Errorf("%d instances run, %d of them of the old version; want 3 and none", c.cloud.running(), c.cloud.olds())
		}
	})
}

// TestOldVersionWithinTheBudget: where there is room for one more instance, old
// ones are replaced one after the other; where there is none, they serve on.
func TestOldVersionWithinTheBudget(t *testing.T) {
	for _, room := range []int{0, 1} {
		synctest.Test(t, func(t *testing.T) {
			budget := NewBudget(Limits{Instances: 2 + room}, []BudgetPool{{VCPUs: 1}}, BudgetFunctions{})
			c := newCrew(t, oldVersion(2), budget, 2)
			defer c.close()
			time.Sleep(time.Second)
			for range 900 {
				c.want("while versions change", 0, 2)
				if n := c.cloud.running(); n > 2+room {
					t.Fatalf("%d instances at once", n)
				}
				time.Sleep(100 * time.Millisecond)
			}
			if want := 2 - 2*room; c.cloud.olds() != want {
				t.Errorf("room for %d more: %d of the old version are left, want %d", room, c.cloud.olds(), want)
			}
		})
	}
}

// TestReplacementIsNoLaunch: what joins in the place of an old instance is not the worker
// that was asked for: it is still awaited, and none is launched for it.
func TestReplacementIsNoLaunch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrew(t, oldVersion(1), nil, 1)
		defer c.close()
		time.Sleep(time.Second)
		c.cloud.mu.Lock()
		c.cloud.slow = time.Minute
		c.cloud.mu.Unlock()
		c.brain.Post(policy.Event{Kind: policy.Resize, N: 2})
		c.want("one is asked for", 1, 1)
		time.Sleep(40 * time.Second)
		c.want("the old one is replaced, one is still awaited", 1, 1)
		time.Sleep(2 * time.Minute)
		c.want("all are there", 0, 2)
		if c.cloud.started != 3 {
			t.Errorf("%d instances were started, want 3: the old one, its replacement, the one asked for", c.cloud.started)
		}
	})
}

// TestReplacementsOfNoUse: of replacements whose old instance a policy has drained while they
// booted, or that never answer, nothing is left at the end.
func TestReplacementsOfNoUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrew(t, oldVersion(2), nil, 2)
		defer c.close()
		time.Sleep(10 * time.Second)
		c.fleet.Execute(policy.Command{Kind: policy.Drain, Worker: 0})
		c.fleet.Execute(policy.Command{Kind: policy.Terminate, Worker: 0})
		time.Sleep(40 * time.Second)
		c.want("one was drained", 0, 1)
		if c.cloud.running() != 1 || c.cloud.olds() != 0 {
			t.Errorf("%d instances run, %d old; want 1 and none", c.cloud.running(), c.cloud.olds())
		}
	})
	synctest.Test(t, func(t *testing.T) {
		cl := oldVersion(2)
		cl.boot = time.Hour
		c := newCrew(t, cl, nil, 2)
		defer c.close() // says so if any is left
		time.Sleep(12 * time.Minute)
		c.want("none of the new version answers", 0, 2)
		if cl.olds() != 2 || cl.running() != 4 {
			t.Errorf("%d instances run, %d old; want 4 and 2", cl.running(), cl.olds())
		}
	})
}
