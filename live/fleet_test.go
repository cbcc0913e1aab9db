package live

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cnv/live/memnet"
	"cnv/policy"
)

// A cloud is a Provider in memory, whose listings come late and whose calls
// fail as they are told to.
type cloud struct {
	net *memnet.Net

	mu        sync.Mutex
	instances []Instance
	servers   map[string]*http.Server
	tokens    map[string][]Instance
	started   int
	boot      time.Duration
	hide      time.Duration // new instances are not listed for so long
	born      map[string]time.Time
	room      int   // instances it has left; -1: any number
	deaf      error // of listings
	mute      error // instead of what was launched
	slow      time.Duration
	stubborn  int // terminations that fail
	quit      []string
	report    string // of workers
}

func newCloud() *cloud {
	return &cloud{
		net: &memnet.Net{}, servers: map[string]*http.Server{}, tokens: map[string][]Instance{},
		born: map[string]time.Time{}, room: -1, boot: 25 * time.Second,
	}
}

func (c *cloud) Launch(ctx context.Context, p policy.PoolID, n int, token string) ([]Instance, error) {
	select {
	case <-time.After(c.slow):
	case <-ctx.Done(): // nobody waits for the answer, and it is granted all the same
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if got, ok := c.tokens[token]; ok {
		return got, nil
	}
	var got []Instance
	for range n {
		if c.room == 0 {
			return got, errors.New("InsufficientInstanceCapacity")
		}
		c.room--
		got = append(got, c.start(p))
	}
	c.tokens[token] = got
	if err := cmp.Or(c.mute, ctx.Err()); err != nil {
		return nil, err
	}
	return got, nil
}

// start begins an instance; c.mu is held.
func (c *cloud) start(p policy.PoolID) Instance {
	c.started++
	i := Instance{ID: fmt.Sprintf("i-%d", c.started), Pool: p, Address: fmt.Sprintf("10.0.0.%d:8000", c.started)}
	c.instances = append(c.instances, i)
	c.born[i.ID] = time.Now()
	time.AfterFunc(c.boot, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if at := c.find(i.ID); c.instances[at].State == Booting {
			c.instances[at].State = Running
			s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(c.report)) })}
			c.servers[i.ID] = s
			go s.Serve(c.net.Listen(i.Address))
		}
	})
	return i
}

func (c *cloud) find(id string) int {
	return slices.IndexFunc(c.instances, func(i Instance) bool { return i.ID == id })
}

func (c *cloud) List(context.Context) ([]Instance, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []Instance
	for _, i := range c.instances {
		if time.Since(c.born[i.ID]) >= c.hide {
			out = append(out, i)
		}
	}
	return out, c.deaf
}

func (c *cloud) Terminate(_ context.Context, ids ...string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stubborn > 0 {
		c.stubborn--
		return errors.New("RequestLimitExceeded")
	}
	for _, id := range ids {
		if c.find(id) < 0 {
			return errors.New("InvalidInstanceID.NotFound")
		}
		c.stop(id)
		c.quit = append(c.quit, id)
	}
	return nil
}

// stop ends an instance; c.mu is held.
func (c *cloud) stop(id string) {
	c.instances[c.find(id)].State = Ended
	if s := c.servers[id]; s != nil {
		s.Close()
	}
}

// close ends the servers of instances.
func (c *cloud) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.servers {
		s.Close()
	}
}

// running counts instances that are not ended.
func (c *cloud) running() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for _, i := range c.instances {
		if i.State != Ended {
			n++
		}
	}
	return n
}

// A crew is a brain with a fleet in such a cloud.
type crew struct {
	t     *testing.T
	brain *Brain
	fleet *Fleet
	cloud *cloud
}

func newCrew(t *testing.T, c *cloud, budget *Budget, initial int) *crew {
	ctrl, err := policy.New(testConfig(10))
	if err != nil {
		t.Fatal(err)
	}
	b := NewBrain(ctrl, nil, 10)
	log := slog.New(slog.DiscardHandler)
	f := NewFleet(FleetOptions{
		Provider: c, Workers: NewWorkers(b, log), Speeds: []float64{1}, Budget: budget, Log: log, Run: "r",
		Via: &http.Transport{DialContext: c.net.Dial, DisableKeepAlives: true}, Checks: Checks{Telemetry: -1},
	})
	b.Go(f)
	if err := f.Go(t.Context(), []int{initial}); err != nil {
		t.Fatal(err)
	}
	return &crew{t, b, f, c}
}

func (c *crew) close() {
	c.fleet.Close(true)
	c.brain.Stop()
	c.cloud.close()
	if n := c.cloud.running(); n != 0 {
		c.t.Errorf("%d instances are left behind", n)
	}
}

// want checks what the policies see.
func (c *crew) want(about string, booting, ready int) {
	c.t.Helper()
	synctest.Wait()
	c.invariants(about)
	c.brain.Do(func(ctrl *policy.Controller) {
		if p := ctrl.View().Pool(0); p.Booting+p.Launching != booting || p.Ready != ready {
			c.t.Errorf("%s: %+v, want %d booting and %d ready", about, p, booting, ready)
		}
	})
}

// invariants checks those of the fleet's fields.
func (c *crew) invariants(about string) {
	c.t.Helper()
	f := c.fleet
	f.mu.Lock()
	defer f.mu.Unlock()
	workers, replacements := 0, make([]int, len(f.replacing))
	for id, h := range f.byID {
		switch h.stage {
		case joining, serving, draining:
			if workers++; f.byWorker[h.worker.ID] != h {
				c.t.Errorf("%s: instance %s is %v, and no worker", about, id, h.stage)
			}
		case replacing:
			replacements[h.Pool]++
		}
	}
	if workers != len(f.byWorker) {
		c.t.Errorf("%s: %d workers, of %d instances", about, len(f.byWorker), workers)
	}
	for p, n := range f.replacing {
		if n < replacements[p] || f.asking == 0 && n != replacements[p] {
			c.t.Errorf("%s: pool %d: %d are to replace others, counted as %d", about, p, replacements[p], n)
		}
	}
}

// reason is why something has happened, as the dashboard tells it.
func (c *crew) reason(e policy.Event, want string) {
	c.t.Helper()
	if got := c.fleet.o.Workers.Why(&e); got != want {
		c.t.Errorf("%v: the reason is %q, want %q", e, got, want)
	}
}

func TestFleetFollowsItsInstances(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrew(t, newCloud(), nil, 2)
		defer c.close()
		c.want("at once", 2, 0)
		time.Sleep(20 * time.Second)
		c.want("before they have booted", 2, 0)
		time.Sleep(10 * time.Second)
		c.want("booted", 0, 2)

		c.cloud.mu.Lock()
		c.cloud.stop("i-1")
		c.cloud.mu.Unlock()
		time.Sleep(5 * time.Second)
		c.want("one has died", 0, 1)
		c.reason(policy.Event{Kind: policy.WorkerLost, Worker: 0}, `Get "http://10.0.0.1:8000/readyz": dial mem 10.0.0.1:8000: connection refused`)

		c.fleet.Execute(policy.Command{Kind: policy.Drain, Worker: 1})
		time.Sleep(time.Second)
		c.fleet.Execute(policy.Command{Kind: policy.Terminate, Worker: 1})
		time.Sleep(5 * time.Second)
		c.want("the other was terminated", 0, 0)
		c.reason(policy.Event{Kind: policy.WorkerLost, Worker: 1}, "")
		if c.cloud.running() != 0 || c.fleet.Size() != 0 {
			t.Errorf("%d instances, size %d, want none", c.cloud.running(), c.fleet.Size())
		}
	})
}

func TestFleetOfHiddenInstances(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cl := newCloud()
		cl.hide, cl.boot = 40*time.Second, 5*time.Second
		c := newCrew(t, cl, nil, 3)
		defer c.close()
		time.Sleep(39 * time.Second)
		c.want("not listed yet is not lost", 3, 0)
		time.Sleep(5 * time.Second)
		c.want("listed", 0, 3)
		cl.mu.Lock()
		cl.deaf = errors.New("ServiceUnavailable")
		cl.mu.Unlock()
		time.Sleep(5 * time.Minute)
		c.want("no news is no change", 0, 3)
		cl.mu.Lock()
		cl.deaf, cl.instances = nil, cl.instances[1:]
		cl.servers["i-1"].Close()
		cl.mu.Unlock()
		time.Sleep(5 * time.Second)
		c.want("one is not listed any more", 0, 2)
	})
}

func TestFleetTellsOfFailedLaunches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cl := newCloud()
		cl.room = 2
		c := newCrew(t, cl, NewBudget(Limits{Instances: 4}, []BudgetPool{{}}, BudgetFunctions{}), 6)
		defer c.close()
		c.want("4 of 6 within the budget, 2 of 4 granted", 2, 0)
		c.reason(policy.Event{Kind: policy.LaunchFailed}, "InsufficientInstanceCapacity")
		cl.mu.Lock()
		cl.room = -1
		cl.mu.Unlock()
		c.fleet.Execute(policy.Command{Kind: policy.Launch, N: 5})
		time.Sleep(time.Second)
		if got := cl.running(); got != 4 {
			t.Errorf("%d instances run, the budget is 4", got)
		}
		time.Sleep(30 * time.Second)
		c.want("all there is", 0, 4)
	})
}

func TestFleetAdoptsWhatAnEarlierRunLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cl := newCloud()
		cl.boot = 5 * time.Second
		cl.mu.Lock()
		for _, p := range []policy.PoolID{0, 0, 0, -1, 7} {
			cl.start(p)
		}
		cl.mu.Unlock()
		time.Sleep(10 * time.Second)
		c := newCrew(t, cl, NewBudget(Limits{Instances: 2}, []BudgetPool{{}}, BudgetFunctions{}), 2)
		defer c.close()
		time.Sleep(time.Second)
		c.want("two are adopted", 0, 2)
		if cl.running() != 2 || cl.started != 5 {
			t.Errorf("%d run and %d were ever started, want 2 and 5", cl.running(), cl.started)
		}
	})
}

func TestFleetAdoptsALaunchAnsweredTooLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrew(t, newCloud(), nil, 1)
		defer c.close()
		time.Sleep(30 * time.Second)
		c.want("the listing of this instant is over", 0, 1)
		c.cloud.mu.Lock()
		c.cloud.start(0) // the launch of a controller that has died since
		c.cloud.slow = 10 * time.Second
		c.cloud.mu.Unlock()
		c.fleet.Execute(policy.Command{Kind: policy.Launch, N: 1})
		time.Sleep(8 * time.Second)
		if n := c.fleet.Size(); n != 1 {
			t.Errorf("size %d while a launch is under way: nobody knows whose the new one is", n)
		}
		time.Sleep(40 * time.Second)
		c.want("one of each", 0, 3)
	})
}

func TestFleetEndsWhatIsOfNoUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cl := newCloud()
		c := newCrew(t, cl, nil, 2)
		defer c.close()
		time.Sleep(30 * time.Second)
		cl.mu.Lock()
		cl.stubborn = 1
		cl.servers["i-2"].Close() // the worker hangs, the instance runs
		cl.mu.Unlock()
		time.Sleep(10 * time.Second)
		c.want("the sick one is lost", 0, 1)
		if cl.running() != 1 {
			t.Errorf("%d instances run, want 1: a lost worker's instance ends, in the second try", cl.running())
		}
		cl.mu.Lock()
		cl.boot = time.Hour
		cl.mu.Unlock()
		c.fleet.Execute(policy.Command{Kind: policy.Launch, N: 1})
		time.Sleep(6 * time.Minute)
		c.want("one that never gets ready is given up", 0, 1)
		if cl.running() != 1 {
			t.Errorf("%d instances run, want 1", cl.running())
		}
	})
}

func TestFleetPassesNoticesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrew(t, newCloud(), nil, 2)
		defer c.close()
		time.Sleep(30 * time.Second)
		c.cloud.mu.Lock()
		c.cloud.instances[0].Notice = time.Now().Add(2 * time.Minute)
		c.cloud.mu.Unlock()
		time.Sleep(5 * time.Second)
		c.want("drained at once", 0, 1)
		if c.cloud.running() != 2 {
			t.Errorf("%d instances run, want 2: the end of one that has notice is left to the provider", c.cloud.running())
		}
		time.Sleep(4 * time.Minute)
		c.want("terminated, as the provider did not", 0, 1)
		if c.cloud.running() != 1 {
			t.Errorf("%d instances run, want 1", c.cloud.running())
		}
	})
}

// TestFleetAsksForNoticesWithoutTelemetry: an experiment that wants no
// utilisation loses no spot notice.
func TestFleetAsksForNoticesWithoutTelemetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cl := newCloud()
		cl.report = `{"cpu": 0.5, "ends": "` + time.Now().Add(time.Hour).Format(time.RFC3339) + `"}`
		c := newCrew(t, cl, nil, 1)
		defer c.close()
		time.Sleep(26 * time.Second)
		c.want("ready", 0, 1)
		time.Sleep(6 * time.Second)
		c.want("drained", 0, 0)
		if cl.running() != 1 {
			t.Error("the instance is ended here: that is left to the provider")
		}
	})
}
