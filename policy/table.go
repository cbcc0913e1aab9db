package policy

// A Table keeps something for each request in flight, in slots that are used
// again. The slot of a request is found by its ID.
type Table[T any] struct {
	index
	values []T // by slot
}

// NewTable returns an empty table.
func NewTable[T any]() Table[T] { return Table[T]{index: newIndex(), values: make([]T, 1)} }

// At is the value in a slot. The pointer is valid until the next Add.
func (t *Table[T]) At(slot int32) *T { return &t.values[slot] }

// Add makes a slot for an ID that is not in the table. Its value is what the
// last user left; the caller sets it.
func (t *Table[T]) Add(id RequestID) int32 {
	s := t.index.add(id)
	if int(s) == len(t.values) {
		t.extend()
	}
	return s
}

// extend makes room for the value of one more slot. It is not in Add, so that the
// compiler inlines that.
func (t *Table[T]) extend() {
	var v T
	t.values = append(t.values, v)
}
