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
	state      state
	queued     bool     // has an entry in the gateway's queue
	forSlot    bool     // and waits there for a free slot, not just for a worker
	noFunction bool     // was throttled: a worker is better, if there is one
	spilled    bool     // its work was counted as spilled
	nlive      uint8    // attempts in flight
	live       [2]int32 // the attempts in flight
	tried      [2]WorkerID
}
