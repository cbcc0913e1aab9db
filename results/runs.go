package results

import (
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// A Design says which runs an experiment has: every policy on every workload, in the
// declared order.
//
// Invariant: names are unique in their list; Allotted has a number for each workload, Replications the
// largest.
type Design struct {
	Workloads    []string
	Policies     []string
	Replications int           // of a workload; of the one that has most, if Allotted
	Allotted     []int         // replications by workload, the first ones of all; nil: all have as many
	After        time.Duration // what disturbs the runs is over; 0: nobody asks
	Steady       bool          // the question is about the steady state: warm-ups are left out
	// Predictions says by policy whether it looks at predicted work or names an
	// estimator, so that errors of predictions are of interest; nil: none does.
	Predictions []bool
	Requests    string // "" no records of requests, "csv" or "parquet"
}

// Runs collects the runs of an experiment. Its methods may be called from
// many goroutines; what it holds in the end does not depend on their order.
//
// Invariant: every cell has as many rows as its workload has replications, done says which came.
type Runs struct {
	design  Design
	mu      sync.Mutex
	cells   []cellData // workload-major, then policy
	spool   string     // folder of request records; "" none
	changes int        // runs added or taken away so far
	lost    error      // why there is no file of all request records; nil: there is
}

// cellData is what is kept of a cell: a policy on a workload. rows and done are by
// replication, classes by their place in the workload.
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
	predicted       predictedClass
	response        *hdrhistogram.PackedHistogram
}

// NewRuns returns empty Runs. spool is a folder for the request records of
// runs under way, which the caller removes; it may be "" where Requests is.
func NewRuns(d Design, spool string) *Runs {
	s := &Runs{design: d, spool: spool, cells: make([]cellData, len(d.Workloads)*len(d.Policies))}
	for i := range s.cells {
		n := d.Allotment(i / len(d.Policies))
		s.cells[i].rows, s.cells[i].done = make([]Row, n), make([]bool, n)
	}
	return s
}

// Open returns the Run for one replication of a policy on a workload, both by
// their place in the plan.
func (s *Runs) Open(workload, policy, replication int, seed uint64, classes []string) (*Run, error) {
	r := NewRun(RunInfo{
		Workload: s.design.Workloads[workload], Policy: s.design.Policies[policy],
		Replication: replication, Seed: seed, Classes: classes, Steady: s.design.Steady, After: s.design.After,
		Predictions: s.design.predicts(policy),
	})
	r.timeline = replication == 0
	if s.design.Requests != "" {
		rows, err := newRowWriter(s.spoolFile(s.index(workload, policy), replication), r.Info)
		if err = s.forgo(err); err != nil {
			return nil, err
		}
		r.rows = rows
	}
	return r, nil
}

// forgo takes an error of a disk that has no room for request records, or another reason not to
// take them, as the end of these records, not of the runs: what else they gave is worth more.
func (s *Runs) forgo(err error) error {
	var disk *fs.PathError
	if !errors.As(err, &disk) {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost = err
	return nil
}

// Lost is why there will be no file of request records, although one is wanted; nil: none was lost.
func (s *Runs) Lost() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lost
}

// index is the place of a cell.
func (s *Runs) index(workload, policy int) int { return workload*len(s.design.Policies) + policy }

// Add takes a run that is finished, with the row that Finish gave.
// Parts of the Run are kept: it must not change afterwards. An error is of requests that ended
// twice or never, or of a run that came twice. Records that could not be written are Lost.
func (s *Runs) Add(workload, policy int, r *Run, row Row) error {
	if r.rows != nil {
		err := r.rows.close()
		if err != nil {
			r.rows = nil
		}
		if err = s.forgo(err); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &s.cells[s.index(workload, policy)]
	if c.done[r.Info.Replication] {
		return fmt.Errorf("results: %s / %s #%d was added twice", r.Info.Workload, r.Info.Policy, r.Info.Replication)
	}
	s.changes++
	c.rows[r.Info.Replication], c.done[r.Info.Replication] = row, true
	c.requests += r.sum.requests
	// Counts add up to the same in any order, whichever run ends first.
	c.response = merged(c.response, r.response)
	if r.timeline {
		c.samples = r.samples
	}
	if s.design.Steady {
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
		t.predicted.merge(r.classes[i].predicted)
		if r.byClass() {
			t.response = merged(t.response, r.classes[i].response)
		}
	}
	if s.design.Steady {
		s.settle(workload)
	}
	return nil
}

// Missing lists the runs that were not added, as "workload / policy #replication", by cell.
// It must not be called while runs are added.
func (s *Runs) Missing() []string {
	var out []string
	for i := range s.cells {
		for k, done := range s.cells[i].done {
			if !done {
				out = append(out, fmt.Sprintf("%s / %s #%d", s.design.Workloads[i/len(s.design.Policies)], s.design.Policies[i%len(s.design.Policies)], k))
			}
		}
	}
	return out
}

// Rows are the runs of a policy on a workload by replication, both by their place in the
// plan. One that was not added yet is a zero Row. The slice is the Runs' own: it must not
// be changed.
func (s *Runs) Rows(workload, policy int) []Row {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cells[s.index(workload, policy)].rows
}

// Series is the only run of a policy on a workload, in batches, where the question is
// about its steady state; else nil.
func (s *Runs) Series(workload, policy int) *Series {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cells[s.index(workload, policy)].series
}

// VoidReason says why the numbers of a policy on a workload are void; "" they are not.
func (s *Runs) VoidReason(workload, policy int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cells[s.index(workload, policy)].void
}

// Changes is how often a run was added or taken away: what was said of the runs at
// another count may not hold any more.
// For whoever keeps what is dear to compute.
func (s *Runs) Changes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changes
}

// Allotment is how many replications a workload has.
func (d *Design) Allotment(w int) int {
	if d.Allotted != nil {
		return d.Allotted[w]
	}
	return d.Replications
}

// predicts says whether errors of predictions under a policy are of interest, by its place
// in the plan.
func (d *Design) predicts(policy int) bool {
	return policy < len(d.Predictions) && d.Predictions[policy]
}
