package deploy

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"cnv/live/aws"
	"cnv/live/local"
)

// TestDestroyWhileWorkersCome: instances that still boot, and those that are
// launched meanwhile, are ended and waited for.
func TestDestroyWhileWorkersCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		cloud, cfg := cloud(t, local.Config{Host: inMemory(), Boot: func(_ uint64, kind string) time.Duration {
			if kind == "c7g.large" {
				return time.Hour
			}
			return 10 * time.Millisecond
		}})
		c, s := Connect(cfg), idleSpec(t, "test")
		s.Gateway = nil
		if err := c.makes(ctx, s); err != nil {
			t.Fatal(err)
		}
		f, err := c.Find(ctx, s.Name, s.Arch)
		if err != nil {
			t.Fatal(err)
		}
		template, err := s.Template(f, []aws.Pool{{Name: "vm", Type: "c7g.large"}})
		if err != nil {
			t.Fatal(err)
		}
		fleet := aws.NewInstances(cfg, template)
		if _, err := fleet.Launch(ctx, 0, 2, "before"); err != nil {
			t.Fatal(err)
		}
		if err := cloud.Break([]local.Fault{{Action: "TerminateInstances", Delay: 500 * time.Millisecond, Next: 1}}, time.Now(), nil); err != nil {
			t.Fatal(err)
		}
		late := time.AfterFunc(250*time.Millisecond, func() {
			if _, err := fleet.Launch(ctx, 0, 1, "meanwhile"); err != nil {
				t.Error(err)
			}
		})
		defer late.Stop()
		if left, err := c.Destroy(ctx, f, PlanDestroy(f), func(Step) {}); err != nil || len(left) != 0 {
			t.Errorf("%v, left %v", err, left)
		}
	})
}

// TestTerminateBesideUnknown: an instance that nobody knows keeps no other from
// being ended.
func TestTerminateBesideUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, cfg := cloud(t, fast())
		c, s := Connect(cfg), idleSpec(t, "test")
		if err := c.makes(ctx, s); err != nil {
			t.Fatal(err)
		}
		f, err := c.Find(ctx, s.Name, s.Arch)
		if err != nil {
			t.Fatal(err)
		}
		gateway := f.gateway(s.Gateway.Version())
		if err := c.terminate(ctx, "i-0123456789abcdef0", gateway); err != nil {
			t.Error(err)
		}
		if f, err = c.Find(ctx, s.Name, s.Arch); err != nil || f.gateway(s.Gateway.Version()) != "" {
			t.Errorf("%v; the gateway still runs: %v", err, f.Instances)
		}
	})
}
