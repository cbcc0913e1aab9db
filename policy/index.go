package policy

// noRequest is the ID of no request: Find must not be asked for it.
const noRequest = ^RequestID(0)

// An index tells in which slot a request in flight is. IDs are dense, so an
// array indexed by id & mask holds the slot. Where two live requests want the
// same place, the array grows if it is small for the number of live requests;
// otherwise the older of the two is a straggler, and a hash table finds it
// from there on. So the memory goes with the most requests that were ever in
// flight at once, and not with how long one of them takes. Every operation is
// O(1), amortised.
type index struct {
	places     []int32     // slots; 0 none. Invariant: their number is a power of two
	mask       RequestID   // Invariant: their number less 1
	ids        []RequestID // by slot; noRequest: free. Slot 0 belongs to nobody, so that Find needs no case for an empty place
	stragglers stragglers
	free       int32   // the slot that was freed last; 0 none
	links      []int32 // by slot: of a free one, the one that was freed before it
	next       RequestID
	n          int
}

// There are leastPlaces at first, and up to roomyPlaces of them, or
// placesPerRequest for each live request where that is more.
const (
	leastPlaces      = 64
	roomyPlaces      = 1 << 14
	placesPerRequest = 16
)

func newIndex() index {
	return index{places: make([]int32, leastPlaces), mask: leastPlaces - 1, ids: []RequestID{noRequest}, links: make([]int32, 1)}
}

// Len is the number of requests in the table.
func (x *index) Len() int { return x.n }

// Next is the ID after the highest that was ever added or skipped.
func (x *index) Next() RequestID { return x.next }

// Skip counts an ID as seen without adding it.
func (x *index) Skip(id RequestID) { x.next = max(x.next, id+1) }

// Find returns the slot of a request, -1 if it is not there. It is small enough
// for the compiler to inline, which the simulator's speed depends on.
func (x *index) Find(id RequestID) (slot int32) {
	if slot = x.places[id&x.mask]; x.ids[slot] != id {
		slot = x.astray(id)
	}
	return
}

// astray is Find for a request that is not in its place.
func (x *index) astray(id RequestID) int32 {
	if s := x.stragglers.find(id); s >= 0 && x.Holds(s, id) {
		return s
	}
	return -1
}

// ID is the request in a slot.
func (x *index) ID(slot int32) RequestID { return x.ids[slot] }

// Holds says whether a slot still belongs to a request.
func (x *index) Holds(slot int32, id RequestID) bool { return x.ids[slot] == id }

// Remove frees a slot.
func (x *index) Remove(slot int32) {
	if p := &x.places[x.ids[slot]&x.mask]; *p == slot {
		*p = 0
	}
	x.ids[slot] = noRequest
	x.links[slot] = x.free
	x.free = slot
	x.n--
}

// Each calls f for every slot in use, by slot.
func (x *index) Each(f func(slot int32)) {
	for s, id := range x.ids {
		if id != noRequest {
			f(int32(s))
		}
	}
}

// add makes a slot for an ID that is not there.
func (x *index) add(id RequestID) (slot int32) {
	for x.places[id&x.mask] != 0 {
		x.makeRoom(id & x.mask)
	}
	if slot = x.free; slot != 0 {
		x.free = x.links[slot]
	} else {
		slot = int32(len(x.ids))
		x.ids, x.links = append(x.ids, noRequest), append(x.links, 0)
	}
	x.ids[slot] = id
	x.places[id&x.mask] = slot
	x.Skip(id)
	x.n++
	return slot
}

// makeRoom has a place that is taken become free for those who want it: there
// are more places, or the request in that place becomes a straggler.
func (x *index) makeRoom(place RequestID) {
	if len(x.places) < max(roomyPlaces, placesPerRequest*x.n) {
		x.grow()
		return
	}
	s := x.places[place]
	x.stragglers.add(x.ids[s], s, x.Holds)
	x.places[place] = 0
}

// grow doubles the places. Requests with places of their own keep such.
func (x *index) grow() {
	old := x.places
	x.places = make([]int32, 2*len(old))
	x.mask = RequestID(len(x.places) - 1)
	for _, s := range old {
		if s != 0 {
			x.places[x.ids[s]&x.mask] = s
		}
	}
}
