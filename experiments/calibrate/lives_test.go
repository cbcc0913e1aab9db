package calibrate

import (
	"math"
	"testing"

	"cnv/policy"
)

// servedBy are calls of a second that come at random, in bursts, by a law: which of them are
// cold is what a replay of the law makes of calls that are said to be warm.
func servedBy(l lifeLaw, seed uint64, n int) []call {
	r := policy.NewRand(seed, "lives", 0)
	var out []call
	now := 1.0
	for len(out) < n {
		for range 1 + r.IntN(3) {
			out = append(out, call{begin: now, end: now + 1})
		}
		now += math.Exp(math.Log(2) + 6*r.Float64()) // 2 s to 800 s
	}
	for i := range out { // the earlier ones are right when it comes to the next
		out[i].cold = false
		was := l.replay(out[:i]).wrong
		g := l.replay(out[:i+1])
		out[i].cold = g.wrong > was || g.warm > 0
	}
	return out
}

// TestLifeIsFound: each part of a law lies within what is said of it, and what is not there is
// not found.
func TestLifeIsFound(t *testing.T) {
	for name, l := range map[string]lifeLaw{
		"one time-out": {300, 300, math.Inf(1)},
		"spare ones":   {500, 60, math.Inf(1)},
		"old ones":     {2000, 2000, 3000},
	} {
		calls := servedBy(l, 1, 400)
		x := search(calls)
		holds := func(between [2]float64, v float64) bool { return between[0] <= v*1.001 && v <= between[1]*1.001 }
		if x.wrong > 2 || !holds(x.keeps, l.keep) || (x.spare != x.keep) != (l.spare != l.keep) || !holds(x.spares, l.spare) ||
			math.IsInf(x.bound, 1) != math.IsInf(l.bound, 1) || !math.IsInf(l.bound, 1) && !holds(x.bounds, l.bound) {
			t.Errorf("%s: %+v, want %+v", name, x, l)
		}
	}
}

// TestReplayByHand: two calls at once and each environment's end, as in the simulator's own test.
func TestReplayByHand(t *testing.T) {
	of := func(cold ...bool) (out []call) {
		for i, at := range []float64{0, 0, 5, 12, 12.5, 113, 214.5} {
			out = append(out, call{begin: at, end: at + 1, cold: cold[i]})
		}
		return out
	}
	spare := lifeLaw{100, 10, math.Inf(1)}
	if x := spare.replay(of(true, true, false, false, true, false, true)); x != (replayed{}) {
		t.Errorf("%+v, want no call wrong", x)
	}
	if x := spare.replay(of(true, true, false, false, false, false, true)); x.wrong != 1 {
		t.Errorf("%+v, want one call wrong", x)
	}
	if x := spare.replay(of(false, false, false, false, true, false, true)); x != (replayed{warm: 2}) {
		t.Errorf("%+v, want two environments at the start", x)
	}
}
