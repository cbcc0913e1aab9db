package results

import (
	"math"
	"slices"
)

// Void takes the numbers of a policy on a workload away, once all its runs have
// ended or failed: its policy is not to be relied on. Why is told with the results.
// NaN everywhere: void numbers must not be averaged, compared or ranked by accident.
func (s *Runs) Void(workload, policy int, firstSeed uint64, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.design.Allotment(workload)
	c := cellData{rows: make([]Row, n), done: make([]bool, n), void: why}
	for k := range n {
		values := make([]float64, len(Columns))
		for i := range values {
			values[i] = math.NaN()
		}
		c.rows[k], c.done[k] = Row{Values: values, Info: RunInfo{
			Workload: s.design.Workloads[workload], Policy: s.design.Policies[policy], Replication: k, Seed: firstSeed + uint64(k), Steady: s.design.Steady,
		}}, true
	}
	s.cells[s.index(workload, policy)] = c
	s.changes++
	if s.design.Steady {
		s.settle(workload)
	}
}

// Unplaced says that a policy on a workload never sent a request anywhere, in
// any replication, although some arrived and a place was free: a machine was
// ready at some point of the timeline, or there are functions and it did not wait
// for a machine that it launched, and the policy was asked then. That is a defect of
// the policy. A world that answers nothing of what it is sent is not, nor a gateway
// that stands still for a machine, during which no policy is asked.
func (s *Runs) Unplaced(workload, policy int, functions bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &s.cells[s.index(workload, policy)]
	arrived, passed := false, false
	for i := range c.rows {
		r := &c.rows[i]
		if !c.done[i] || r.Sent {
			return false
		}
		arrived, passed = arrived || r.Value("requests") > 0, passed || r.Passed
		functions = functions && r.Value("launches") == 0
	}
	ready := func(p Sample) bool { return p.Ready > 0 }
	return arrived && passed && (functions || slices.ContainsFunc(c.samples, ready))
}

// Same says whether two rows of the same run are alike in every number, and in the worst
// class. What is not in runs.csv is not compared.
func (r *Row) Same(o *Row) bool {
	return r.WorstClass == o.WorstClass && slices.EqualFunc(r.Values, o.Values, Identical)
}
