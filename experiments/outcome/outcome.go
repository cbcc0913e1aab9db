package outcome

import (
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"cnv/experiments/plan"
	"cnv/results"
	"cnv/results/compare"
	"cnv/results/report"
	"cnv/results/stat"
)

// Options say what is left, and where.
type Options struct {
	Out      string // folder of folders of results
	Format   string // of what is printed: "table", "csv" or "json"
	Requests bool   // keep a row per request; as CSV if that is the format
	Journals bool   // keep a journal per run
	Figures  bool   // draw figures and the report
	Quiet    bool   // print nothing
	Verbose  bool   // print tables, all findings, warnings and assumptions, not only what fits a screen
	Screen   report.Screen
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
	// Ended says why nobody waits for the results any more, nil while somebody does: it is
	// asked between the steps of Finish until the results are in place. nil: all wait.
	Ended func() error
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

	unkept  []unkept // live runs that are in memory only
	trouble string

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

// ended is Ended, where there is one.
func (o *Options) ended() error {
	if o.Ended == nil {
		return nil
	}
	return o.Ended()
}

// Finish writes everything and prints the comparison. It fails with what Ended says before
// anything is in place, with Unwritten
// where it could not write it, with Void where numbers are void, with Broken where the results do not keep what
// the experiment requires of them.
func (o *Outcome) Finish(out io.Writer) error {
	checked := compare.Check(o.Set.Comparison(), o.plan.Required)
	if len(o.unkept) > 0 {
		o.keepAll()
	}
	dir, stowed, err := o.o.write(o.plan.Name, o.Set, o.spool, checked)
	if err == nil && o.o.Journals && o.store.live {
		err = o.placeJournals(dir)
	}
	if ended := o.o.ended(); err != nil && ended != nil {
		return ended
	}
	if err != nil {
		return Unwritten{o.elsewhere(out, checked, err)}
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
		Factors:   p.Factors(),
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
	if n := p.ManyRouterPairs(); n > 0 {
		r.Warnings = append(r.Warnings, compare.Warning{Text: fmt.Sprintf("the %d pairs of policies that differ in the router alone have no rows of their own in comparison.csv, as they are so many: wins.csv has the primary metrics of all pairs", n)})
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
