package deploy

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"

	"cnv/live/local"
)

// idle is a program that does nothing, as the live program and the worker.
func idle(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "idle")
	if err := os.WriteFile(path, []byte("#!/bin/sh\nexec sleep 60\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// idleSpec is a deployment with all that one can have, of programs that do nothing.
func idleSpec(t *testing.T, name string) *Spec {
	t.Helper()
	program := idle(t)
	packed, err := Pack(program)
	if err != nil {
		t.Fatal(err)
	}
	s := testSpec(packed)
	s.Name, s.Reserved = name, 10
	s.Gateway = &Gateway{Type: "c7g.medium", Allow: "203.0.113.0/24", Admin: "198.51.100.0/24", Types: []string{"c7g.large"}, Life: time.Hour}
	if s.Gateway.Package, err = PackGateway(program, program, nil, nil); err != nil {
		t.Fatal(err)
	}
	return s
}

// makes plans and carries it out.
func (c *Clients) makes(ctx context.Context, s *Spec) error {
	f, err := c.Find(ctx, s.Name, s.Arch)
	if err != nil {
		return err
	}
	return c.Apply(ctx, s, f, Plan(s, f), func(Step) {})
}

// counting adds up the calls that are made with an account.
func counting(cfg sdk.Config) (sdk.Config, func() map[string]int) {
	var mu sync.Mutex
	calls := map[string]int{}
	out := cfg.Copy()
	hear(&out, func(ctx context.Context, _ any) {
		mu.Lock()
		defer mu.Unlock()
		calls[awsmiddleware.GetOperationName(ctx)]++
	})
	return out, func() map[string]int {
		mu.Lock()
		defer mu.Unlock()
		return maps.Clone(calls)
	}
}

// TestDeployAgainAfterAnyFailure: whichever call of a deployment fails, the next
// one makes what is missing: then nothing is left to do, and all can be destroyed.
func TestDeployAgainAfterAnyFailure(t *testing.T) {
	eachChange(t, func(t *testing.T, action string, k int) {
		code := "AccessDenied"
		if action == "PutRolePolicy" {
			code = "MalformedPolicyDocument" // a refusal passes: see putPolicy
		}
		fails(t.Context(), t, local.Fault{Action: action, Code: code, Every: k, Next: 1})
	})
}

// TestDeployLosesAnswers: whichever call of a deployment is carried out and its answer
// lost, that deployment ends whole: the SDK repeats the call, and what is there then is ours.
func TestDeployLosesAnswers(t *testing.T) {
	eachChange(t, func(t *testing.T, action string, k int) {
		ctx := t.Context()
		cloud, cfg := cloud(t, fast())
		c, s := Connect(cfg), idleSpec(t, "test")
		if err := cloud.Break([]local.Fault{{Action: action, Lost: true, Every: k, Next: 1}}, time.Now(), nil); err != nil {
			t.Fatal(err)
		}
		if err := c.makes(ctx, s); err != nil {
			t.Fatal(err)
		}
		f, err := c.Find(ctx, s.Name, s.Arch)
		if err != nil {
			t.Fatal(err)
		}
		if todo := Todo(Plan(s, f)); len(todo) != 0 {
			t.Errorf("there is still to do: %v", todo)
		}
		complete(t, s, f)
		if err := cloud.Break([]local.Fault{{Action: "TerminateInstances", Lost: true, Next: 1}}, time.Now(), nil); err != nil {
			t.Fatal(err)
		}
		if left, err := c.Destroy(ctx, f, PlanDestroy(f), func(Step) {}); err != nil || len(left) != 0 {
			t.Errorf("after destroy: %v, left %v", err, left)
		}
	})
}

// TestDeployWhileAWSIsLate: what a deployment has made is not known to the calls that name
// it for some seconds. It waits, ends whole in one go, and all can be destroyed.
func TestDeployWhileAWSIsLate(t *testing.T) {
	for _, late := range []time.Duration{100 * time.Millisecond, 3 * time.Second, 20 * time.Second} {
		t.Run(late.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, config := t.Context(), fast()
				config.Late, config.Hidden, config.Settle = late, late, late
				_, cfg := cloud(t, config)
				c, s := Connect(cfg), idleSpec(t, "test")
				if err := c.makes(ctx, s); err != nil {
					t.Fatal(err)
				}
				time.Sleep(late)
				f, err := c.Find(ctx, s.Name, s.Arch)
				if err != nil {
					t.Fatal(err)
				}
				if todo := Todo(Plan(s, f)); len(todo) != 0 {
					t.Errorf("there is still to do: %v", todo)
				}
				complete(t, s, f)
				if left, err := c.Destroy(ctx, f, PlanDestroy(f), func(Step) {}); err != nil || len(left) != 0 {
					t.Errorf("after destroy: %v, left %v", err, left)
				}
			})
		})
	}
}

// eachChange tries something with each call of a deployment that changes something: the
// k-th of an action.
func eachChange(t *testing.T, try func(t *testing.T, action string, k int)) {
	var made map[string]int
	synctest.Test(t, func(t *testing.T) { made = unhindered(t) })
	n := 0
	for _, action := range slices.Sorted(maps.Keys(made)) {
		if strings.HasPrefix(action, "Describe") || strings.HasPrefix(action, "Get") || strings.HasPrefix(action, "List") {
			continue
		}
		for k := 1; k <= made[action]; k++ {
			n++
			t.Run(fmt.Sprintf("%s %d", action, k), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { try(t, action, k) })
			})
		}
	}
	if n < 25 {
		t.Errorf("only %d calls: %v", n, made)
	}
}

// unhindered deploys without any failure, and counts the calls.
func unhindered(t *testing.T) map[string]int {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	_, cfg := cloud(t, fast())
	counted, calls := counting(cfg)
	c, whole := Connect(counted), idleSpec(t, "whole")
	if err := c.makes(ctx, whole); err != nil {
		t.Fatal(err)
	}
	made := calls()
	want, err := c.Find(ctx, whole.Name, whole.Arch)
	if err != nil || len(Todo(Plan(whole, want))) != 0 {
		t.Fatalf("%v; still to do without any failure: %v", err, Todo(Plan(whole, want)))
	}
	whole.Gateway.Allow, whole.Gateway.Admin = "192.0.2.0/24", "203.0.113.0/24"
	err = c.makes(ctx, whole)
	if err == nil {
		want, err = c.Find(ctx, whole.Name, whole.Arch)
	}
	if err != nil {
		t.Fatal(err)
	}
	complete(t, whole, want) // without the addresses of before
	return made
}

// fast is a local cloud in memory whose instances boot at once.
func fast() local.Config {
	return local.Config{Host: inMemory(), Boot: func(uint64, string) time.Duration { return 10 * time.Millisecond }}
}

// fails deploys with a fault, and again without.
func fails(ctx context.Context, t *testing.T, fault local.Fault) {
	cloud, cfg := cloud(t, fast())
	c, s := Connect(cfg), idleSpec(t, "test")
	if err := cloud.Break([]local.Fault{fault}, time.Now(), nil); err != nil {
		t.Fatal(err)
	}
	first := c.makes(ctx, s)
	if first == nil {
		t.Error("it did not fail")
	}
	if err := cloud.Break(nil, time.Now(), nil); err != nil {
		t.Fatal(err)
	}
	if err := c.makes(ctx, s); err != nil {
		t.Fatalf("after %v, again: %v", first, err)
	}
	f, err := c.Find(ctx, s.Name, s.Arch)
	if err != nil {
		t.Fatal(err)
	}
	if todo := Todo(Plan(s, f)); len(todo) != 0 {
		t.Errorf("after %v, and again, there is still to do: %v", first, todo)
	}
	counted, calls := counting(cfg)
	if err := Connect(counted).makes(ctx, s); err != nil {
		t.Error(err)
	}
	for action := range calls() {
		if !strings.HasPrefix(action, "Describe") && !strings.HasPrefix(action, "Get") && !strings.HasPrefix(action, "List") {
			t.Errorf("a third time it calls %s", action)
		}
	}
	complete(t, s, f)
	if left, err := c.Destroy(ctx, f, PlanDestroy(f), func(Step) {}); err != nil || len(left) != 0 {
		t.Errorf("after destroy: %v, left %v", err, left)
	}
}

// complete looks at what plans do not say in words.
func complete(t *testing.T, s *Spec, f *Found) {
	t.Helper()
	if !f.Reachable || !f.CodeClosed || f.ProfileRole != runner(s.Name, s.Region) || !f.Schedules || f.DeadlinePolicy == "" || f.RolePolicy == "" || f.RunnerPolicy == "" || !f.TTL || f.LogDays != s.LogDays {
		t.Errorf("something is half made: %+v", f)
	}
	if !slices.Equal(f.Allowed, []string{s.Gateway.Allow}) || !slices.Equal(f.AllowedAdmin, []string{s.Gateway.Admin}) || f.Function.Reserved != s.Reserved {
		t.Errorf("let in: %v, %v; %d reserved", f.Allowed, f.AllowedAdmin, f.Function.Reserved)
	}
	roles := map[string]int{}
	for _, i := range f.Instances {
		if i.State != "shutting-down" {
			roles[i.Role]++
		}
	}
	if !maps.Equal(roles, map[string]int{"gateway": 1}) || len(f.Images) != 2 {
		t.Errorf("instances %v, images %v", f.Instances, f.Images)
	}
}

// TestImagesInTheWay: an image that has failed has the name that the next one
// needs, and one that is pending is waited for.
func TestImagesInTheWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, cfg := cloud(t, fast())
		c, s := Connect(cfg), idleSpec(t, "test")
		if err := c.makes(ctx, s); err != nil {
			t.Fatal(err)
		}
		for _, x := range []struct {
			state string
			want  []string
		}{
			{"failed", []string{"delete image", "bake image", "delete gateway image", "bake gateway image"}},
			{"pending", []string{"wait image", "wait gateway image"}},
		} {
			f, err := c.Find(ctx, s.Name, s.Arch)
			if err != nil {
				t.Fatal(err)
			}
			for i := range f.Images {
				f.Images[i].State = x.state // the local EC2's are available at once
			}
			var got []string
			err = c.Apply(ctx, s, f, Plan(s, f), func(s Step) { got = append(got, s.Do+" "+s.What) })
			if err != nil || !slices.Equal(got, x.want) {
				t.Errorf("%s images: %v, done %v, want %v", x.state, err, got, x.want)
			}
			if f, err = c.Find(ctx, s.Name, s.Arch); err != nil {
				t.Fatal(err)
			}
			complete(t, s, f)
		}
	})
}
