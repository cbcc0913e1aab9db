package policy

// A Table finds what is in flight by RequestID. IDs are dense, so an array
// indexed by id & mask holds the slot; it grows when two live requests
// collide, that is with the span between the oldest and the newest of them,
// at four bytes each. The slots themselves are as many as were ever in
// flight at once. The zero value is ready to use.
type Table[T any] struct {
	index []int32 // slot+1; 0 empty
	slots []tableSlot[T]
	free  int32 // slot+1 of the first free one; 0 none
	next  RequestID
	n     int
}

type tableSlot[T any] struct {
	id   RequestID
	free int32
	used bool
	v    T
}

// Len is the number of requests in the table.
func (t *Table[T]) Len() int { return t.n }

// Next is the ID after the highest that was ever added or skipped.
func (t *Table[T]) Next() RequestID { return t.next }

// Skip counts an ID as seen without adding it.
func (t *Table[T]) Skip(id RequestID) { t.next = max(t.next, id+1) }

// Find returns the slot of a request, -1 if it is not there.
func (t *Table[T]) Find(id RequestID) int32 {
	if len(t.index) == 0 {
		return -1
	}
	s := t.index[id&RequestID(len(t.index)-1)] - 1
	if s < 0 || t.slots[s].id != id {
		return -1
	}
	return s
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
	for len(t.index) == 0 || t.index[id&RequestID(len(t.index)-1)] != 0 {
		t.grow()
	}
	s := t.free - 1
	if s < 0 {
		t.slots = append(t.slots, tableSlot[T]{})
		s = int32(len(t.slots) - 1)
	} else {
		t.free = t.slots[s].free
	}
	t.slots[s].id, t.slots[s].used = id, true
	t.index[id&RequestID(len(t.index)-1)] = s + 1
	t.Skip(id)
	t.n++
	return s
}

// Remove frees a slot.
func (t *Table[T]) Remove(slot int32) {
	e := &t.slots[slot]
	t.index[e.id&RequestID(len(t.index)-1)] = 0
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

// grow doubles the index until no two live requests collide.
func (t *Table[T]) grow() {
	size := max(64, 2*len(t.index))
	for ; !t.fill(size); size *= 2 {
	}
}

// fill makes an index of a size and says whether no two requests collided.
func (t *Table[T]) fill(size int) bool {
	t.index = make([]int32, size)
	for s := range t.slots {
		if !t.slots[s].used {
			continue
		}
		i := &t.index[t.slots[s].id&RequestID(size-1)]
		if *i != 0 {
			return false
		}
		*i = int32(s) + 1
	}
	return true
}
