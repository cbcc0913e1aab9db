package policy

// Counts is what a Controller has done and what it has ignored.
type Counts struct {
	Arrivals     uint64 `json:"arrivals"`
	Delivered    uint64 `json:"delivered"`
	Rejected     uint64 `json:"rejected"`
	Gone         uint64 `json:"gone"`
	Dispatched   uint64 `json:"dispatched"`
	Invoked      uint64 `json:"invoked"`
	Retries      uint64 `json:"retries"`
	Hedges       uint64 `json:"hedges"`
	Probes       uint64 `json:"probes,omitempty"`    // questions to workers, by policies
	Ejections    uint64 `json:"ejections,omitempty"` // of workers, by the health
	Throttled    uint64 `json:"throttled"`
	Launched     uint64 `json:"launched"`
	LaunchFailed uint64 `json:"launch_failed"`
	Drained      uint64 `json:"drained"`
	Forgotten    uint64 `json:"forgotten"`   // workers a router dropped: running, billed, unused
	Adaptations  uint64 `json:"adaptations"` // changes of the size of a pool
	Shed         uint64 `json:"shed"`        // refused before the Controller was asked
	// Where the estimator is a Recaller: requests with a key, and those of them
	// that it knew of an equal request.
	Keyed      uint64 `json:"keyed"`
	Recognised uint64 `json:"recognised"`
	// Ignored events, and routes to workers that cannot be used.
	Late      uint64 `json:"late"`
	Duplicate uint64 `json:"duplicate"`
	Unknown   uint64 `json:"unknown"`
	BadRoutes uint64 `json:"bad_routes"`
	// Passed is how often, before anything was sent, the policy was asked while a
	// machine or a function was free and neither used it nor launched a machine.
	Passed uint64 `json:"passed,omitempty"`
	// TooLong is how many requests the time-out of functions has kept from a function
	// that was free when the Spill was asked about them: see View.FunctionTooLong.
	TooLong uint64 `json:"too_long,omitempty"`
}

// Counts returns what was counted so far.
func (c *Controller) Counts() Counts { return c.counts }

// Add adds what another gateway has counted.
func (n *Counts) Add(m Counts) {
	n.Arrivals += m.Arrivals
	n.Delivered += m.Delivered
	n.Rejected += m.Rejected
	n.Gone += m.Gone
	n.Dispatched += m.Dispatched
	n.Invoked += m.Invoked
	n.Retries += m.Retries
	n.Hedges += m.Hedges
	n.Probes += m.Probes
	n.Ejections += m.Ejections
	n.Throttled += m.Throttled
	n.Launched += m.Launched
	n.LaunchFailed += m.LaunchFailed
	n.Drained += m.Drained
	n.Forgotten += m.Forgotten
	n.Adaptations += m.Adaptations
	n.Shed += m.Shed
	n.Keyed += m.Keyed
	n.Recognised += m.Recognised
	n.Late += m.Late
	n.Duplicate += m.Duplicate
	n.Unknown += m.Unknown
	n.BadRoutes += m.BadRoutes
	n.Passed += m.Passed
	n.TooLong += m.TooLong
}
