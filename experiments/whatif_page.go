package main

import (
	_ "embed"
	"fmt"
	"html/template"
	"os"
	"strings"

	"cnv/experiments/calibrate"
	"cnv/policy"
	"cnv/results/words"
)

//go:embed whatif.html.tmpl
var whatifText string

var whatifPage = template.Must(template.New("whatif").Parse(whatifText))

// An askedView is what is said of a trial, or of the placebo, and its table.
type askedView struct {
	Text string
	Head []string
	Rows [][]string // the last cell is a mark, "" if there is none
}

// print prints it as a terminal shows it.
func (v *askedView) print(c *console) {
	paragraph(c, v.Text)
	c.printf("\n")
	v.line(c, v.Head)
	for _, row := range v.Rows {
		v.line(c, row)
	}
}

// line prints a line of a table: a name, one or two values, a value with its interval, a mark.
func (v *askedView) line(c *console, cells []string) {
	text := fmt.Sprintf("%-22s", cells[0])
	for _, cell := range cells[1 : len(cells)-2] {
		text += fmt.Sprintf(" %9s", cell)
	}
	text += "  " + cells[len(cells)-2]
	if mark := cells[len(cells)-1]; mark != "" {
		text += "  " + mark
	}
	c.printf("%s\n", text)
}

// placeboView is what is said of the placebo, and whether it holds.
func (t *supposition) placeboView(run calibrate.Run) (v askedView, holds bool) {
	p := t.newPlacebo(run)
	names, parts := p.off()
	changed := t.world.seen.Changed()
	result := "gives again what was measured."
	switch {
	case len(names) > 0:
		result = "does NOT give again what was measured of " + words.List(names) + "."
	case len(parts) > 0:
		result = "does NOT give again what was measured of parts of the run."
	case changed != nil:
		result = "gives again what was measured, but its workers did not stay as they are."
	}
	switch {
	case changed != nil:
		result += fmt.Sprintf(" From about %s after the first arrival on, work that had a core for itself took %s times as long as before, on the same workers (%s): no world with one speed is like that.",
			at(changed.At-t.world.seen.Start), words.Significant(changed.Factor, 3), policy.Count(changed.N, "request"))
	case len(parts) > 0:
		result += " " + p.since(parts[0], &run)
	}
	v.Text = fmt.Sprintf("Placebo: the journal's own policy, %s, in %d worlds that fit what its gateway has seen, %s", words.InQuotes(t.world.header.Policy), len(t.runs[0]), result)
	v.Head = []string{"", "measured", "again (95 % of runs)", ""}
	for i := range p.metrics {
		m := &p.metrics[i]
		name := m.Name + ", " + m.Unit
		if m.Part > 0 {
			if len(parts) == 0 {
				continue
			}
			name = fmt.Sprintf("from %s: %s", at(run.Parts[m.Part-1].From), name)
		}
		v.Rows = append(v.Rows, []string{name, digits(p.measured[i]), within(m.Possible(p.again[i]), digits), words.IfElse(p.agrees[i], "", "NOT AS MEASURED")})
	}
	return v, len(names) == 0 && len(parts) == 0 && changed == nil
}

// trialView is what is said of a trial.
func (t *supposition) trialView(cell int) askedView {
	x := &t.trials[cell]
	v := askedView{Head: []string{"", "as it was", "instead", "difference (95 % of runs)", ""}}
	var sentences []string
	same := true
	for i := range calibrate.Metrics {
		m := &calibrate.Metrics[i]
		was, is, p := calibrate.Predict(t.of(x.against, m)), calibrate.Predict(t.of(cell, m)), calibrate.Predict(t.differences(cell, m))
		same = same && p.Mean == 0 && p.Low == 0 && p.High == 0
		difference, sentence := within(p, signed), m.Sentence(p)
		if p.Mean == 0 && unbounded(was.Mean) { // in all draws of both
			difference, sentence = "∞ in both", ""
		}
		v.Rows = append(v.Rows, []string{m.Name + ", " + m.Unit, digits(was.Mean), digits(is.Mean), difference, ""})
		if sentence != "" {
			sentences = append(sentences, sentence)
		}
	}
	if same {
		sentences = []string{fmt.Sprintf("It is the same, in each of %d worlds.", len(t.runs[cell]))}
	}
	v.Text = t.question(x) + " " + strings.Join(sentences, " ")
	return v
}

// unbounded says whether a mean is of what has no bound.
func unbounded(v float64) bool { return v > 1e300 }

// A whatifView is the page of what-if.
type whatifView struct {
	Title, Command, Note string // Note: why the journal ends early
	Placebo              askedView
	Refused              bool // the rest is not told
	Trials               []askedView
	Assumed              string
	Known, Unknown       [][2]string
}

// page writes what was said as a page.
func (cmd *whatifCmd) page(v *whatifView, w *fittedWorld) error {
	v.Title = fmt.Sprintf("What if: %s / %s, seed %d", w.header.Workload, w.header.Policy, w.header.Seed)
	v.Command, v.Assumed = cmd.line(), whatifAssumed
	for _, f := range w.fits.Known {
		v.Known = append(v.Known, [2]string{f.Table + "." + f.Key + " = " + fitValue(&f), fmt.Sprintf("%s: %s", policy.Count(f.N, "observation"), f.Says)})
	}
	for _, u := range w.fits.Unknown {
		v.Unknown = append(v.Unknown, [2]string{u.Key, u.Why})
	}
	var page strings.Builder
	if err := whatifPage.Execute(&page, v); err != nil {
		return err
	}
	return os.WriteFile(cmd.Report, []byte(page.String()), 0o644)
}

// line is the command.
func (cmd *whatifCmd) line() string {
	args := []string{"go", "run", "./experiments/...", "whatif", cmd.Source}
	for _, p := range cmd.Policy {
		args = append(args, "--policy", p)
	}
	if cmd.Rate != 0 {
		args = append(args, "--rate", fmt.Sprint(cmd.Rate))
	}
	for _, key := range cmd.Vary {
		args = append(args, "--vary", key)
	}
	return strings.Join(args, " ")
}
