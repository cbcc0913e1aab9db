package plan

import (
	"errors"
	"strings"
	"testing"
)

// good is an experiment without problems; each case below replaces one of its
// lines, so that the problem is on a known one.
const good = `question = "q"
seeds = 2
slo = "5x"
[cluster]
instance = "c7g.large"
discipline = "ps"
initial = 2
min = 1
max = 4
boot = "25s"
[functions]
memory_mb = 1769
[telemetry]
period = "10s"
[retry]
max = 1
[[workload]]
generator = "poisson"
rate = 5
duration = "10m"
[[policy]]
router = "jsq"
spill = "busy"
[policy.router_params]
tie = "work"
[[policy]]
name = "other"
router = "p2c"
scaler = "demand"
scaler_params = { beta = 1 }
[[contrast]]
name = "the router"
from = "jsq"
to = "other"
`

// Every slip is reported with file, line and key, and a hint where a name is wrong.
func TestProblemsNameTheCulprit(t *testing.T) {
	for _, c := range []struct{ line, by, want string }{
		{`seeds = 2`, `seed = 2.5`, `f.toml:2: seed: want an integer, got the number 2.5`},
		{`seeds = 2`, `sedes = 2`, `f.toml:2: sedes: unknown key (nearest valid name "seeds")`},
		{`seeds = 2`, `seeds = 0`, `f.toml:2: seeds: 0, must be in [1, 100000]`},
		{`seeds = 2`, `seeds = [1, 2]`, `f.toml:2: seeds: want an integer, got a list`},
		{`seeds = 2`, `seeds = `, `f.toml:2: seeds: expected value but found '\n' instead`},
		{`question = "q"`, ``, `f.toml: question: missing: say first what the experiment is to answer`},
		{`seeds = 2`, `steady = "yes"`, `f.toml:2: steady: want true or false, got the string "yes"`},
		{`seeds = 2`, `primary = ["cost", "cost_usd", "cost_usd"]`, `f.toml:2: primary: unknown metric "cost" (nearest valid name "cost_usd")`},
		{`seeds = 2`, `primary = ["cost_usd", "cost_usd"]`, `f.toml:2: primary: "cost_usd" is there twice`},
		{`seeds = 2`, `primary = []`, `f.toml:2: primary: an empty list: name a column of runs.csv, such as slo_attainment`},
		{`seeds = 2`, `delta = { miss_avoidable = 1.5 }`, `f.toml:2: delta: miss_avoidable: 1.5, must be a fraction in [0, 1]`},
		{`seeds = 2`, `delta = { miss = 0.1 }`, `f.toml:2: delta: unknown metric "miss"`},
		{`seeds = 2`, `delta = 0.01`, `f.toml:2: delta: want a table of fractions by metric, such as { miss_avoidable = 0.01 }, got the number 0.01`},
		{`slo = "5x"`, `slo = "5"`, `f.toml:3: slo: want a response time such as "2s" or a multiple of the idle service time such as "5x", got the string "5"`},
		{`slo = "5x"`, `slo = "0.5x"`, `f.toml:3: slo: "0.5x": want a multiple of at least 1, such as "5x"`},
		{`slo = "5x"`, `slo = { raytracr = "2s" }`, `f.toml:3: slo.raytracr: no workload has a class "raytracr" (nearest valid name "raytracer")`},
		{`instance = "c7g.large"`, `instance = "c7g.lrage"`, `f.toml:5: cluster.instance: unknown instance type "c7g.lrage": nearest are c7g.large,`},
		{`instance = "c7g.large"`, `instance = "t3.medium"`, `f.toml:5: cluster.instance: t3.medium is burstable, and CPU credits are not modelled yet: without them it would run above its baseline for ever; take another type`},
		{`instance = "c7g.large"`, `instance = { cores = 0, sped = 2 }`, `f.toml:5: cluster.instance: unknown key "sped" (nearest valid name "speed")`},
		{`instance = "c7g.large"`, `instance = { cores = 0 }`, `f.toml:5: cluster.instance: cores = 0, must be at least 1 and at most 32767`},
		{`instance = "c7g.large"`, ``, `f.toml:4: cluster.instance: missing: give a type such as "c7g.large"`},
		{`boot = "25s"`, `market = "spt"`, `f.toml:10: cluster.market: unknown market "spt" (nearest valid name "spot")`},
		{`boot = "25s"`, `market = "spot"`, `f.toml:4: cluster.spot_usd_per_hour: missing: the catalog has no spot prices; write the most that you would pay, such as spot_usd_per_hour = 0.029`},
		{`boot = "25s"`, "market = \"spot\"\nspot_usd_per_hour = 0", `f.toml:11: cluster.spot_usd_per_hour: 0, must be positive`},
		{`[functions]`, "[[fault]]\nat = \"1m\"\nkind = \"spot\"\n[functions]", `fault.kind: "spot" hits spot instances, of which there are none: give a pool market = "spot"`},
		{`discipline = "ps"`, `discipline = "fifo"`, `f.toml:6: cluster.discipline: unknown discipline "fifo" (nearest valid name "fcfs")`},
		{`initial = 2`, `initial = 5`, `f.toml:7: cluster.initial: 5, must be within min = 1 and max = 4`},
		{`initial = 2`, `initial = "many"`, `f.toml:7: cluster.initial: want a number of workers, "auto" or a distribution, got the string "many"`},
		{`min = 1`, `min = -1`, `f.toml:8: cluster.min: -1, must not be negative`},
		{`max = 4`, `max = 0`, `f.toml:9: cluster.max: 0, must be at least min = 1`},
		{`boot = "25s"`, `boot = "25 s"`, `f.toml:10: cluster.boot: "25 s" is neither a number nor a duration such as "25s"`},
		{`boot = "25s"`, `boot = { dist = "lognormal", medain = "25s", sigma = 0.4 }`, `f.toml:10: cluster.boot: lognormal: unknown parameter "medain" (nearest valid name "median")`},
		{`boot = "25s"`, `boot = nan`, `f.toml:10: cluster.boot: NaN, must be at least 0 and finite`},
		{`boot = "25s"`, `gateway_queue = true`, `f.toml:10: cluster.gateway_queue: needs slots: a worker that shares its cores is never full`},
		{`[functions]`, "[functions]\nfull = \"wiat\"", `functions.full: unknown rule "wiat": want "refuse" or "wait"`},
		{`boot = "25s"`, `boot = 1979-05-27`, `f.toml:10: cluster.boot: 1979-05-27`},
		{`[functions]`, "[[cluster.pool]]\ninstance = \"c7g.large\"\n[functions]", `f.toml:11: cluster.pool: unknown key: the table pool stands at the top, not in cluster`},
		{`[functions]`, `[fucntions]`, `f.toml:11: fucntions: unknown key (nearest valid name "functions")`},
		{`memory_mb = 1769`, `memory_mb = 100`, `f.toml:12: functions.memory_mb: 100: Lambda offers 128 to 10240 MB`},
		{`memory_mb = 1769`, `runtime = "golang"`, `f.toml:12: functions.runtime: unknown runtime "golang" (nearest valid name "go")`},
		{`memory_mb = 1769`, `keep_alive = "-1s"`, `f.toml:12: functions.keep_alive: -1s, must not be negative`},
		{`period = "10s"`, `period = 10`, `f.toml:14: telemetry.period: want a duration such as "90s" or "1h30m", got the integer 10`},
		{`max = 1`, `budget = nan`, `f.toml:16: retry.budget: NaN is not a usable number`},
		{`[retry]`, "[store]\nlearn = \"stor\"\n[retry]", `f.toml:16: store.learn: unknown route "stor" (nearest valid name "store")`},
		{`[retry]`, "[store]\nlatency = \"-1s\"\n[retry]", `f.toml:16: store.latency: -1s, must not be negative`},
		{`generator = "poisson"`, `generator = "poison"`, `f.toml:18: workload.generator: unknown generator "poison" (nearest valid name "poisson")`},
		{`generator = "poisson"`, ``, `f.toml:17: workload: neither generator (one of poisson, diurnal, flash, onoff, clients) nor trace`},
		{`rate = 5`, `rate = -5`, `f.toml:19: workload.rate: -5: must be positive and at most 1e9 requests/s`},
		{`rate = 5`, `rate = nan`, `f.toml:19: workload.rate: NaN is not a usable number`},
		{`rate = 5`, `rate = []`, `f.toml:19: workload.rate: an empty list: give at least one value`},
		{`rate = 5`, `rate = [5, "fast"]`, `f.toml:19: workload.rate: want a number, got the string "fast"`},
		{`rate = 5`, `class = "raytracr"`, `raytracr`},
		{`rate = 5`, `size = "pareto"`, `f.toml:17: workload.mean_work: 0s: must be positive`},
		{`duration = "10m"`, `duration = "-10m"`, `f.toml:20: workload.duration: -10m0s: must be positive`},
		{`router = "jsq"`, `router = "jqs"`, `f.toml:22: policy.router: unknown router "jqs" (nearest valid name "jsq")`},
		{"generator = \"poisson\"\nrate = 5\nduration = \"10m\"", `trace = ""`, `f.toml:18: workload.trace: empty: give the file or folder of a trace`},
		{`rate = 5`, "rate = 5\nload = -1", `f.toml:20: workload.load: -1, must be in (0, `},
		{`router = "jsq"`, `router = ""`, `f.toml:22: policy.router: empty (one of roundrobin, random, jsq, `},
		{`spill = "busy"`, `spill = ""`, `f.toml:23: policy.spill: empty (one of `},
		{`scaler = "demand"`, `scaler = ""`, `policy.scaler: empty (one of fixed, `},
		{`tie = "work"`, "tie = \"work\"\n[[policy]]\nname = \"third\"\nrouter = \"jsq\"\nestimator = \"\"", `policy.estimator: empty (one of `},
		{`name = "other"`, "name = \"other\"\nspill = [\"never\", \"\"]", `policy.spill: empty (one of `},
		{`router = "jsq"`, `roter = "jsq"`, `f.toml:21: policy.router: missing (one of roundrobin, random, jsq, `},
		{`spill = "busy"`, `spill = "sometimes"`, `f.toml:23: policy.spill: unknown spill "sometimes"`},
		{`tie = "work"`, `tie = "coin"`, `f.toml:25: policy.router_params.tie:`},
		{`tie = "work"`, `ties = "work"`, `f.toml:25: policy.router_params.ties: unknown key (nearest valid name "tie")`},
		{`[policy.router_params]`, `[policy.roter_params]`, `f.toml:24: policy.roter_params: unknown key (nearest valid name "router_params")`},
		{`name = "other"`, `name = "jsq"`, `f.toml:27: policy.name: a policy called "jsq" is already there: give this one another name`},
		{`name = "other"`, `name = "a, b"`, `f.toml:27: policy.name: "a, b": must not hold commas`},
		{`scaler_params = { beta = 1 }`, `min = 9`, `f.toml:26: policy.max: 4, must be within min = 9`},
		{`scaler_params = { beta = 1 }`, `scaler_params = { beta = -1 }`, `f.toml:30: policy.scaler_params.beta:`},
		{`from = "jsq"`, `from = "jqs"`, `f.toml:33: contrast.from: unknown policy "jqs" (nearest valid name "jsq")`},
		{`to = "other"`, `to = "jsq"`, `f.toml:34: contrast.to: "jsq" is what it is to be compared with`},
		{`to = "other"`, `workload = 3`, `f.toml:34: contrast.workload: unknown key`},
	} {
		text := strings.Replace(good, c.line+"\n", c.by+"\n", 1)
		_, err := Parse("f.toml", ".", text, Options{})
		var all Problems
		if !errors.As(err, &all) {
			t.Errorf("%s: err = %v, want %s", c.by, err, c.want)
			continue
		}
		if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got\n%v\nwant\n%s", c.by, err, c.want)
		}
	}
}

// The file the cases start from has no problems.
func TestGoodFileHasNoProblems(t *testing.T) {
	if _, err := Parse("f.toml", ".", good, Options{}); err != nil {
		t.Fatal(err)
	}
}

// One look shows everything: problems in different tables, in order of lines.
func TestAllProblemsAtOnce(t *testing.T) {
	text := strings.NewReplacer(`seeds = 2`, `seeds = -1`, `max = 4`, `max = 0`, `rate = 5`, `rate = 0`,
		`"p2c"`, `"p3c"`, `beta`, `bta`).Replace(good)
	_, err := Parse("f.toml", ".", text, Options{})
	want := []string{"f.toml:2: seeds:", "f.toml:9: cluster.max:", "f.toml:19: workload.rate:", "f.toml:28: policy.router:", "f.toml:30: policy.scaler_params.bta:"}
	var all Problems
	if !errors.As(err, &all) {
		t.Fatalf("err = %v, want Problems", err)
	}
	rest := err.Error()
	for _, w := range want {
		i := strings.Index(rest, w)
		if i < 0 {
			t.Fatalf("no %q in its place in\n%v", w, err)
		}
		rest = rest[i:]
	}
}

// Without [functions] nothing can spill; without [cluster] everything must.
func TestSpillNeedsFunctionsAndWorkers(t *testing.T) {
	text := strings.Replace(good, "[functions]\nmemory_mb = 1769\n", "", 1)
	_, err := Parse("f.toml", ".", text, Options{})
	if want := `f.toml:21: policy.spill: "busy" sends requests to functions, but the file has no [functions]`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
	head, rest, _ := strings.Cut(good, "[cluster]\n")
	_, rest, _ = strings.Cut(rest, "[functions]\n")
	_, err = Parse("f.toml", ".", head+"[functions]\n"+rest, Options{})
	if want := `policy.spill: "never" needs workers, but the file has no [cluster]`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

// A slip of the pen must not fill the memory.
func TestTooManyCombinationsAreRefused(t *testing.T) {
	many := "[" + strings.Repeat("1,", 200) + "1]"
	text := strings.NewReplacer(`rate = 5`, "rate = "+many, `duration = "10m"`, "requests = "+many).Replace(good)
	_, err := Parse("f.toml", ".", text, Options{})
	if want := "make more than 10000 combinations"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

// No input makes the parser panic or hang, and what it accepts has runs.
func FuzzParse(f *testing.F) {
	f.Add(good)
	f.Add("question = \"\"\"\nq")
	f.Add("[[policy]]\n[policy]\n")
	f.Add("workload = [1, {a = [[], {}]}]\npolicy = 3\ncluster = []\npool = {}\n")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4096 {
			t.Skip("long files only take longer")
		}
		p, err := Parse("f.toml", ".", text, Options{})
		if err == nil && len(p.Cells()) == 0 {
			t.Errorf("accepted without any cell:\n%s", text)
		}
		indexLines(text)
	})
}

// TestRulesOfTracesAreKnown: a wrong rule for a recording is told with its line.
func TestRulesOfTracesAreKnown(t *testing.T) {
	for line, want := range map[string]string{
		`spread = "unifrom"`: `f:18: workload.spread: unknown rule "unifrom" (nearest valid name "uniform")`,
		`load_by = "user"`:   `f:18: workload.load_by: unknown rule "user" (nearest valid name "users")`,
		`replicate = "locl"`: `f:18: workload.replicate: unknown kind "locl" (nearest valid name "local")`,
	} {
		text := strings.Replace(good, "generator = \"poisson\"\nrate = 5\nduration = \"10m\"", line+"\ntrace = \"none\"", 1)
		_, err := Parse("f", ".", text, Options{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", line, err, want)
		}
	}
}
