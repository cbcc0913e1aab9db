package results

import (
	"math"
	"slices"
)

// Void takes the numbers of a policy on a workload away, once all its runs have
// ended or failed: its policy is not to be relied on. Why is told with the results.
func (s *Set) Void(workload, policy int, firstSeed uint64, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.plan.Replications
	c := cellData{rows: make([]Row, n), done: make([]bool, n), void: why}
	for k := range n {
		values := make([]float64, len(columns))
		for i := range values {
			values[i] = math.NaN()
		}
		c.rows[k], c.done[k] = Row{Values: values, Info: RunInfo{
			Workload: s.plan.Workloads[workload], Policy: s.plan.Policies[policy], Replication: k, Seed: firstSeed + uint64(k), Steady: s.plan.Steady,
		}}, true
	}
	s.cells[s.index(workload, policy)] = c
	if s.plan.Steady {
		s.settle(workload)
	}
}

// Silent says that no request of a policy on a workload was answered, in any
// replication, although some arrived.
func (s *Set) Silent(workload, policy int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &s.cells[s.index(workload, policy)]
	arrived := false
	for i := range c.rows {
		if !c.done[i] || !math.IsNaN(c.rows[i].Value("answered_response_mean_s")) {
			return false
		}
		arrived = arrived || c.rows[i].Value("requests") > 0
	}
	return arrived
}

// Same says whether two rows of the same run are alike in every number.
func (r *Row) Same(o *Row) bool {
	return r.WorstClass == o.WorstClass && slices.EqualFunc(r.Values, o.Values, identical)
}
