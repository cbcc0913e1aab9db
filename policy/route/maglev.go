package route

import (
	"fmt"
	"math"

	"cnv/policy"
)

// Maglev is consistent hashing by a table: each worker walks the table in an order of its
// own and takes the next free entry in turn, so that all have nearly the same number; a
// request goes to the worker at the entry of its key's hash. A worker that comes or goes
// moves its own share of the keys and a few others. Requests without a key go anywhere.
//
// Where workers have different capacities the turns are in proportion. Table should be some
// hundred times the number of workers, and prime.
//
// With Bound no worker has more than Bound times its share of the requests in flight: one
// that would goes to the next entries of the table ([OverflowNext]) or to where its hash,
// hashed again, points to ([OverflowRehash]). O(1); about O(Table · log Table) after the fleet has
// changed.
//
// Source: Eisenbud et al. 2016, Maglev, NSDI, section 3.4; names, hashes and weights as in
// Envoy's maglev (xxHash64, default table 65537).
type Maglev struct {
	Table    int      `toml:"table" doc:"entries of the table, a prime from 2 to 5000011"`
	By       By       `toml:"by" doc:"place requests by their \"key\" or their \"class\"" set:"key,class"`
	Bound    float64  `toml:"bound" doc:"most in flight, in multiples of a worker's share, 1.01 to 100; 0: no bound" range:"1.05:3" set:"yes"`
	Overflow Overflow `toml:"overflow" doc:"beyond the bound: to the \"next\" entry of the table, or \"rehash\"" set:"next,rehash"`

	changes  uint64
	table    []policy.WorkerID
	walks    []walk
	capacity float64 // of all ready workers
	last     probe
}

// A walk is the order in which a worker takes entries: offset, then every skip-th.
type walk struct {
	id     policy.WorkerID
	at     uint64 // the next entry
	skip   uint64
	weight float64
	target float64 // its turn is when its weight times the round has come so far
}

// maxTable bounds Maglev.Table, as Envoy does.
const maxTable = 5_000_011

// Validate checks the parameters.
func (p *Maglev) Validate() error {
	if p.Table < 2 || p.Table > maxTable || !prime(p.Table) {
		return fmt.Errorf("table = %d, must be a prime in [2, %d]", p.Table, maxTable)
	}
	return checkAffinity(p.By, p.Bound, p.Overflow)
}

// prime says whether n, which is at least 2, is a prime.
func prime(n int) bool {
	for d := 2; d*d <= n; d++ {
		if n%d == 0 {
			return false
		}
	}
	return true
}

// Route implements policy.Router.
func (p *Maglev) Route(v *policy.View, r *policy.Request) (policy.WorkerID, bool) {
	if len(v.Ready()) == 0 {
		p.last.took = policy.NoWorker
		return policy.NoWorker, false
	}
	if p.changes != v.Changes() {
		p.build(v)
	}
	size := uint64(len(p.table))
	h := hashOf(p.By, r)
	at := h % size
	home := p.table[at]
	p.last = probe{took: home, home: home}
	if p.Bound == 0 {
		return home, true
	}
	most := newCeiling(v, p.Bound, p.capacity)
	for range mostProbes {
		if id := p.table[at]; most.admits(v.Worker(id)) {
			p.last.took = id
			return id, true
		}
		if p.Overflow == OverflowNext {
			at = (at + 1) % size
		} else {
			h = hashNumber(3, h)
			at = h % size
		}
	}
	p.last = probe{v.Least()[0], home, true}
	return p.last.took, true
}

// build makes the table of the ready workers.
func (p *Maglev) build(v *policy.View) {
	p.changes, p.walks = v.Changes(), p.walks[:0]
	p.capacity = capacities(v)
	var name []byte
	for _, id := range v.Ready() {
		name = appendName(name[:0], id)
		p.walks = append(p.walks, newWalk(id, name, p.Table, capacity(v.Worker(id))))
	}
	if len(p.table) != p.Table {
		p.table = make([]policy.WorkerID, p.Table)
	}
	populate(p.table, p.walks)
}

// newWalk is the walk of a worker of a name through a table.
func newWalk(id policy.WorkerID, name []byte, table int, weight float64) walk {
	size := uint64(table)
	return walk{id: id, at: hashText(0, name) % size, skip: hashText(1, name)%(size-1) + 1, weight: weight}
}

// populate fills a table by walks, of which there is at least one. A worker of the largest
// weight has a turn in each round, one of a third of it in every third.
func populate(table []policy.WorkerID, walks []walk) {
	for i := range table {
		table[i] = policy.NoWorker
	}
	most := 0.0
	for i := range walks {
		most = math.Max(most, walks[i].weight)
	}
	size, filled := uint64(len(table)), 0
	for round := 1.0; ; round++ {
		for i := range walks {
			w := &walks[i]
			if round*w.weight < w.target {
				continue
			}
			w.target += most
			for table[w.at] != policy.NoWorker {
				w.at = (w.at + w.skip) % size
			}
			table[w.at] = w.id
			if filled++; filled == len(table) {
				return
			}
		}
	}
}

// Explain implements policy.Explainer: by what the request was placed, and where.
func (p *Maglev) Explain(v *policy.View, r *policy.Request) []string {
	if p.last.took == policy.NoWorker {
		return nil
	}
	return p.last.explain(v, p.By, r)
}
