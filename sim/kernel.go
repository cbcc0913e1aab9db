package sim

import "time"

// kind says what a timer is for.
type kind uint8

const (
	vmService    kind = iota // a VM finishes a request; index: VM
	vmLife                   // a VM reaches the next stage of its life; index: VM
	launchKnown              // a launch becomes a pending VM; index: launch
	callStep                 // a call reaches its next stage; index: call
	wakeUp                   // the Controller asked for it
	telemetry                // all VMs report
	reports                  // the oldest report under way arrives
	clientGone               // the oldest client with patience loses it
	sampleTime               // the timeline is sampled
	faultHits                // something goes wrong; index: fault
	faultNoticed             // the health check notices it; index: VM
	spotTaken                // a spot VM's notice is over; index: VM
	envPrepared              // an environment to be kept warm is ready; index: environment
	storeAnswers             // the oldest write or lookup under way is answered
)

// A timerID names a timer that is made once and set again and again.
type timerID int32

// A kernel is the clock and the future-event list of one run: an indexed
// four-way heap of timers, so that a deadline that moves is re-keyed in place
// and nothing is ever left behind. Timers due at the same instant fire by their ranks,
// and those of a rank in the order in which they were set, so a run has exactly one
// outcome.
type kernel struct {
	now    time.Duration
	seq    uint64
	heap   []node
	pos    []int32 // by timer: where it is in the heap; -1 not set
	what   []target
	unused []timerID
	fired  uint64
}

// A node is a pending timer in 16 bytes, so that four siblings share a cache
// line: key is its rank at the instant, the order of setting and the timer's ID.
type node struct {
	at  time.Duration
	key uint64
}

// idBits and rankShift leave room for 16 million timers at once and 10^11 settings in a run.
const (
	idBits    = 24
	rankShift = 61
)

// rank is the order of timers due at the same instant.
type rank uint64

const (
	first   rank = iota // clients leave whose requests nothing works on
	amid                // whatever else happens in the world, such as an answer
	last                // the other clients leave
	control             // the gateway's own timers: it knows all of the above
	news                // reports arrive: what is decided at that instant knows nothing of them
)

func (n *node) id() timerID { return timerID(n.key & (1<<idBits - 1)) }

// A target is what a timer is for.
type target struct {
	kind  kind
	index int32
}

func (n *node) before(m *node) bool { return n.at < m.at || n.at == m.at && n.key < m.key }

// timer makes a timer.
func (k *kernel) timer(kd kind, index int32) timerID {
	if n := len(k.unused); n > 0 {
		id := k.unused[n-1]
		k.unused = k.unused[:n-1]
		k.what[id] = target{kd, index}
		return id
	}
	if len(k.pos) == 1<<idBits {
		panic("sim: more than 16 million timers at once")
	}
	k.pos = append(k.pos, -1)
	k.what = append(k.what, target{kd, index})
	return timerID(len(k.pos) - 1)
}

// release gives a timer back.
func (k *kernel) release(id timerID) {
	k.clear(id)
	k.unused = append(k.unused, id)
}

// set makes a timer due at an instant, whether or not it was set before. It
// panics if that has passed: a model that computes a negative delay is wrong.
func (k *kernel) set(id timerID, at time.Duration) { k.setAs(amid, id, at) }

// setAs is set for a timer of a rank.
func (k *kernel) setAs(r rank, id timerID, at time.Duration) {
	if at < k.now {
		panic("sim: timer set " + (k.now - at).String() + " into the past")
	}
	n := node{at, uint64(r)<<rankShift | k.seq<<idBits | uint64(id)}
	k.seq++
	i := k.pos[id]
	if i < 0 {
		k.heap = append(k.heap, n)
		k.up(int32(len(k.heap)-1), n)
		return
	}
	old := k.heap[i]
	if n.before(&old) {
		k.up(i, n)
	} else {
		k.down(i, n)
	}
}

// clear unsets a timer.
func (k *kernel) clear(id timerID) {
	i := k.pos[id]
	if i < 0 {
		return
	}
	k.pos[id] = -1
	last := k.heap[len(k.heap)-1]
	k.heap = k.heap[:len(k.heap)-1]
	if last.id() == id {
		return
	}
	if i > 0 && last.before(&k.heap[(i-1)/4]) {
		k.up(i, last)
	} else {
		k.down(i, last)
	}
}

// fire advances the clock to the earliest timer, which stays in the heap
// until settle: a handler that sets it again replaces it at the top.
func (k *kernel) fire() (timerID, uint64) {
	n := &k.heap[0]
	k.now = n.at
	k.fired++
	return n.id(), n.key
}

// alone says whether no other timer is due at the instant of the one that has fired.
func (k *kernel) alone() bool {
	for i := 1; i < min(5, len(k.heap)); i++ {
		if k.heap[i].at == k.now {
			return false
		}
	}
	return true
}

// settle unsets a fired timer that was not set again meanwhile.
func (k *kernel) settle(id timerID, key uint64) {
	if i := k.pos[id]; i >= 0 && k.heap[i].key == key {
		k.clear(id)
	}
}

// up moves n, which belongs at i or above, to its place.
func (k *kernel) up(i int32, n node) {
	h := k.heap
	for i > 0 {
		p := (i - 1) / 4
		if !n.before(&h[p]) {
			break
		}
		h[i] = h[p]
		k.pos[h[i].id()] = i
		i = p
	}
	h[i] = n
	k.pos[n.id()] = i
}

// down moves n, which belongs at i or below, to its place.
func (k *kernel) down(i int32, n node) {
	h := k.heap
	size := int32(len(h))
	for {
		c := 4*i + 1
		if c >= size {
			break
		}
		best, b := c, h[c]
		for j := c + 1; j < min(c+4, size); j++ {
			if h[j].before(&b) {
				best, b = j, h[j]
			}
		}
		if !b.before(&n) {
			break
		}
		h[i] = b
		k.pos[b.id()] = i
		i = best
	}
	h[i] = n
	k.pos[n.id()] = i
}
