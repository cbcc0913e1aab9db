package route

import (
	"errors"
	"fmt"
	"math"
	"time"

	"cnv/policy"
)

const (
	maxPool     = 64  // bounds Prequal.Pool
	mostReuse   = 8   // decisions that one answer serves at most
	fullProbing = 4   // workers below which all are probed
	recentRIFs  = 128 // answers that the threshold follows from
)

// Prequal asks a few workers at random, beside each request and not before it, how many
// requests they have in flight and how long recent ones took that met as many, and sends a
// request where the answers of the last second say it will be quickest: to the least latency of
// those that are cold, that is, have no more requests in flight than the share Quantile of recent
// answers; where all are hot, to the fewest in flight. So the requests in flight bound how
// far a fast worker is loaded, and latency decides below that.
//
// Answers are kept in a pool of Pool. One that is used counts a request more, and serves
// Reuse decisions in all, as many as keep the pool full; with each decision Remove of them
// are dropped, the oldest and the worst by turns; of a worker only the last counts. With fewer than
// two answers left a worker is drawn at random. Attempts that have failed there since one that
// did not count as requests in flight, so that a worker that fails fast does not look idle.
//
// In a small fleet of n workers the pool holds n/2, and below four workers all are probed
// and kept: with the pool of 16 the number of uses would be infinite up to 24 workers.
// O(Pool) per decision, and Probes messages each way.
//
// Source: Wydrowski, Kleinberg, Rumble, Archer, "Load is not what you should balance:
// Introducing Prequal", NSDI 2024, sections 4 and 5.
type Prequal struct {
	Pool     int           `toml:"pool" doc:"answers that are kept at most, 2 to 64" range:"4:32" set:"yes"`
	Probes   float64       `toml:"probes" doc:"workers asked per request, on average, 0 to 16" range:"1:5" set:"yes"`
	Remove   float64       `toml:"remove" doc:"answers dropped per decision, on average, 0 to 16" range:"0:2" set:"yes"`
	Quantile float64       `toml:"quantile" doc:"share of recent answers with no more requests in flight than a cold worker, 0 (fewest in flight alone) to 1 (latency alone)" range:"0.5:1" set:"yes"`
	Age      time.Duration `toml:"age" doc:"how old an answer may be that is used" range:"100ms:5s" set:"yes"`

	rand   *policy.Rand
	rifs   rifs
	byAge  bool                // drop the oldest next, not the worst
	pool   []probed            // oldest first
	places [maxPool + 1]probed // of pool

	lastPool [maxPool]probed // as they were at the last decision
	last     []probed
	lastRIF  int32           // the threshold then
	took     policy.WorkerID // by the last decision
}

// A probed is an answer to a probe.
type probed struct {
	worker  policy.WorkerID
	rif     int32         // requests in flight there, and those sent since by this answer
	latency time.Duration // 0: not known
	at      time.Duration
	uses    int // left
}

// NewPrequal returns the defaults, those of the paper.
func NewPrequal() *Prequal {
	return &Prequal{Pool: 16, Probes: 3, Remove: 1, Quantile: 0.84, Age: time.Second}
}

// Validate checks the parameters.
func (p *Prequal) Validate() error {
	var errs []error
	bad := func(wrong bool, format string, args ...any) {
		if wrong {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	bad(p.Pool < 2 || p.Pool > maxPool, "pool = %d, must be in [2, %d]", p.Pool, maxPool)
	bad(!(p.Probes >= 0 && p.Probes <= maxChoices), "probes = %v, must be in [0, %d]", p.Probes, maxChoices)
	bad(!(p.Remove >= 0 && p.Remove <= maxChoices), "remove = %v, must be in [0, %d]", p.Remove, maxChoices)
	bad(!(p.Quantile >= 0 && p.Quantile <= 1), "quantile = %v, must be in [0, 1]", p.Quantile)
	bad(p.Age <= 0, "age = %v, must be positive", p.Age)
	return errors.Join(errs...)
}

// Start implements policy.Starter.
func (p *Prequal) Start(e policy.Env) error {
	p.rand, p.pool = e.Rand, p.places[:0]
	return nil
}

// Act implements policy.Actor: with each arrival some workers are asked.
func (p *Prequal) Act(v *policy.View, do *policy.Actions, _ uint64) {
	ready := v.Ready()
	if n := len(ready); n < fullProbing {
		for _, id := range ready[:min(n, p.whole(p.Probes)*n)] { // none where Probes is 0
			do.Probe(id)
		}
		return
	}
	var seen draws
	for range min(p.whole(p.Probes), len(ready), maxChoices) {
		do.Probe(ready[seen.next(p.rand, len(ready))])
	}
}

// whole rounds up or down at random, so that x is the mean.
func (p *Prequal) whole(x float64) int {
	n := math.Floor(x)
	if x > n && p.rand.Float64() < x-n {
		n++
	}
	return int(n)
}

// ProbeReply implements policy.ProbeObserver.
func (p *Prequal) ProbeReply(v *policy.View, w policy.WorkerID, inFlight int, latency time.Duration) {
	p.rifs.add(int32(min(max(inFlight, 0), math.MaxInt32/2)))
	for i := range p.pool {
		if p.pool[i].worker == w {
			p.drop(i)
			break
		}
	}
	n := len(v.Ready())
	for len(p.pool) >= p.size(n) {
		p.drop(0)
	}
	p.pool = append(p.pool, probed{
		worker: w, rif: int32(min(max(inFlight, 0), math.MaxInt32/2)), latency: latency, at: v.Now, uses: p.whole(p.reuse(n)),
	})
}

// size is how many answers are kept with n workers.
func (p *Prequal) size(n int) int {
	if n < fullProbing {
		return min(max(n, 1), p.Pool)
	}
	return min(p.Pool, max(n/2, 2))
}

// reuse is how many decisions an answer serves, on average, with n workers: as many as come in
// for each that is dropped or used up, and one more (the paper's b_reuse with delta = 1).
func (p *Prequal) reuse(n int) float64 {
	come := (1-float64(p.size(n))/float64(max(n, 1)))*p.Probes - p.Remove
	if come <= 0 {
		return mostReuse
	}
	return min(max(2/come, 1), mostReuse)
}

// drop takes an answer out of the pool.
func (p *Prequal) drop(i int) {
	copy(p.pool[i:], p.pool[i+1:])
	p.pool = p.pool[:len(p.pool)-1]
}

// Route implements policy.Router.
func (p *Prequal) Route(v *policy.View, _ *policy.Request) (policy.WorkerID, bool) {
	ready := v.Ready()
	p.last = nil
	switch len(ready) {
	case 0:
		return policy.NoWorker, false
	case 1:
		p.took = ready[0]
		return p.took, true
	}
	p.refresh(v)
	if len(p.pool) < 2 {
		p.took = ready[p.rand.IntN(len(ready))]
		return p.took, true
	}
	p.lastRIF = p.rifs.quantile(p.Quantile)
	p.last = append(p.lastPool[:0], p.pool...)
	best := 0
	for i := range p.pool {
		if p.better(v, &p.pool[i], &p.pool[best]) {
			best = i
		}
	}
	e := &p.pool[best]
	p.took = e.worker
	e.rif++
	if e.uses--; e.uses <= 0 {
		p.drop(best)
	}
	for range min(p.whole(p.Remove), len(p.pool)) {
		p.remove(v)
	}
	return p.took, true
}

// refresh drops what is too old, or of workers that take no requests.
func (p *Prequal) refresh(v *policy.View) {
	kept := p.pool[:0]
	for i := range p.pool {
		if e := p.pool[i]; v.Now-e.at <= p.Age && v.Takes(e.worker) {
			kept = append(kept, e)
		}
	}
	p.pool = kept
}

// load is what counts as requests in flight of an answer.
func (e *probed) load(v *policy.View) int32 { return e.rif + v.Worker(e.worker).Failures }

// hot says whether it is above the threshold of the last decision.
func (p *Prequal) hot(v *policy.View, e *probed) bool { return e.load(v) > p.lastRIF }

// better is the rule of hot and cold: a before b. Ties go to fewer requests in flight, then to
// the older answer.
func (p *Prequal) better(v *policy.View, a, b *probed) bool {
	hot := p.hot(v, a)
	if other := p.hot(v, b); hot != other {
		return other
	}
	if !hot && a.latency != b.latency {
		return a.latency < b.latency
	}
	return a.load(v) < b.load(v)
}

// remove drops the oldest answer or the worst, by turns.
func (p *Prequal) remove(v *policy.View) {
	worst := 0
	if p.byAge = !p.byAge; !p.byAge {
		for i := range p.pool {
			if p.better(v, &p.pool[worst], &p.pool[i]) {
				worst = i
			}
		}
	}
	p.drop(worst)
}

// Explain implements policy.Explainer: the answers that were looked at.
func (p *Prequal) Explain(v *policy.View, _ *policy.Request) []string {
	if len(v.Ready()) == 1 {
		return []string{fmt.Sprintf("worker %d", p.took) + theOnlyOne}
	}
	if len(p.last) == 0 {
		return []string{"fewer than two workers have answered lately", fmt.Sprintf("worker %d", p.took) + fmt.Sprintf(drawnAmong, len(v.Ready()))}
	}
	out := []string{fmt.Sprintf("%d workers have answered lately; more than %d in flight is hot", len(p.last), p.lastRIF)}
	for i := range p.last {
		e := &p.last[i]
		line := fmt.Sprintf("worker %d: %d in flight", e.worker, e.load(v))
		if e.latency > 0 {
			line += fmt.Sprintf(", latency %.4g s", e.latency.Seconds())
		}
		switch hot := p.hot(v, e); {
		case e.worker == p.took && hot:
			line += ": taken, the fewest, as all are hot"
		case e.worker == p.took:
			line += ": taken, the least latency of those that are not hot"
		case hot:
			line += ", hot"
		}
		out = append(out, line)
	}
	return shortened(out)
}

// rifs are the requests in flight of recent answers, and how many have each number.
type rifs struct {
	ring   [recentRIFs]int32
	counts [256]int16 // the last: so many or more
	n      int        // so many were ever added
}

// add takes in one.
func (r *rifs) add(n int32) {
	at := &r.ring[r.n%recentRIFs]
	if r.n >= recentRIFs {
		r.counts[*at]--
	}
	*at = min(n, int32(len(r.counts)-1))
	r.counts[*at]++
	r.n++
}

// quantile is the least number that the share q of them does not exceed, -1 where q is 0: then
// all are above it. O(that number).
func (r *rifs) quantile(q float64) int32 {
	if q == 1 {
		return math.MaxInt32
	}
	want := int(math.Ceil(q * float64(min(r.n, recentRIFs))))
	if want == 0 {
		return -1
	}
	seen := 0
	for i, n := range r.counts {
		if seen += int(n); seen >= want {
			return int32(i)
		}
	}
	return int32(len(r.counts) - 1)
}
