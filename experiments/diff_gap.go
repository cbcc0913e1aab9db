package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"cnv/experiments/calibrate"
	"cnv/experiments/plan"
	"cnv/live/journals"
	"cnv/policy/journal"
	"cnv/results/words"
)

// A step is one cause of a gap: what is as it was live from it on.
type step struct {
	name string
	live bool     // arrivals and work are those of the live journal
	of   []string // tables and keys whose fits are taken, by their beginnings
}

// gapSteps are the causes, in order. Each holds all those before it.
var gapSteps = []step{
	{name: "other draws of the simulation"},
	{name: "arrivals, and the work of requests", live: true},
	{name: "launches", live: true, of: []string{"cluster.launch", "cluster.boot"}},
	{name: "speed and discipline of workers, network", live: true, of: []string{"cluster.instance", "cluster.network", "cluster.discipline"}},
	{name: "functions", live: true, of: []string{"functions"}},
	{name: "telemetry and store", live: true, of: []string{"telemetry", "store"}},
	{name: "workers that were lost", live: true, of: []string{"fault"}},
}

// A gap is what lies between what was simulated and what was measured live, step by step.
type gap struct {
	live, simulated *fittedWorld
	cells           []plan.Cell // by step
	start, end      calibrate.Run
	means           [][]float64 // by step and metric; nil: the step changes nothing
}

// gapMetrics are those that are split.
func gapMetrics() []*calibrate.Metric {
	var out []*calibrate.Metric
	for i := range calibrate.Metrics {
		if m := &calibrate.Metrics[i]; m.Name != "on functions" {
			out = append(out, m)
		}
	}
	return out
}

// newGap fits the live journal, and makes the world of each step in a folder.
func newGap(dir, live, simulated string) (*gap, error) {
	g := &gap{}
	var err error
	if g.live, err = followed(dir, "live", live); err != nil {
		return nil, err
	}
	if g.simulated, err = followed(dir, "simulated", simulated); err != nil {
		return nil, err
	}
	fits := g.live.seen.Fit("live-")
	for name, values := range fits.Samples {
		if err := writeSamples(filepath.Join(dir, name), values); err != nil {
			return nil, err
		}
	}
	var of []string
	for i, s := range gapSteps {
		of = append(of, s.of...)
		trace := "simulated-trace"
		if s.live {
			trace = "live-trace"
		}
		some := fits.Only(func(table, key string) bool {
			return begins(poolNumber.ReplaceAllString(table, "cluster")+"."+key, of)
		})
		cell, err := worldCell(dir, fmt.Sprintf("step-%d", i), trace, g.simulated, some)
		if err != nil {
			return nil, err
		}
		g.cells = append(g.cells, cell)
	}
	if g.start, err = measuredRun(g.simulated, g.cells[0]); err != nil {
		return nil, err
	}
	g.end, err = measuredRun(g.live, g.cells[len(g.cells)-1])
	return g, err
}

// poolNumber begins the table of one of several pools.
var poolNumber = regexp.MustCompile(`^pool\.[0-9]+`)

// begins says whether a name begins with any of some.
func begins(name string, with []string) bool {
	for _, w := range with {
		if strings.HasPrefix(name, w) {
			return true
		}
	}
	return false
}

// worldCell writes the experiment of a journal with some fits and the arrivals of a trace,
// and returns the cell of the journal's policy.
func worldCell(dir, name, trace string, w *fittedWorld, fits *calibrate.Fits) (plan.Cell, error) {
	world, err := calibrate.NewWorld(&w.header, w.seen.Config, fits)
	if err != nil {
		return plan.Cell{}, fmt.Errorf("%s: %w", w.path, err)
	}
	world.Trace = trace
	text, err := world.Text()
	if err != nil {
		return plan.Cell{}, err
	}
	file := filepath.Join(dir, name+".toml")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		return plan.Cell{}, err
	}
	p, err := plan.Parse(file, dir, text, plan.Options{})
	if err != nil {
		return plan.Cell{}, err
	}
	for _, cell := range p.Cells() {
		if cell.Policy.Name == w.header.Policy {
			return cell, nil
		}
	}
	return plan.Cell{}, fmt.Errorf("%s: its experiment has no policy %q", w.path, w.header.Policy)
}

// measuredRun is the run of a journal, by the prices of a cell.
func measuredRun(w *fittedWorld, cell plan.Cell) (calibrate.Run, error) {
	r, err := journals.Open(w.path)
	if err != nil {
		return calibrate.Run{}, err
	}
	defer r.Close()
	cfg := cell.Config(w.header.Seed)
	m := calibrate.NewMeasured(&cfg, w.seen.Requests)
	_, err = eachRecord(r, func(rec *journal.Record) error {
		m.Add(rec.At, &rec.Event, rec.Commands)
		return nil
	})
	return m.Run(), err
}

// run simulates each step n times, with the same draws in all.
func (g *gap) run(ctx context.Context, n int) error {
	metrics := gapMetrics()
	for i, cell := range g.cells {
		means := make([]float64, len(metrics))
		for k := range n {
			seed := g.simulated.header.Seed + uint64(k+1)<<32
			cfg := cell.Config(seed)
			m := calibrate.NewMeasured(&cfg, g.simulated.seen.Requests)
			src, err := cell.Scenario.Workload.Made.Open(seed)
			if err != nil {
				return err
			}
			if err := plan.Simulate(ctx, cfg, src, m); err != nil {
				return fmt.Errorf("%s: %w", gapSteps[i].name, err)
			}
			run := m.Run()
			for j := range metrics {
				means[j] += metrics[j].Of(&run) / float64(n)
			}
		}
		g.means = append(g.means, means)
	}
	return nil
}

// tell prints the gap, a line per cause.
func (g *gap) tell(c *console) {
	metrics := gapMetrics()
	line := func(name string, write func(j int) string) {
		c.printf("%-42s", name)
		for j := range metrics {
			c.printf(" %10s", write(j))
		}
		c.printf("\n")
	}
	c.printf("\n")
	paragraph(c, "What makes the gap: the simulation with one thing after the other as it was live, each step a mean over draws.")
	c.printf("\n")
	line("", func(j int) string { return metrics[j].Name })
	line("", func(j int) string { return strings.ReplaceAll(metrics[j].Unit, "per 1,000", "/ 1,000") })
	line("simulated journal", func(j int) string { return digits(metrics[j].Of(&g.start)) })
	before := func(i, j int) float64 {
		if i == 0 {
			return metrics[j].Of(&g.start)
		}
		return g.means[i-1][j]
	}
	for i := range gapSteps {
		line("  "+gapSteps[i].name, func(j int) string { return moved(g.means[i][j] - before(i, j)) })
	}
	last := len(gapSteps)
	line("  not explained, or chance live", func(j int) string { return moved(metrics[j].Of(&g.end) - before(last, j)) })
	line("live journal", func(j int) string { return digits(metrics[j].Of(&g.end)) })
	c.printf("\n")
	paragraph(c, g.largest(metrics, before))
	if g.live.header.Experiment != g.simulated.header.Experiment {
		paragraph(c, "The journals are of two experiment files: all steps begin from that of the simulated one, and what the other has otherwise and no fit tells is not explained.")
	}
}

// moved writes a change.
func moved(d float64) string {
	switch {
	case math.IsNaN(d):
		return "?" // between two infinite values
	case math.Abs(d) < 1e-9: // rounding
		return "0"
	}
	return signed(d)
}

// largest says which cause makes most of the gap in misses, and in cost.
func (g *gap) largest(metrics []*calibrate.Metric, before func(i, j int) float64) string {
	var out []string
	for j, m := range metrics {
		if m.Name != "misses" && m.Name != "cost" {
			continue
		}
		most, name := 0.0, ""
		for i := range gapSteps {
			if d := math.Abs(g.means[i][j] - before(i, j)); d > most {
				most, name = d, gapSteps[i].name
			}
		}
		if d := math.Abs(m.Of(&g.end) - before(len(gapSteps), j)); d > most {
			most, name = d, "what is not explained"
		}
		if name != "" {
			out = append(out, fmt.Sprintf("%s: most is %s", m.Name, name))
		}
	}
	if len(out) == 0 {
		return "There is no gap in misses or cost."
	}
	return words.Capital(strings.Join(out, "; ")) + ". The order of the steps is part of the split: what two causes do together counts for the later one."
}
