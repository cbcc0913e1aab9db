package route

import "cnv/policy"

// A roster is the ready workers as a router last looked at them, for routers that keep
// something of their own for each.
type roster struct {
	changes uint64
	ids     []policy.WorkerID // by ascending ID
	left    []policy.WorkerID
	came    []policy.WorkerID
}

// stale says whether the ready workers have changed since the last update. O(1).
// Most requests find the fleet as it was: they compare one number and no list.
func (s *roster) stale(v *policy.View) bool { return s.changes != v.Changes() }

// update looks again, and tells which workers are ready no more and which are now, each by
// ascending ID and valid until the next update. O(workers).
func (s *roster) update(v *policy.View) (left, came []policy.WorkerID) {
	s.left, s.came = s.left[:0], s.came[:0]
	ready := v.Ready()
	i := 0
	for _, id := range ready {
		for ; i < len(s.ids) && s.ids[i] < id; i++ {
			s.left = append(s.left, s.ids[i])
		}
		if i < len(s.ids) && s.ids[i] == id {
			i++
		} else {
			s.came = append(s.came, id)
		}
	}
	s.left = append(s.left, s.ids[i:]...)
	s.ids = append(s.ids[:0], ready...)
	s.changes = v.Changes()
	return s.left, s.came
}
