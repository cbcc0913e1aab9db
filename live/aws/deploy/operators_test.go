package deploy

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"cnv/live/aws"
	"cnv/live/local"
	rules "cnv/live/local/iam"
	"cnv/live/memnet"
	"cnv/live/store"
)

// A rehearsal is a deployment from its first look to its end, by a deployer and a runner who
// may do what the policies of deploy --policy allow, and nothing else.
type rehearsal struct {
	host   *memnet.Machine
	cloud  *local.Cloud
	region string
	s      *Spec
	root   *Clients

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
func rehearse(t *testing.T, region string) *rehearsal {
	r := &rehearsal{host: withWorkers(), region: region, s: idleSpec(t, "test"), asked: map[string][]asked{}}
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
func (r *rehearsal) all(t *testing.T, deployer, runner string) error {
	ctx := t.Context()
	url, err := r.cloud.As("deployer", r.hears("deployer"), deployer)
	if err != nil {
		t.Fatal(err)
	}
	d := r.config(t, url)
	if url, err = r.cloud.As("runner", r.hears("runner"), cmp.Or(runner, policiesIn(r.region)["runner"])); err != nil {
		t.Fatal(err)
	}
	early := Connect(r.config(t, url))
	var runnerConfig sdk.Config
	steps := []act{{"the runner looks before there is anything", func() error { _, err := early.Find(ctx, "test", "arm64"); return err }}}
	steps = append(append(steps, r.deploys(ctx, d)...), act{"give the runner its policy", func() error {
		runnerConfig = r.config(t, r.cloud.AsRole(gateway("test"), "i-test", r.hears("runner")))
		if runner == "" {
			return nil
		}
		_, err := r.root.IAM.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: sdk.String(gateway("test")), PolicyName: sdk.String(runnerPolicy), PolicyDocument: &runner})
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

// runs are the steps of the gateway, the last of which ends its workers.
func (r *rehearsal) runs(ctx context.Context, cfg sdk.Config) (work []act, end act) {
	var f *Found
	var template aws.Template
	var got []string
	var called *aws.Functions
	table := aws.NewTable(cfg, Table("test"))
	lease := aws.NewLease(table, "runner", term, slog.New(slog.DiscardHandler))
	fleet := func() *aws.Instances { return aws.NewInstances(cfg, template) }
	return []act{
		{"the gateway finds its deployment", func() (err error) {
			if f, err = Connect(cfg).Find(ctx, r.s.Name, r.s.Arch); err == nil {
				template, err = r.s.Template(f, []aws.Pool{{Name: "vm", Type: "c7g.large"}, {Name: "spot", Type: "c7g.large", Spot: true}})
			}
			if err == nil {
				called = aws.NewFunctions(cfg, r.s.Function(), r.s.FunctionVersion(f), 4, time.Minute)
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
			log := aws.NewLog(cfg, gatewayLog("test"))
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
			{"status --all-regions", func() error { _, err := Everywhere(ctx, cfg, "test"); return err }},
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
				if err := r.all(t, policiesIn(region)["deployer"], ""); err != nil {
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

// without is a policy that lacks an action.
func without(t *testing.T, policy, action string) string {
	t.Helper()
	var d struct{ Statement []Statement }
	if err := json.Unmarshal([]byte(policy), &d); err != nil {
		t.Fatal(err)
	}
	for i := range d.Statement {
		d.Statement[i].Action = slices.DeleteFunc(d.Statement[i].Action, func(a string) bool { return a == action })
	}
	return document(slices.DeleteFunc(d.Statement, func(s Statement) bool { return len(s.Action) == 0 })...)
}

// TestEachActionIsNeeded: whichever action is taken out of a policy, a step of the rehearsal
// is refused for it. What the steps ask for is heard once, and judged for each action.
func TestEachActionIsNeeded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := rehearse(t, "us-east-1")
		policies := policiesIn("us-east-1")
		if err := r.all(t, policies["deployer"], policies["runner"]); err != nil {
			t.Fatal(err)
		}
		n := 0
		for who, policy := range policies {
			for action := range actions(t, who) {
				n++
				document, err := rules.Parse(without(t, policy, action))
				if err != nil {
					t.Fatal(err)
				}
				has := rules.Policies{Identity: []*rules.Document{document}}
				at := slices.IndexFunc(r.asked[who], func(a asked) bool {
					return a.Decision.Effect == rules.Allow && has.Evaluate(a.Request).Effect != rules.Allow
				})
				if at < 0 {
					t.Errorf("the %s may %s, and no step needs it", who, action)
				} else if got := r.asked[who][at]; got.Request.Action != action {
					t.Errorf("the %s without %s: step %q is refused %s", who, action, got.step, got.Request.Action)
				}
			}
		}
		t.Logf("%d actions; %d permissions were asked for", n, len(r.asked["deployer"])+len(r.asked["runner"]))
		golden(t, "permissions.md", r.table())
	})
}

// table says, for each call of the rehearsal, which permissions it has needed, on what, and
// which statements of the two policies give them.
func (r *rehearsal) table() []byte {
	given := map[string]map[string]string{} // statement by who, by row
	for who, all := range r.asked {
		for _, a := range all {
			if a.Decision.Effect != rules.Allow {
				continue
			}
			row := fmt.Sprintf("%s | %s | %s", a.Call, a.Request.Action, identifiers.ReplaceAllString(a.Request.Resource, "$1-ID"))
			if given[row] == nil {
				given[row] = map[string]string{}
			}
			given[row][who] = a.Decision.Sid
		}
	}
	var out strings.Builder
	out.WriteString(`# Calls, permissions, and the statements that give them
Made by TestEachActionIsNeeded (go test ./live/aws/deploy -run TestEachActionIsNeeded -update) from
what live/local asks for while a deployment "test" is made, serves and is removed. Never seen on AWS.

| call | permission | resource | deployer | runner |
|---|---|---|---|---|
`)
	for _, row := range slices.Sorted(maps.Keys(given)) {
		fmt.Fprintf(&out, "| %s | %s | %s |\n", row, given[row]["deployer"], given[row]["runner"])
	}
	return []byte(strings.ReplaceAll(out.String(), "  |", " |"))
}

// identifiers are the names that EC2 gives.
var identifiers = regexp.MustCompile(`\b(i|ami|snap|sg|vol|eni|vpc|subnet)-[0-9a-f]+`)

// TestActionsTakenAway: the whole rehearsal, with an action taken out, fails at the step that
// needs it, and the error names it.
func TestActionsTakenAway(t *testing.T) {
	for _, x := range []struct{ who, action, step string }{
		{"deployer", "ec2:CreateTags", "doctor before"},
		{"deployer", "lambda:ListTags", "deploy another version"},
		{"deployer", "iam:PassRole", "deploy --gateway"},
		{"deployer", "iam:TagRole", "deploy --gateway"},
		{"deployer", "ec2:DeleteSnapshot", "destroy"},
		{"runner", "ec2:CreateTags", "launch workers"},
		{"runner", "ec2:DescribeVpcs", "the runner looks before there is anything"},
		{"runner", "lambda:ListTags", "the gateway finds its deployment"},
		{"runner", "dynamodb:UpdateItem", "lead"},
	} {
		t.Run(x.who+" "+x.action, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				policies := policiesIn("us-east-1")
				policies[x.who] = without(t, policies[x.who], x.action)
				err := rehearse(t, "us-east-1").all(t, policies["deployer"], policies["runner"])
				if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("step %q", x.step)) || !strings.Contains(err.Error(), x.action) && x.step != "doctor before" {
					t.Errorf("%v; want %q of step %q", err, x.action, x.step)
				}
			})
		})
	}
}
