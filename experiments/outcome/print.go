package outcome

import (
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"cnv/results/answer"
	"cnv/results/compare"
	"cnv/results/report"
	"cnv/results/words"
)

// Width is the number of columns of what is printed where nobody knows the terminal's.
const Width = 80

// A printer writes the parts of what is printed to a screen.
type printer struct {
	out io.Writer
	report.Screen
}

func (p *printer) printf(format string, args ...any) { fmt.Fprintf(p.out, format, args...) }

// item prints a text behind a mark.
func (p *printer) item(mark, text string) {
	p.printf("%s", words.Hanging(mark, text, p.Columns))
}

// print prints the comparison in the format asked for: for people the question and the
// answer, and all else where that is asked for.
func (o *Outcome) print(out io.Writer, dir string, checked []compare.Checked, stowed []string) error {
	rows := o.Set.Comparison()
	if o.o.Format != "table" {
		return report.Print(out, report.Format(o.o.Format), rows)
	}
	p := &printer{out, o.o.Screen}
	p.Whole = o.o.Verbose
	if p.Columns <= 0 {
		p.Columns = Width
	}
	p.printf("\n")
	p.item("", o.plan.Question)
	if o.o.Brief != nil {
		return o.printBrief(p, dir, rows)
	}
	if o.plan.Hypothesis != "" {
		p.item("Hypothesis: ", o.plan.Hypothesis)
	}
	p.printf("\n")
	if err := o.printAnswer(p, len(checked)); err != nil {
		return err
	}
	if o.o.Verbose {
		if err := o.printAll(p, rows); err != nil {
			return err
		}
	} else {
		o.printWarned(p)
	}
	if len(checked) > 0 {
		p.printf("\nRequirements\n")
	}
	for _, text := range requirements(checked) {
		p.item("- ", text)
	}
	if o.o.Journals {
		p.printf("\nJournals are in %s; replay and explain read them", filepath.Join(dir, journals))
	}
	if len(stowed) > 0 {
		p.printf("\nKept in %s, as this run does not make them:\n", filepath.Join(dir, earlier))
	}
	for _, text := range stowed {
		p.item("- ", text)
	}
	p.where(dir, o.o.Figures)
	return nil
}

// printAnswer prints what one repeats, and what the file or a flag asks for by name.
func (o *Outcome) printAnswer(p *printer, checked int) error {
	spec := specOf(o.plan, o.o.Measured != "")
	room := checked + len(words.Wrap(o.plan.Question+o.plan.Hypothesis, p.Columns)) + 4
	return report.PrintAnswer(p.out, answer.BriefOf(o.Set, spec, o.plan.Hypothesis), p.Screen, room)
}

// printAll prints what is not on the first screen.
func (o *Outcome) printAll(p *printer, rows []compare.Compared) error {
	p.printf("\n")
	if err := report.Print(p.out, report.FormatTable, rows); err != nil {
		return err
	}
	p.printf("\nIn detail\n")
	for _, sentence := range answer.Of(o.Set, specOf(o.plan, o.o.Measured != "")) {
		p.item("- ", sentence)
	}
	if warnings := o.Set.Warnings(); len(warnings) > 0 {
		p.printf("\nWarnings\n")
		for _, w := range warnings {
			p.item("- ", w.String())
		}
	}
	if assumptions := o.Set.Assumptions(); len(assumptions) > 0 {
		p.printf("\nAssumptions\n")
		for _, a := range assumptions {
			p.item("- ", a)
		}
	}
	return nil
}

// printWarned prints the warnings that make numbers void, and how many others there are.
func (o *Outcome) printWarned(p *printer) {
	rest := 0
	warnings := o.Set.Warnings()
	p.printf("\n")
	for _, w := range warnings {
		if !strings.HasPrefix(w.Text, compare.VoidMark) {
			rest++
			continue
		}
		p.item("- ", w.String())
	}
	var parts []string
	for _, part := range []struct {
		n         int
		one, many string
	}{{rest, "warning", "warnings"}, {len(o.Set.Assumptions()), "assumption", "assumptions"}} {
		if part.n > 0 {
			parts = append(parts, strconv.Itoa(part.n)+" "+words.IfElse(part.n == 1, part.one, part.many))
		}
	}
	p.item("", words.Capital(words.List(append(parts, "tables by workload")))+": --verbose"+words.IfElse(o.o.Figures, ", or the report", "")+".")
}

// where says where the results are; dir is "" if they could not be written.
func (p *printer) where(dir string, figures bool) {
	if dir == "" {
		return
	}
	p.printf("\nResults in %s", dir)
	if figures {
		p.printf("; open %s", filepath.Join(dir, "report.html"))
	}
	p.printf("\n")
}

// printBrief prints the tables and what the brief says, a paragraph each.
func (o *Outcome) printBrief(p *printer, dir string, rows []compare.Compared) error {
	p.printf("\n")
	if err := report.PrintBrief(p.out, rows); err != nil {
		return err
	}
	p.printf("\nAnswer\n")
	for _, text := range o.o.Brief(o.Set) {
		p.item("- ", text)
	}
	p.where(dir, o.o.Figures)
	return nil
}
