package sim

import "time"

// kind says what a timer is for.
type kind uint8

const (
	vmService   kind = iota // a VM finishes a request; index: VM
	vmLife                  // a VM reaches the next stage of its life; index: VM
	launchKnown             // a launch becomes a pending VM; index: launch
	callStep                // a call reaches its next stage; index: call
	wakeUp                  // the Controller asked for it
	telemetry               // all VMs report
	reports                 // the oldest report under way arrives
	clientGone              // the oldest client with patience loses it
	sampleTime              // the timeline is sampled
)

// A timerID names a timer that is made once and set again and again.
type timerID int32

// A kernel is the clock and the future-event list of one run: an indexed
// four-way heap of timers, so that a deadline that moves is re-keyed in place
// and nothing is ever left behind. Timers due at the same instant fire in the
// order in which they were set, so a run has exactly one outcome.
type kernel struct {
	now    time.Duration
	seq    uint64
	heap   []node
	pos    []int32 // by timer: where it is in the heap; -1 not set
	what   []target
	unused []timerID
	fired  uint64
}

// A node is a pending timer.
type node struct {
	at  time.Duration
	seq uint64
	id  timerID
}

// A target is what a timer is for.
type target struct {
	kind  kind
	index int32
}

func (n *node) before(m *node) bool { return n.at < m.at || n.at == m.at && n.seq < m.seq }

// timer makes a timer.
func (k *kernel) timer(kd kind, index int32) timerID {
	if n := len(k.unused); n > 0 {
		id := k.unused[n-1]
		k.unused = k.unused[:n-1]
		k.what[id] = target{kd, index}
		return id
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
func (k *kernel) set(id timerID, at time.Duration) {
	if at < k.now {
		panic("sim: timer set " + (k.now - at).String() + " into the past")
	}
	n := node{at, k.seq, id}
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
	if last.id == id {
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
	return n.id, n.seq
}

// settle unsets a fired timer that was not set again meanwhile.
func (k *kernel) settle(id timerID, seq uint64) {
	if i := k.pos[id]; i >= 0 && k.heap[i].seq == seq {
		k.clear(id)
	}
}

// up moves n, which belongs at i or above, to its place.
func (k *kernel) up(i int32, n node) {
	for i > 0 {
		p := (i - 1) / 4
		if !n.before(&k.heap[p]) {
			break
		}
		k.heap[i] = k.heap[p]
		k.pos[k.heap[i].id] = i
		i = p
	}
	k.heap[i] = n
	k.pos[n.id] = i
}

// down moves n, which belongs at i or below, to its place.
func (k *kernel) down(i int32, n node) {
	size := int32(len(k.heap))
	for {
		c := 4*i + 1
		if c >= size {
			break
		}
		best := c
		for j := c + 1; j < min(c+4, size); j++ {
			if k.heap[j].before(&k.heap[best]) {
				best = j
			}
		}
		if !k.heap[best].before(&n) {
			break
		}
		k.heap[i] = k.heap[best]
		k.pos[k.heap[i].id] = i
		i = best
	}
	k.heap[i] = n
	k.pos[n.id] = i
}
