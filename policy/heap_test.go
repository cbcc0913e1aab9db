package policy

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestHeapTwin: entries come in the order of (Key, Tie), and each is where its place says,
// whatever is put, moved and removed in between in heaps that share their places.
func TestHeapTwin(t *testing.T) {
	type entry = Entry[int, struct{}]
	rapid.Check(t, func(rt *rapid.T) {
		var heaps [2]Heap[int, struct{}]
		const ids = 20
		at := make(Places, ids)
		for i := range at {
			at[i] = -1
		}
		for seq := range uint64(rapid.IntRange(1, 100).Draw(rt, "steps")) {
			id := rapid.Uint64Range(0, ids-1).Draw(rt, "id")
			h := &heaps[id%2]
			e := entry{Key: rapid.IntRange(0, 5).Draw(rt, "key"), Tie: seq<<PlaceBits | id}
			switch there := at[id] >= 0; {
			case !there:
				h.Put(at, e)
			case rapid.Bool().Draw(rt, "move"):
				h.Move(at, e)
			default:
				h.Remove(at, int32(id))
				if at[id] != -1 {
					rt.Fatalf("removed %d has the place %d", id, at[id])
				}
			}
			for _, h := range heaps {
				checkHeap(rt, h, at)
			}
		}
		checkPops(rt, heaps[0])
	})
}

// checkHeap checks the invariants of a heap and its places.
func checkHeap(rt *rapid.T, h Heap[int, struct{}], at Places) {
	for i := range h {
		if i > 0 && h[i].Before(&h[(i-1)/2]) {
			rt.Fatalf("entry %d of %v comes before its parent", i, h)
		}
		if p := at[h[i].Tie&placeMask]; p != int32(i) {
			rt.Fatalf("entry %d of %v has the place %d", i, h, p)
		}
	}
}

// checkPops checks Init, Push, Fix and Pop against a sorted list.
func checkPops(rt *rapid.T, h Heap[int, struct{}]) {
	want := slices.Clone(h)
	if len(want) > 0 {
		want[0].Key += 3
		h[0].Key += 3
		h.Fix()
	}
	h = append(h, Entry[int, struct{}]{Key: 3, Tie: 1 << 60})
	h.Init()
	h.Push(Entry[int, struct{}]{Key: 2, Tie: 1 << 60})
	want = append(want, Entry[int, struct{}]{Key: 3, Tie: 1 << 60}, Entry[int, struct{}]{Key: 2, Tie: 1 << 60})
	slices.SortFunc(want, func(a, b Entry[int, struct{}]) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Tie, b.Tie))
	})
	for _, w := range want {
		if got := h.Pop(); got != w {
			rt.Fatalf("popped %v, want %v", got, w)
		}
	}
}
