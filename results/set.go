package results

import (
	"fmt"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"cnv/results/stat"
)

// A Plan is what a Set is going to hold, in the declared order.
type Plan struct {
	Name         string
	Question     string
	Workloads    []string
	Policies     []string
	Replications int      // of a workload; of the one that has most, if Allotted
	Allotted     []int    // replications by workload, the first ones of all; nil: all have as many
	Over         []string // by workload: what replications differ in, OverSeeds, OverWindows or OverNothing
	Windows      []int    // by workload: how many windows the recording has, over windows
	Closed       []bool   // by workload: clients wait for answers before they send again; nil: none do
	Contrasts    []Contrast
	// Primary are the metrics that answer the question: intervals of their
	// differences hold together, all others are exploratory. Empty: avoidable
	// misses and the cost per 1,000 requests within the SLO.
	Primary []string
	// Delta is the smallest difference that matters, by metric: of shares itself, of
	// all else relative to what the policy that is compared to has. A metric that is
	// not here has DefaultDelta.
	Delta  map[string]float64
	After  time.Duration // what disturbs the runs is over; 0: nobody asks
	Looks  int           // that --until may take before it stops, of which this is one; 0 as 1
	Steady bool          // the question is about the steady state: warm-ups are left out
	// Predictions says by policy whether it looks at predicted work or names an
	// estimator, so that errors of predictions are of interest; nil: none does.
	Predictions []bool
	// Manifest is kept as manifest.json: the effective configuration,
	// build, seeds, digests, the command to reproduce. It must marshal to
	// the same bytes whenever the inputs are the same.
	Manifest    map[string]any
	Warnings    []Warning
	Assumptions []Assumption

	Uncertain []Constant // in which worlds differ, if any are drawn

	Requests string // "" no records of requests, "csv" or "parquet"
	Figures  bool
}

// A Set collects the runs of an experiment. Its methods may be called from
// many goroutines; what it holds in the end does not depend on their order.
type Set struct {
	plan        Plan
	mu          sync.Mutex
	cells       []cellData   // workload-major, then policy
	spool       string       // folder of request records; "" none
	saturation  []Saturation // nil: nobody asked
	tuning      *Tuning      // likewise
	sensitivity []Sensitivity
	worlds      *Worlds           // nil: none were drawn
	judged      *comparison       // nil: a run was added since
	recorded    map[int][]float64 // by cell: metrics on the recording itself
}

// cellData is what is kept of a cell.
type cellData struct {
	rows     []Row
	done     []bool
	response *hdrhistogram.PackedHistogram // over all replications
	requests float64
	samples  []Sample // of replication 0
	series   *Series  // of the only run, if the question is about its steady state
	courses  []course // by replication, until all runs of the workload are there, if the question is about the steady state
	sizes    sizes
	classes  []classTotal
	void     string // why its numbers are void; "" they are not
}

// classTotal is one class of a cell over all replications.
type classTotal struct {
	name            string
	requests, inSLO float64
	response        *hdrhistogram.PackedHistogram
}

// NewSet returns an empty Set. spool is a folder for the request records of
// runs under way, which the caller removes; it may be "" where Requests is.
func NewSet(p Plan, spool string) *Set {
	s := &Set{plan: p, spool: spool, cells: make([]cellData, len(p.Workloads)*len(p.Policies))}
	for i := range s.cells {
		n := p.replications(i / len(p.Policies))
		s.cells[i].rows, s.cells[i].done = make([]Row, n), make([]bool, n)
	}
	return s
}

// Open returns the Run for one replication of a policy on a workload, both by
// their place in the plan.
func (s *Set) Open(workload, policy, replication int, seed uint64, classes []string) (*Run, error) {
	r := NewRun(RunInfo{
		Workload: s.plan.Workloads[workload], Policy: s.plan.Policies[policy],
		Replication: replication, Seed: seed, Classes: classes, Steady: s.plan.Steady, After: s.plan.After,
		Predictions: s.plan.predicts(policy),
	})
	r.timeline = replication == 0
	if s.plan.Requests != "" {
		rows, err := newRowWriter(s.spoolFile(s.index(workload, policy), replication), r.Info)
		if err != nil {
			return nil, err
		}
		r.rows = rows
	}
	return r, nil
}

func (s *Set) index(workload, policy int) int { return workload*len(s.plan.Policies) + policy }

// Add takes a run that is finished, with the row that Finish gave.
func (s *Set) Add(workload, policy int, r *Run, row Row) error {
	if r.rows != nil {
		if err := r.rows.close(); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &s.cells[s.index(workload, policy)]
	if c.done[r.Info.Replication] {
		return fmt.Errorf("results: %s / %s #%d was added twice", r.Info.Workload, r.Info.Policy, r.Info.Replication)
	}
	s.judged = nil
	c.rows[r.Info.Replication], c.done[r.Info.Replication] = row, true
	c.requests += r.sum.requests
	c.response = merged(c.response, r.response)
	if r.timeline {
		c.samples = r.samples
	}
	if s.plan.Steady {
		if c.courses == nil {
			c.courses = make([]course, len(c.rows))
		}
		c.courses[r.Info.Replication] = course{&r.series, &r.kept}
	}
	c.sizes.merge(&r.sizes)
	if c.classes == nil {
		c.classes = make([]classTotal, len(r.classes))
	}
	for i := range r.classes {
		t := &c.classes[i]
		t.name = r.Info.Classes[i]
		t.requests += r.classes[i].requests
		t.inSLO += r.classes[i].inSLO
		if r.byClass() {
			t.response = merged(t.response, r.classes[i].response)
		}
	}
	if s.plan.Steady {
		s.settle(workload)
	}
	return nil
}

// Missing lists the runs that were not added, as "workload / policy #replication".
func (s *Set) Missing() []string {
	var out []string
	for i := range s.cells {
		for k, done := range s.cells[i].done {
			if !done {
				out = append(out, fmt.Sprintf("%s / %s #%d", s.plan.Workloads[i/len(s.plan.Policies)], s.plan.Policies[i%len(s.plan.Policies)], k))
			}
		}
	}
	return out
}

// Rows are the runs of a policy on a workload, both by their place in the plan.
func (s *Set) Rows(workload, policy int) []Row { return s.cells[s.index(workload, policy)].rows }

// Comparison is all rows of comparison.csv, workload by workload.
func (s *Set) Comparison() []Compared {
	var out []Compared
	c := s.compared()
	for w := range s.plan.Workloads {
		out = append(out, c.rows(w)...)
	}
	return s.withRecordings(out)
}

// compared is all cells and the family of what is said of them.
func (s *Set) compared() *comparison {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.judged == nil {
		cells := make([][]cell, len(s.plan.Workloads))
		for w := range cells {
			cells[w] = s.cellsOf(w)
		}
		s.judged = newComparison(&s.plan, cells)
	}
	return s.judged
}

// cellsOf is the cells of a workload by policy.
func (s *Set) cellsOf(w int) []cell {
	cells, about := make([]cell, len(s.plan.Policies)), s.plan.basis(w)
	work := s.workOf(w)
	about.Skewed = work.heavy()
	for p := range cells {
		c := &s.cells[s.index(w, p)]
		cells[p] = cell{rows: c.rows, Basis: about, primary: s.plan.primary(), closed: w < len(s.plan.Closed) && s.plan.Closed[w]}
		if s.plan.Over[w] == stat.OverSeeds {
			cells[p].series = c.series
		}
	}
	return cells
}

// replications is how many a workload has.
func (p *Plan) replications(w int) int {
	if p.Allotted != nil {
		return p.Allotted[w]
	}
	return p.Replications
}

// predicts says whether errors of predictions under a policy are of interest.
func (p *Plan) predicts(policy int) bool {
	return policy < len(p.Predictions) && p.Predictions[policy]
}

// basis is what intervals on a workload are about.
func (p *Plan) basis(w int) stat.Basis {
	b := stat.Basis{Over: p.Over[w], Looks: p.Looks}
	if w < len(p.Windows) {
		b.Windows = p.Windows[w]
	}
	return b
}

// primary are the metrics that answer the question.
func (p *Plan) primary() []string {
	if len(p.Primary) > 0 {
		return p.Primary
	}
	return DefaultPrimary()
}

// DefaultPrimary are the metrics that answer a question which names none.
func DefaultPrimary() []string { return []string{AvoidableMisses, CostInSLO} }
