package constants

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"

	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/results"
	"cnv/results/answer"
	"cnv/results/compare"
)

// An experiment is a shipped file with the verdicts that it comes to as it is, made
// when they are first asked for.
type experiment struct {
	name  string
	keys  map[string]any // decoded
	plan  *plan.Plan
	pairs []answer.Pair
	seeds int                                  // at most
	base  []func() ([]compare.Compared, error) // by scenario
}

// shipped are the experiments of the repository, or the one of a name.
func shipped(only string, seeds int) (out []*experiment, err error) {
	files, err := filepath.Glob(filepath.Join(plan.Folder, "*.toml"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no experiments in %s: run this from the project's folder", plan.Folder)
	}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".toml")
		if only != "" && name != only {
			continue
		}
		text, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		e := &experiment{name: name, seeds: seeds}
		if err := e.read(string(text)); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	if out == nil {
		return nil, fmt.Errorf("no experiment %q", only)
	}
	return out, nil
}

// catalogued are values of the catalog that a file may have as keys: they are written
// there, to be moved.
func catalogued(keys map[string]any) {
	for _, t := range []struct {
		table  string
		values map[string]any
	}{
		{"functions", map[string]any{"keep_alive": "640s", "timeout": "900s", "concurrency": int64(1000), "scale_step": int64(1000)}},
		{"cluster", map[string]any{"ebs_gb": 8.0}},
	} {
		below, ok := keys[t.table].(map[string]any)
		if _, ours := below["instance"].(map[string]any); !ok || ours { // that has no volume
			continue
		}
		for key, v := range t.values {
			if below[key] == nil {
				below[key] = v
			}
		}
	}
}

// unnamed takes out what names workloads, or values of an axis, which a moved value of
// that axis is in: the pairs are judged on each workload without it.
func unnamed(keys map[string]any) {
	for _, table := range []string{"threshold", "share", "reference", "require"} {
		delete(keys, table)
	}
	contrasts, _ := keys["contrast"].([]map[string]any)
	for _, c := range contrasts {
		delete(c, "on")
		delete(c, "expected_on")
	}
}

// read reads the file and what it compares.
func (e *experiment) read(text string) error {
	if _, err := toml.Decode(text, &e.keys); err != nil {
		return err
	}
	catalogued(e.keys)
	unnamed(e.keys)
	var err error
	if e.plan, err = e.parse(e.keys); err != nil {
		return err
	}
	if e.pairs = e.plan.Pairs(); len(e.pairs) == 0 {
		return nil
	}
	for i := range e.plan.Scenarios {
		e.base = append(e.base, sync.OnceValues(func() ([]compare.Compared, error) { return e.compare(context.Background(), e.plan, i) }))
	}
	return nil
}

// parse is the plan of a decoded file.
func (e *experiment) parse(keys map[string]any) (*plan.Plan, error) {
	var text bytes.Buffer
	if err := toml.NewEncoder(&text).Encode(keys); err != nil {
		return nil, err
	}
	seeds := e.seeds
	if given, ok := keys["seeds"].(int64); ok {
		seeds = min(seeds, int(given))
	}
	return plan.Parse(filepath.Join(plan.Folder, e.name+".toml"), plan.Folder, text.String(), plan.Options{Seeds: &seeds})
}

// policies are the places of those that the pairs name.
func (e *experiment) policies() (out []int) {
	for i, p := range e.plan.Policies {
		if slices.ContainsFunc(e.pairs, func(q answer.Pair) bool { return q.From == p.Name || q.To == p.Name }) {
			out = append(out, i)
		}
	}
	return out
}

// compare runs the policies of the pairs on one scenario of a plan and compares them in
// the primary metrics.
func (e *experiment) compare(ctx context.Context, p *plan.Plan, scenario int) ([]compare.Compared, error) {
	s := p.Scenarios[scenario]
	made, chosen := s.Workload.Made, e.policies()
	of := compare.Plan{
		Design:    results.Design{Workloads: []string{s.Name}, Replications: p.Seeds, Steady: p.Steady, After: p.After},
		Name:      p.Name,
		Primary:   p.Primary,
		Delta:     p.Delta,
		Over:      []string{outcome.Over(made.Replicates)},
		Windows:   []int{made.Windows},
		Closed:    []bool{made.Closed},
		Contrasts: e.plan.Contrasts,
	}
	for _, i := range chosen { // a moved value of an axis would be another name
		of.Policies = append(of.Policies, e.plan.Policies[i].Name)
	}
	set := compare.NewSet(of, "")
	for at, i := range chosen {
		for k := range p.Seeds {
			cell, seed := plan.Cell{Scenario: s, Policy: p.Policies[i]}, p.Seed+uint64(k)
			rec, err := set.Open(0, at, k, seed, cell.Classes())
			if err != nil {
				return nil, err
			}
			row, err := outcome.Simulate(ctx, cell, seed, rec, nil, nil)
			if err != nil {
				return nil, fmt.Errorf("%s, %s / %s, seed %d: %w", e.name, s.Name, cell.Policy.Name, seed, err)
			}
			if err := set.Add(0, at, rec, row); err != nil {
				return nil, err
			}
		}
	}
	rows := slices.DeleteFunc(set.Comparison(), func(r compare.Compared) bool {
		return !r.Primary || !slices.Contains(e.pairs, answer.Pair{From: r.Against, To: r.Policy})
	})
	return rows, nil
}

// checks are all moves of its constants, of those of the file first.
func (e *experiment) checks() (out []*check) {
	if len(e.pairs) == 0 {
		return nil
	}
	all := leaves(e.keys, leaf{})
	has := func(ends ...string) bool {
		return slices.ContainsFunc(all, func(l leaf) bool {
			return slices.ContainsFunc(ends, func(end string) bool { return strings.HasSuffix(l.name, end) })
		})
	}
	both := func(name string, of func(by float64) (*plan.Plan, error)) {
		for _, by := range []float64{1 + move, 1 - move} {
			out = append(out, &check{e: e, constant: name, by: by, plan: of})
		}
	}
	for _, l := range all {
		both(l.name, func(by float64) (*plan.Plan, error) {
			keys, _ := moved(e.keys, l.path, by).(map[string]any)
			return e.parse(keys)
		})
	}
	for _, c := range e.plan.Uncertain() {
		// What the file gives has been moved there.
		switch {
		case c.Name == "boot_s" && has(".boot"), c.Name == "worker_speed" && has(".speed"),
			c.Name == "instance_usd_per_hour" && has(".usd_per_hour"), c.Name == "cold_start_s" && has(".cold"), c.Name == "telemetry_delay_s" && has(".delay"):
			continue
		}
		both("catalog: "+c.Name, func(by float64) (*plan.Plan, error) {
			p, ok := e.plan.Moved(c.Name, by)
			if !ok {
				return e.plan, nil // a phase does not move down
			}
			return p, nil
		})
	}
	return out
}

func sorted(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
