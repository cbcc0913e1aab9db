package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"cnv/experiments/calibrate"
	"cnv/experiments/plan"
	"cnv/policy"
	"cnv/results"
	"cnv/results/words"
	"cnv/workloads"
)

// hiddenPolicies are those of the library that are tried in hidden worlds.
var hiddenPolicies = []string{
	"router = \"jsq\"\nscaler = \"demand\"\nscaler_params = { window = \"20s\", period = \"5s\", hold = \"30s\" }",
	"router = \"roundrobin\"\nscaler = \"threshold\"\nscaler_params = { period = \"10s\" }",
	"router = \"jsq\"",
	"router = \"p2c\"\nscaler = \"demand\"\nscaler_params = { window = \"20s\", period = \"5s\", hold = \"30s\" }\nspill = \"busy\"",
	"router = \"random\"\nscaler = \"demand\"",
	"router = \"leastrequest\"\nscaler = \"kpa\"",
	"router = \"jiq\"\nscaler = \"hpa\"",
	"router = \"pack\"\nscaler = \"demand\"\nspill = \"busy\"",
	"router = \"leastwork\"\nestimator = \"mean\"\nscaler = \"threshold\"\nspill = \"slo\"",
	"router = \"p2c\"\nscaler = \"staffing\"",
}

// hiddenNames are their names.
var hiddenNames = []string{"jsq-demand", "rr-threshold", "jsq-fixed", "p2c-busy", "random-demand", "leastrequest-kpa", "jiq-hpa", "pack-busy", "leastwork-slo", "p2c-staffing"}

// A hiddenWorld is an experiment of a world that nobody is told: boots, speed, discipline, way, cold
// starts, load and policies are drawn.
type hiddenWorld struct {
	text  string
	a, b  string // the policy of the journal, and the one that is asked about
	truth map[string]float64
	dir   string
	plan  *plan.Plan
}

// hidden is the k-th of them.
func hidden(k int) *hiddenWorld {
	r := policy.NewRand(uint64(k), "hidden", 0)
	between := func(low, high float64) float64 { return low * math.Pow(high/low, r.Float64()) }
	rounded := func(format string, v float64) (string, float64) {
		text := fmt.Sprintf(format, v)
		v, _ = strconv.ParseFloat(text, 64)
		return text, v
	}
	cores := 1 + r.IntN(2)
	speed, speeds := rounded("%.3g", between(0.6, 1.8))
	rate := between(2, 6) * float64(cores) * speeds
	shape := []string{
		fmt.Sprintf("generator = \"poisson\"\nrate = %.3g", rate*1.5),
		fmt.Sprintf("generator = \"flash\"\nrate = %.3g\npeak = %.3g\nat = \"1m\"\nrise = \"10s\"\nhold = \"2m\"\nfall = \"10s\"", rate, 3*rate),
		fmt.Sprintf("generator = \"diurnal\"\nrate = %.3g\nratio = 4\nperiod = \"5m\"", rate*1.5),
	}[r.IntN(3)]
	bound := between(0.5, 3)
	discipline := []string{"ps", "fcfs"}[r.IntN(2)]
	boot, boots := rounded("%.3g", between(5, 60))
	way, ways := rounded("%.2g", between(0.3, 20))
	cold, colds := rounded("%.3g", between(50, 800))
	floor, floors := rounded("%.2g", between(0.5, 20))
	h := &hiddenWorld{truth: map[string]float64{
		"speed": speeds, "boot": boots, "network": ways / 1e3, "cold": colds / 1e3, "floor": floors / 1e3, "cores": float64(cores), "shared": words.IfElse(discipline == "ps", 1.0, 0.0),
	}}
	patience := between(2, 30)
	a := r.IntN(len(hiddenNames))
	h.a, h.b = hiddenNames[a], hiddenNames[(a+1+r.IntN(len(hiddenNames)-1))%len(hiddenNames)]
	h.text = fmt.Sprintf(`question = "what is hidden?"
seeds = 1
worlds = 0
slo = "%.3gs"
timeout = "%.3gs"
[cluster]
instance = { cores = %d, speed = %s, usd_per_hour = 0.04 }
discipline = %q
initial = 2
max = 12
boot = "%ss"
network = { dist = "exponential", mean = "%sms" }
[functions]
cold = "%sms"
floor = "%sms"
[telemetry]
period = "5s"
[[workload]]
name = "w"
%s
duration = "5m"
size = "lognormal"
mean_work = "200ms"
cv2 = 1
`, bound, patience, cores, speed, discipline, boot, way, cold, floor, shape)
	for i, p := range hiddenPolicies {
		h.text += fmt.Sprintf("[[policy]]\nname = %q\n%s\n", hiddenNames[i], p)
	}
	return h
}

// open parses the experiment, in a folder.
func (h *hiddenWorld) open(dir string) (err error) {
	h.dir = dir
	h.plan, err = plan.Parse("hidden.toml", dir, h.text, plan.Options{})
	return err
}

// cell is that of a policy.
func (h *hiddenWorld) cell(name string) plan.Cell {
	for _, c := range h.plan.Cells() {
		if c.Policy.Name == name {
			return c
		}
	}
	return plan.Cell{}
}

// hiddenSeed is that of runs in hidden worlds.
const hiddenSeed = 1

// journal keeps the journal of a policy and returns its folder.
func (h *hiddenWorld) journal(ctx context.Context, name string) (string, error) {
	dir := filepath.Join(h.dir, "journal-"+name)
	cell := h.cell(name)
	rec := results.NewRun(results.RunInfo{Workload: cell.Scenario.Name, Policy: name, Seed: hiddenSeed, Classes: cell.Classes()})
	_, err := journalled(ctx, h.plan, cell, hiddenSeed, rec, dir, nil)
	return dir, err
}

// measured is what a policy did in the world, by its gateway, with as many requests as there are.
func (h *hiddenWorld) measured(ctx context.Context, name string, requests int) (calibrate.Run, error) {
	cell := h.cell(name)
	cfg := cell.Config(hiddenSeed)
	m := calibrate.NewMeasured(&cfg, requests)
	src, err := cell.Scenario.Workload.Made.Open(hiddenSeed)
	if err != nil {
		return calibrate.Run{}, err
	}
	if err := plan.Simulate(ctx, cfg, src, m); err != nil {
		return calibrate.Run{}, err
	}
	return m.Run(), nil
}

// supposed fits a world to a journal and runs its policy, and others, in worlds drawn from it.
// made, if it is not nil, changes the arrivals.
func supposed(ctx context.Context, dir, journal string, names []string, draws, jobs int, made func(*fittedWorld, workloads.Source) workloads.Source) (*supposition, calibrate.Run, error) {
	dir, err := os.MkdirTemp(dir, "fitted")
	if err != nil {
		return nil, calibrate.Run{}, err
	}
	cmd := whatifCmd{Source: journal, Policy: names}
	file := filepath.Join(dir, "world.toml")
	w, tried, err := cmd.fit(file)
	if err != nil {
		return nil, calibrate.Run{}, err
	}
	p, err := plan.Parse(file, dir, w.text, plan.Options{})
	if err != nil {
		return nil, calibrate.Run{}, err
	}
	s, err := newSupposition(p, w, tried)
	if err != nil {
		return nil, calibrate.Run{}, err
	}
	if made != nil {
		s.made = func(src workloads.Source) workloads.Source { return made(w, src) }
	}
	run, err := s.measured()
	if err != nil {
		return nil, calibrate.Run{}, err
	}
	return s, run, s.run(ctx, draws, jobs)
}

// inWorld calls f in a folder for a world, which is removed.
func inWorld(k int, f func(h *hiddenWorld) error) error {
	dir, err := os.MkdirTemp("", "cnv-study-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	h := hidden(k)
	if err := h.open(dir); err != nil {
		return fmt.Errorf("world %d: %w", k, err)
	}
	if err := f(h); err != nil {
		return fmt.Errorf("world %d, %s to %s: %w", k, h.a, h.b, err)
	}
	return nil
}
