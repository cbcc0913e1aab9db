package route

import "cnv/policy"

// draws are distinct positions drawn so far, at most maxChoices. The zero value is none.
//
// Invariant: at[:n] ascends strictly.
type draws struct {
	at [maxChoices]int // ascending
	n  int
}

// next is a uniform draw among the positions below `of` that are not drawn yet: the k-th
// of them, found by stepping over those that are. O(draws so far).
func (d *draws) next(r *policy.Rand, of int) int {
	i := r.IntN(of - d.n)
	at := 0
	for at < d.n && d.at[at] <= i {
		i++
		at++
	}
	copy(d.at[at+1:d.n+1], d.at[at:d.n])
	d.at[at] = i
	d.n++
	return i
}
