package route

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"strconv"

	"cnv/policy"
)

// RingHash is consistent hashing on a ring: each worker has points on it, the hashes of its
// name with a number behind it, and a request goes to the worker of the first point at or
// after the hash of its key. So equal keys meet one worker, and a worker that comes or goes
// moves only its own share of them. Requests without a key go anywhere.
//
// A worker has Points points for as much capacity as a worker of the first pool has, others
// in proportion. More of them spread more evenly: the shares differ by about 1/√Points.
//
// With Bound no worker has more than Bound times its share of the requests in flight. One
// that would goes to the next worker on the ring ([OverflowNext], as in the source, which
// loads the neighbour of a hot worker), or to where its hash, hashed again, points to
// ([OverflowRehash]). O(1) on average; O(workers · Points) after the fleet has changed.
//
// Source: Karger et al. 1997, doi:10.1145/258533.258660; the ring is Envoy's ring_hash
// (xxHash64 of NAME_NUMBER), Bound its hash_balance_factor / 100.
type RingHash struct {
	Points   int      `toml:"points" doc:"points on the ring per worker of the first pool's capacity, 1 to 10000" range:"20:400"`
	By       By       `toml:"by" doc:"place requests by their \"key\" or their \"class\"" set:"key,class"`
	Bound    float64  `toml:"bound" doc:"most in flight, in multiples of a worker's share, 1.01 to 100; 0: no bound" range:"1.05:3" set:"yes"`
	Overflow Overflow `toml:"overflow" doc:"beyond the bound: to the \"next\" worker on the ring, or \"rehash\"" set:"next,rehash"`

	roster   roster
	ring     []point
	merged   []point
	starts   []int32 // by the first bits of a hash: the first point that is not before them
	shift    int     // of a hash to its first bits
	capacity float64 // of all ready workers
	last     probe
}

// A point is a place on the ring, in order of (hash, id).
type point struct {
	hash uint64
	id   policy.WorkerID
}

// Validate checks the parameters.
func (p *RingHash) Validate() error {
	if p.Points < 1 || p.Points > 10_000 {
		return fmt.Errorf("points = %d, must be in [1, 10000]", p.Points)
	}
	return checkAffinity(p.By, p.Bound, p.Overflow)
}

// Route implements policy.Router.
func (p *RingHash) Route(v *policy.View, r *policy.Request) (policy.WorkerID, bool) {
	if p.roster.stale(v) {
		p.follow(v)
	}
	if len(p.ring) == 0 {
		p.last.took = policy.NoWorker
		return policy.NoWorker, false
	}
	h := hashOf(p.By, r)
	at := p.at(h)
	home := p.ring[at].id
	p.last = probe{took: home, home: home}
	if p.Bound == 0 {
		return home, true
	}
	most := newCeiling(v, p.Bound, p.capacity)
	for range mostProbes {
		if id := p.ring[at].id; most.admits(v.Worker(id)) {
			p.last.took = id
			return id, true
		}
		if p.Overflow == OverflowNext {
			at = p.after(at)
		} else {
			h = hashNumber(3, h)
			at = p.at(h)
		}
	}
	p.last = probe{v.Least()[0], home, true}
	return p.last.took, true
}

// at is the first point at or after a hash, going round. O(1) on average.
func (p *RingHash) at(h uint64) int {
	i := int(p.starts[h>>p.shift])
	for i < len(p.ring) && p.ring[i].hash < h {
		i++
	}
	if i == len(p.ring) {
		return 0
	}
	return i
}

// index makes starts, of about as many entries as there are points.
func (p *RingHash) index() {
	width := bits.Len(uint(len(p.ring)))
	p.shift, p.starts = 64-width, slices.Grow(p.starts[:0], 1<<width)
	i := 0
	for first := range uint64(1) << width {
		for i < len(p.ring) && p.ring[i].hash>>p.shift < first {
			i++
		}
		p.starts = append(p.starts, int32(i))
	}
}

// after is the next point of another worker, or the same point if there is none.
func (p *RingHash) after(at int) int {
	id := p.ring[at].id
	for range p.ring {
		if at++; at == len(p.ring) {
			at = 0
		}
		if p.ring[at].id != id {
			break
		}
	}
	return at
}

// follow takes in who came and who left.
func (p *RingHash) follow(v *policy.View) {
	left, came := p.roster.update(v)
	if len(left) > 0 {
		p.ring = slices.DeleteFunc(p.ring, func(q point) bool {
			_, gone := slices.BinarySearch(left, q.id)
			return gone
		})
	}
	p.capacity = capacities(v)
	var fresh []point
	for _, id := range came {
		name := appendName(nil, id)
		fresh = appendPoints(fresh, id, name, p.points(v, id))
	}
	slices.SortFunc(fresh, point.compare)
	p.merge(fresh)
	p.index()
}

// points is how many points a worker has.
func (p *RingHash) points(v *policy.View, id policy.WorkerID) int {
	first := &v.Pools()[0]
	n := float64(p.Points) * capacity(v.Worker(id)) / (float64(first.Cores) * first.Speed)
	return max(1, int(n+0.5))
}

// appendPoints appends the first n points of a worker.
func appendPoints(out []point, id policy.WorkerID, name []byte, n int) []point {
	name = append(name, '_')
	for i := range n {
		out = append(out, point{hashText(0, strconv.AppendInt(name, int64(i), 10)), id})
	}
	return out
}

func (q point) compare(o point) int {
	return cmp.Or(cmp.Compare(q.hash, o.hash), cmp.Compare(q.id, o.id))
}

// merge puts sorted points into the ring.
func (p *RingHash) merge(fresh []point) {
	out := p.merged[:0]
	i := 0
	for _, q := range fresh {
		for ; i < len(p.ring) && p.ring[i].compare(q) < 0; i++ {
			out = append(out, p.ring[i])
		}
		out = append(out, q)
	}
	out = append(out, p.ring[i:]...)
	p.ring, p.merged = out, p.ring
}

// Explain implements policy.Explainer: by what the request was placed, and where.
func (p *RingHash) Explain(v *policy.View, r *policy.Request) []string {
	if p.last.took == policy.NoWorker {
		return nil
	}
	return p.last.explain(v, p.By, r)
}
