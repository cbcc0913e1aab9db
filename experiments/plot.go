package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"cnv/experiments/outcome"
	"cnv/results/answer"
	"cnv/results/compare"
	"cnv/results/figure"
	"cnv/results/report"
)

// A plotCmd is `plot`.
type plotCmd struct {
	Dir    string `arg:"" name:"dir" help:"A folder of results, such as results/quickstart."`
	Metric string `help:"Draw one chart of this metric of comparison.csv (columns.md lists them), instead of all figures again." placeholder:"NAME"`
	X      string `help:"What is along its axis: policy, workload, or a key that the experiment gives several values; a swept key if there is one, else workload." placeholder:"KEY"`
	Group  string `help:"What has a line each, likewise; policy, where that is not along the axis." placeholder:"KEY"`
	Panel  string `help:"What has a panel each, likewise; the rest of the workload's name." placeholder:"KEY"`
	Size   string `help:"Inches: of the whole width by the height of a row of panels." placeholder:"WxH"`
	PDF    bool   `name:"pdf" help:"Also as PDF, with fonts embedded."`
	TeX    bool   `name:"tex" help:"Also its numbers as tables: LaTeX (booktabs) and Markdown."`
}

// Run redraws everything from the files in the folder, or draws one chart.
func (cmd *plotCmd) Run(c *console) error {
	if err := compare.Complete(cmd.Dir); err != nil {
		return badInput{err}
	}
	if cmd.Metric != "" {
		return cmd.chart(c)
	}
	if cmd.X+cmd.Group+cmd.Panel+cmd.Size != "" || cmd.PDF || cmd.TeX {
		return refuse("cnv: --x, --group, --panel, --size, --pdf and --tex are of a chart: give it a --metric")
	}
	if err := report.Draw(cmd.Dir, report.Options{}); err != nil {
		return err
	}
	c.printf("redrew %s/figures and %s/report.html\n", cmd.Dir, cmd.Dir)
	return nil
}

// chart draws the metric into figures, beside the others.
func (cmd *plotCmd) chart(c *console) error {
	s, err := answer.Load(cmd.Dir)
	if err != nil {
		return err
	}
	spec, err := cmd.spec(s)
	if err != nil {
		return badInput{err}
	}
	chart, err := figure.NewChart(s, spec)
	if err != nil {
		return badInput{err}
	}
	dir := filepath.Join(cmd.Dir, "figures")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := chart.Write(dir, figure.DefaultDPI); err != nil {
		return err
	}
	made := []string{"svg", "png"}
	more := map[string]func() ([]byte, error){}
	if cmd.PDF {
		made, more["pdf"] = append(made, "pdf"), chart.PDF
	}
	if cmd.TeX {
		made = append(made, "tex", "md")
		more["tex"] = func() ([]byte, error) { return []byte(chart.TeX()), nil }
		more["md"] = func() ([]byte, error) { return []byte(chart.Markdown()), nil }
	}
	for _, kind := range made {
		if more[kind] == nil {
			continue
		}
		b, err := more[kind]()
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, spec.Name+"."+kind), b, 0o644); err != nil {
			return err
		}
	}
	c.printf("drew %s.{%s}\n", filepath.Join(dir, spec.Name), strings.Join(made, ","))
	return nil
}

// spec is what the flags ask for, and what suits where they ask for nothing.
func (cmd *plotCmd) spec(s *answer.Stored) (figure.ChartSpec, error) {
	spec := figure.ChartSpec{Metric: cmd.Metric, X: cmd.X, Group: cmd.Group, Panel: cmd.Panel}
	if spec.X == "" {
		if spec.X = "workload"; len(s.Factors) > 0 && cmd.Group != s.Factors[0].Key && cmd.Panel != s.Factors[0].Key {
			spec.X = s.Factors[0].Key
		}
	}
	if spec.Group == "" && spec.X != "policy" && spec.Panel != "policy" {
		spec.Group = "policy"
		// Along a key of policies a line joins those that differ in it alone.
		if slices.ContainsFunc(s.Found.Policies(), func(p string) bool { return s.PolicyBase(p, spec.X) != p }) && spec.X != "workload" {
			spec.Group += " but " + spec.X
		}
	}
	if spec.Panel == "" && spec.X != "workload" && spec.Group != "workload" {
		spec.Panel = answer.BaseKey + " but " + spec.X
		if spec.X == "policy" {
			spec.Panel = "workload"
		}
	}
	if cmd.Size != "" {
		w, h, ok := strings.Cut(cmd.Size, "x")
		width, err := strconv.ParseFloat(w, 64)
		height, err2 := strconv.ParseFloat(h, 64)
		if !ok || err != nil || err2 != nil || !(width >= 1 && width <= 40 && height >= 0.5 && height <= 40) {
			return spec, fmt.Errorf("cnv: --size %s, want inches of the width by the height of a row, such as 7x2: from 1x0.5 to 40x40", cmd.Size)
		}
		spec.Width, spec.Height = width, height
	}
	spec.Name = "chart-" + outcome.FileName(cmd.Metric)
	return spec, nil
}
