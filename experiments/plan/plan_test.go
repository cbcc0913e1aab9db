package plan

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/route"
	"cnv/policy/scale"
	"cnv/sim"
)

// parse reads an experiment that must be good.
func parse(t *testing.T, text string) *Plan {
	t.Helper()
	p, err := Parse("f.toml", ".", text, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Lists are axes: those of a workload or policy make variants of it, those of
// the tables that all share cross everything; names list them in file order,
// and the last axis varies fastest.
func TestAxesMakeCells(t *testing.T) {
	p := parse(t, `question = "q"
slo = ["2s", "5x"]
[cluster]
instance = ["c7g.large", { cores = 1, speed = 2 }]
[[workload]]
name = "w"
generator = ["poisson", "diurnal"]
rate = [5, 2.5]
[[policy]]
router = ["p2c", "jsq"]
initial = 2
[[policy]]
name = "choosy"
router = "p2c"
router_params = { choices = [2, 3] }
initial = 2
`)
	var got []string
	for _, s := range p.Scenarios {
		got = append(got, s.Name)
	}
	got = append(got, "")
	for _, pol := range p.Policies {
		got = append(got, pol.Name)
	}
	want := `w generator=poisson rate=5 slo=2s instance=c7g.large
w generator=poisson rate=5 slo=2s instance={cores=1,speed=2}
w generator=poisson rate=5 slo=5x instance=c7g.large
w generator=poisson rate=5 slo=5x instance={cores=1,speed=2}
w generator=poisson rate=2.5 slo=2s instance=c7g.large
w generator=poisson rate=2.5 slo=2s instance={cores=1,speed=2}
w generator=poisson rate=2.5 slo=5x instance=c7g.large
w generator=poisson rate=2.5 slo=5x instance={cores=1,speed=2}
w generator=diurnal rate=5 slo=2s instance=c7g.large
w generator=diurnal rate=5 slo=2s instance={cores=1,speed=2}
w generator=diurnal rate=5 slo=5x instance=c7g.large
w generator=diurnal rate=5 slo=5x instance={cores=1,speed=2}
w generator=diurnal rate=2.5 slo=2s instance=c7g.large
w generator=diurnal rate=2.5 slo=2s instance={cores=1,speed=2}
w generator=diurnal rate=2.5 slo=5x instance=c7g.large
w generator=diurnal rate=2.5 slo=5x instance={cores=1,speed=2}

p2c
jsq
choosy choices=2
choosy choices=3`
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
	if n := len(p.Cells()); n != 16*4 {
		t.Errorf("%d cells, want 64", n)
	}
}

// The values of a cell reach the simulator, each where it belongs.
func TestCellBecomesConfig(t *testing.T) {
	p := parse(t, `question = "q"
slo = { raytracer = "3s", default = "4x" }
timeout = "30s"
[cluster]
discipline = "fcfs"
network = "1ms"
instance = { cores = 4, speed = 1.5, usd_per_hour = 0.2 }
boot = "29.2s"
min = 2
max = 9
cooldown = "1m"
gateway_queue = true
ebs_gb = 73
public_ipv4 = true
[functions]
memory_mb = 1024
arch = "arm64"
cold = "200ms"
concurrency = 7
provisioned = 3
spare_keep_alive = "5m"
lifetime = "2h"
warm = 4
[telemetry]
period = "60s"
delay = "5s"
[retry]
max = 2
[store]
learn = "store"
[[workload]]
generator = "poisson"
rate = 20
duration = "10m"
[[policy]]
router = "p2c"
router_params = { choices = 3 }
spill = "busy"
scaler = "demand"
max = 5
`)
	cfg := p.Cells()[0].Config(7)
	load := p.Scenarios[0].Workload.Made.Load
	pool, world := cfg.Control.Pools[0], cfg.Pools[0]
	for _, c := range []struct {
		what      string
		got, want any
	}{
		{"seed", cfg.Seed, uint64(7)},
		{"duration", cfg.Duration, 10 * time.Minute},
		{"timeout", cfg.Timeout, 30 * time.Second},
		{"discipline", cfg.PS, false},
		{"network", cfg.Network.K, 0.001},
		{"cores", pool.Cores, 4},
		{"slots under fcfs", pool.Slots, 4},
		{"limit with a gateway queue", pool.Limit, 4},
		{"min", pool.Min, 2},
		{"max of the policy", pool.Max, 5},
		{"cooldown", pool.Cooldown, time.Minute},
		{"initial", world.Initial, min(5, int(math.Ceil(load/0.7/6)))},
		{"API call", world.Launch.API, varying(1.5)},
		{"pending", world.Launch.Pending, varying(4.9)},
		{"boot", world.Launch.Boot, varying(17.2)},
		{"start", world.Launch.Start, varying(5.6)},
		{"expected boot, exp(0.2²/2) of the median", pool.Boot.Round(time.Millisecond), 29790 * time.Millisecond},
		{"volume at 0.08 USD per GiB and month of 730 h", math.Round(world.EBSUSDPerHour*1e12) / 1e12, 0.008},
		{"address", world.IPv4USDPerHour, 0.005},
		{"share of 1024 of 1769 MB", math.Round(cfg.Funcs.Share*1e4) / 1e4, 0.5789},
		{"share in the control plane", cfg.Control.Functions.Share, cfg.Funcs.Share},
		{"arm price", cfg.Funcs.USDPerGBs, 0.0000133334},
		{"price of a second of 1 GiB", cfg.Control.Functions.USDPerSecond, 0.0000133334},
		{"cold start", cfg.Funcs.Cold, varying(0.2)},
		{"provisioned", cfg.Funcs.Provisioned, 3},
		{"life of environments", cfg.Funcs.Life, sim.Life{Spare: 5 * time.Minute, Bound: 2 * time.Hour, Warm: 4}},
		{"concurrency", cfg.Control.Functions.Concurrency, 7},
		{"telemetry", [2]time.Duration{cfg.TelemetryPeriod, cfg.TelemetryDelay}, [2]time.Duration{time.Minute, 5 * time.Second}},
		{"retry", cfg.Control.Retry, policy.Retry{Max: 2, Budget: 0.1, Unsent: 7, Backoff: 100 * time.Millisecond}},
		{"store", [2]bool{cfg.Control.Store, cfg.Control.LearnByStore}, [2]bool{true, true}},
		{"latency of the store", cfg.Store.Latency, 10 * time.Millisecond},
		{"choices", cfg.Control.Router.(*route.PowerOfChoices).Choices, 3},
	} {
		if c.got != c.want {
			t.Errorf("%s = %v, want %v", c.what, c.got, c.want)
		}
	}
	for _, c := range cfg.Control.Classes {
		if c.Name == "raytracer" && (c.Bound != 3*time.Second || c.Factor != 0) || c.Name != "raytracer" && (c.Bound != 0 || c.Factor != 4) {
			t.Errorf("class %+v: want 3 s for raytracer, 4 times the service time for others", c)
		}
	}
	if _, ok := cfg.Control.Scaler.(*scale.Demand); !ok {
		t.Errorf("scaler is %T, want *scale.Demand", cfg.Control.Scaler)
	}
	if again := p.Cells()[0].Config(7); again.Control.Router == cfg.Control.Router {
		t.Error("two runs share a router")
	}
}

// [[pool]]s take what they do not say from [cluster].
func TestPoolsInheritFromCluster(t *testing.T) {
	p := parse(t, `question = "q"
[cluster]
instance = "c7g.large"
max = 3
initial = 1
[cluster.launch]
boot = { dist = "constant", value = "10s" }
[[pool]]
name = "small"
[[pool]]
name = "big"
instance = "c7g.xlarge"
initial = 0
boot = { dist = "constant", value = "90s" }
[[workload]]
generator = "poisson"
[[policy]]
router = "jsq"
`)
	cfg := p.Cells()[0].Config(1)
	small, big := cfg.Control.Pools[0], cfg.Control.Pools[1]
	if small.Name != "small" || small.Cores != 2 || small.Max != 3 || small.Min != 1 || small.Boot != 10*time.Second {
		t.Errorf("small = %+v", small)
	}
	if big.Name != "big" || big.Cores != 4 || big.Max != 3 || big.Min != 0 || big.Boot.Round(time.Millisecond) != 90*time.Second {
		t.Errorf("big = %+v", big)
	}
	if cfg.Pools[0].Initial != 1 || cfg.Pools[1].Initial != 0 {
		t.Errorf("initial = %d and %d, want 1 and 0", cfg.Pools[0].Initial, cfg.Pools[1].Initial)
	}
}

// The digest changes with everything that changes results, and with nothing else.
func TestDigestCoversTheConfiguration(t *testing.T) {
	digest := parse(t, good).Digest()
	if again := parse(t, "# a comment\n"+good).Digest(); again != digest {
		t.Error("a comment changes the digest")
	}
	for _, change := range [][2]string{
		{"seeds = 2", "seeds = 3"}, {`"5x"`, `"4x"`}, {"rate = 5", "rate = 6"}, {"beta = 1", "beta = 2"},
		{`boot = "25s"`, `boot = "26s"`}, {"memory_mb = 1769", "memory_mb = 1770"}, {"max = 4", "max = 5"},
	} {
		if parse(t, strings.Replace(good, change[0], change[1], 1)).Digest() == digest {
			t.Errorf("%s does not change the digest", change[1])
		}
	}
}

// Options override the file.
func TestSeedsOption(t *testing.T) {
	p, err := Parse("f.toml", ".", good, Options{Seeds: new(7)})
	if err != nil || p.Seeds != 7 {
		t.Errorf("seeds = %v, err = %v, want 7", p, err)
	}
}

// Pairs that differ in the router only are found, and compared.
func TestRouterPairs(t *testing.T) {
	p := parse(t, good+"[[policy]]\nname = \"third\"\nrouter = \"random\"\nspill = \"busy\"\n")
	got := p.Answer().Routers
	if len(got) != 1 || got[0].From != "jsq" || got[0].To != "third" {
		t.Errorf("pairs = %v, want jsq and third", got)
	}
	if all := p.Compared(); len(all) != 2 || all[1].From != "jsq" || all[1].To != "third" {
		t.Errorf("compared = %v, want the contrast and the pair", all)
	}
}

// Every shipped experiment is good, and says its question and hypothesis.
func TestShippedExperimentsAreGood(t *testing.T) {
	for file, p := range shipped(t) {
		if p.Hypothesis == "" {
			t.Errorf("%s has no hypothesis", file)
		}
	}
}

// The quickstart changes one thing at a time: its contrasts name it.
func TestQuickstartTeachesOneFactorAtATime(t *testing.T) {
	text, err := os.ReadFile("../quickstart.toml")
	if err != nil {
		t.Fatal(err)
	}
	p := parse(t, string(text))
	byName := map[string]*Policy{}
	for _, pol := range p.Policies {
		byName[pol.Name] = pol
	}
	want := map[string][]string{
		"the router": {"router"}, "the scaler": {"scaler"},
		"overflow to functions, under the original router":             {"spill"},
		"overflow to functions, under join-shortest-queue":             {"spill"},
		"least work by exact knowledge instead of join-shortest-queue": {"estimator", "router"},
		"the original scaler instead of none, without overflow":        {"estimator", "scaler"}, // the router reads no estimate
	}
	for _, c := range p.Contrasts {
		a, b := byName[c.From], byName[c.To]
		var differ []string
		for _, role := range Roles {
			if a.names[role.Name] != b.names[role.Name] {
				differ = append(differ, role.Name)
			}
		}
		if !slices.Equal(differ, want[c.Name]) {
			t.Errorf("%s: %s and %s differ in %v, want %v", c.Name, c.From, c.To, differ, want[c.Name])
		}
	}
}

// What the statistics are told: primary metrics, avoidable misses and cost where
// none are named, and whether the question is about the steady state. Both are in the
// effective configuration; runs do not depend on which metrics are primary.
func TestStatisticsKeys(t *testing.T) {
	plain := parse(t, good)
	if plain.Steady || !slices.Equal(plain.Primary, []string{"miss_avoidable", "cost_per_1000_in_slo_usd"}) {
		t.Errorf("steady %v, primary %v", plain.Steady, plain.Primary)
	}
	named := parse(t, "steady = true\nprimary = [\"steady_response_mean_s\"]\n"+good)
	if !named.Steady || !slices.Equal(named.Primary, []string{"steady_response_mean_s"}) {
		t.Errorf("steady %v, primary %v", named.Steady, named.Primary)
	}
	if !slices.Equal(named.Effective()["primary"].([]string), named.Primary) {
		t.Errorf("primary in the effective configuration: %v", named.Effective()["primary"])
	}
	other := parse(t, "primary = [\"cost_usd\"]\n"+good)
	if other.Digest() == plain.Digest() || other.Cells()[0].Digest(1) != plain.Cells()[0].Digest(1) {
		t.Error("primary metrics decide the results, not the runs")
	}
	nearer := parse(t, "delta = { miss_avoidable = 0.002 }\n"+good)
	if nearer.Digest() == plain.Digest() || nearer.Cells()[0].Digest(1) != plain.Cells()[0].Digest(1) {
		t.Error("the smallest difference that matters decides the results, not the runs")
	}
	if got := fmt.Sprint(nearer.Effective()["delta"]); got != "map[cost_per_1000_in_slo_usd:0.02 miss_avoidable:0.002]" {
		t.Errorf("the effective delta is %s", got)
	}
	if named.Cells()[0].Digest(1) == plain.Cells()[0].Digest(1) {
		t.Error("a run under steady = true has more numbers: it is another")
	}
}

// TestClampedFixed: a fixed number that the pool does not allow is said.
func TestClampedFixed(t *testing.T) {
	const text = `question = "q"
slo = "1s"
[cluster]
instance = "c7g.medium"
initial = 3
min = 2
max = 4
[[workload]]
generator = "poisson"
rate = 1
size = "constant"
mean_work = "1s"
[[policy]]
router = "jsq"
scaler_params = { n = [1, 3, 50] }
`
	p, err := Parse("x.toml", ".", text, Options{})
	if err != nil {
		t.Fatal(err)
	}
	notes := strings.Join(p.Notes(), "\n")
	for _, want := range []string{"jsq n=1: n = 1 is outside min = 2 to max = 4 of its pool: it has 2 workers", "jsq n=50: n = 50 is outside min = 2 to max = 4 of its pool: it has 4 workers"} {
		if !strings.Contains(notes, want) {
			t.Errorf("lacks %q:\n%s", want, notes)
		}
	}
	if strings.Contains(notes, "n = 3") {
		t.Errorf("what is allowed is noted:\n%s", notes)
	}
}

// A spot pool has the price that the file says, in the control plane and on the
// bill; one on demand has the catalog's.
func TestSpotPools(t *testing.T) {
	p := parse(t, `question = "q"
[[pool]]
instance = "c7g.large"
initial = 1
[[pool]]
instance = "c7g.large"
initial = 1
market = "spot"
spot_usd_per_hour = 0.03
[[fault]]
at = "1m"
kind = "spot"
notice = "30s"
[[workload]]
generator = "poisson"
rate = 1
duration = "10m"
[[policy]]
router = "jsq"
`)
	cfg := p.Cells()[0].Config(1)
	want := sim.Fault{Name: "the fault at 1m0s", At: time.Minute, Kind: sim.Interrupt, Worker: sim.AnyWorker, Notice: 30 * time.Second, Detected: 2500 * time.Millisecond, Failed: 200 * time.Millisecond}
	if len(cfg.Faults) != 1 || cfg.Faults[0] != want {
		t.Errorf("faults %+v, want %+v", cfg.Faults, want)
	}
	for i, price := range []float64{0.0725, 0.03} {
		if got := cfg.Pools[i]; got.Spot != (i == 1) || got.USDPerHour != price || cfg.Control.Pools[i].USDPerHour != price {
			t.Errorf("pool %d: spot %v at $%v, $%v in the control plane; want $%v", i, got.Spot, got.USDPerHour, cfg.Control.Pools[i].USDPerHour, price)
		}
	}
	both := strings.Replace(p.Text, `market = "spot"`, `market = ["on-demand", "spot"]`, 1)
	if n := len(parse(t, both).Cells()); n != 2 { // whom a notice spares is what it is compared with
		t.Errorf("%d cells with both markets, want 2", n)
	}
	if notes := strings.Join(told(p), "\n"); !strings.Contains(notes, "spot instances cost $0.03 per hour because the experiment says so") {
		t.Errorf("nobody is told where the price is from: %s", notes)
	}
}
