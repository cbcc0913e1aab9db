package live

import (
	"testing"
	"testing/synctest"
	"time"

	"cnv/policy"
)

// TestControllerDiesBeforeItsLaunchIsAnswered: its successor, which has waited for
// the lease, finds the instances by listing them, though they are listed late:
// none is launched twice, and those listed later than that are adopted, or ended
// where the budget has no room. None is ever nobody's.
func TestControllerDiesBeforeItsLaunchIsAnswered(t *testing.T) {
	const term = 6 * time.Second // of the lease
	for name, c := range map[string]struct {
		hide             time.Duration
		budget           *Budget
		started, running int
	}{
		"listed within the lease's term": {5 * time.Second, nil, 3, 3},
		"listed later":                   {20 * time.Second, nil, 5, 5},
		"listed later, without room":     {20 * time.Second, NewBudget(Limits{Instances: 3}, []BudgetPool{{}}, BudgetFunctions{}), 5, 3},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cl := newCloud()
				cl.boot = 5 * time.Second
				first := newCrew(t, cl, nil, 1)
				time.Sleep(30 * time.Second)
				cl.mu.Lock()
				cl.hide, cl.slow = c.hide, time.Second
				cl.mu.Unlock()
				first.fleet.Execute(policy.Command{Kind: policy.Launch, N: 2})
				synctest.Wait()
				first.fleet.cancel() // as kill -9: EC2 grants two, and nobody hears of it
				first.fleet.group.Wait()
				first.brain.Stop()
				cl.mu.Lock()
				cl.slow = 0
				clear(cl.tokens) // those of another run are others
				cl.mu.Unlock()
				time.Sleep(term)

				second := newCrew(t, cl, c.budget, 3)
				defer second.close()
				time.Sleep(time.Minute)
				second.want(name, 0, c.running)
				if cl.started != c.started || cl.running() != c.running || second.fleet.Size() != c.running {
					t.Errorf("%d started, %d run, %d are known; want %d, %d and %d", cl.started, cl.running(), second.fleet.Size(), c.started, c.running, c.running)
				}
			})
		})
	}
}
