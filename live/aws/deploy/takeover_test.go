package deploy

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"cnv/live"
	"cnv/live/aws"
	"cnv/live/local"
	"cnv/policy"
	"cnv/policy/route"
)

// A controller is one of several of a deployment.
type controller struct {
	brain   *live.Brain
	workers *live.Workers
	fleet   *live.Fleet
	lease   *aws.Lease
	die     context.CancelFunc
}

func newController(t *testing.T, name string, fleet live.Provider, table *aws.Table) *controller {
	t.Helper()
	ctrl, err := policy.New(policy.Config{
		Leader: true, Router: &route.RoundRobin{}, Classes: []policy.Class{{Name: "spin"}},
		Pools: []policy.Pool{{Name: "vm", Cores: 2, Speed: 1, Max: 9}},
	})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	c := &controller{brain: live.NewBrain(ctrl, nil, 10), lease: aws.NewLease(table, name, 6*time.Second, log)} // as long as live's
	c.workers = live.NewWorkers(c.brain, log)
	c.fleet = live.NewFleet(live.FleetOptions{
		Provider: fleet, Workers: c.workers, Speeds: []float64{1}, Log: log, Run: name, Period: 100 * time.Millisecond,
		Checks: live.Checks{Telemetry: 200 * time.Millisecond},
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

func (c *controller) ready() (n int) {
	c.brain.Do(func(x *policy.Controller) { n = x.View().Pool(0).Ready })
	return n
}

func (c *controller) wait(t *testing.T, ready int) time.Duration {
	t.Helper()
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		if c.ready() == ready {
			return time.Since(began)
		}
		if time.Since(began) > 20*time.Second {
			t.Fatalf("%d workers are ready, want %d", c.ready(), ready)
		}
	}
}

// TestAnotherControllerTakesOver: when the leader dies without a word, the one
// that stands by leads within the lease's term, and takes over the instances
// that are there: none is launched, none ended.
func TestAnotherControllerTakesOver(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cloud, cfg := cloud(t, local.Config{})
	s, f := deployed(ctx, t, cfg)
	template, err := s.Template(f, []aws.Pool{{Name: "vm", Type: "c7g.large"}})
	if err != nil {
		t.Fatal(err)
	}
	fleet, table := aws.NewInstances(cfg, template), aws.NewTable(cfg, Table(s.Name))
	first, second := newController(t, "first", fleet, table), newController(t, "second", fleet, table)
	first.lead(t, 3)
	first.wait(t, 3)
	before, err := fleet.List(ctx)
	if err != nil {
		t.Fatal(err)
	}

	first.die() // as kill -9: the lease is not released, the instances run on
	first.fleet.Close(false)
	began := time.Now()
	second.lead(t, 3)
	second.wait(t, 3)
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("service was back after %v, want at most 15 s", took)
	}
	after, err := fleet.List(ctx)
	if err != nil || len(after) != len(before) {
		t.Errorf("%d instances before, %d after, %v", len(before), len(after), err)
	}
	for i := range before {
		if after[i].ID != before[i].ID || after[i].State != live.Running {
			t.Errorf("%v became %v", before[i], after[i])
		}
	}
	second.fleet.Close(true)
	for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		if n, _ := cloud.Processes(); n == 0 {
			break
		}
		if time.Since(began) > 10*time.Second {
			t.Fatal("instances are left")
		}
	}
	for _, c := range []*controller{first, second} {
		c.brain.Stop()
	}
}

// TestZonesAreSeen: policies see in which zone a worker is; here one that is not
// the first, which has no capacity.
func TestZonesAreSeen(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, cfg := cloud(t, local.Config{Faults: []local.Fault{{Action: "zone", Code: "us-east-1a"}}})
	s, f := deployed(ctx, t, cfg)
	template, err := s.Template(f, []aws.Pool{{Name: "vm", Type: "c7g.large"}})
	if err != nil {
		t.Fatal(err)
	}
	instances := aws.NewInstances(cfg, template)
	c := newController(t, "first", instances, aws.NewTable(cfg, Table(s.Name)))
	c.lead(t, 2)
	c.wait(t, 2)
	list, err := instances.List(ctx)
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
	c.fleet.Close(true)
	c.brain.Stop()
}

// TestSpotNotice: a worker whose instance is going to be taken away says so,
// and is drained before.
func TestSpotNotice(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cloud, cfg := cloud(t, local.Config{})
	s, f := deployed(ctx, t, cfg)
	template, err := s.Template(f, []aws.Pool{{Name: "vm", Type: "c7g.large", Spot: true}})
	if err != nil {
		t.Fatal(err)
	}
	c := newController(t, "first", aws.NewInstances(cfg, template), aws.NewTable(cfg, Table(s.Name)))
	c.lead(t, 2)
	c.wait(t, 2)
	if id := cloud.Interrupt("", 40*time.Second); id == "" {
		t.Fatal("no spot instance is there")
	}
	if took := c.wait(t, 1); took > 15*time.Second {
		t.Errorf("drained %v after the notice", took)
	}
	c.fleet.Close(true)
	c.brain.Stop()
}
