package live

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"cnv/policy"
)

// TestBudgetHoldsWhileTerminationsFail: an instance that does not end counts
// until it has ended: no other one takes its place before.
func TestBudgetHoldsWhileTerminationsFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cl := newCloud()
		cl.mu.Lock()
		cl.start(7) // of no pool: it has to end
		cl.mu.Unlock()
		c := newCrew(t, cl, NewBudget(Limits{Instances: 3}, []BudgetPool{{}}, BudgetFunctions{}), 2)
		defer c.close()
		time.Sleep(30 * time.Second)
		c.want("two, and the other has ended", 0, 2)
		cl.mu.Lock()
		cl.stubborn = 1 << 30
		cl.start(-1) // another one that nobody has use for
		for _, id := range []string{"i-2", "i-3"} {
			cl.servers[id].Close()
		}
		cl.mu.Unlock()
		time.Sleep(3 * time.Second) // until it is listed
		for range 300 {
			time.Sleep(time.Second)
			c.fleet.Execute(policy.Command{Kind: policy.Launch, N: 2})
			if n := cl.running(); n > 3 {
				t.Fatalf("%d instances run, 3 are allowed", n)
			}
		}
		c.want("both are lost", 0, 0)
		cl.mu.Lock()
		cl.stubborn = 0
		cl.mu.Unlock()
		time.Sleep(5 * time.Second)
		c.fleet.Execute(policy.Command{Kind: policy.Launch, N: 3})
		time.Sleep(30 * time.Second)
		c.want("three once those have ended", 0, 3)
	})
}

// TestCloseEndsWhatIsUnderWay: a launch in flight is waited for, failed
// terminations are asked again, and what cannot be ended is named.
func TestCloseEndsWhatIsUnderWay(t *testing.T) {
	for _, c := range []struct {
		about    string
		slow     time.Duration // of launches
		stubborn int           // terminations that fail
		lost     bool          // the answers of launches
		left     int
		within   time.Duration
	}{
		{"all at once", 0, 0, false, 0, 5 * time.Second},
		{"a launch takes its time", 10 * time.Second, 0, false, 0, 15 * time.Second},
		{"its answer is lost", 10 * time.Second, 0, true, 0, 15 * time.Second},
		{"terminations fail twice", 0, 2, false, 0, 10 * time.Second},
		{"they always fail", 0, 1 << 30, false, 2, 31 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			cl := newCloud()
			x := newCrew(t, cl, nil, 1)
			time.Sleep(30 * time.Second)
			cl.mu.Lock()
			cl.slow, cl.stubborn = c.slow, c.stubborn
			if c.lost {
				cl.mute = errors.New("connection reset")
			}
			cl.mu.Unlock()
			x.fleet.Execute(policy.Command{Kind: policy.Launch, N: 1})
			time.Sleep(time.Second)
			began := time.Now()
			left := x.fleet.Close(true)
			if took := time.Since(began); len(left) != c.left || cl.running() != c.left || took > c.within {
				t.Errorf("%s: after %v %v are left and %d run, want %d within %v", c.about, took, left, cl.running(), c.left, c.within)
			}
			if cl.started != 2 {
				t.Errorf("%s: %d were ever started, want 2", c.about, cl.started)
			}
			x.brain.Stop()
			cl.close()
		})
	}
}

// TestCloseLeavesThemRunning: where instances are kept, nothing is ended or waited for.
func TestCloseLeavesThemRunning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cl := newCloud()
		x := newCrew(t, cl, nil, 2)
		time.Sleep(30 * time.Second)
		began := time.Now()
		if left := x.fleet.Close(false); left != nil || cl.running() != 2 || time.Since(began) > time.Second {
			t.Errorf("after %v %v are left and %d run, want 2 that are told of nobody, at once", time.Since(began), left, cl.running())
		}
		x.brain.Stop()
		cl.close()
	})
}
