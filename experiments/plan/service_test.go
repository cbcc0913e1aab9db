package plan

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

// unevenFile says of the workers of two pools how they serve.
const unevenFile = `question = "q"
seeds = 1
[cluster]
initial = 1
request_cores = { train = 4, default = 1 }
request_mb = 100
[cluster.service]
noise = { dist = "lognormal", mean = 1, cv2 = 0.01 }
warmup_requests = 10
warmup_factor = 3
memory_mb = 512
[[pool]]
instance = "c7i.large"
[pool.service]
thread_speed = 0.65
slow_share = 0.1
restart = "3s"
[[pool]]
instance = "c7g.large"
[pool.service]
busy_speed = [1, 0.9]
start_cores = 1
[[workload]]
generator = "poisson"
rate = 1
duration = "10m"
class = "train"
size = "exponential"
mean_work = "1s"
[[policy]]
router = "jsq"
`

// TestServiceOfPools: a pool has what its own table says, and else what that of the cluster
// says, and the world has it.
func TestServiceOfPools(t *testing.T) {
	p := parse(t, unevenFile)
	cfg := p.Cells()[0].Config(1)
	one, two := cfg.Pools[0].Uneven, cfg.Pools[1].Uneven
	if !slices.Equal(one.Busy, []float64{1, 0.65}) || one.SlowShare != 0.1 || one.SlowBy != 2 || one.WarmRequests != 10 || one.WarmBy != 3 ||
		one.MemoryKiB != 512*1024 || one.Restart != 3*time.Second || one.Noise.Law == nil {
		t.Errorf("first pool: %+v", one)
	}
	if !slices.Equal(two.Busy, []float64{1, 0.9}) || two.SlowShare != 0 || two.StartCores != 1 || two.Restart != time.Second || two.WarmBy != 3 {
		t.Errorf("second pool: %+v", two)
	}
	if k := cfg.Control.Classes[0].Cores; k != 4 {
		t.Errorf("requests of the class use %d cores, want 4", k)
	}
	if !slices.Equal(cfg.MemoryKiB, []int64{100 * 1024}) {
		t.Errorf("memory of requests = %v KiB, want 100 MiB", cfg.MemoryKiB)
	}
	if text := said(p); !strings.Contains(text, "c7i.large: 2 vCPUs are threads of 1 cores, and two busy threads of one core run at 0.65 of the speed of one alone") {
		t.Errorf("assumptions lack the threads:\n%s", text)
	}
}

// said is what the numbers of a plan rest on.
func said(p *Plan) string {
	var out []string
	for _, a := range p.Assumptions() {
		out = append(out, a.Text)
	}
	return strings.Join(out, "\n")
}

// TestCreditsOfATType: a T type runs, in the mode in which AWS starts it unless the file says
// another, with the credits of the catalog.
func TestCreditsOfATType(t *testing.T) {
	for _, c := range []struct {
		keys                  string
		unlimited             bool
		perHour, most, launch float64
		usd, first            float64
		says                  string
	}{
		{`instance = "t3.medium"`, true, 24, 576, 0, 0.05, 0, "what it owes beyond 576 credits, or at its end, costs $0.05 per vCPU-hour"},
		{`instance = "t4g.small"`, true, 24, 576, 0, 0.04, 0, "$0.04 per vCPU-hour"},
		{"instance = \"t3.medium\"\ncredits = \"standard\"\ninitial_credits = 100", false, 24, 576, 0, 0.05, 100, "at 20 % each"},
		{`instance = "t2.medium"`, false, 24, 576, 60, 0.05, 0, "at 20 % each"},
		{"instance = \"t2.medium\"\ncredits = \"unlimited\"", true, 24, 576, 0, 0.05, 0, "$0.05"},
	} {
		p := parse(t, strings.Replace(plainFile, `instance = { cores = 1, speed = 1.0, usd_per_hour = 0.036 }`, c.keys, 1))
		pool := p.Cells()[0].Config(1).Pools[0]
		got := pool.Uneven.Credits
		if got == nil || got.Unlimited != c.unlimited || got.PerHour != c.perHour || got.Max != c.most || got.Launch != c.launch || got.First != c.first || math.Abs(pool.SurplusUSD-c.usd) > 1e-12 {
			t.Errorf("%s: %+v at $%v", c.keys, got, pool.SurplusUSD)
		}
		if text := said(p); !strings.Contains(text, c.says) {
			t.Errorf("%s: assumptions lack %q:\n%s", c.keys, c.says, text)
		}
	}
}

// TestServiceProblems: what cannot be, or does nothing, is a problem with its line.
func TestServiceProblems(t *testing.T) {
	for _, c := range []struct{ cluster, service, want string }{
		{`credits = "standard"`, "", `f.toml:5: cluster.credits: does nothing, as {cores=1`},
		{`request_cores = 2`, "", `f.toml:5: cluster.request_cores: does nothing, as no worker has more than one core`},
		{`request_cores = 1.5`, "", `f.toml:5: cluster.request_cores: 1.5, must be whole numbers from 1 on`},
		{`request_cores = { nobody = 2 }`, "", `no workload has a class "nobody"`},
		{`request_mb = 2`, "", `f.toml:5: cluster.request_mb: does nothing, as no worker has a limit: give memory_mb in [cluster.service]`},
		{`request_mb = -2`, "", `f.toml:5: cluster.request_mb: -2, must be at least 0 and finite`},
		{"", `thread_speed = 0.4`, `cluster.service.thread_speed: 0.4, must be in [0.5, 1]`},
		{"", "thread_speed = 0.8\nbusy_speed = [1]", `cluster.service.thread_speed: there is busy_speed too`},
		{"", `busy_speed = [0.9]`, `cluster.service.busy_speed: begins with 0.9, must begin with 1`},
		{"", `noise = { dist = "uniform", min = 1, max = 2 }`, `cluster.service.noise: has the mean 1.5, must have 1`},
		{"", `slow_factor = 3`, `cluster.service.slow_factor: does nothing: give slow_share`},
		{"", `warmup_factor = 3`, `cluster.service.warmup_factor: does nothing: give warmup_requests or warmup`},
		{"", `restart = "3s"`, `cluster.service.restart: does nothing, as no application is killed: give memory_mb`},
		{"", `slow_shar = 0.1`, `cluster.service.slow_shar: unknown key (nearest valid name "slow_share"`},
		{"", `slow_share = 1.1`, `cluster.service.slow_share: 1.1, must be in [0, 1]`},
	} {
		table := ""
		if c.service != "" {
			table = "[cluster.service]\n" + c.service + "\n"
		}
		text := strings.Replace(plainFile, "initial = 1\n", "initial = 1\n"+table, 1)
		if c.cluster != "" {
			text = strings.Replace(text, "initial = 1\n", c.cluster+"\ninitial = 1\n", 1)
		}
		if _, err := Parse("f.toml", ".", text, Options{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v\nwant %s", c.cluster, c.service, err, c.want)
		}
	}
}

// TestServiceLeavesOthersAlone: a file that says nothing of it has no word of it in the
// configuration that its digest is of.
func TestServiceLeavesOthersAlone(t *testing.T) {
	p := parse(t, plainFile)
	e := p.Scenarios[0].Env.describe()
	pool := e["pool"].([]any)[0].(map[string]any)
	cluster := e["cluster"].(map[string]any)
	for _, key := range []string{"service", "credits", "initial_credits", "request_cores", "request_mb"} {
		if pool[key] != nil || cluster[key] != nil {
			t.Errorf("%s is in the configuration of a file that does not have it", key)
		}
	}
	if p.Cells()[0].Config(1).Pools[0].Uneven.Acts() {
		t.Error("workers differ of which the file says nothing")
	}
}
