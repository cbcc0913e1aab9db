package plan

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"cnv/results/answer"
	"cnv/results/compare"
)

// drawnFile is an experiment with everything that is uncertain.
const drawnFile = `question = "?"
worlds = 20
[cluster]
instance = "c7g.large"
boot = "25s"
[functions]
[telemetry]
period = "60s"
[[workload]]
generator = "poisson"
rate = 1
size = "exponential"
mean_work = "100ms"
duration = "1m"
[[workload]]
name = "more"
generator = "poisson"
rate = 2
size = "exponential"
mean_work = "100ms"
duration = "1m"
[[policy]]
router = "jsq"
spill = "busy"
`

func parseDrawn(t *testing.T, text string) *Plan {
	t.Helper()
	p, err := Parse("x.toml", ".", text, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestDrawnCoverTheRanges: each twentieth of the range of every constant is in one world,
// for all workloads alike, and the seed and nothing else decides which.
func TestDrawnCoverTheRanges(t *testing.T) {
	p := parseDrawn(t, drawnFile)
	constants := p.Uncertain()
	drawn := p.Drawn(constants)
	for i, c := range constants {
		var at []float64
		for k := range drawn {
			if v := drawn[k].Values; v[0][i] != v[1][i] {
				t.Errorf("world %d: %s is %v and %v", k, c.Name, v[0][i], v[1][i])
			}
			at = append(at, drawn[k].Values[0][i])
		}
		slices.Sort(at)
		part := func(v float64) float64 { return math.Log(v/c.Low) / math.Log(c.High/c.Low) }
		if c.Low == 0 {
			part = func(v float64) float64 { return v / c.High }
		}
		for k, v := range at {
			if u := part(v) * 20; u < float64(k)-1e-9 || u > float64(k+1)+1e-9 {
				t.Errorf("%s: the value of rank %d is %v, in part %.2f of 20 of [%v, %v]", c.Name, k, v, u, c.Low, c.High)
			}
		}
	}
	again, other := parseDrawn(t, drawnFile).Drawn(constants), parseDrawn(t, "seed = 2\n"+drawnFile).Drawn(constants)
	if !slices.Equal(again[3].Values[0], drawn[3].Values[0]) || slices.Equal(other[3].Values[0], drawn[3].Values[0]) {
		t.Error("the same seed gives other worlds, or another one the same")
	}
	if most := mostCorrelated(hypercube(1, 20, len(constants)), math.Inf(1)); most > 0.45 {
		t.Errorf("two of %d constants have a correlation of %.2f: what one does would be read as the other's", len(constants), most)
	}
}

// TestUncertainByTrust: the file's own values are the centres, and how far each is drawn
// is the catalog's degree of trust.
func TestUncertainByTrust(t *testing.T) {
	got := map[string]compare.Constant{}
	for _, c := range parseDrawn(t, drawnFile).Uncertain() {
		got[c.Name] = c
		if strings.Count(c.Text, "%s") != 1 {
			t.Errorf("%s: %q has no place for its value", c.Name, c.Text)
		}
	}
	for _, want := range []struct {
		name        string
		centre, far float64
	}{
		{"boot_s", 25, 1.5}, {"boot_spread", 0.2, 1.5}, {"boot_unbilled_share", 6.4 / 29.2, 1.5}, {"start_share", 5.6 / 22.8, 1.5},
		{"worker_speed", 1, 1.05}, {"instance_usd_per_hour", 0.0725, 1.1}, {"function_speed", 1, 1.5}, {"function_usd_per_gb_s", 0.0000166667, 1.05},
	} {
		c := got[want.name]
		if math.Abs(c.Low*want.far/want.centre-1) > 1e-9 || math.Abs(c.High/want.far/want.centre-1) > 1e-9 {
			t.Errorf("%s from %v to %v, want %v and %v times either way", want.name, c.Low, c.High, want.centre, want.far)
		}
	}
	if c := got["telemetry_phase_s"]; c.Low != 0 || c.High != 60 {
		t.Errorf("telemetry phase in [%v, %v], want a period", c.Low, c.High)
	}
	if c := got["telemetry_delay_s"]; c.Low != 0 || c.High != 5 {
		t.Errorf("telemetry delay in [%v, %v]", c.Low, c.High)
	}
}

// TestWorldIsAsDrawn: a run of a world has its constants, the plan keeps its own, and
// both are told apart where runs are kept.
func TestWorldIsAsDrawn(t *testing.T) {
	p := parseDrawn(t, drawnFile)
	constants := p.Uncertain()
	asIs := Cell{p.Scenarios[0], p.Policies[0]}
	before := asIs.Digest(1)
	seen := map[string]bool{before: true}
	for k, w := range p.Drawn(constants) {
		cell := Cell{w.Scenarios[0], p.Policies[0]}
		cfg := cell.Config(1)
		launch, v := w.Scenarios[0].Env.pools[0].launch, map[string]float64{}
		for i, c := range constants {
			v[c.Name] = w.Values[0][i]
		}
		waiting, starting := launch.API.Median()+launch.Pending.Median(), launch.Start.Median()
		near := func(what string, got, want float64) {
			if math.Abs(got-want) > 1e-9*math.Abs(want) {
				t.Errorf("world %d: %s is %v, want %v", k, what, got, want)
			}
		}
		near("boot", launch.median(), v["boot_s"])
		near("unbilled share", waiting/launch.median(), v["boot_unbilled_share"])
		near("start share", starting/(launch.median()-waiting), v["start_share"])
		near("spread", math.Sqrt(math.Log1p(launch.Boot.CV2())), v["boot_spread"])
		near("speed", cfg.Control.Pools[0].Speed, v["worker_speed"])
		near("price", cfg.Pools[0].USDPerHour, v["instance_usd_per_hour"])
		near("function speed", cfg.Funcs.Share, v["function_speed"])
		near("function price", cfg.Funcs.USDPerGBs, v["function_usd_per_gb_s"])
		near("what policies know of functions", cfg.Control.Functions.Share, v["function_speed"])
		near("cold start", cfg.Funcs.Cold.Median(), v["cold_start_s"])
		if d := math.Abs(cfg.TelemetryPhase.Seconds() - v["telemetry_phase_s"]); d > 0.001 {
			t.Errorf("world %d: phase %v, want %v", k, cfg.TelemetryPhase, v["telemetry_phase_s"])
		}
		if d := cell.Digest(1); seen[d] {
			t.Errorf("world %d has the digest of another one", k)
		} else {
			seen[d] = true
		}
	}
	if asIs.Digest(1) != before || p.Scenarios[0].Env.pools[0].launch.median() != 25 {
		t.Error("drawing worlds has changed the plan")
	}
}

// TestALawOfALaunchIsDrawn: worlds stretch a law of the whole, and divide it otherwise.
func TestALawOfALaunchIsDrawn(t *testing.T) {
	p := parseDrawn(t, strings.Replace(drawnFile, `boot = "25s"`, `boot = { dist = "lognormal", median = "25s", sigma = 0.3 }`, 1))
	constants := p.Uncertain()
	for k, w := range p.Drawn(constants) {
		v := map[string]float64{}
		for i, c := range constants {
			v[c.Name] = w.Values[0][i]
		}
		l := w.Scenarios[0].Env.pools[0].launch
		near := func(what string, got, want float64) {
			if math.Abs(got-want) > 1e-9*math.Abs(want) {
				t.Errorf("world %d: %s is %v, want %v", k, what, got, want)
			}
		}
		near("the law's median", l.law.Median(), v["boot_s"])
		near("the sum of the parts", l.median(), v["boot_s"])
		near("unbilled share", (l.API.Median()+l.Pending.Median())/l.median(), v["boot_unbilled_share"])
	}
}

// TestAxesAreNotDrawn: what the file asks about stays as it asks.
func TestAxesAreNotDrawn(t *testing.T) {
	names := func(text string) map[string]bool {
		out := map[string]bool{}
		for _, c := range parseDrawn(t, text).Uncertain() {
			out[c.Name] = true
		}
		return out
	}
	all := names(drawnFile)
	for _, c := range []struct {
		from, to string
		gone     []string
	}{
		{`boot = "25s"`, `boot = ["10s", "25s"]`, []string{"boot_s", "boot_spread", "boot_unbilled_share", "start_share"}},
		{`boot = "25s"`, "[cluster.launch]\nboot = [\"10s\", \"25s\"]", []string{"boot_s", "boot_spread", "boot_unbilled_share", "start_share"}},
		{`instance = "c7g.large"`, `instance = ["c7g.large", "c5.large"]`, []string{"worker_speed", "instance_usd_per_hour"}},
		{`[functions]`, "[functions]\ncold = [\"100ms\", \"1s\"]", []string{"cold_start_s"}},
		{`period = "60s"`, "period = \"60s\"\ndelay = [\"0s\", \"1s\"]", []string{"telemetry_delay_s"}},
		{`period = "60s"`, `period = "0s"`, []string{"telemetry_delay_s", "telemetry_phase_s"}},
	} {
		got := names(strings.Replace(drawnFile, c.from, c.to, 1))
		want := maps.Clone(all)
		for _, name := range c.gone {
			if !want[name] {
				t.Errorf("%s is not drawn at all", name)
			}
			delete(want, name)
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: drawn are %v, want %v", c.to, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
		}
	}
}

func TestPairs(t *testing.T) {
	more := drawnFile + "[[policy]]\nname = \"b\"\nrouter = \"random\"\n[[policy]]\nname = \"c\"\nrouter = \"random\"\nspill = \"busy\"\n"
	if got := parseDrawn(t, more).Pairs(); !slices.Equal(got, []answer.Pair{{From: "jsq", To: "b"}, {From: "jsq", To: "c"}}) {
		t.Errorf("%v", got)
	}
	if got := parseDrawn(t, more+"[[contrast]]\nname = \"x\"\nfrom = \"b\"\nto = \"c\"\n").Pairs(); !slices.Equal(got, []answer.Pair{{From: "b", To: "c"}}) {
		t.Errorf("%v", got)
	}
}
