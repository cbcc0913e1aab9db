package deploy

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cnv/live"
	"cnv/live/aws"
	"cnv/live/host"
	"cnv/live/local"
	"cnv/live/memnet"
	"cnv/live/wire"
)

// TestAnotherVersionUnderLoad: another worker is deployed, and a controller of
// it takes over: requests go on being answered by the old one's instances until
// the new ones serve. None fails, and there is no gap.
func TestAnotherVersionUnderLoad(t *testing.T) {
	synctest.Test(t, anotherVersion)
}

func anotherVersion(t *testing.T) {
	m, ctx := withWorkers(), t.Context()
	_, cfg := cloud(t, local.Config{Host: m, Boot: func(uint64, string) time.Duration { return time.Second }})
	first, f := deployed(ctx, t, cfg, light(t, ""))
	pools := []aws.Pool{{Name: "vm", Type: "c7g.large"}}
	template, err := first.Template(f, pools)
	if err != nil {
		t.Fatal(err)
	}
	table := aws.NewTable(cfg, Table(first.Name))
	before := newController(t, m, "first", aws.NewInstances(cfg, template), table)
	before.lead(t, 2)
	before.wait(t, 2)

	second, c := *first, Connect(cfg)
	second.Package = light(t, "2")
	if err := c.Apply(ctx, &second, f, Plan(&second, f), func(Step) {}); err != nil {
		t.Fatal(err)
	}
	if f, err = c.Find(ctx, second.Name, second.Arch); err == nil {
		template, err = second.Template(f, pools)
	}
	if err != nil {
		t.Fatal(err)
	}
	after := newController(t, m, "second", aws.NewInstances(cfg, template), table)
	before.die()
	before.fleet.Close(false)
	after.lead(t, 2)
	after.wait(t, 2)

	enough := load(t, m, after)
	for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		if n := after.ready(); n < 2 {
			t.Errorf("%d workers are ready", n)
		}
		if f, err = c.Find(ctx, second.Name, second.Arch); err != nil {
			t.Fatal(err)
		}
		old := 0
		for _, i := range f.Instances {
			if i.Role == "worker" && i.Version == first.Version() {
				old++
			}
		}
		if old == 0 {
			break
		}
		if time.Since(began) > 30*time.Second {
			t.Errorf("%d instances of the old version are left", old)
			break
		}
	}
	served, longest := enough()
	t.Logf("%d requests, the longest took %v", served, longest)
	if served < 100 || longest > 100*time.Millisecond {
		t.Errorf("%d requests of 20 ms, the longest took %v", served, longest)
	}
	after.end()
	before.brain.Stop()
}

// load has four clients of a controller's gateway ask for 20 ms again and again, until it
// is enough: then it says how many answers there were, and how long the longest took.
func load(t *testing.T, m *memnet.Machine, c *controller) (enough func() (served int, longest time.Duration)) {
	gateway := live.NewGateway(live.Options{
		Brain: c.brain, Workers: c.workers, Log: slog.New(slog.DiscardHandler), Classes: []live.Class{{Name: "spin"}},
		Transport: &wire.Transport{Dial: m.Dial},
	})
	l, err := m.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: gateway}
	go server.Serve(l)
	loading, over := context.WithCancel(t.Context())
	client := &http.Client{Transport: host.Transport(m)}
	var group sync.WaitGroup
	var mu sync.Mutex
	served, longest := 0, time.Duration(0)
	for range 4 {
		group.Go(func() {
			for loading.Err() == nil {
				began := time.Now()
				a, err := client.Get("http://" + l.Addr().String() + "/sleep?ms=20")
				if err != nil {
					t.Error(err)
					return
				}
				a.Body.Close()
				if a.StatusCode != http.StatusOK {
					t.Error(a.Status)
				}
				mu.Lock()
				served, longest = served+1, max(longest, time.Since(began))
				mu.Unlock()
			}
		})
	}
	return func() (int, time.Duration) {
		over()
		group.Wait()
		server.Close()
		return served, longest
	}
}
