package policy

import "cmp"

// An Entry is what a Heap holds. Entries are in order of (Key, Tie).
type Entry[K cmp.Ordered, V any] struct {
	Value V // first: an empty one takes no room there
	Key   K // never NaN
	Tie   uint64
}

// Before says whether e comes before f.
func (e *Entry[K, V]) Before(f *Entry[K, V]) bool {
	return e.Key < f.Key || e.Key == f.Key && e.Tie < f.Tie
}

// A Heap is a priority queue: a binary heap of which the first entry is the least by
// (Key, Tie). The zero value is empty and ready to use. Push, Pop, Put, Move and Remove
// take O(log n).
//
// The order is that of two operators on fields, and not a method of a type parameter: the
// compiler calls such a method through a table, which costs more than the comparison.
//
// Invariant: no entry comes before its parent, that of i being (i-1)/2.
type Heap[K cmp.Ordered, V any] []Entry[K, V]

// A Places says where in a heap the entry of an ID is, -1 if it is in none. An entry's ID is in
// the low PlaceBits bits of its Tie. Several heaps may share one, if no ID is in two of them.
type Places []int32

// PlaceBits bounds the IDs of entries whose places are kept: 16 million.
const PlaceBits = 24

// placeMask takes the ID out of a Tie.
const placeMask = 1<<PlaceBits - 1

// Push adds an entry.
func (h *Heap[K, V]) Push(e Entry[K, V]) { h.Put(nil, e) }

// Pop removes and returns the first entry; the heap must not be empty.
func (h *Heap[K, V]) Pop() Entry[K, V] {
	first := (*h)[0]
	h.take(nil, 0)
	return first
}

// Fix restores the order after the first entry has got a later Key.
func (h Heap[K, V]) Fix() { h.down(nil, 0, h[0]) }

// Init makes a heap of entries in any order, in O(n).
func (h Heap[K, V]) Init() {
	for i := len(h)/2 - 1; i >= 0; i-- {
		h.down(nil, i, h[i])
	}
}

// Put adds an entry whose ID is in no heap of these places.
func (h *Heap[K, V]) Put(at Places, e Entry[K, V]) {
	*h = append(*h, e)
	h.up(at, len(*h)-1, e)
}

// Move gives the entry of an ID that is in the heap another Key and Tie.
func (h Heap[K, V]) Move(at Places, e Entry[K, V]) {
	i := int(at[e.Tie&placeMask])
	if e.Before(&h[i]) {
		h.up(at, i, e)
	} else {
		h.down(at, i, e)
	}
}

// Remove removes the entry of an ID that is in the heap.
func (h *Heap[K, V]) Remove(at Places, id int32) {
	i := int(at[id])
	at[id] = -1
	h.take(at, i)
}

// take fills the place i with the last entry.
func (h *Heap[K, V]) take(at Places, i int) {
	s := *h
	n := len(s) - 1
	*h = (*h)[:n]
	switch last := s[n]; {
	case i == n:
	case i > 0 && last.Before(&s[(i-1)/2]):
		h.up(at, i, last)
	default:
		h.down(at, i, last)
	}
}

// up moves e, which belongs at i or above, to its place.
func (h Heap[K, V]) up(at Places, i int, e Entry[K, V]) {
	for i > 0 {
		p := (i - 1) / 2
		if !e.Before(&h[p]) {
			break
		}
		h[i] = h[p]
		at.note(h[i].Tie, i)
		i = p
	}
	h[i] = e
	at.note(e.Tie, i)
}

// down moves e, which belongs at i or below, to its place.
func (h Heap[K, V]) down(at Places, i int, e Entry[K, V]) {
	for c := 2*i + 1; c < len(h); c = 2*i + 1 {
		least := &h[c]
		if r := c + 1; r < len(h) {
			if right := &h[r]; right.Before(least) {
				c, least = r, right
			}
		}
		if !least.Before(&e) {
			break
		}
		h[i] = *least
		at.note(least.Tie, i)
		i = c
	}
	h[i] = e
	at.note(e.Tie, i)
}

// note keeps the place of an entry, if places are kept.
func (at Places) note(tie uint64, i int) {
	if id := tie & placeMask; id < uint64(len(at)) {
		at[id] = int32(i)
	}
}
