package deploy

import (
	"context"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cnv/live/aws"
	"cnv/live/host"
	"cnv/live/local"
	"cnv/live/memnet"
	"cnv/worker/workertest"
)

// withGateway is a machine in memory whose workers are real, and whose gateway does nothing.
func withGateway() *memnet.Machine {
	var m *memnet.Machine
	m = machine(func(p *memnet.Program, out io.Writer, env, args []string) (func(), error) {
		if slices.Contains(args, "--serve") {
			return func() { <-p.Asked.Done() }, nil
		}
		return workertest.Prepare(workertest.Program{
			Out: out, Env: env, Args: args, Asked: p.Asked, End: p.End, Listen: p.Listen, Client: &http.Client{Transport: host.Transport(m)},
		})
	})
	return m
}

// served deploys as an operator, and lets the gateway's role launch workers, keep environments
// warm and postpone their ends until the context ends.
func (r *rehearsal) served(ctx context.Context, t *testing.T) (d *aws.Deadline, worker string) {
	t.Helper()
	policies := policiesIn(r.region)
	url, err := r.cloud.As("deployer", nil, policies["deployer"], policies["deployer-roles"])
	if err == nil {
		err = Connect(r.config(t, url)).makes(t.Context(), r.s)
	}
	if err != nil {
		t.Fatal(err)
	}
	cfg := r.config(t, r.cloud.AsRole(runner("test", r.region), "i-test", nil))
	f, err := Connect(cfg).Find(t.Context(), "test", "arm64")
	if err != nil {
		t.Fatal(err)
	}
	template, err := r.s.Template(f, []aws.Pool{{Name: "vm", Type: "c7g.large"}})
	if err != nil {
		t.Fatal(err)
	}
	d = aws.NewDeadline(cfg, "test", Schedules("test"), f.DeadlineRole, slog.New(slog.DiscardHandler))
	called := aws.NewFunctions(cfg, r.s.Function(), r.s.FunctionVersion(f), 4, time.Minute)
	called.Until(d)
	got, err := aws.NewInstances(cfg, template).Launch(t.Context(), 0, 1, "l")
	if err == nil {
		err = called.Provision(t.Context(), 2)
	}
	if err != nil {
		t.Fatal(err)
	}
	go d.Keep(ctx)
	return d, got[0].ID
}

// costing are the roles of the instances that have not ended, and how many environments are kept warm.
func (r *rehearsal) costing(t *testing.T) (roles []string, warm int32) {
	t.Helper()
	f, err := r.root.Find(t.Context(), "test", "arm64")
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range f.Instances {
		if i.State != "shutting-down" {
			roles = append(roles, i.Role)
		}
	}
	slices.Sort(roles)
	all, err := r.root.Warm(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range all {
		warm += w.Environments
	}
	return roles, warm
}

// TestOrphansAreEnded: while a gateway postpones them, instances and warm environments go on; when
// it has died they are ended from outside, whatever the instances themselves do, and no schedule is left.
func TestOrphansAreEnded(t *testing.T) {
	for _, region := range []string{"us-east-1", "cn-north-1", "us-gov-west-1"} {
		t.Run(region, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := rehearseOn(t, withGateway(), region)
				alive, die := context.WithCancel(t.Context())
				r.served(alive, t)
				time.Sleep(3*aws.Orphaned + time.Minute)
				if roles, warm := r.costing(t); !slices.Equal(roles, []string{"gateway", "worker"}) || warm != 2 {
					t.Errorf("while the gateway lives there are %v, and %d warm environments", roles, warm)
				}
				if n := len(r.cloud.Schedules(Schedules("test"))); n != 3 {
					t.Errorf("%d schedules, want those of two instances and the function's version", n)
				}
				die()
				time.Sleep(aws.Orphaned - 6*time.Minute)
				if roles, warm := r.costing(t); len(roles) != 2 || warm != 2 {
					t.Errorf("before their time there are %v, and %d warm environments", roles, warm)
				}
				time.Sleep(7 * time.Minute)
				if roles, warm := r.costing(t); len(roles) != 0 || warm != 0 {
					t.Errorf("after it there are %v, and %d warm environments", roles, warm)
				}
				if left := r.cloud.Schedules(Schedules("test")); len(left) != 0 {
					t.Errorf("schedules are left: %v", left)
				}
			})
		})
	}
}

// TestDeadlinesFollowInstances: an instance that has ended has no schedule any more, another
// gateway goes on with those of the one before, and what is lost or late is tried again.
func TestDeadlinesFollowInstances(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := rehearseOn(t, withGateway(), "us-east-1")
		first, die := context.WithCancel(t.Context())
		d, worker := r.served(first, t)
		time.Sleep(time.Second)
		die()
		if err := r.root.terminate(t.Context(), worker); err != nil {
			t.Fatal(err)
		}
		if err := d.Postpone(t.Context()); err != nil {
			t.Error(err)
		}
		names := func() []string { return slices.Sorted(maps.Keys(r.cloud.Schedules(Schedules("test")))) }
		if got := names(); len(got) != 2 || slices.Contains(got, worker) {
			t.Errorf("schedules %v: one is of an instance that has ended", got)
		}
		before := r.cloud.Schedules(Schedules("test"))
		for _, lost := range []local.Fault{{Action: "UpdateSchedule", Lost: true, Next: 1}, {Action: "UpdateSchedule", Code: "ThrottlingException", Next: 2}} {
			if err := r.cloud.Break([]local.Fault{lost}, time.Now(), nil); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Minute)
			f, err := r.root.Find(t.Context(), "test", "arm64")
			if err != nil {
				t.Fatal(err)
			}
			next := aws.NewDeadline(r.config(t, r.cloud.URL()), "test", Schedules("test"), f.DeadlineRole, slog.New(slog.NewTextHandler(io.Discard, nil)))
			if err := next.Postpone(t.Context()); err != nil {
				t.Error(err)
			}
		}
		f, err := r.root.Find(t.Context(), "test", "arm64")
		if err != nil {
			t.Fatal(err)
		}
		gateway := f.gateway(r.s.Gateway.Version())
		if after := r.cloud.Schedules(Schedules("test")); after[gateway] == before[gateway] || !strings.Contains(after[gateway], "ec2:terminateInstances") {
			t.Errorf("the gateway's schedule is %q, and was %q", after[gateway], before[gateway])
		}
	})
}

// TestNothingIsWarmWithoutADeadline: where no schedule can be made, no environment is kept.
func TestNothingIsWarmWithoutADeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := rehearse(t, "us-east-1")
		if err := r.root.makes(t.Context(), r.s); err != nil {
			t.Fatal(err)
		}
		f, err := r.root.Find(t.Context(), "test", "arm64")
		if err != nil {
			t.Fatal(err)
		}
		cfg := r.config(t, r.cloud.URL())
		called := aws.NewFunctions(cfg, r.s.Function(), r.s.FunctionVersion(f), 4, time.Minute)
		called.Until(aws.NewDeadline(cfg, "test", Schedules("test"), f.GatewayRole, slog.New(slog.DiscardHandler))) // which schedules cannot take on
		err = called.Keep(t.Context(), 2)
		if err == nil || !strings.Contains(err.Error(), "assume the role") || !strings.Contains(err.Error(), "nothing is kept warm") {
			t.Errorf("kept: %v", err)
		}
		if _, warm := r.costing(t); warm != 0 {
			t.Errorf("%d environments are kept warm", warm)
		}
	})
}

// TestTheSameNameInTwoRegions: neither takes what the other has in IAM, which has no regions.
func TestTheSameNameInTwoRegions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		host := inMemory()
		config := local.Config{Host: host, Region: "eu-west-1", Boot: func(uint64, string) time.Duration { return 10 * time.Millisecond }}
		there, _ := cloud(t, config)
		config.Region, config.Beside = "us-east-1", []*local.Cloud{there}
		here, _ := cloud(t, config)
		r := &rehearsal{host: host, cloud: here, region: "us-east-1", s: idleSpec(t, "test")}
		other := &rehearsal{host: host, cloud: here, region: "eu-west-1", s: idleSpec(t, "test")}
		other.s.Region = "eu-west-1"
		for _, x := range []*rehearsal{r, other} {
			x.root = Connect(x.config(t, here.URL()))
			if err := x.root.makes(t.Context(), x.s); err != nil {
				t.Fatal(x.region, err)
			}
		}
		whole := func(x *rehearsal) *Found {
			t.Helper()
			f, err := x.root.Find(t.Context(), "test", "arm64")
			if err != nil {
				t.Fatal(x.region, err)
			}
			if todo := Todo(Plan(x.s, f)); len(todo) != 0 {
				t.Errorf("in %s there is still to do: %v", x.region, todo)
			}
			return f
		}
		whole(r)
		f := whole(other)
		if left, err := other.root.Destroy(t.Context(), f, PlanDestroy(f), func(Step) {}); err != nil || len(left) != 0 {
			t.Errorf("after destroy in eu-west-1: %v, left %v", err, left)
		}
		whole(r)
	})
}
