package deploy

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"

	"cnv/live/aws"
	"cnv/live/local"
)

// TestDoctorFails: for each thing that can be wrong there is a line that says
// so and what to do; where nothing is wrong, none.
func TestDoctorFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		c, cfg := cloud(t, local.Config{Host: inMemory()})
		s, f := deployed(ctx, t, cfg, light(t, ""))
		template, err := s.Template(f, []aws.Pool{{Name: "vm", Type: "c7g.large"}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := aws.NewInstances(cfg, template).Launch(ctx, 0, 1, "a"); err != nil {
			t.Fatal(err)
		}
		need := Need{Pools: []PoolNeed{{Type: "c7g.large", N: 20}}, Concurrency: 100}
		for _, x := range []struct {
			action, code string // of a call that fails; "": none does
			change       func(*Need)
			what, says   string // of the line that fails; "": none does
		}{
			{},
			{"GetCallerIdentity", "ExpiredToken", nil, "credentials", "not accepted"},
			{"DescribeVpcs", "UnauthorizedOperation", nil, "clock", "not compared"},
			{"DescribeSnapshots", "UnauthorizedOperation", nil, "resources", "DescribeSnapshots"},
			{"", "", func(n *Need) { n.Pools = []PoolNeed{{Type: "c7g.large", N: 1e6}} }, "addresses", "1000000 instances need one each"},
			{"DescribeAccountAttributes", "UnauthorizedOperation", nil, "public", "UnauthorizedOperation"},
			{"DescribeInstanceTypes", "UnauthorizedOperation", nil, "vCPUs", "c7g.large"},
			{"", "", func(n *Need) { n.Pools = []PoolNeed{{Type: "c7g.lage", N: 1}} }, "vCPUs", "c7g.lage"},
			{"", "", func(n *Need) { n.Pools = []PoolNeed{{Type: "c7g.large", N: 200}} }, "vCPUs", "--max-vcpus 256"},
			{"", "", func(n *Need) { n.Concurrency = 5000 }, "functions", "set concurrency = 1000"},
			{"GetAccountSettings", "AccessDeniedException", nil, "functions", "limits"},
			{"RunInstances", "UnauthorizedOperation", nil, "launch", "--policy runner"},
			{"CreateSecurityGroup", "UnauthorizedOperation", nil, "deploy", "--policy deployer"},
			{"TerminateInstances", "UnauthorizedOperation", nil, "end", "--policy runner"},
			{"CreateTags", "UnauthorizedOperation", nil, "tag", "--policy deployer"},
			{"CreateImage", "UnauthorizedOperation", nil, "image", "--policy deployer"},
			{"Invoke", "AccessDeniedException", nil, "call", "--policy runner"},
			{"UpdateFunctionCode", "AccessDeniedException", nil, "change", "--policy deployer"},
		} {
			var faults []local.Fault
			if x.action != "" {
				faults = []local.Fault{{Action: x.action, Code: x.code}}
			}
			if err := c.Break(faults, time.Now(), nil); err != nil {
				t.Fatal(err)
			}
			n := need
			if x.change != nil {
				x.change(&n)
			}
			found := Doctor(ctx, cfg, s, n)
			at := slices.IndexFunc(found, func(f Finding) bool { return f.Mark == Fail })
			switch {
			case x.what == "" && at >= 0:
				t.Errorf("healthy: %+v", found[at])
			case x.what == "":
			case !slices.ContainsFunc(found, func(f Finding) bool {
				return f.Mark == Fail && f.What == x.what && strings.Contains(f.Says, x.says)
			}):
				t.Errorf("%s fails: no line %q says %q in\n%v", x.action, x.what, x.says, found)
			}
		}
	})
}

// TestFreePlan: who is on AWS's free plan is told which types that excludes.
func TestFreePlan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, cfg := cloud(t, local.Config{Host: inMemory()})
		for _, x := range []struct {
			kind string
			mark Mark
			says string
		}{{"c7g.large", Look, "cannot launch c7g.large: "}, {"t4g.micro", OK, "includes t4g.small, t4g.micro"}} {
			found := Doctor(t.Context(), cfg, testSpec(nil), Need{Pools: []PoolNeed{{Type: x.kind, N: 1}}})
			if !slices.ContainsFunc(found, func(f Finding) bool {
				return f.What == "free plan" && f.Mark == x.mark && strings.Contains(f.Says, x.says)
			}) {
				t.Errorf("%s: no line of the free plan says %q in\n%v", x.kind, x.says, found)
			}
		}
	})
}

// TestVCPUs: what an account may run decides, in the market that is asked for.
func TestVCPUs(t *testing.T) {
	c, cfg := cloud(t, local.Config{VCPUs: 32})
	for _, x := range []struct {
		kind      string
		instances int
		fault     string // of GetServiceQuota
		mark      Mark
		says      string
	}{
		{"c7g.large", 16, "", OK, "on demand: 16 c7g.large need 32; the account may run 32 (L-1216C47A), and others have 0 of them now"},
		{"c7g.large", 17, "", Fail, "ask for a higher quota, or launch fewer (--max-vcpus 32)"},
		{"c7g.large", 16, "AccessDeniedException", Look, "is not told (AccessDeniedException)"},
	} {
		var faults []local.Fault
		if x.fault != "" {
			faults = []local.Fault{{Action: "GetServiceQuota", Code: x.fault}}
		}
		if err := c.Break(faults, time.Now(), nil); err != nil {
			t.Fatal(err)
		}
		d := &doctor{ctx: t.Context(), c: Connect(cfg), cfg: cfg, s: testSpec(nil)}
		d.vcpus(Need{Pools: []PoolNeed{{Type: x.kind, N: x.instances}}})
		if len(d.out) != 1 || d.out[0].Mark != x.mark || !strings.Contains(d.out[0].Says, x.says) {
			t.Errorf("%d %s, %q: %v; want %v, %q", x.instances, x.kind, x.fault, d.out, x.mark, x.says)
		}
	}
}

// TestQuotas: the two markets have quotas of their own.
func TestQuotas(t *testing.T) {
	for _, x := range []struct {
		onDemand, spot string // answers: numbers
		market         quota
		others         int // vCPUs that others have
		mark           Mark
		says           string
	}{
		{"40", "0", onDemand, 0, OK, "on demand: 20 c7g.large need 40; the account may run 40 (L-1216C47A), and others have 0 of them now"},
		{"48", "0", onDemand, 8, OK, "others have 8 of them now"},
		{"40", "0", onDemand, 1, Fail, "ask for a higher quota, or launch fewer (--max-vcpus 39)"},
		{"5", "40", onDemand, 0, Fail, `ask for a higher quota, buy them spot (market = "spot"), or launch fewer (--max-vcpus 5)`},
		{"5", "8", onDemand, 6, Fail, "now: ask for a higher quota, or launch fewer (--max-vcpus 0)"},
		{"0", "40", spot, 0, OK, "spot: 20 c7g.large need 40; the account may run 40 (L-34B43A08)"},
		{"40", "8", spot, 0, Fail, "launch fewer (--max-vcpus 8)"},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var in struct{ QuotaCode string }
			json.NewDecoder(r.Body).Decode(&in)
			fmt.Fprintf(w, `{"Quota":{"QuotaCode":%q,"Value":%s}}`, in.QuotaCode, map[string]string{onDemand.code: x.onDemand, spot.code: x.spot}[in.QuotaCode])
		}))
		cfg, err := aws.Local(server.URL).Config(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		d := &doctor{ctx: t.Context(), cfg: cfg}
		d.compareQuota(x.market, "20 c7g.large", 40, x.others)
		server.Close()
		if len(d.out) != 1 || d.out[0].Mark != x.mark || !strings.Contains(d.out[0].Says, x.says) {
			t.Errorf("%s on demand, %s spot: %v; want %v, %q", x.onDemand, x.spot, d.out, x.mark, x.says)
		}
	}
}

func TestStandardFamilies(t *testing.T) {
	for kind, want := range map[string]bool{
		"c7g.large": true, "t4g.small": true, "m5.16xlarge": true, "im4gn.large": true, "z1d.large": true, "d3.xlarge": true,
		"g5.xlarge": false, "p4d.24xlarge": false, "inf1.xlarge": false, "hpc7g.4xlarge": false, "dl1.24xlarge": false, "trn1.2xlarge": false, "x2gd.large": false, "": false, "u-3tb1.56xlarge": false, "mac1.metal": false,
	} {
		if got := standard(kind); got != want {
			t.Errorf("%q is standard: %v, want %v", kind, got, want)
		}
	}
}

// TestDoctorOfNothing: what cannot be tried before there is a deployment is said.
func TestDoctorOfNothing(t *testing.T) {
	_, cfg := cloud(t, local.Config{})
	found := Doctor(t.Context(), cfg, testSpec(nil), Need{Pools: []PoolNeed{{Type: "c7g.large", N: 1}}, Concurrency: 1})
	for _, what := range []string{"instances", "function", "table"} {
		if !slices.ContainsFunc(found, func(f Finding) bool { return f.Mark == Look && f.What == what }) {
			t.Errorf("nothing is said about what cannot be known of %s: %v", what, found)
		}
	}
}

// TestClock: an offset is told, and fails from a minute on.
func TestClock(t *testing.T) {
	now := time.Date(2026, 11, 28, 4, 0, 0, 0, time.UTC)
	date := now.Format(http.TimeFormat)
	for _, x := range []struct {
		off  time.Duration
		date string
		mark Mark
		says string
	}{
		{0, date, OK, "off that of AWS"}, {30 * time.Second, date, OK, "30s off"}, {-59 * time.Second, date, OK, "-1m0s off"},
		{62 * time.Second, date, Fail, "timedatectl"}, {-5 * time.Minute, date, Fail, "-5m"}, {0, "noon", Look, "noon"},
	} {
		if mark, says := judgeClock(now.Add(x.off), x.date); mark != x.mark || !strings.Contains(says, x.says) {
			t.Errorf("%v off, dated %q: %v, %s; want %v, %q", x.off, x.date, mark, says, x.mark, x.says)
		}
	}
}

// TestCallsAreListed: what --dry-run says status and doctor would call is what
// they call.
func TestCallsAreListed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		config := fast()
		all, cfg := cloud(t, config)
		s := idleSpec(t, "test") // with a gateway: some calls are about what it has
		unheard := cfg
		url, err := all.As("admin", nil, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`)
		if err != nil {
			t.Fatal(err)
		}
		at := aws.Local(url) // the account's root is asked less
		at.Dial = config.Host.Dial
		if cfg, err = at.Config(ctx); err != nil {
			t.Fatal(err)
		}
		called := calls(&cfg)
		if _, err := Connect(cfg).Find(ctx, s.Name, s.Arch); err != nil { // nothing: where would it be?
			t.Fatal(err)
		}
		if err := Connect(unheard).makes(ctx, s); err != nil {
			t.Fatal(err)
		}
		if _, err := Connect(cfg).Find(ctx, s.Name, s.Arch); err != nil {
			t.Fatal(err)
		}
		compareCalls(t, "Find", called(), Looks)
		Doctor(ctx, cfg, s, Need{Pools: []PoolNeed{{Type: "c7g.large", N: 1}}})
		compareCalls(t, "Doctor", called(), slices.Concat(Looks, Checks))
	})
}

// hear tells of every call that is made with an account from now on, with what it asks for.
func hear(cfg *sdk.Config, tell func(ctx context.Context, input any)) {
	cfg.APIOptions = append(slices.Clip(cfg.APIOptions), func(s *middleware.Stack) error {
		return s.Initialize.Add(middleware.InitializeMiddlewareFunc("hear", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			tell(ctx, in.Parameters)
			return next.HandleInitialize(ctx, in)
		}), middleware.After)
	})
}

// calls notes the calls of an account from now on.
func calls(cfg *sdk.Config) func() []string {
	var mu sync.Mutex
	var names []string
	hear(cfg, func(ctx context.Context, _ any) {
		mu.Lock()
		defer mu.Unlock()
		names = append(names, awsmiddleware.GetServiceID(ctx)+" "+awsmiddleware.GetOperationName(ctx))
	})
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Compact(slices.Sorted(slices.Values(names)))
	}
}

func compareCalls(t *testing.T, who string, got, want []string) {
	t.Helper()
	var all []string
	for _, name := range want {
		all = append(all, strings.TrimSuffix(name, " (dry run)"))
	}
	slices.Sort(all)
	if all = slices.Compact(all); !slices.Equal(got, all) {
		t.Errorf("%s calls\n%v\nlisted are\n%v", who, got, all)
	}
}
