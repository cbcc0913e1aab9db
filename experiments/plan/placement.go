package plan

import (
	"maps"
	"reflect"

	"cnv/results/answer"
	"cnv/workloads/trace"
)

// otherPlacement is the rule that counts are also placed by where the file
// names none: what is recorded says nothing about it, so one rule alone would
// prove nothing.
const otherPlacement = string(trace.OnOff)

// placed reads a variant of a workload; one of counts that names no placement
// is read again under another rule.
func (r *reader) placed(t table, label string, top topTable) []*Workload {
	made := r.readWorkload(t, label, top)
	if made == nil {
		return nil
	}
	if made.Made.Bin == 0 || t.has("placement") {
		return []*Workload{made}
	}
	other := table{t.path, maps.Clone(t.keys)}
	other.keys["placement"] = otherPlacement
	if again := r.readWorkload(other, label+" placement="+otherPlacement, top); again != nil {
		return []*Workload{made, again}
	}
	return []*Workload{made}
}

// placements are the scenarios that differ only in where counted arrivals are
// placed, each with the first of its kind.
func (p *Plan) placements() []answer.Placement {
	var out []answer.Placement
	for i, s := range p.Scenarios {
		for _, first := range p.Scenarios[:i] {
			if first.Env == s.Env && sameCounts(first.Workload, s.Workload) {
				out = append(out, answer.Placement{Workload: first.Name, Other: s.Name, Bin: s.Workload.Made.Bin})
				break
			}
		}
	}
	return out
}

// sameCounts says whether two workloads differ in nothing but their placement.
func sameCounts(a, b *Workload) bool {
	if a.Made.Bin == 0 || b.Made.Bin == 0 {
		return false
	}
	bare := func(w *Workload) map[string]any {
		keys := maps.Clone(w.table.keys)
		delete(keys, "placement")
		return keys
	}
	return reflect.DeepEqual(bare(a), bare(b))
}
