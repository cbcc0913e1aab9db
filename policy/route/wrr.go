package route

import (
	"fmt"
	"slices"
	"time"

	"cnv/policy"
)

// WeightedRoundRobin is nginx's smooth weighted round robin: at each decision every worker
// is given credit by its weight, the one with the most is taken, ties to the lowest ID, and
// pays what all were given together. So each has its share of the requests, and the turns of
// a heavy worker lie far apart: weights 5, 1, 1 give A A B A C A A.
//
// A weight is a worker's cores times its speed. A worker that comes begins with no credit.
// Within SlowStart of becoming ready its weight grows from a tenth to all of it, in
// proportion to its age. Failures change no weight, unlike nginx's max_fails.
//
// Workers of one weight are one class, in a heap by credit: what all of a class are given
// alike is kept once. O(log n + classes + workers in slow start).
//
// Source: nginx, ngx_http_upstream_round_robin.c; slow start as in Envoy.
type WeightedRoundRobin struct {
	SlowStart time.Duration `toml:"slow_start" doc:"time over which a new worker's weight grows to all of it; 0s: at once" range:"0s:5m" set:"yes"`

	roster  roster
	classes []creditClass
	places  policy.Places
	young   []debtor

	took policy.WorkerID // by the last decision
	had  float64         // its credit then
}

// A creditClass is the workers of one weight.
type creditClass struct {
	weight float64
	given  float64 // to each member so far
	// members are in order of what each has paid so far, less what the class was given
	// before it came: credit is given - Key.
	members policy.Heap[float64, struct{}]
}

// A debtor is a worker in slow start.
type debtor struct {
	id     policy.WorkerID
	credit float64
}

// Validate checks the parameters.
func (p *WeightedRoundRobin) Validate() error { return checkSlowStart(p.SlowStart) }

// Route implements policy.Router.
func (p *WeightedRoundRobin) Route(v *policy.View, _ *policy.Request) (policy.WorkerID, bool) {
	if p.roster.stale(v) {
		p.follow(v)
	}
	if len(p.young) > 0 {
		p.mature(v)
	}
	total, best, class := 0.0, debtor{id: policy.NoWorker}, -1
	for i := range p.classes {
		c := &p.classes[i]
		if len(c.members) == 0 {
			continue
		}
		c.given += c.weight
		total += c.weight * float64(len(c.members))
		if d := (debtor{policy.WorkerID(c.members[0].Tie), c.given - c.members[0].Key}); d.before(best) {
			best, class = d, i
		}
	}
	young := -1
	for i := range p.young {
		d := &p.young[i]
		w := v.Worker(d.id)
		gets := capacity(w) * share(v, w, p.SlowStart)
		d.credit += gets
		total += gets
		if d.before(best) {
			best, young = *d, i
		}
	}
	switch {
	case young >= 0:
		p.young[young].credit -= total
	case class >= 0:
		m := &p.classes[class].members
		e := (*m)[0]
		e.Key += total
		m.Move(p.places, e)
	}
	p.took, p.had = best.id, best.credit
	return best.id, best.id != policy.NoWorker
}

// before says whether d has more credit than e, or as much and a lower ID.
func (d debtor) before(e debtor) bool {
	return e.id == policy.NoWorker || d.credit > e.credit || d.credit == e.credit && d.id < e.id
}

// follow takes in who came and who left.
func (p *WeightedRoundRobin) follow(v *policy.View) {
	left, came := p.roster.update(v)
	for _, id := range left {
		if i := slices.IndexFunc(p.young, func(d debtor) bool { return d.id == id }); i >= 0 {
			p.young = slices.Delete(p.young, i, i+1)
			continue
		}
		p.class(v, id).members.Remove(p.places, int32(id))
	}
	for _, id := range came {
		if w := v.Worker(id); share(v, w, p.SlowStart) < 1 {
			p.young = append(p.young, debtor{id: id})
		} else {
			p.enter(v, debtor{id: id})
		}
	}
}

// mature gives workers whose slow start is over to their classes.
func (p *WeightedRoundRobin) mature(v *policy.View) {
	p.young = slices.DeleteFunc(p.young, func(d debtor) bool {
		grown := share(v, v.Worker(d.id), p.SlowStart) == 1
		if grown {
			p.enter(v, d)
		}
		return grown
	})
}

// enter puts a worker into its class.
func (p *WeightedRoundRobin) enter(v *policy.View, d debtor) {
	for len(p.places) <= int(d.id) {
		p.places = append(p.places, -1)
	}
	c := p.class(v, d.id)
	c.members.Put(p.places, policy.Entry[float64, struct{}]{Key: c.given - d.credit, Tie: uint64(d.id)})
}

// class is that of a worker's weight.
func (p *WeightedRoundRobin) class(v *policy.View, id policy.WorkerID) *creditClass {
	weight := capacity(v.Worker(id))
	i := slices.IndexFunc(p.classes, func(c creditClass) bool { return c.weight == weight })
	if i < 0 {
		i = len(p.classes)
		p.classes = append(p.classes, creditClass{weight: weight})
	}
	return &p.classes[i]
}

// Explain implements policy.Explainer: the credit by which the worker was taken.
func (p *WeightedRoundRobin) Explain(v *policy.View, _ *policy.Request) []string {
	n := len(v.Ready())
	line := fmt.Sprintf("worker %d", p.took)
	if n == 1 {
		return []string{line + theOnlyOne}
	}
	w := v.Worker(p.took)
	return []string{line + fmt.Sprintf(": weight %.4g, credit %.4g: taken, the most credit of %d workers",
		capacity(w)*share(v, w, p.SlowStart), p.had, n)}
}
