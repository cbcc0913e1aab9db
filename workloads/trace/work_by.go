package trace

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"cnv/policy/nearest"
	"cnv/workloads"
)

// makeWork makes the work of an arrival of its features, where it was not recorded
// and all of them are of its class.
func (r *eventReader) makeWork(a *workloads.Arrival) {
	r.made = false
	if r.workBy == nil || a.Work >= 0 {
		return
	}
	sum, used := 0.0, 0
	for i, name := range r.classes[a.Class].Features {
		if per, ok := r.workBy[name]; ok {
			sum += per * a.Features[i]
			used++
		}
	}
	if used == len(r.workBy) {
		a.Work, r.made = microseconds(sum), true
	}
}

// checkWorkBy refuses features that no class has.
func (r *recording) checkWorkBy() error {
	var known []string
	for i := range r.classes {
		known = append(known, r.classes[i].Features...)
	}
	for _, name := range slices.Sorted(maps.Keys(r.o.WorkBy)) {
		switch {
		case slices.Contains(known, name):
		case known == nil:
			return fmt.Errorf("work_by: no class has a feature %q: the trace has no features", name)
		default:
			return fmt.Errorf("work_by: no class has a feature %q (nearest valid name %q)", name, nearest.Names(name, known, 1)[0])
		}
	}
	return nil
}

// workByText is the relation in words: "200µs for each of tokens_in and ...".
func workByText(by map[string]float64) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(by)) {
		parts = append(parts, fmt.Sprintf("%v for each of %s", time.Duration(by[name]*1e9).Round(time.Nanosecond), name))
	}
	return strings.Join(parts, " and ")
}
