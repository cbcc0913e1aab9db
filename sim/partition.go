package sim

import (
	"cmp"
	"slices"

	"cnv/policy"
)

// The partition of a VM from the gateway. Neither side hears that anything is lost: a
// connection stays open and its packets are sent again until they pass, so that a request or an
// answer is late and does not fail. Modelled is that all arrive as soon as the partition is
// over; TCP may take as long again, as it waits twice as long before each repeat (RFC 6298).
// The VM does not find out that a client left meanwhile either.

// holdUp keeps a call on its way to a VM, if it cannot be reached.
func (w *world) holdUp(c int32, v *vm) bool {
	if w.now >= v.cut {
		return false
	}
	w.calls[c].place = heldUp
	w.later(c, v.cut)
	return true
}

// holdBack keeps the end of a call on its way to the gateway, if that cannot be reached.
func (w *world) holdBack(c int32) bool {
	call := &w.calls[c]
	if call.vm == policy.NoWorker || w.now >= w.vms[call.vm].cut {
		return false
	}
	call.place = heldBack
	w.later(c, w.vms[call.vm].cut)
	return true
}

// heal fails what a partition holds up, as the VM is gone: in the order of the requests.
func (w *world) heal(v *vm) {
	if w.now >= v.cut {
		return
	}
	v.cut = 0
	var held []int32
	for c := range w.calls {
		if p := w.calls[c].place; w.calls[c].vm == v.id && (p == heldUp || p == heldBack) {
			held = append(held, int32(c))
		}
	}
	slices.SortFunc(held, func(a, b int32) int {
		x, y := &w.calls[a], &w.calls[b]
		return cmp.Or(cmp.Compare(x.id, y.id), cmp.Compare(x.attempt, y.attempt))
	})
	for _, c := range held {
		w.calls[c].unstarted, w.calls[c].failed = false, false // nobody can know
		w.answer(c, policy.Error, 0)
	}
}
