package compare

import (
	"slices"
	"sync"

	"cnv/results"
	"cnv/results/stat"
)

// A Plan is what a Set is going to hold, in the declared order.
//
// Slices that are by workload may be shorter than Workloads, or nil: then what they say is
// not so of the others. Over has an entry for each.
type Plan struct {
	results.Design
	Name      string
	Question  string
	Over      []string  // by workload: what replications differ in, OverSeeds, OverWindows or OverNothing
	Windows   []int     // by workload: how many windows the recording has, over windows
	Beyond    []float64 // by workload: see stat.Basis
	Tails     []float64 // by workload: workloads.Workload.Tail; 0: not known
	Closed    []bool    // by workload: clients wait for answers before they send again; nil: none do
	Functions []int     // by workload: calls that functions take at once; nil: there are none
	Contrasts []Contrast
	// Primary are the metrics that answer the question: intervals of their
	// differences hold together, all others are exploratory. Empty: avoidable
	// misses and the cost per 1,000 requests within the SLO.
	Primary []string
	// Delta is the smallest difference that matters, by metric: of shares itself, of
	// all else relative to what the policy that is compared to has. A metric that is
	// not here has DefaultDelta.
	Delta   map[string]float64
	Factors Factors // keys with several values
	Looks   int     // that --until may take before it stops, of which this is one; 0 as 1
	// Manifest is kept as manifest.json: the effective configuration,
	// build, seeds, digests, the command to reproduce. It must marshal to
	// the same bytes whenever the inputs are the same.
	Manifest    map[string]any
	Warnings    []Warning
	Assumptions []Assumption

	Uncertain []Constant // in which worlds differ, if any are drawn

	Figures bool
}

// A Set is the runs of an experiment and what is said of them. Runs, recordings and warnings
// may be added from many goroutines; what it says in the end does not depend on their order.
// What it says is asked by one goroutine at a time, as differences are remembered without a
// lock.
type Set struct {
	*results.Runs
	plan        Plan
	mu          sync.Mutex
	saturation  []Saturation // nil: nobody asked
	tuning      *Tuning      // likewise
	sensitivity []Sensitivity
	worlds      *Worlds     // nil: none were drawn
	judged      *comparison // of the runs at judgedAt changes
	judgedAt    int
	recorded    map[[2]int][]float64 // by workload and policy: metrics on the recording itself
}

// NewSet returns an empty Set. spool is a folder for the request records of
// runs under way, which the caller removes; it may be "" where Requests is.
func NewSet(p Plan, spool string) *Set { return &Set{Runs: results.NewRuns(p.Design, spool), plan: p} }

// Comparison is all rows of comparison.csv, workload by workload. They are the caller's.
func (s *Set) Comparison() []Compared {
	return s.withRecordings(slices.Clone(s.compared().every()))
}

// compared is all cells and the family of what is said of them, judged again where a run was
// added or taken away since.
func (s *Set) compared() *comparison {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.Changes(); s.judged == nil || s.judgedAt != now {
		cells := make([][]cell, len(s.plan.Workloads))
		for w := range cells {
			cells[w] = s.cellsOf(w)
		}
		s.judged = newComparison(&s.plan, cells)
		s.judgedAt = now
	}
	return s.judged
}

// cellsOf is the cells of a workload by policy.
func (s *Set) cellsOf(w int) []cell {
	cells, about := make([]cell, len(s.plan.Policies)), s.plan.basis(w)
	work := s.workOf(w)
	about.Skewed = about.Over == stat.OverSeeds && fewCarry(&work, skewedWork) // draws meet the same work
	for p := range cells {
		cells[p] = cell{rows: s.Rows(w, p), Basis: about, primary: s.plan.primary(), closed: w < len(s.plan.Closed) && s.plan.Closed[w]}
		if w < len(s.plan.Functions) {
			cells[p].calls = s.plan.Functions[w]
		}
		// Batches stand for seeds: of recordings, one run says nothing of other recordings.
		if s.plan.Over[w] == stat.OverSeeds {
			cells[p].series = s.Series(w, p)
		}
	}
	return cells
}

// basis is what intervals on a workload are about, by the plan: whether values are skewed,
// the runs say.
func (p *Plan) basis(w int) stat.Basis {
	b := stat.Basis{Over: p.Over[w], Looks: p.Looks}
	if w < len(p.Windows) {
		b.Windows = p.Windows[w]
	}
	if w < len(p.Beyond) {
		b.Beyond = p.Beyond[w]
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
func DefaultPrimary() []string { return []string{results.AvoidableMisses, results.CostInSLO} }
