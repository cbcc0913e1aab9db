package plan

import (
	"slices"

	"cnv/policy"
)

// checkRanks notes the policies whose order ranks nothing, or whose admission is asked about
// nothing that has waited: where no pool has its line at the
// gateway, and no request waits there for a function, requests wait in the lines of workers,
// which are first come, first served.
func (r *reader) checkRanks(environments []*Environment, policies []*Policy) {
	if len(r.problems) > 0 {
		return
	}
	for _, p := range policies {
		atGateway := func(e *Environment) bool {
			return e.functions != nil && p.names["spill"] != "never" || slices.ContainsFunc(e.pools, func(t poolTable) bool {
				pool := t.control()
				p.bounds(&pool)
				return pool.Limit > 0
			})
		}
		if slices.ContainsFunc(environments, atGateway) {
			continue
		}
		if !p.open("order") {
			r.note(join(p.table.path, "order"), "%s: ranks only requests that wait at the gateway, and here they wait in the lines of workers: give gateway_queue = true", p.Name)
		}
		if _, asked := p.part("admission").(policy.Dequeuer); asked {
			r.note(join(p.table.path, "admission"), "%s: refuses only requests that have waited at the gateway, and here they wait in the lines of workers: give gateway_queue = true", p.Name)
		}
	}
}
