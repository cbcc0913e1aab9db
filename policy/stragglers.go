package policy

import "math/bits"

// stragglers is a hash table from RequestID to slot with linear probing, at
// most half full. Nothing is taken out: a request that is over has left its
// slot, which tells, and add forgets it when the table is full. The zero value
// is ready to use.
type stragglers struct {
	cells []straggler // Invariant: their number is a power of two, or 0
	shift int         // 64 less the bits of an index into cells
	n     int         // cells in use. Invariant: at most half of them
}

// A straggler is a cell: slot+1; 0 empty.
type straggler struct {
	id   RequestID
	slot int32
}

// find returns the slot of a request that was added, -1 if it was not.
func (h *stragglers) find(id RequestID) int32 {
	if h.n == 0 {
		return -1
	}
	i := h.home(id)
	for h.cells[i].slot != 0 && h.cells[i].id != id {
		i = (i + 1) & (len(h.cells) - 1)
	}
	return h.cells[i].slot - 1
}

// home is the cell at which the search for an ID begins: the upper bits of its
// product with 2^64 / golden ratio (Knuth, The Art of Computer Programming 3, 6.4).
func (h *stragglers) home(id RequestID) int {
	return int(uint64(id) * 0x9e3779b97f4a7c15 >> h.shift)
}

// add keeps the slot of a request that is not there. holds says whether a slot
// still belongs to a request.
func (h *stragglers) add(id RequestID, slot int32, holds func(int32, RequestID) bool) {
	if 2*(h.n+1) > len(h.cells) {
		h.tidy(holds)
	}
	i := h.home(id)
	for h.cells[i].slot != 0 {
		i = (i + 1) & (len(h.cells) - 1)
	}
	h.cells[i] = straggler{id, slot + 1}
	h.n++
}

// tidy makes a table, at most a quarter full, of those that are not over.
func (h *stragglers) tidy(holds func(int32, RequestID) bool) {
	old := h.cells
	live := 0
	for _, c := range old {
		if c.slot != 0 && holds(c.slot-1, c.id) {
			live++
		}
	}
	size := 16
	for size < 4*(live+1) {
		size *= 2
	}
	h.cells, h.shift, h.n = make([]straggler, size), 64-bits.TrailingZeros(uint(size)), 0
	for _, c := range old {
		if c.slot != 0 && holds(c.slot-1, c.id) {
			h.add(c.id, c.slot-1, holds)
		}
	}
}
