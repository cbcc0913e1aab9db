package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"cnv/experiments/plan"
	"cnv/results"
)

// A compareCmd is `compare`.
type compareCmd struct {
	Experiments []string `arg:"" optional:"" name:"experiment" help:"Names (see list) or files; quickstart if none is given."`
	Seeds       int      `help:"Replications, instead of what the file says." placeholder:"N"`
	Jobs        int      `help:"Runs at once; all cores by default." placeholder:"N"`
	Out         string   `help:"Folder for results; each experiment gets one of its name." default:"results" placeholder:"DIR"`
	Format      string   `help:"What is printed: table, csv or json; csv also makes --requests write CSV." enum:"table,csv,json" default:"table"`
	Requests    bool     `help:"Also write one row per request."`
	Journal     bool     `help:"Not built yet." hidden:""`
	NoFigures   bool     `help:"No figures and no report."`
	Shard       string   `help:"Not built yet." hidden:"" placeholder:"I/N"`
	Quiet       bool     `help:"Print nothing; errors still go to stderr."`
}

// Run compares the experiments one after the other. All files are read
// before the first run begins.
func (cmd *compareCmd) Run(c *console) error {
	if err := cmd.check(); err != nil {
		return err
	}
	names := cmd.Experiments
	if len(names) == 0 {
		names = []string{"quickstart"}
	}
	var plans []*plan.Plan
	var errs []error
	for _, name := range names {
		p, err := cmd.read(name)
		errs = append(errs, err)
		plans = append(plans, p)
	}
	errs = append(errs, differ(plans))
	if err := errors.Join(errs...); err != nil {
		return badInput{err}
	}
	for i, p := range plans {
		if err := cmd.compare(c, names[i], p); err != nil {
			return err
		}
	}
	return nil
}

// check refuses flags that make no sense or cannot be used yet.
func (cmd *compareCmd) check() error {
	switch {
	case cmd.Journal:
		return refuse("cnv: --journal is not built yet")
	case cmd.Shard != "":
		return refuse("cnv: --shard is not built yet; --jobs uses the cores of this machine")
	case cmd.Seeds < 0:
		return refuse("cnv: --seeds %d, must be at least 1", cmd.Seeds)
	case cmd.Jobs < 0:
		return refuse("cnv: --jobs %d, must be at least 1", cmd.Jobs)
	}
	return nil
}

// read reads an experiment.
func (cmd *compareCmd) read(name string) (*plan.Plan, error) {
	e, err := findExperiment(name)
	if err != nil {
		return nil, err
	}
	return plan.Parse(e.file, e.dir, e.text, plan.Options{Seeds: cmd.Seeds})
}

// differ refuses two experiments that would share a folder of results.
func differ(plans []*plan.Plan) error {
	seen := map[string]bool{}
	for _, p := range plans {
		if p == nil {
			continue
		}
		if seen[p.Name] {
			return fmt.Errorf("cnv: two experiments are called %s and would write to the same folder", p.Name)
		}
		seen[p.Name] = true
	}
	return nil
}

// compare runs an experiment, writes its results and prints the comparison.
func (cmd *compareCmd) compare(c *console, name string, p *plan.Plan) error {
	if err := writable(cmd.Out, p.Name); err != nil {
		return badInput{err}
	}
	spool, err := cmd.spool()
	if err != nil {
		return err
	}
	defer os.RemoveAll(spool)
	set := results.NewSet(cmd.declare(name, p), spool)
	tell := startProgress(c.err, p.Name, len(p.Scenarios)*len(p.Policies)*p.Seeds, cmd.Quiet)
	err = cmd.runAll(c.ctx, p, set, tell.step)
	tell.finish()
	if err != nil {
		return err
	}
	dir, err := cmd.write(p.Name, set)
	if err != nil {
		return err
	}
	if cmd.Quiet {
		return nil
	}
	return cmd.print(c, p, set, dir)
}

// declare is what the results are going to be of.
func (cmd *compareCmd) declare(name string, p *plan.Plan) results.Plan {
	r := results.Plan{
		Name: p.Name, Question: p.Question, Replications: p.Seeds, Contrasts: p.Compared(),
		Manifest: manifest(name, p), Figures: !cmd.NoFigures,
	}
	for _, s := range p.Scenarios {
		r.Workloads = append(r.Workloads, s.Name)
		r.Over = append(r.Over, over(s.Workload.Made.Replicates))
	}
	for _, pol := range p.Policies {
		r.Policies = append(r.Policies, pol.Name)
	}
	for _, n := range p.Notes() {
		r.Warnings = append(r.Warnings, results.Warning{Text: n})
	}
	if cmd.Requests {
		r.Requests = "parquet"
		if cmd.Format == "csv" {
			r.Requests = "csv"
		}
	}
	return r
}

// over says what intervals over replications of a workload are about.
func over(replicates string) string {
	switch replicates {
	case "blocks", "thin":
		return results.OverWindows
	case "none":
		return results.OverNothing
	}
	return results.OverSeeds
}

// print prints the comparison in the format asked for: for people with
// question, answer and warnings.
func (cmd *compareCmd) print(c *console, p *plan.Plan, set *results.Set, dir string) error {
	rows := set.Comparison()
	if cmd.Format != "table" {
		return results.Print(c.out, results.Format(cmd.Format), rows)
	}
	c.printf("\n")
	c.wrapped(0, p.Question)
	c.printf("\n")
	if err := results.Print(c.out, results.FormatTable, rows); err != nil {
		return err
	}
	c.printf("\nAnswer\n")
	for _, sentence := range results.Answer(rows, p.Answer()) {
		c.item("- ", sentence)
	}
	if warnings := set.Warnings(); len(warnings) > 0 {
		c.printf("\nWarnings\n")
		for _, w := range warnings {
			c.item("- ", w.String())
		}
	}
	c.printf("\nResults in %s", dir)
	if !cmd.NoFigures {
		c.printf("; open %s", filepath.Join(dir, "report.html"))
	}
	c.printf("\n")
	return nil
}
