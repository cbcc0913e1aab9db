package policy

// state is how far a request has come.
type state uint8

const (
	waiting  state = iota // at the gateway: in the queue, or until a retry is due
	running               // one or two attempts in flight, nothing delivered
	finished              // delivered, rejected or gone; attempts may still have to end
)

// A request is an entry of the in-flight table.
type request struct {
	Request
	used       bool
	state      state
	queued     bool     // has an entry in the gateway's queue
	forSlot    bool     // and waits there for a free slot, not just for a worker
	noFunction bool     // was throttled: a worker is better, if there is one
	spilled    bool     // its work was counted as spilled
	nlive      uint8    // attempts in flight
	live       [2]int32 // the attempts in flight
	tried      [2]WorkerID
	free       int32 // next free slot
}

// A table finds the requests in flight by ID. IDs are dense, so an array
// indexed by id & mask holds the slot; it grows when two live requests
// collide, that is with the span between the oldest and the newest, at four
// bytes each. The slots themselves are as many as requests were ever in
// flight at once.
type table struct {
	index []int32 // slot+1; 0 empty
	slots []request
	free  int32
	next  RequestID // the ID after the highest seen
}

func newTable() table { return table{index: make([]int32, 64), free: -1} }

// find returns the slot of a live request, -1 if there is none.
func (t *table) find(id RequestID) int32 {
	s := t.index[id&RequestID(len(t.index)-1)] - 1
	if s < 0 || t.slots[s].ID != id {
		return -1
	}
	return s
}

// add makes an entry for a new ID and returns its slot.
func (t *table) add(id RequestID) int32 {
	for t.index[id&RequestID(len(t.index)-1)] != 0 {
		t.grow()
	}
	s := t.free
	if s < 0 {
		t.slots = append(t.slots, request{})
		s = int32(len(t.slots) - 1)
	} else {
		t.free = t.slots[s].free
	}
	r := &t.slots[s]
	*r = request{used: true, tried: [2]WorkerID{NoWorker, NoWorker}, live: [2]int32{-1, -1}}
	r.ID = id
	t.index[id&RequestID(len(t.index)-1)] = s + 1
	t.next = max(t.next, id+1)
	return s
}

// remove forgets the request in a slot.
func (t *table) remove(s int32) {
	r := &t.slots[s]
	t.index[r.ID&RequestID(len(t.index)-1)] = 0
	r.used = false
	r.free = t.free
	t.free = s
}

// grow doubles the index.
func (t *table) grow() {
	for {
		t.index = make([]int32, 2*len(t.index))
		if t.fill() {
			return
		}
	}
}

// fill enters all live requests into an empty index and says whether no two collided.
func (t *table) fill() bool {
	mask := RequestID(len(t.index) - 1)
	for s := range t.slots {
		if !t.slots[s].used {
			continue
		}
		i := &t.index[t.slots[s].ID&mask]
		if *i != 0 {
			return false
		}
		*i = int32(s) + 1
	}
	return true
}
