package route

import (
	"fmt"

	"cnv/policy"
)

// A filter says whether a worker may take a request.
type filter interface {
	pass(v *policy.View, w *policy.Worker, r *policy.Request) bool
	// why says by which numbers it drops a worker.
	why(v *policy.View, w *policy.Worker, r *policy.Request) string
}

// pass says whether a worker passes all filters.
func pass(filters []filter, v *policy.View, w *policy.Worker, r *policy.Request) bool {
	for _, f := range filters {
		if !f.pass(v, w, r) {
			return false
		}
	}
	return true
}

// enabledFilters is the filters that the parameters ask for, cheapest first.
// The order does not change which workers pass, only how soon one is dropped.
func (p *Nova) enabledFilters() []filter {
	var fs []filter
	if p.Slots {
		fs = append(fs, slotsFilter{})
	}
	if p.Headroom > 0 {
		fs = append(fs, headroomFilter{p.Headroom})
	}
	if p.Deadline {
		fs = append(fs, deadlineFilter{})
	}
	return fs
}

// slotsFilter passes workers with a free slot (OpenStack: NumInstancesFilter).
type slotsFilter struct{}

func (slotsFilter) pass(v *policy.View, w *policy.Worker, _ *policy.Request) bool {
	return !v.Busy(w.ID)
}

func (slotsFilter) why(_ *policy.View, w *policy.Worker, _ *policy.Request) string {
	return fmt.Sprintf("slots: %d in flight, none free", w.InFlight)
}

// headroomFilter passes workers whose predicted work left, with the request,
// is at most a limit in CPU-seconds (OpenStack: RamFilter, CoreFilter).
type headroomFilter struct{ limit float64 }

func (f headroomFilter) pass(v *policy.View, w *policy.Worker, r *policy.Request) bool {
	return v.WorkLeft(w.ID)+v.Counted(r) <= f.limit
}

func (f headroomFilter) why(v *policy.View, w *policy.Worker, r *policy.Request) string {
	return fmt.Sprintf("headroom: %.4g + %.4g CPU-seconds, at most %.4g", v.WorkLeft(w.ID), r.Work, f.limit)
}

// deadlineFilter passes workers predicted to answer within the SLO's bound;
// without a bound, all.
type deadlineFilter struct{}

func (deadlineFilter) pass(v *policy.View, w *policy.Worker, r *policy.Request) bool {
	bound := v.Bound(r)
	return bound == 0 || v.Response(w.ID, r) <= bound
}

func (deadlineFilter) why(v *policy.View, w *policy.Worker, r *policy.Request) string {
	return fmt.Sprintf("deadline: answer predicted in %v, bound %v", v.Response(w.ID, r), v.Bound(r))
}
