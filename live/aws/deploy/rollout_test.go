package deploy

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"cnv/live"
	"cnv/live/aws"
	"cnv/live/local"
)

// TestAnotherVersionUnderLoad: another worker is deployed, and a controller of
// it takes over: requests go on being answered by the old one's instances until
// the new ones serve. None fails, and there is no gap.
func TestAnotherVersionUnderLoad(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, cfg := cloud(t, local.Config{Boot: func(uint64, string) time.Duration { return time.Second }})
	first, f := deployed(ctx, t, cfg)
	pools := []aws.Pool{{Name: "vm", Type: "c7g.large"}}
	template, err := first.Template(f, pools)
	if err != nil {
		t.Fatal(err)
	}
	table := aws.NewTable(cfg, Table(first.Name))
	before := newController(t, "first", aws.NewInstances(cfg, template), table)
	before.lead(t, 2)
	before.wait(t, 2)

	second, c := *first, Connect(cfg)
	second.Package = packed(t, "2")
	if err := c.Apply(ctx, &second, f, Plan(&second, f), func(Step) {}); err != nil {
		t.Fatal(err)
	}
	if f, err = c.Find(ctx, second.Name, second.Arch); err == nil {
		template, err = second.Template(f, pools)
	}
	if err != nil {
		t.Fatal(err)
	}
	after := newController(t, "second", aws.NewInstances(cfg, template), table)
	gateway := live.NewGateway(live.Options{Brain: after.brain, Workers: after.workers, Log: slog.New(slog.DiscardHandler), Classes: []live.Class{{Name: "spin"}}})
	server := httptest.NewServer(gateway)
	defer server.Close()
	before.die()
	before.fleet.Close(false)
	after.lead(t, 2)
	after.wait(t, 2)

	loading, enough := context.WithCancel(ctx)
	var group sync.WaitGroup
	var mu sync.Mutex
	served, longest := 0, time.Duration(0)
	for range 4 {
		group.Go(func() {
			for loading.Err() == nil {
				began := time.Now()
				a, err := http.Get(server.URL + "/sleep?ms=20")
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
	for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		if n := after.ready(); n < 2 {
			t.Errorf("%d workers are ready", n)
		}
		if f, err = c.Find(ctx, second.Name, second.Arch); err != nil {
			t.Error(err)
			break
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
	enough()
	group.Wait()
	t.Logf("%d requests, the longest took %v", served, longest)
	if served < 100 || longest > 5*time.Second {
		t.Errorf("%d requests, the longest took %v", served, longest)
	}
	after.fleet.Close(true)
	before.brain.Stop()
	after.brain.Stop()
}
