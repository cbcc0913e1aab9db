package route

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"cnv/policy"
	"cnv/policy/enum"
)

// Nova is OpenStack's filter scheduler, mapped from placing virtual machines
// on hosts to placing requests on workers:
//
//  1. Filters drop workers. If none is left there is no host (OpenStack:
//     NoValidHost) and the Spill decides.
//  2. A single survivor is taken unweighed. Otherwise every weigher gives
//     each survivor a raw value, clamped to the weigher's bounds if it
//     declares any and normalised to [0, 1] by (raw-lo)/(hi-lo), lo and hi
//     being the declared bounds or the extremes of the survivors; where lo
//     equals hi all become 0. A survivor's score is the sum of multiplier ×
//     normalised value. Here every raw value is better when larger, so a
//     positive multiplier spreads and a negative one packs.
//  3. Survivors are sorted by descending score, equal ones in order of ID.
//     With Shuffle the group that ties for the best is shuffled. The choice
//     is uniform among the first SubsetSize.
//  4. The choice consumes at once: the next decision sees it in flight.
//
// Of OpenStack's steps the Controller does the rest: liveness filters (only
// ready workers are offered), and the next host after a failure.
//
// Note: normalising by the survivors' extremes is scale-free. A difference
// of 0.1 % weighs as much as one of ten times, and one outlier changes the
// order of the others. Bounds = FixedBounds declares bounds for every weigher.
//
// O(n) per decision, O(n log n) if SubsetSize > 1; no allocation once the
// scratch space has grown.
//
// Source: openstack/nova 00a0304, nova/scheduler/manager.py, nova/weights.py.
type Nova struct {
	Slots    bool    `toml:"slots" doc:"filter: only workers with a free slot" set:"yes"`
	Headroom float64 `toml:"headroom" doc:"filter: most predicted work on a worker, the request included, CPU-seconds; 0 no limit" range:"0:60" set:"yes"`
	Deadline bool    `toml:"deadline" doc:"filter: only workers predicted to answer within the bound of the class" set:"yes"`

	Work     float64 `toml:"work_multiplier" doc:"weigher: little predicted work left" range:"0:2" set:"yes"`
	InFlight float64 `toml:"in_flight_multiplier" doc:"weigher: few requests in flight" range:"0:2" set:"yes"`
	CPU      float64 `toml:"cpu_multiplier" doc:"weigher: free processor share as last reported" range:"0:2" set:"yes"`
	Failures float64 `toml:"failures_multiplier" doc:"weigher: few failures since the last success" set:"yes"`
	Bounds   Bounds  `toml:"bounds" doc:"normalise by the extremes of the \"list\" or by \"fixed\" bounds" set:"list,fixed"`

	SubsetSize int  `toml:"host_subset_size" doc:"the choice is uniform among so many best, at least 1" range:"1:8" set:"yes"`
	Shuffle    bool `toml:"shuffle_best_same_weighed_hosts" doc:"draw among those that tie for the best" set:"yes"`

	rand     *policy.Rand
	filters  []filter
	weighers []weighed
	hosts    []host          // scratch
	took     policy.WorkerID // by the last decision
	among    int             // of so many best it was drawn; 1: it was not
}

// A host is a worker that passed the filters.
type host struct {
	id         policy.WorkerID
	raw, score float64
}

// NewNova returns a Nova with the defaults: no filter but readiness, work
// headroom 1.0, free processor 0.5, failures 1e6.
func NewNova() *Nova {
	return &Nova{Work: 1, CPU: 0.5, Failures: 1e6, SubsetSize: 1}
}

// Validate checks the parameters.
func (p *Nova) Validate() error {
	var subset, room error
	if p.SubsetSize < 1 {
		subset = fmt.Errorf("host_subset_size = %d, must be at least 1", p.SubsetSize)
	}
	if !(p.Headroom >= 0) {
		room = fmt.Errorf("headroom = %v, must not be negative", p.Headroom)
	}
	return errors.Join(enum.Check("bounds", p.Bounds, boundsWords), subset, room)
}

// Start implements policy.Starter.
func (p *Nova) Start(e policy.Env) error {
	p.rand = e.Rand
	p.Changed()
	return nil
}

// Changed is called when parameters were changed.
func (p *Nova) Changed() {
	p.filters = p.enabledFilters()
	p.weighers = p.enabledWeighers()
}

// Route implements policy.Router.
func (p *Nova) Route(v *policy.View, r *policy.Request) (policy.WorkerID, bool) {
	p.hosts = p.hosts[:0]
	for _, id := range v.Ready() {
		if len(p.filters) == 0 || pass(p.filters, v, v.Worker(id), r) {
			p.hosts = append(p.hosts, host{id: id})
		}
	}
	p.took, p.among = policy.NoWorker, 1
	switch len(p.hosts) {
	case 0:
		return policy.NoWorker, false
	case 1:
		p.took = p.hosts[0].id
		return p.took, true
	}
	for i := range p.weighers {
		w := &p.weighers[i]
		w.weigh(v, p.hosts)
		w.score(p.hosts)
	}
	p.took = p.pick()
	return p.took, true
}

// pick draws among the best. Shuffling the group that ties for the best and
// then drawing among the first SubsetSize is a draw among the whole group if
// that is the larger, and among the first SubsetSize otherwise.
func (p *Nova) pick() policy.WorkerID {
	best, tied := 0, 0
	for i := range p.hosts {
		switch s := p.hosts[i].score; {
		case s > p.hosts[best].score:
			best, tied = i, 1
		case s == p.hosts[best].score:
			tied++
		}
	}
	n := min(p.SubsetSize, len(p.hosts))
	if p.Shuffle && tied > n {
		n = tied
	}
	if n <= 1 {
		return p.hosts[best].id
	}
	slices.SortFunc(p.hosts, byScore)
	p.among = n
	return p.hosts[p.rand.IntN(n)].id
}

// byScore orders by descending score, then by ID.
func byScore(a, b host) int {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.id, b.id))
}

// Bounds is what [Nova] normalises weighers by.
type Bounds uint8

// The values.
const (
	ListBounds  Bounds = iota // the extremes of the hosts
	FixedBounds               // the declared bounds of each weigher
)

var boundsWords = []string{ListBounds: "list", FixedBounds: "fixed"}

// String is the word in experiment files.
func (b Bounds) String() string { return enum.Word(b, boundsWords) }

// UnmarshalText reads the word.
func (b *Bounds) UnmarshalText(text []byte) error { return enum.Read(b, text, boundsWords) }
