package plan

import (
	"maps"
	"math"
	"slices"
	"time"

	"cnv/results/words"
)

// near is how close, relative to it, clients may leave to the end of an attempt before
// the file has a note: a change so small of one of the two decides which comes first.
const near = 0.04

// attemptsTold is of how many attempts of a router the time-outs are looked at.
const attemptsTold = 5

// checkPatience notes clients that leave when an attempt is given up.
func (r *reader) checkPatience(environments []*Environment, policies []*Policy) {
	if len(r.problems) > 0 {
		return
	}
	for _, e := range environments {
		leave := e.top.Timeout
		if leave <= 0 {
			continue
		}
		for n := range attemptsTold {
			by := map[time.Duration][]string{} // what gives the attempt up, by when
			for _, p := range policies {
				if d := e.attemptEnds(p, n); d > 0 && math.Abs(leave.Seconds()/d.Seconds()-1) <= near && !slices.Contains(by[d], p.names["router"]) {
					by[d] = append(by[d], p.names["router"])
				}
			}
			for _, d := range slices.Sorted(maps.Keys(by)) {
				r.note("timeout", "clients leave after %v, and %s gives its %s attempt up after %v: answers depend on which comes first; move one by more than %s", leave, list(by[d]), ordinals[n], d, words.Percent(near))
			}
		}
	}
}

var ordinals = [attemptsTold]string{"first", "second", "third", "fourth", "fifth"}

// attemptEnds is after how long attempt n, from 0, is given up under a policy; 0: never.
func (e *Environment) attemptEnds(p *Policy, n int) time.Duration {
	if t := p.timer(); t != nil {
		return t.AttemptTimeout(n)
	}
	if n > 0 {
		return 0 // as the first: it is said once
	}
	return e.retry.Timeout
}
