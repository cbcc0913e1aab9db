package policy

// Executed is what a request executed, as the metered kernels count it: the same
// for the same computation on every machine. It was not counted where Instructions
// is 0.
type Executed struct{ Instructions, Blocks, Calls int64 }

// Counted says whether it was counted.
func (x Executed) Counted() bool { return x.Instructions > 0 }

// NoPool stands for the function service where the pool of a machine is named.
const NoPool PoolID = -1

// Measured is what an attempt has taken, as a gateway learns of it.
type Measured struct {
	Work     float64 // CPU-seconds on the reference vCPU, > 0
	Executed Executed
	Pool     PoolID // of the machine; NoPool: a function
}

// A Targeter is an Estimator that may take the counts of a request for its work,
// in place of the CPU time that was measured.
type Targeter interface {
	// Targets says whether it does; if not, nothing else is asked.
	Targets() bool
	// Relate learns how much CPU time requests of a class take for what they
	// execute. It is told every measurement with counts, once.
	Relate(c ClassID, m *Measured)
	// Seen is the work that a measurement with counts stands for, CPU-seconds on
	// the reference vCPU: what the Estimator and the class means learn.
	Seen(c ClassID, m *Measured) float64
}

// counting is the estimator, if it learns from counts now: an operator may change that.
func (c *Controller) counting() Targeter {
	if t := c.hooks.targeter; t != nil && t.Targets() {
		return t
	}
	return nil
}

// seen is the work that a measurement stands for; fresh: it was not learnt before.
func (c *Controller) seen(class ClassID, m *Measured, fresh bool) float64 {
	t := c.counting()
	if t == nil || !m.Executed.Counted() {
		return m.Work
	}
	if fresh {
		t.Relate(class, m)
	}
	if w := t.Seen(class, m); w > 0 && plausible(w) {
		return w
	}
	return m.Work
}
