package policy

// state is how far a request has come.
type state uint8

const (
	waiting  state = iota // at the gateway: in the queue, or until a retry is due
	running               // one or two attempts in flight, nothing delivered
	finished              // delivered, rejected or gone; attempts may still have to end
)

// A request is an entry of the in-flight table.
//
// Invariant: nlive <= 2; waits is 0 unless state is waiting; state finished and nlive 0 never stand
// together between two steps.
type request struct {
	Request
	state      state
	toFunction bool     // was last to go to a function
	launchDied bool     // it has waited for a worker that did not come: no launch for it before it was tried elsewhere
	spilled    bool     // its work was counted as spilled
	tooLong    bool     // it was counted as kept from functions by their time-out
	nlive      uint8    // attempts in flight
	unsent     uint8    // attempts that never ran, and were repeated because of that
	number     uint8    // of the next attempt: modulo 256, refused calls included
	had        float64  // the most work that an attempt had which was given up, CPU-seconds: it takes more
	waits      uint64   // number of its entry in the gateway's queue; 0 it does not wait there
	live       [2]int32 // the attempts in flight
	tried      [2]WorkerID
	long       [2]int32 // numbers of its longWork, offered and spilled; 0: none
}
