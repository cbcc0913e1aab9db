package trace

import (
	"cmp"
	"math"
	"slices"
)

const (
	// leastDonors is how many blocks a block is drawn from at least, where the trace
	// has so many times as many.
	leastDonors = 10
	// differs is how many standard errors apart two stretches are whose rates are
	// not the same. Some hundred are compared for each block.
	differs = 4
	// cautious is by how much shorter than found a stretch is taken that a change
	// of the rate ends: where that is gradual it is as large as chance by then, and
	// a peak would be lower by it.
	cautious = 3
	// farthest is the part of the trace, to each side, that is near.
	farthest = 0.25
)

// A pool is the blocks that a block is drawn from: those of a stretch [from, to),
// or else a list.
type pool struct {
	from, to int32
	list     []int32
}

func (s *pool) len() int {
	if s.list != nil {
		return len(s.list)
	}
	return int(s.to - s.from)
}

func (s *pool) at(i int) int {
	if s.list != nil {
		return int(s.list[i])
	}
	return int(s.from) + i
}

// pools is for each block which blocks are near it in time and in rate: as far to
// each side as the rate stays the same within what chance does; and where those
// are few, as at an edge, the ones of the whole trace whose rate is nearest. p
// counts in blocks, each of so many cells of the noise. Complete is how many blocks
// are whole: the last may be short, and is in no pool.
func pools(p prefix, d noise, cells, complete int) []pool {
	out, rates := make([]pool, p.cells()), make([]float64, complete)
	for k := range complete {
		out[k] = near(p, d, cells, k, complete)
		rates[k] = p.sum(int(out[k].from), int(out[k].to)) / float64(out[k].len())
	}
	least := min(leastDonors, max(complete/leastDonors, 1))
	var order []int // by rate, only if it is needed
	for k := range complete {
		if out[k].len() >= least {
			continue
		}
		if order == nil {
			order = ordered(rates)
		}
		out[k] = pool{list: alike(order, rates, k, least)}
	}
	for k := complete; k < len(out); k++ {
		out[k] = out[complete-1]
	}
	return out
}

// alone are pools of blocks of which each is drawn from itself.
func alone(blocks int) []pool {
	out := make([]pool, blocks)
	for k := range out {
		out[k] = pool{from: int32(k), to: int32(k + 1)}
	}
	return out
}

// near is the stretch of block k: the same length to both sides, so that a rate
// that rises or falls steadily has its mean in the middle.
func near(p prefix, d noise, cells, k, complete int) pool {
	half := max(int(farthest*float64(complete)), 2*leastDonors)
	most, changes := half, false
	for _, side := range [2]int{-1, 1} {
		if n, ends := reach(p, d, cells, k, side, most, complete); !ends {
			half, changes = min(half, n/cautious), true
		}
	}
	if room := min(k, complete-1-k); half > room && (changes || lopsided(p, d, cells, k, half, complete)) {
		half = max(room, half/cautious) // on one side alone its mean is that of another instant
	}
	return pool{from: int32(max(k-half, 0)), to: int32(min(k+half+1, complete))}
}

// lopsided says whether the rates before and after block k differ, of as many blocks as
// the stretch has there.
func lopsided(p prefix, d noise, cells, k, half, complete int) bool {
	from, to := max(k-half, 0), min(k+half+1, complete)
	if k == from || k+1 == to {
		return false
	}
	return unlike(p.sum(from, k), p.sum(k+1, to), k-from, to-k-1, d, cells)
}

// ordered is all blocks by rate, ties in order of time.
func ordered(rates []float64) []int {
	out := make([]int, len(rates))
	for i := range out {
		out[i] = i
	}
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(rates[a], rates[b]) })
	return out
}

// alike is the n blocks whose rate is nearest to that of block k. A difference as
// large as chance counts as much as the whole trace between them.
func alike(order []int, rates []float64, k, n int) []int32 {
	at, _ := slices.BinarySearchFunc(order, rates[k], func(i int, r float64) int { return cmp.Compare(rates[i], r) })
	some := slices.Clone(order[max(at-2*n, 0):min(at+2*n, len(order))])
	far := func(i int) float64 {
		return math.Abs(rates[i]-rates[k])/math.Sqrt(rates[k]+1) + math.Abs(float64(i-k))/float64(len(rates))
	}
	slices.SortStableFunc(some, func(a, b int) int { return cmp.Compare(far(a), far(b)) })
	if !slices.Contains(some[:n], k) {
		some[n-1] = k
	}
	var out []int32
	for _, i := range some[:n] {
		out = append(out, int32(i))
	}
	return out
}

// reach is how many blocks beyond k on one side (-1 before, 1 after) have the
// same rate: rings of a quarter of what was found are added as long as neither
// the ring differs from the rest nor one half from the other. ends says that
// nothing but the end of the trace, or the most, ended it.
func reach(p prefix, d noise, cells, k, side, most, complete int) (n int, ends bool) {
	between := func(a, b int) float64 { // blocks from a-th to before the b-th beyond k
		if side > 0 {
			return p.sum(k+a, k+b)
		}
		return p.sum(k-b+1, k-a+1)
	}
	room := complete - k
	if side < 0 {
		room = k + 1
	}
	room = min(room, most+1)
	for h := 1; h < room; {
		g := min(max(h/4, 1), room-h)
		if unlike(between(0, h), between(h, h+g), h, g, d, cells) {
			return h - 1, false
		}
		h += g
		if m := h / 2; h >= 4 && unlike(between(0, m), between(m, h), m, h-m, d, cells) {
			return m - 1, false
		}
	}
	return room - 1, true
}

// unlike says whether counts in a and b blocks differ by more than chance.
func unlike(x, y float64, a, b int, d noise, cells int) bool {
	fa, fb := float64(a), float64(b)
	rate := (x + y) / (fa + fb)
	diff := y - fb/fa*x
	variance := rate * fb * d.of(b*cells) * (1 + fb/fa)
	return math.Abs(diff)-0.5 > differs*math.Sqrt(variance+1)
}
