package sim

import (
	"math"
	"time"

	"cnv/policy"
)

// kind says what a timer is for.
type kind uint8

const (
	vmService     kind = iota // a VM finishes a request; index: VM
	vmLife                    // a VM reaches the next stage of its life; index: VM
	launchKnown               // a launch becomes a pending VM; index: launch
	callStep                  // a call reaches its next stage; index: call
	wakeUp                    // the Controller asked for it
	telemetry                 // all VMs report
	reports                   // the oldest report under way arrives
	clientGone                // the oldest client with patience loses it
	sampleTime                // the timeline is sampled
	faultHits                 // something goes wrong; index: fault
	faultDetected             // the health check detects it; index: VM
	spotTaken                 // a spot VM's notice is over; index: VM
	envPrepared               // an environment to be kept warm is ready; index: environment
	faultOver                 // a fault is over; index: mishap
	hazardHits                // something goes wrong with a VM; index: peril
	storeTries                // the writes that wait for the store are tried again
	fleetNews                 // gateways that do not lead hear of the fleet
	storeAnswers              // the oldest write or lookup under way is answered
	probesMove                // a probe or an answer reaches where it goes
	creditsSpent              // the CPU credits of a VM are gone; index: VM
)

// A timerID names a timer that is made once and set again and again.
type timerID int32

// A kernel is the clock and the future-event list of one run: a heap of timers that
// knows where each of them is, so that a deadline that moves is re-keyed in place
// and nothing is ever left behind. The Tie of an entry is its rank at the instant, the
// order of setting and the timer's ID. Timers due at the same instant fire by their ranks,
// and those of a rank in the order in which they were set, so a run has exactly one
// outcome.
//
// A heap with places instead of container/heap with lazy deletion: a sharing VM moves its timer
// at every arrival, and deleted entries would outnumber those that count.
//
// Invariant: now never decreases; no timer in the heap is due before now.
type kernel struct {
	now    time.Duration
	seq    uint64
	heap   policy.Heap[time.Duration, struct{}]
	pos    policy.Places // by timer. Invariant: where it is in the heap; -1 not set
	what   []target
	unused []timerID
	fired  uint64
}

// idBits and rankShift leave room for 16 million timers at once and 10^11 settings in a run.
const (
	// The Tie has 64 bits: 3 for the rank, 37 for the order of setting, 24 for the timer.
	idBits    = policy.PlaceBits
	rankShift = 61
)

// rank is the order of timers due at the same instant.
// They are what would be left to chance if instants were real numbers: with integer nanoseconds,
// a patience of 2 s and an answer after exactly 2 s do meet, and both worlds have to decide alike.
type rank uint64

const (
	first   rank = iota // clients leave whose requests nothing works on
	amid                // whatever else happens in the world, such as an answer
	last                // the other clients leave
	control             // the gateway's own timers: it knows all of the above
	news                // reports arrive: the gateway's timers of that instant know nothing of them
)

// A target is what a timer is for.
type target struct {
	kind  kind
	index int32
}

// timer makes a timer.
// It is not set yet. Timers that were released are taken again, so that their number is that of
// what is under way at once, not of all that ever was.
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
// The caller must not use the ID again: the next timer made may have it.
func (k *kernel) release(id timerID) {
	k.clear(id)
	k.unused = append(k.unused, id)
}

// set makes a timer due at an instant, whether or not it was set before. It
// panics if that has passed: a model that computes a negative delay is wrong.
func (k *kernel) set(id timerID, at time.Duration) { k.setAs(amid, id, at) }

// setAs is set for a timer of a rank.
// A timer that is set again loses its place among those of the same instant: it was set last.
func (k *kernel) setAs(r rank, id timerID, at time.Duration) {
	if at < k.now {
		panic("sim: timer set " + (k.now - at).String() + " into the past")
	}
	e := policy.Entry[time.Duration, struct{}]{Key: at, Tie: uint64(r)<<rankShift | k.seq<<idBits | uint64(id)}
	k.seq++
	if k.pos[id] < 0 {
		k.heap.Put(k.pos, e)
	} else {
		k.heap.Move(k.pos, e)
	}
}

// clear unsets a timer.
// One that is not set stays so.
func (k *kernel) clear(id timerID) {
	if k.pos[id] >= 0 {
		k.heap.Remove(k.pos, int32(id))
	}
}

// fire advances the clock to the earliest timer, which stays in the heap
// until settle: a handler that sets it again replaces it at the top.
// It returns the Tie by which settle tells whether the handler has set the timer again.
func (k *kernel) fire() (timerID, uint64) {
	n := &k.heap[0]
	k.now = n.Key
	k.fired++
	return timerID(n.Tie & (1<<idBits - 1)), n.Tie
}

// second is when the next timer is due after the one that has fired and is still at the
// top; as late as can be, if no other is set.
// In a binary heap that is one of the two entries below the top.
func (k *kernel) second() time.Duration {
	at := time.Duration(math.MaxInt64)
	for i := 1; i < min(3, len(k.heap)); i++ {
		at = min(at, k.heap[i].Key)
	}
	return at
}

// settle unsets a fired timer that was not set again meanwhile.
func (k *kernel) settle(id timerID, key uint64) {
	if i := k.pos[id]; i >= 0 && k.heap[i].Tie == key {
		k.clear(id)
	}
}
