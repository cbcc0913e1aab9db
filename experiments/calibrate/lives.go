package calibrate

import (
	"cmp"
	"math"
	"slices"
)

// A call is one that a function has served, as far as the life of environments goes.
type call struct {
	begin, end float64 // seconds
	group      int     // whose environments serve it
	cold       bool
}

// A lifeLaw is when environments end, in seconds: see sim.Life.
type lifeLaw struct{ keep, spare, bound float64 }

// An environment is one of a group: since when it is idle, or until when it serves, and when
// it was made.
type environment struct{ at, born float64 }

// A group is the environments that the same calls may use.
type group struct {
	idle    []environment // in the order in which they became idle
	serving []environment // by their ends
	expired bool          // one has been idle for too long, or was too old
}

// replayed is what a law says of calls.
type replayed struct {
	wrong int // calls that were cold and are warm by the law, or the reverse
	warm  int // environments that must have been there at the start, in the group with most
}

// replay serves calls, which are in the order of their begins, by a law: the environment
// that was used last is used next. What was observed is taken over where it differs.
func (l lifeLaw) replay(calls []call) replayed {
	groups := map[int]*group{}
	before := map[int]int{}
	var out replayed
	for i := range calls {
		c := &calls[i]
		g := groups[c.group]
		if g == nil {
			g = &group{}
			groups[c.group] = g
		}
		l.pass(g, c.begin)
		used := environment{c.end, c.begin}
		if n := len(g.idle); n > 0 {
			if c.cold {
				out.wrong++
			} else {
				used.born = g.idle[n-1].born
			}
			g.idle = g.idle[:n-1]
		} else if !c.cold && !g.expired {
			before[c.group]++
			used.born = calls[0].begin
		} else if !c.cold {
			out.wrong++
		}
		at, _ := slices.BinarySearchFunc(g.serving, used, func(a, b environment) int { return cmp.Compare(a.at, b.at) })
		g.serving = slices.Insert(g.serving, at, used)
	}
	for _, n := range before {
		out.warm = max(out.warm, n)
	}
	return out
}

// pass ends the calls of a group, and its environments, until an instant.
func (l lifeLaw) pass(g *group, now float64) {
	for len(g.serving) > 0 && g.serving[0].at <= now {
		e := g.serving[0]
		l.expire(g, e.at)
		if g.serving = g.serving[1:]; e.at-e.born <= l.bound {
			g.idle = append(g.idle, e)
		} else {
			g.expired = true
		}
	}
	l.expire(g, now)
}

// expire ends idle environments of a group as sim's functions do.
func (l lifeLaw) expire(g *group, now float64) {
	for len(g.idle) > 0 {
		stays := l.spare
		if len(g.idle) == 1 && len(g.serving) == 0 {
			stays = l.keep
		}
		first, at := 0, math.Inf(1)
		for i, e := range g.idle {
			if until := min(e.at+stays, e.born+l.bound); until < at {
				first, at = i, until
			}
		}
		if now <= at {
			return
		}
		g.idle, g.expired = slices.Delete(g.idle, first, first+1), true
	}
}

// A searched is a law that was found, and within what each of its values may lie.
type searched struct {
	lifeLaw
	replayed
	keeps, spares, bounds [2]float64
}

const (
	// mostCalls is how many calls a law is fitted to.
	mostCalls = 20_000
	// better is how many wrong calls less a law must have than a simpler one, and half as many.
	better = 3
)

// lifeSteps is how many values of each part of a law are tried at first.
const lifeSteps = 32

// search finds the law that says fewest calls wrong: of an idle time-out alone, one for spare
// environments beside, a bound of their age; each only where it says much more.
func search(calls []call) searched {
	calls = calls[:min(len(calls), mostCalls)]
	span := 0.0
	for i := range calls {
		span = max(span, calls[i].end-calls[0].begin)
	}
	forever := 4 * span
	var grid []float64
	for i := range lifeSteps {
		grid = append(grid, math.Exp(math.Log(0.5)+(math.Log(max(forever, 1))-math.Log(0.5))*float64(i)/(lifeSteps-1)))
	}
	wide := grid[1] / grid[0]
	constant := func(bound float64) func(float64) lifeLaw {
		return func(v float64) lifeLaw { return lifeLaw{v, v, bound} }
	}
	aged := func(is lifeLaw) lifeLaw {
		of := func(v float64) lifeLaw { return lifeLaw{is.keep, is.spare, v} }
		return finer(calls, fewestWrong(calls, grid, of).bound, wide, of)
	}
	best := fewestWrong(calls, grid, constant(math.Inf(1)))
	best = finer(calls, best.keep, wide, constant(math.Inf(1)))
	old := aged(best)
	old = aged(finer(calls, old.keep, wide, constant(old.bound)))
	best = simplest(calls, best, old)
	spared := best
	for i := 0; best.replay(calls).wrong >= better && i < len(grid); i += 2 {
		keep := grid[i]
		some := fewestWrong(calls, grid, func(v float64) lifeLaw { return lifeLaw{keep, min(v, keep), best.bound} })
		if some.replay(calls).wrong < spared.replay(calls).wrong {
			spared = some
		}
	}
	if spared != best {
		for range 2 {
			spared = finer(calls, spared.spare, wide, func(v float64) lifeLaw { return lifeLaw{spared.keep, min(v, spared.keep), spared.bound} })
			spared = finer(calls, spared.keep, wide*wide, func(v float64) lifeLaw { return lifeLaw{max(v, spared.spare), spared.spare, spared.bound} })
		}
	}
	best = simplest(calls, best, spared)
	best = simplest(calls, best, aged(best))
	out := searched{lifeLaw: best, replayed: best.replay(calls)}
	if best.spare == best.keep {
		out.keeps = around(calls, best.keep, forever, constant(best.bound))
		out.spares = out.keeps
	} else {
		out.keeps = around(calls, best.keep, forever, func(v float64) lifeLaw { return lifeLaw{max(v, best.spare), best.spare, best.bound} })
		out.spares = around(calls, best.spare, forever, func(v float64) lifeLaw { return lifeLaw{best.keep, min(v, best.keep), best.bound} })
	}
	if !math.IsInf(best.bound, 1) {
		out.bounds = around(calls, best.bound, forever, func(v float64) lifeLaw { return lifeLaw{best.keep, best.spare, v} })
	}
	return out
}

// simplest is the second law where it says much less wrong, else the first.
func simplest(calls []call, a, b lifeLaw) lifeLaw {
	if x, y := a.replay(calls).wrong, b.replay(calls).wrong; x-y >= better && 2*y <= x {
		return b
	}
	return a
}

// finer is the law of a value near one that says fewest calls wrong: within a factor at first.
func finer(calls []call, v, wide float64, of func(v float64) lifeLaw) lifeLaw {
	const tried = 17
	best := of(v)
	for range 3 {
		var values []float64
		for i := range tried {
			values = append(values, v*math.Pow(wide, 2*float64(i)/(tried-1)-1))
		}
		v, best = middleWrong(calls, values, of)
		wide = math.Pow(wide, 4.0/tried)
	}
	return best
}

// fewestWrong is the law of some values that says fewest calls wrong.
func fewestWrong(calls []call, values []float64, of func(v float64) lifeLaw) lifeLaw {
	_, best := middleWrong(calls, values, of)
	return best
}

// middleWrong is the value, and its law, that says fewest calls wrong: of a run of such values,
// that in its middle.
func middleWrong(calls []call, values []float64, of func(v float64) lifeLaw) (float64, lifeLaw) {
	wrong := make([]int, len(values))
	for i, v := range values {
		wrong[i] = of(v).replay(calls).wrong
	}
	first := slices.Index(wrong, slices.Min(wrong))
	last := first
	for last+1 < len(wrong) && wrong[last+1] == wrong[first] {
		last++
	}
	v := values[(first+last)/2]
	return v, of(v)
}

// around is within what a value may lie so that no more calls are wrong than at it: the ends
// are found to a thousandth. The upper one is infinite where nothing bounds it.
func around(calls []call, v, forever float64, of func(v float64) lifeLaw) [2]float64 {
	wrong := of(v).replay(calls).wrong
	edge := func(inside, outside float64) float64 {
		if of(outside).replay(calls).wrong <= wrong {
			return outside
		}
		for math.Abs(inside-outside) > 1e-3*inside {
			if mid := math.Sqrt(inside * outside); of(mid).replay(calls).wrong <= wrong {
				inside = mid
			} else {
				outside = mid
			}
		}
		return inside
	}
	out := [2]float64{edge(v, 1e-3), edge(v, max(forever, v))}
	if out[1] >= forever {
		out[1] = math.Inf(1)
	}
	return out
}
