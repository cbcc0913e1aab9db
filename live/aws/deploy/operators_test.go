package deploy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"cnv/live/aws"
	"cnv/live/local"
	"cnv/live/memnet"
	"cnv/live/store"
)

// A rehearsal is a deployment from its first look to its end, by a deployer and a runner who
// may do what the policies of deploy --policy allow, and nothing else.
type rehearsal struct {
	host    *memnet.Machine
	cloud   *local.Cloud
	region  string
	s       *Spec
	root    *Clients
	listens func(ctx context.Context, input any) // is told of each call; nil: nobody is

	mu    sync.Mutex
	step  string
	asked map[string][]asked // by who
}

// An asked is a permission that a step has needed.
type asked struct {
	step string
	local.Asked
}

// rehearse begins one in a region.
func rehearse(t *testing.T, region string) *rehearsal { return rehearseOn(t, withWorkers(), region) }

// rehearseOn begins one on a machine.
func rehearseOn(t *testing.T, host *memnet.Machine, region string) *rehearsal {
	r := &rehearsal{host: host, region: region, s: idleSpec(t, "test"), asked: map[string][]asked{}}
	r.s.Region = region
	r.cloud, _ = cloud(t, local.Config{Host: r.host, Region: region, Boot: func(uint64, string) time.Duration { return 10 * time.Millisecond }})
	r.root = Connect(r.config(t, r.cloud.URL()))
	return r
}

// config is that of an endpoint with an access key.
func (r *rehearsal) config(t *testing.T, url string) sdk.Config {
	t.Helper()
	at := aws.Local(url)
	at.Region, at.Dial = r.region, r.host.Dial
	cfg, err := at.Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if r.listens != nil {
		hear(&cfg, r.listens)
	}
	return cfg
}

// hears notes what an operator is asked for.
func (r *rehearsal) hears(who string) func(local.Asked) {
	return func(a local.Asked) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.asked[who] = append(r.asked[who], asked{r.step, a})
	}
}

// A step of a rehearsal.
type act struct {
	name string
	do   func() error
}

// play carries out steps until one fails.
func (r *rehearsal) play(steps []act) error {
	for _, s := range steps {
		r.mu.Lock()
		r.step = s.name
		r.mu.Unlock()
		if err := s.do(); err != nil {
			return fmt.Errorf("step %q: %w", s.name, err)
		}
	}
	return nil
}

// all plays the whole, with these policies. The runner's is that of the gateway's role, if it
// is not given.
func (r *rehearsal) all(t *testing.T, policies map[string]string, may string) error {
	ctx := t.Context()
	url, err := r.cloud.As("deployer", r.hears("deployer"), policies["deployer"], policies["deployer-roles"])
	if err != nil {
		t.Fatal(err)
	}
	d := r.config(t, url)
	if url, err = r.cloud.As("runner", r.hears("runner"), cmp.Or(may, r.policies()["runner"])); err != nil {
		t.Fatal(err)
	}
	early := Connect(r.config(t, url))
	var runnerConfig sdk.Config
	steps := []act{{"the runner looks before there is anything", func() error { _, err := early.Find(ctx, r.s.Name, "arm64"); return err }}}
	steps = append(append(steps, r.deploys(ctx, d)...), act{"give the runner its policy", func() error {
		runnerConfig = r.config(t, r.cloud.AsRole(runner(r.s.Name, r.region), "i-test", r.hears("runner")))
		if may == "" {
			return nil
		}
		_, err := r.root.IAM.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: sdk.String(runner(r.s.Name, r.region)), PolicyName: sdk.String(runnerPolicy), PolicyDocument: &may})
		return err
	}})
	if err := r.play(steps); err != nil {
		return err
	}
	work, end := r.runs(ctx, runnerConfig)
	look, destroy := r.ends(ctx, d)
	return r.play(slices.Concat(work, look, []act{end, destroy}))
}

// deploys are the steps of a deployer.
func (r *rehearsal) deploys(ctx context.Context, cfg sdk.Config) []act {
	c := Connect(cfg)
	return []act{
		{"doctor before", func() error {
			return attention(Doctor(ctx, cfg, r.s, Need{Pools: []PoolNeed{{Type: "c7g.large", N: 2}}, Concurrency: 10, Gateway: "t4g.small"}))
		}},
		{"deploy tries its launches", func() error {
			f, err := c.Find(ctx, r.s.Name, r.s.Arch)
			if err == nil {
				err = c.TryLaunches(ctx, r.s, f, Plan(r.s, f))
			}
			return err
		}},
		{"deploy --gateway", func() error { return c.makes(ctx, r.s) }},
		{"make the roles and the boundary those of an earlier version", func() error { return r.root.ages(ctx, r.s.Name) }},
		{"deploy another version", func() error {
			other := *r.s
			g := *r.s.Gateway
			other.Package, other.MemoryMB, other.Reserved = slices.Concat(r.s.Package, nil), 2048, 0
			g.Allow, g.Admin, g.Flags = "192.0.2.0/24", "203.0.113.0/24", []string{"--max-usd", "4"}
			g.Package = append(slices.Clone(g.Package), 0)
			other.Gateway = &g
			return c.makes(ctx, &other)
		}},
		{"deploy as before", func() error { return c.makes(ctx, r.s) }},
		{"doctor after", func() error {
			return attention(Doctor(ctx, cfg, r.s, Need{Pools: []PoolNeed{{Type: "c7g.large", N: 2}}, Concurrency: 10, Gateway: "t4g.small"}))
		}},
		{"console of the gateway", func() error {
			f, err := c.Find(ctx, r.s.Name, r.s.Arch)
			if err == nil {
				_, err = c.EC2.GetConsoleOutput(ctx, &ec2.GetConsoleOutputInput{InstanceId: sdk.String(f.gateway(r.s.Gateway.Version()))})
			}
			return err
		}},
	}
}

// ages leaves the roles without a boundary, as versions of cnv before there was one did, and
// the boundary with another document.
func (c *Clients) ages(ctx context.Context, name string) error {
	for _, role := range []string{role(name, c.region()), runner(name, c.region()), deadline(name, c.region())} {
		if _, err := c.IAM.DeleteRolePermissionsBoundary(ctx, &iam.DeleteRolePermissionsBoundaryInput{RoleName: &role}); err != nil {
			return err
		}
	}
	other := document(Statement{Action: []string{"logs:PutLogEvents"}, Resource: []string{"*"}})
	f, err := c.Find(ctx, name, "arm64")
	if err == nil {
		_, err = c.IAM.CreatePolicyVersion(ctx, &iam.CreatePolicyVersionInput{PolicyArn: &f.Boundary, PolicyDocument: &other, SetAsDefault: true})
	}
	return err
}

// runs are the steps of the gateway, the last of which ends its workers.
func (r *rehearsal) runs(ctx context.Context, cfg sdk.Config) (work []act, end act) {
	var f *Found
	var template aws.Template
	var got []string
	var called *aws.Functions
	var dead *aws.Deadline
	table := aws.NewTable(cfg, Table(r.s.Name))
	lease := aws.NewLease(table, "runner", term, slog.New(slog.DiscardHandler))
	fleet := func() *aws.Instances { return aws.NewInstances(cfg, template) }
	return []act{
		{"the gateway finds its deployment", func() (err error) {
			if f, err = Connect(cfg).Find(ctx, r.s.Name, r.s.Arch); err == nil {
				template, err = r.s.Template(f, []aws.Pool{{Name: "vm", Type: "c7g.large"}, {Name: "spot", Type: "c7g.large", Spot: true}})
			}
			if err == nil {
				called = aws.NewFunctions(cfg, r.s.Function(), r.s.FunctionVersion(f), 4, time.Minute)
				dead = aws.NewDeadline(cfg, r.s.Name, Schedules(r.s.Name), f.DeadlineRole, slog.New(slog.DiscardHandler))
				called.Until(dead)
			}
			return err
		}},
		{"lead", func() error { _, err := lease.Lead(ctx); return err }},
		{"launch workers", func() error {
			for p := range template.Pools {
				out, err := fleet().Launch(ctx, 0, 1, fmt.Sprint("l", p))
				if err != nil {
					return err
				}
				got = append(got, out[0].ID)
			}
			return nil
		}},
		{"set their deadlines", func() error { return dead.Postpone(ctx) }},
		{"list workers", func() error { _, err := fleet().List(ctx); return err }},
		{"a request by a function", func() error {
			a, err := call(ctx, called, "/spin?ms=1")
			if err == nil && a.StatusCode != 200 {
				err = errors.New(a.Status)
			}
			return err
		}},
		{"keep functions warm", func() error { return called.Provision(ctx, 1) }},
		{"keep none warm", func() error { return called.Keep(ctx, 0) }},
		{"write the log", func() error {
			log := aws.NewLog(cfg, gatewayLog(r.s.Name))
			fmt.Fprintln(log, "a line")
			return log.Close()
		}},
		{"write measurements", func() error {
			_, err := table.Put(ctx, []store.Item{{Partition: "p", Sort: "s", Expires: time.Now().Add(time.Hour)}})
			return err
		}},
		{"read measurements", func() error { _, err := table.Recent(ctx, "p", 1); return err }},
		{"look up a measurement", func() error { _, _, err := table.Get(ctx, "p", "s"); return err }},
		{"give up the lease", func() error { return lease.Release(ctx) }},
	}, act{"end workers", func() error { return fleet().Terminate(ctx, got...) }}
}

// ends are the steps of a deployer who looks at it while workers run, and removes all.
func (r *rehearsal) ends(ctx context.Context, cfg sdk.Config) (look []act, destroy act) {
	c := Connect(cfg)
	var f *Found
	return []act{
			{"status", func() (err error) {
				if f, err = c.Find(ctx, r.s.Name, r.s.Arch); err == nil {
					_, err = c.Warm(ctx, f)
				}
				return err
			}},
			{"status --all-regions", func() error { _, err := Everywhere(ctx, cfg, r.s.Name); return err }},
			{"delete a volume", func() error {
				all, err := c.EC2.DescribeVolumes(ctx, &ec2.DescribeVolumesInput{})
				if err == nil {
					err = c.delete(ctx, f, Step{What: "volume", Name: *all.Volumes[0].VolumeId})
				}
				return unlessCode(err, "VolumeInUse") // no volume is left behind here
			}},
			{"delete a network interface", func() error {
				all, err := c.EC2.DescribeNetworkInterfaces(ctx, &ec2.DescribeNetworkInterfacesInput{})
				if err == nil {
					err = c.delete(ctx, f, Step{What: "interface", Name: *all.NetworkInterfaces[0].NetworkInterfaceId})
				}
				return unlessCode(err, "InvalidNetworkInterface.InUse")
			}},
		}, act{"destroy", func() error {
			left, err := c.Destroy(ctx, f, PlanDestroy(f), func(Step) {})
			if len(left) > 0 {
				err = errors.Join(err, fmt.Errorf("left: %v", left))
			}
			return err
		}}
}

// attention is the first thing that doctor says has to be done. Calling the function is the
// runner's.
func attention(found []Finding) error {
	for _, f := range found {
		if f.Mark == Fail && f.What != "call" {
			return fmt.Errorf("%s: %s", f.What, f.Says)
		}
	}
	return nil
}

// policies are what deploy --policy prints for the deployment.
func (r *rehearsal) policies() map[string]string {
	return Policies(r.s.Name, In(r.region, "*"), Families([]string{"c7g.large", "c7g.medium", "t4g.small"}))
}

// policiesIn are what deploy --policy prints for a region.
func policiesIn(region string) map[string]string {
	return Policies("test", In(region, "*"), Families([]string{"c7g.large", "c7g.medium", "t4g.small"}))
}

// TestOperatorsMayDoTheirWork: deploy, a gateway's work and destroy succeed with the
// permissions that deploy prints, in three regions of three partitions, and leave nothing.
func TestOperatorsMayDoTheirWork(t *testing.T) {
	for _, region := range []string{"us-east-1", "eu-west-1", "cn-north-1", "us-gov-west-1"} {
		t.Run(region, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := rehearse(t, region)
				if err := r.all(t, policiesIn(region), ""); err != nil {
					t.Fatal(err)
				}
				f, err := r.root.Find(t.Context(), "test", "arm64")
				if err != nil || len(PlanDestroy(f)) > 0 {
					t.Errorf("left: %v, %v", PlanDestroy(f), err)
				}
			})
		})
	}
}
