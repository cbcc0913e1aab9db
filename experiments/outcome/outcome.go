package outcome

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"cnv/experiments/plan"
	"cnv/results"
	"cnv/results/answer"
	"cnv/results/compare"
	"cnv/results/report"
	"cnv/results/stat"
)

// Options say what is left, and where.
type Options struct {
	Out      string   // folder of folders of results
	Format   string   // of what is printed: "table", "csv" or "json"
	Requests bool     // keep a row per request; as CSV if that is the format
	Journals bool     // keep a journal per run
	Figures  bool     // draw figures and the report
	Quiet    bool     // print nothing
	Fresh    bool     // run everything, and keep no run for later; one that was measured is kept all the same
	Merge    bool     // put together what others have run, who may not be done
	From     []string // folders beside Out whose kept runs are taken too
	Looks    int      // as in compare.Plan
	Command  string   // that gives these results again
	// Brief, if there is one, stands in place of answer, warnings and assumptions.
	Brief func(set *compare.Set) []string
	// Measured is on what the runs are measured live, "" for the simulator.
	// Finished live runs are kept until all are: nothing gives them again.
	Measured string
	// Warnings are added to those of the plan.
	Warnings []compare.Warning
}

// An Outcome is the results of an experiment that is under way.
type Outcome struct {
	Set *compare.Set

	o     Options
	plan  *plan.Plan
	spool string
	store *store
	kept  atomic.Int64
	swept int

	mu     sync.Mutex
	faults []fault
	stuck  map[int]bool // policies of which a run loops for ever
	void   Void
}

// KeptRuns is how many runs did not have to be run.
func (o *Outcome) KeptRuns() int { return int(o.kept.Load()) }

// Begin makes room for the results. It fails before anything is computed if
// they could not be written.
func Begin(p *plan.Plan, o Options) (*Outcome, error) {
	if err := Writable(o.Out, p.Name); err != nil {
		return nil, err
	}
	swept := sweep(o.Out)
	kept, err := openStore(&o, p.Name)
	if err != nil {
		return nil, err
	}
	spool, err := o.spool()
	if err != nil {
		return nil, err
	}
	return &Outcome{Set: compare.NewSet(o.declare(p), spool), o: o, plan: p, spool: spool, store: kept, swept: swept, stuck: map[int]bool{}}, nil
}

// Discard removes what is only needed while runs go on.
func (o *Outcome) Discard() { os.RemoveAll(o.spool) }

// A Broken is a requirement of the experiment that its results do not keep.
type Broken struct{ N, Of int }

// Error says how many.
func (b Broken) Error() string {
	return fmt.Sprintf("cnv: %d of %d requirements are not met", b.N, b.Of)
}

// An Unwritten is why there are no results although all runs have ended.
type Unwritten struct{ error }

// Unwrap gives the error itself.
func (u Unwritten) Unwrap() error { return u.error }

// Finish writes everything and prints the comparison. It fails with Unwritten
// where it could not write it, with Void where numbers are void, with Broken where the results do not keep what
// the experiment requires of them.
func (o *Outcome) Finish(out io.Writer) error {
	checked := compare.Check(o.Set.Comparison(), o.plan.Required)
	dir, stowed, err := o.o.write(o.plan.Name, o.Set, o.spool, checked)
	if err == nil && o.o.Journals && o.store.live {
		err = o.placeJournals(dir)
	}
	if err != nil {
		return Unwritten{err}
	}
	o.store.prune(time.Now())
	if !o.o.Quiet {
		err = o.print(out, dir, checked, stowed)
	}
	broken := Broken{Of: len(checked)}
	for i := range checked {
		if !checked[i].OK {
			broken.N++
		}
	}
	switch {
	case err != nil:
		return err
	case o.Verdict() != nil:
		return o.void
	case broken.N > 0:
		return broken
	}
	return nil
}

// declare is what the results are going to be of.
func (o *Options) declare(p *plan.Plan) compare.Plan {
	r := compare.Plan{
		Design:    results.Design{Replications: p.Seeds, Allotted: p.Allotted, Steady: p.Steady, After: p.After},
		Name:      p.Name,
		Question:  p.Question,
		Contrasts: p.Compared(),
		Primary:   p.Primary,
		Delta:     p.Delta,
		Looks:     o.Looks,
		Manifest:  manifest(o.Command, p, o.Measured != ""),
		Figures:   o.Figures,
	}
	for _, s := range p.Scenarios {
		r.Workloads = append(r.Workloads, s.Name)
		r.Over = append(r.Over, Over(s.Workload.Made.Replicates))
		r.Windows = append(r.Windows, s.Workload.Made.Windows)
		r.Beyond = append(r.Beyond, s.Workload.Made.Beyond)
		r.Tails = append(r.Tails, s.Workload.Made.Tail)
		r.Closed = append(r.Closed, s.Workload.Made.Closed)
		r.Functions = append(r.Functions, s.Env.Calls())
	}
	for _, pol := range p.Policies {
		r.Policies = append(r.Policies, pol.Name)
		r.Predictions = append(r.Predictions, pol.Estimates())
	}
	if p.Worlds > 0 && o.Measured == "" {
		r.Uncertain = p.Uncertain()
	}
	for _, n := range p.Notes() {
		r.Warnings = append(r.Warnings, compare.Warning{Text: n})
	}
	r.Warnings = append(r.Warnings, o.Warnings...)
	r.Assumptions = p.Assumptions()
	if o.Requests {
		r.Requests = "parquet"
		if o.Format == "csv" {
			r.Requests = "csv"
		}
	}
	return r
}

// Over says what intervals over replications of a workload are about.
func Over(replicates string) string {
	switch replicates {
	case "blocks", "local", "thin":
		return stat.OverWindows
	case "none":
		return stat.OverNothing
	case "draws":
		return stat.OverDraws
	}
	return stat.OverSeeds
}

// print prints the comparison in the format asked for: for people with
// question, answer and warnings.
func (o *Outcome) print(out io.Writer, dir string, checked []compare.Checked, stowed []string) error {
	set, p := o.Set, o.plan
	printf := func(format string, args ...any) { fmt.Fprintf(out, format, args...) }
	rows := set.Comparison()
	item := func(mark, text string) {
		for i, line := range Wrap(text, Width-len(mark)) {
			if i > 0 {
				mark = strings.Repeat(" ", len(mark))
			}
			printf("%s%s\n", mark, line)
		}
	}
	if o.o.Format != "table" {
		return report.Print(out, report.Format(o.o.Format), rows)
	}
	printf("\n")
	item("", p.Question)
	if o.o.Brief != nil {
		return o.printBrief(out, dir, rows, item)
	}
	if p.Hypothesis != "" {
		item("Hypothesis: ", p.Hypothesis)
	}
	printf("\n")
	if err := report.Print(out, report.FormatTable, rows); err != nil {
		return err
	}
	printf("\nAnswer\n")
	for _, sentence := range answer.Of(set, specOf(p, o.o.Measured != "")) {
		item("- ", sentence)
	}
	if warnings := set.Warnings(); len(warnings) > 0 {
		printf("\nWarnings\n")
		for _, w := range warnings {
			item("- ", w.String())
		}
	}
	if assumptions := set.Assumptions(); len(assumptions) > 0 {
		printf("\nAssumptions\n")
		for _, a := range assumptions {
			item("- ", a)
		}
	}
	if len(checked) > 0 {
		printf("\nRequirements\n")
	}
	for _, text := range requirements(checked) {
		item("- ", text)
	}
	if o.o.Journals {
		printf("\nJournals are in %s; replay and explain read them", filepath.Join(dir, journals))
	}
	if len(stowed) > 0 {
		printf("\nKept in %s, as this run does not make them:\n", filepath.Join(dir, earlier))
	}
	for _, text := range stowed {
		item("- ", text)
	}
	printf("\nResults in %s", dir)
	if o.o.Figures {
		printf("; open %s", filepath.Join(dir, "report.html"))
	}
	printf("\n")
	return nil
}

// printBrief prints the tables and what the brief says, a paragraph each.
func (o *Outcome) printBrief(out io.Writer, dir string, rows []compare.Compared, item func(mark, text string)) error {
	fmt.Fprintln(out)
	if err := report.PrintBrief(out, rows); err != nil {
		return err
	}
	fmt.Fprintf(out, "\nAnswer\n")
	for _, text := range o.o.Brief(o.Set) {
		item("- ", text)
	}
	fmt.Fprintf(out, "\nResults in %s", dir)
	if o.o.Figures {
		fmt.Fprintf(out, "; open %s", filepath.Join(dir, "report.html"))
	}
	fmt.Fprintln(out)
	return nil
}

// Width is the number of columns of what is printed but tables.
const Width = 80

// Wrap breaks a text into lines of at most so many columns.
func Wrap(text string, columns int) []string {
	var out []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > columns {
			out = append(out, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(out, line)
}

// mostChecked is how many requirements are printed one by one, about a screen.
const mostChecked = 40

// requirements are the lines of what was checked: all where they are few; else those that
// are not met, as far as a screen goes, and how many there are.
func requirements(checked []compare.Checked) (lines []string) {
	broken := 0
	for i := range checked {
		c, mark := &checked[i], "ok"
		if !c.OK {
			broken++
			mark = "NOT MET"
		}
		if len(checked) <= mostChecked || !c.OK && broken <= mostChecked {
			lines = append(lines, fmt.Sprintf("%s: %s / %s: %s: %s", mark, c.Workload, c.Policy, c.Requirement.String(), c.Got))
		}
	}
	if len(checked) > mostChecked {
		lines = append(lines, fmt.Sprintf("%d of %d are met; junit.xml has all", len(checked)-broken, len(checked)))
	}
	return lines
}
