package trace

import "cnv/policy"

// tries are how many blocks of its pool are drawn for a place where the rate is
// correlated. The one that fits the block before it best is taken.
const tries = 4

// joints says how blocks fit: how many arrivals there were just before each, and at
// its end. So a burst that is cut where a block ends goes on in the next more
// often (matched-block bootstrap: Carlstein, Do, Hall, Hesterberg, Künsch 1998,
// Bernoulli 4, 305-328). Both are empty where nothing is correlated.
type joints struct{ before, end []int32 }

// jointsOf are those of blocks of so many cells.
func jointsOf(p prefix, per int, d noise) joints {
	lasts := d.correlated()
	if lasts == 0 {
		return joints{}
	}
	seen := min(max(lasts/4, 1), per) // cells, of which the last decides how the rate goes on
	var j joints
	for at := 0; at < p.cells(); at += per {
		from, to := max(at-seen, 0), at
		if at == 0 {
			to = min(seen, p.cells()) // nothing is known of what was before
		}
		j.before = append(j.before, int32(p.sum(from, to)))
		to = min(at+per, p.cells())
		j.end = append(j.end, int32(p.sum(max(to-seen, 0), to)))
	}
	return j
}

// gap is how badly block b goes on where block a ends.
func (j *joints) gap(a, b int) int32 { return max(j.before[b]-j.end[a], j.end[a]-j.before[b]) }

// A draw is which blocks a replication has. The n-th has as many draws as it
// needs, all different.
type draw struct {
	l     *local
	rng   *policy.Rand
	place int // of the block last drawn; -1: none
	last  int // the block
}

func (l *local) draw(seed uint64, copy int) draw {
	return draw{l, policy.NewRand(seed, "local", copy), -1, 0}
}

// donor is the block in the place of block k. Places are asked for in order, as
// often as one likes.
func (d *draw) donor(k int) int {
	if k == d.place {
		return d.last
	}
	s, rng := &d.l.donors[k], d.rng.At(uint64(k))
	best := s.at(rng.IntN(s.len()))
	if j := &d.l.joints; len(j.end) > 0 && d.place >= 0 {
		for range tries - 1 {
			if b := s.at(rng.IntN(s.len())); j.gap(d.last, b) < j.gap(d.last, best) {
				best = b
			}
		}
	}
	d.place, d.last = k, best
	return best
}
