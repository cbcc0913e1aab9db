package account

// A Ledger is what a run cost, US dollars, line by line.
//
// Invariant: no line is negative.
type Ledger struct {
	Instances     float64 // VMs, per second from running to termination, a minute at least
	IPv4          float64 // their public addresses
	EBS           float64 // their volumes
	FunctionTime  float64 // GB-seconds of function calls, INIT included
	FunctionCalls float64 // requests to functions
	Provisioned   float64 // environments kept warm, and snapshots with what is restored from them
	Store         float64 // writes to the table of measurements and reads of it
	Transfer      float64 // from zone to zone, and answers that leave AWS; only the simulator knows it
	Gateway       float64 // the gateway's own instance, where it has one
	Logs          float64 // of calls of functions
}

// Total is the sum of all lines. A test holds it to that.
func (l *Ledger) Total() float64 {
	return l.Instances + l.IPv4 + l.EBS + l.FunctionTime + l.FunctionCalls + l.Provisioned + l.Store + l.Transfer + l.Gateway + l.Logs
}
