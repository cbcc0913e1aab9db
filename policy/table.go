package policy

// A Table finds what is in flight by RequestID. IDs are dense, so an array
// indexed by id & mask holds the slot. Where two live requests want the same
// place, the array grows if it is small for the number of live requests;
// otherwise the older of the two is a straggler, and a hash table finds it
// from there on. So the memory goes with the most requests that were ever in
// flight at once, and not with how long one of them takes. Every operation is
// O(1), amortised. The zero value is ready to use.
type Table[T any] struct {
	index      []int32 // slot+1; 0 empty
	stragglers stragglers
	slots      []tableSlot[T]
	free       int32 // slot+1 of the first free one; 0 none
	next       RequestID
	n          int
}

type tableSlot[T any] struct {
	id   RequestID
	free int32
	used bool
	v    T
}

// The index has leastIndex places at first; it grows up to roomyIndex of them,
// or to indexPerRequest for each live request where that is more.
const (
	leastIndex      = 64
	roomyIndex      = 1 << 14
	indexPerRequest = 16
)

// Len is the number of requests in the table.
func (t *Table[T]) Len() int { return t.n }

// Next is the ID after the highest that was ever added or skipped.
func (t *Table[T]) Next() RequestID { return t.next }

// Skip counts an ID as seen without adding it.
func (t *Table[T]) Skip(id RequestID) { t.next = max(t.next, id+1) }

// Find returns the slot of a request, -1 if it is not there.
func (t *Table[T]) Find(id RequestID) int32 {
	if i := id & RequestID(len(t.index)-1); i < RequestID(len(t.index)) {
		if s := t.index[i] - 1; s >= 0 && t.slots[s].id == id {
			return s
		}
	}
	if s := t.stragglers.find(id); s >= 0 && t.Holds(s, id) {
		return s
	}
	return -1
}

// At is the value in a slot. The pointer is valid until the next Add.
func (t *Table[T]) At(slot int32) *T { return &t.slots[slot].v }

// ID is the request in a slot.
func (t *Table[T]) ID(slot int32) RequestID { return t.slots[slot].id }

// Holds says whether a slot still belongs to a request.
func (t *Table[T]) Holds(slot int32, id RequestID) bool {
	return t.slots[slot].used && t.slots[slot].id == id
}

// Add makes a slot for an ID that is not in the table. Its value is what the
// last user left; the caller sets it.
func (t *Table[T]) Add(id RequestID) int32 {
	i := id & RequestID(len(t.index)-1)
	for i >= RequestID(len(t.index)) || t.index[i] != 0 {
		t.makeRoom(i)
		i = id & RequestID(len(t.index)-1)
	}
	s := t.free - 1
	if s < 0 {
		t.slots = append(t.slots, tableSlot[T]{})
		s = int32(len(t.slots) - 1)
	} else {
		t.free = t.slots[s].free
	}
	e := &t.slots[s]
	e.id, e.used = id, true
	t.index[i] = s + 1
	t.Skip(id)
	t.n++
	return s
}

// Remove frees a slot.
func (t *Table[T]) Remove(slot int32) {
	e := &t.slots[slot]
	if i := &t.index[e.id&RequestID(len(t.index)-1)]; *i == slot+1 {
		*i = 0
	}
	e.used = false
	e.free = t.free
	t.free = slot + 1
	t.n--
}

// Each calls f for every slot in use, by slot.
func (t *Table[T]) Each(f func(slot int32)) {
	for s := range t.slots {
		if t.slots[s].used {
			f(int32(s))
		}
	}
}

// makeRoom has a place that is taken become free for those who want it: the
// index gets larger, or the request in that place becomes a straggler.
func (t *Table[T]) makeRoom(place RequestID) {
	if len(t.index) < max(roomyIndex, indexPerRequest*t.n) {
		t.grow()
		return
	}
	s := t.index[place] - 1
	t.stragglers.add(t.slots[s].id, s, t.Holds)
	t.index[place] = 0
}

// grow doubles the index. Requests with places of their own keep such.
func (t *Table[T]) grow() {
	old := t.index
	t.index = make([]int32, max(leastIndex, 2*len(old)))
	for _, s := range old {
		if s != 0 {
			t.index[t.slots[s-1].id&RequestID(len(t.index)-1)] = s
		}
	}
}
