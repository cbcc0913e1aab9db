package deploy

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"cnv/live"
	"cnv/live/aws"
	"cnv/live/host"
	"cnv/live/local"
	"cnv/live/memnet"
	"cnv/policy"
	"cnv/policy/route"
)

// term is of the lease: as long as live's.
const term = 6 * time.Second

// A controller is one of several of a deployment.
type controller struct {
	brain   *live.Brain
	workers *live.Workers
	fleet   *live.Fleet
	lease   *aws.Lease
	die     context.CancelFunc
}

func newController(t *testing.T, m *memnet.Machine, name string, fleet live.Provider, table *aws.Table) *controller {
	t.Helper()
	ctrl, err := policy.New(policy.Config{
		Leader: true, Router: &route.RoundRobin{}, Classes: []policy.Class{{Name: "spin"}},
		Pools: []policy.Pool{{Name: "vm", Cores: 2, Speed: 1, Max: 9}},
	})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	c := &controller{brain: live.NewBrain(ctrl, nil, 10), lease: aws.NewLease(table, name, term, log)}
	c.workers = live.NewWorkers(c.brain, log)
	c.fleet = live.NewFleet(live.FleetOptions{
		Provider: fleet, Workers: c.workers, Speeds: []float64{1}, Log: log, Run: name, Period: 100 * time.Millisecond,
		Checks: live.Checks{Telemetry: 200 * time.Millisecond}, Via: host.Transport(m),
	})
	c.brain.Go(c.fleet)
	return c
}

// lead waits for the lease and begins to look after the fleet.
func (c *controller) lead(t *testing.T, initial int) {
	t.Helper()
	ctx, die := context.WithCancel(t.Context())
	c.die = die
	if _, err := c.lease.Lead(ctx); err != nil {
		t.Fatal(err)
	}
	if err := c.fleet.Go(t.Context(), []int{initial}); err != nil {
		t.Fatal(err)
	}
}

// end ends the instances and the controller.
func (c *controller) end() {
	c.fleet.Close(true)
	c.brain.Stop()
	c.die()
}

func (c *controller) ready() (n int) {
	c.brain.Do(func(x *policy.Controller) { n = x.View().Pool(0).Ready })
	return n
}

// wait waits until so many workers are ready, for a minute of virtual time at most.
func (c *controller) wait(t *testing.T, ready int) time.Duration {
	t.Helper()
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		if c.ready() == ready {
			return time.Since(began)
		}
		if time.Since(began) > time.Minute {
			t.Fatalf("%d workers are ready, want %d", c.ready(), ready)
		}
	}
}

// deployedInMemory is a deployment on a machine in memory whose instances are workers, and
// the fleet and the table of its controllers.
func deployedInMemory(t *testing.T, cfg local.Config, pool aws.Pool) (m *memnet.Machine, c *local.Cloud, fleet *aws.Instances, table *aws.Table) {
	t.Helper()
	m = withWorkers()
	cfg.Host = m
	c, account := cloud(t, cfg)
	s, f := deployed(t.Context(), t, account, light(t, ""))
	template, err := s.Template(f, []aws.Pool{pool})
	if err != nil {
		t.Fatal(err)
	}
	return m, c, aws.NewInstances(account, template), aws.NewTable(account, Table(s.Name))
}

// TestAnotherControllerTakesOver: when the leader dies without a word, the one
// that stands by leads within the lease's term, and takes over the instances
// that are there: none is launched, none ended.
func TestAnotherControllerTakesOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, cloud, fleet, table := deployedInMemory(t, local.Config{}, aws.Pool{Name: "vm", Type: "c7g.large"})
		first, second := newController(t, m, "first", fleet, table), newController(t, m, "second", fleet, table)
		first.lead(t, 3)
		first.wait(t, 3)
		before, err := fleet.List(t.Context())
		if err != nil {
			t.Fatal(err)
		}

		first.die() // as kill -9: the lease is not released, the instances run on
		first.fleet.Close(false)
		began := time.Now()
		second.lead(t, 3)
		second.wait(t, 3)
		if took := time.Since(began); took > term+2*time.Second {
			t.Errorf("service was back after %v, want the lease's term and a moment", took)
		}
		after, err := fleet.List(t.Context())
		if err != nil || len(after) != len(before) {
			t.Errorf("%d instances before, %d after, %v", len(before), len(after), err)
		}
		for i := range before {
			if after[i].ID != before[i].ID || after[i].State != live.Running {
				t.Errorf("%v became %v", before[i], after[i])
			}
		}
		second.fleet.Close(true)
		time.Sleep(10 * time.Second)
		if n, _ := cloud.Processes(); n != 0 {
			t.Errorf("%d instances are left", n)
		}
		first.brain.Stop()
		second.brain.Stop()
		second.die()
	})
}

// TestZonesAreSeen: policies see in which zone a worker is; here one that is not
// the first, which has no capacity.
func TestZonesAreSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		noCapacity := local.Config{Faults: []local.Fault{{Action: "zone", Code: "us-east-1a"}}}
		m, _, fleet, table := deployedInMemory(t, noCapacity, aws.Pool{Name: "vm", Type: "c7g.large"})
		c := newController(t, m, "first", fleet, table)
		c.lead(t, 2)
		c.wait(t, 2)
		list, err := fleet.List(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		zones := map[string]uint8{}
		for _, i := range list {
			zones[i.ID] = i.Zone
		}
		c.brain.Do(func(x *policy.Controller) {
			for _, id := range x.View().Ready() {
				zone, known := zones[c.fleet.Instance(id)]
				if got := x.View().Worker(id).Zone; !known || got != zone || got == 0 {
					t.Errorf("worker %d: zone %d, want %d, not 0", id, got, zone)
				}
			}
		})
		c.end()
	})
}

// TestSpotNotice: a worker whose instance is going to be taken away says so,
// and is drained before.
func TestSpotNotice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, cloud, fleet, table := deployedInMemory(t, local.Config{}, aws.Pool{Name: "vm", Type: "c7g.large", Spot: true})
		c := newController(t, m, "first", fleet, table)
		c.lead(t, 2)
		c.wait(t, 2)
		if id := cloud.Interrupt("", 40*time.Second); id == "" {
			t.Fatal("no spot instance is there")
		}
		if took := c.wait(t, 1); took > 15*time.Second {
			t.Errorf("drained %v after the notice", took)
		}
		c.end()
	})
}
