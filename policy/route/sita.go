package route

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"cnv/policy"
)

// SITA is size interval task assignment with equal load: the ready workers are split into
// Groups, in order of ID, and each takes the requests whose predicted work is in an interval
// of its own, the smallest ones the first group. The cuts between the intervals give each
// group the share of the work that it has of the capacity. Inside a group the worker with
// the fewest requests in flight is taken, of at most 32 looked at, from a random one on.
//
// The cuts follow from what the last Window requests were predicted to need and have needed,
// every Recut. Where many requests are predicted alike, as equal ones are, and a cut
// falls among them, they are shared out at random in proportion. A request of which the
// estimator knows nothing but a mean (Request.Known is false) has no size: it goes to the
// least loaded of all workers, as every request does until 50 per group have been measured.
// There are never more groups than workers.
//
// It keeps short requests from waiting behind long ones, wins where sizes vary by orders of
// magnitude and workers are few, and wastes capacity where they do not. It needs
// predictions that are right near the cuts.
// O(log Window + workers per group, at most 32); O(Window · log Window) every Recut.
//
// Source: Harchol-Balter, Crovella, Murta 1999, doi:10.1006/jpdc.1999.1577.
type SITA struct {
	Groups int           `toml:"groups" doc:"groups of workers, 1 to 64" range:"2:8"`
	Window int           `toml:"window" doc:"measured requests that the cuts follow from, 100 to 1000000" range:"1000:20000"`
	Recut  time.Duration `toml:"recut" doc:"time between two changes of the cuts, at least 100ms" range:"10s:10m" set:"yes"`

	rand     *policy.Rand
	changes  uint64
	groups   []group
	measured []sized // a ring of at most Window. Invariant: the oldest is at next, once it is full
	next     int
	sorted   []sized
	sizes    []float64 // distinct predictions, ascending
	upTo     []float64 // share of the work in requests predicted to need so much or less
	cut      time.Duration

	took policy.WorkerID // by the last decision
	of   int             // its group; -1: of all workers
}

// A group is a range of the ready workers.
type group struct {
	from, to int     // positions in View.Ready
	upTo     float64 // share of the capacity of all groups up to this one
}

// A sized is a request that was measured: CPU-seconds.
type sized struct{ predicted, needed float64 }

// leastMeasured is how many measured requests per group there are cuts from.
const leastMeasured = 50

// Validate checks the parameters.
func (p *SITA) Validate() error {
	switch {
	case p.Groups < 1 || p.Groups > 64:
		return fmt.Errorf("groups = %d, must be in [1, 64]", p.Groups)
	case p.Window < 100 || p.Window > 1_000_000:
		return fmt.Errorf("window = %d, must be in [100, 1000000]", p.Window)
	case p.Recut < 100*time.Millisecond:
		return fmt.Errorf("recut = %v, must be at least 100ms", p.Recut)
	}
	return nil
}

// Start implements policy.Starter.
func (p *SITA) Start(e policy.Env) error {
	p.rand = e.Rand
	return nil
}

// Done implements policy.Observer: it learns what requests need.
func (p *SITA) Done(v *policy.View, o *policy.Outcome) {
	if o.Status != policy.OK || o.Work <= 0 || !o.Request.Known {
		return
	}
	s := sized{o.Request.Work, o.Work}
	if len(p.measured) < p.Window {
		p.measured = append(p.measured, s)
	} else {
		p.measured[p.next] = s
		p.next = (p.next + 1) % p.Window
	}
	if first := len(p.sizes) == 0 && len(p.measured) >= leastMeasured*p.Groups; first || len(p.sizes) > 0 && v.Now >= p.cut+p.Recut {
		p.cut = v.Now
		p.measure()
	}
}

// measure makes the distribution of the work over the predictions again.
func (p *SITA) measure() {
	p.sorted = append(p.sorted[:0], p.measured...)
	slices.SortFunc(p.sorted, func(a, b sized) int {
		return cmp.Or(cmp.Compare(a.predicted, b.predicted), cmp.Compare(a.needed, b.needed))
	})
	p.sizes, p.upTo = p.sizes[:0], p.upTo[:0]
	sum := 0.0
	for _, s := range p.sorted {
		if sum += s.needed; len(p.sizes) == 0 || p.sizes[len(p.sizes)-1] < s.predicted {
			p.sizes, p.upTo = append(p.sizes, s.predicted), append(p.upTo, sum)
		} else {
			p.upTo[len(p.upTo)-1] = sum
		}
	}
	for i := range p.upTo {
		p.upTo[i] /= sum
	}
}

// Route implements policy.Router.
func (p *SITA) Route(v *policy.View, r *policy.Request) (policy.WorkerID, bool) {
	if len(v.Ready()) == 0 {
		p.took = policy.NoWorker
		return p.took, false
	}
	if p.changes != v.Changes() {
		p.split(v)
	}
	ready := v.Ready()
	if p.of = -1; r.Known && len(p.sizes) > 0 {
		p.of = p.group(r.Work)
		ready = ready[p.groups[p.of].from:p.groups[p.of].to]
	}
	i := p.rand.IntN(len(ready))
	p.took = ready[i]
	for k := 1; k < min(len(ready), maxTied); k++ {
		if id := ready[(i+k)%len(ready)]; v.Worker(id).InFlight < v.Worker(p.took).InFlight {
			p.took = id
		}
	}
	return p.took, true
}

// group is that of a request of so much predicted work.
func (p *SITA) group(work float64) int {
	i, among := slices.BinarySearch(p.sizes, work)
	if i == len(p.sizes) {
		return len(p.groups) - 1 // more than any that was measured
	}
	low := 0.0
	if i > 0 {
		low = p.upTo[i-1]
	}
	high := low
	if among {
		high = p.upTo[i]
	}
	first, last := p.at(low), p.at(high)
	if first == last {
		return first
	}
	return p.at(low + p.rand.Float64()*(high-low))
}

// at is the group at a share of the work.
func (p *SITA) at(share float64) int {
	i := 0
	for i < len(p.groups)-1 && share >= p.groups[i].upTo {
		i++
	}
	return i
}

// split makes the groups of the ready workers, as equal in number as can be.
func (p *SITA) split(v *policy.View) {
	p.changes, p.groups = v.Changes(), p.groups[:0]
	ready := v.Ready()
	n, all, sum := min(p.Groups, len(ready)), capacities(v), 0.0
	for i := range n {
		g := group{from: i * len(ready) / n, to: (i + 1) * len(ready) / n}
		for _, id := range ready[g.from:g.to] {
			sum += capacity(v.Worker(id))
		}
		g.upTo = sum / all
		p.groups = append(p.groups, g)
	}
}

// Explain implements policy.Explainer: the group, and why that worker of it.
func (p *SITA) Explain(v *policy.View, r *policy.Request) []string {
	line, ready := fmt.Sprintf("worker %d: %d in flight", p.took, v.Worker(p.took).InFlight), v.Ready()
	among, why := len(ready), "its work is not known"
	switch {
	case len(ready) == 1:
		return []string{line + theOnlyOne}
	case p.of >= 0:
		g := p.groups[p.of]
		among = g.to - g.from
		why = fmt.Sprintf("%.4g CPU-s predicted: group %d of %d, workers %d to %d", r.Work, p.of+1, len(p.groups), ready[g.from], ready[g.to-1])
	case len(p.sizes) == 0:
		why = "too little is measured to divide requests by their work"
	}
	return []string{why, line + fmt.Sprintf(": taken, the fewest of %d looked at", min(among, maxTied))}
}
