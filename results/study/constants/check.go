package constants

import (
	"cmp"
	"context"
	"math"
	"slices"

	"cnv/experiments/plan"
	"cnv/results/compare"
)

// A check is an experiment with one constant moved.
type check struct {
	e        *experiment
	constant string
	by       float64
	plan     func(by float64) (*plan.Plan, error)

	refused error // the file cannot have that value
	pairs   int   // verdicts that were looked at
	changes []change
}

// A change is a verdict that is another one when the constant is moved.
type change struct {
	*check
	kind     kind
	was, now compare.Compared
}

// A kind is what has become of a verdict.
type kind uint8

const (
	stays      kind = iota
	borderline      // told on one side only, and the intervals overlap
	jumps           // told as before, but beyond its interval and by more than a factor of two
	flips           // told on one side only, by as much
	turns           // told the other way round
)

func (k kind) String() string {
	return [...]string{"stays", "borderline", "jumps", "flips", "turns"}[k]
}

// most is how much larger a difference may become, as a factor, by a move of 4 %.
const most = 2

// kindOf says what has become of a verdict.
func kindOf(was, now *compare.Compared) kind {
	a, b := told(was), told(now)
	apart := now.JointLow > was.JointHigh || now.JointHigh < was.JointLow
	larger := max(math.Abs(now.Diff/was.Diff), math.Abs(was.Diff/now.Diff))
	small := math.Abs(now.Diff-was.Diff) <= max(was.Delta, now.Delta)
	switch {
	case a && b && (was.Diff > 0) != (now.Diff > 0):
		return turns
	case a && b && apart && larger > most && !small:
		return jumps
	case a != b && apart && larger > most && !small:
		return flips
	case a != b:
		return borderline
	}
	return stays
}

// told says whether a difference is known to be there.
func told(r *compare.Compared) bool {
	return compare.Differs(r.Verdict)
}

// run makes the check: of scenarios that the constant does not touch nothing is run.
func (c *check) run(ctx context.Context) error {
	p, err := c.plan(c.by)
	if err != nil {
		c.refused = err
		return nil
	}
	if len(p.Scenarios) != len(c.e.plan.Scenarios) {
		return nil
	}
	for i := range p.Scenarios {
		if !c.touches(p, i) {
			continue
		}
		was, err := c.e.base[i]()
		if err != nil {
			return err
		}
		now, err := c.e.compare(ctx, p, i)
		if err != nil {
			return err
		}
		for k := range now {
			c.pairs++
			if kind := kindOf(&was[k], &now[k]); kind != stays {
				c.changes = append(c.changes, change{c, kind, was[k], now[k]})
			}
		}
	}
	return nil
}

// touches says whether runs of a scenario are others than those of the file.
func (c *check) touches(p *plan.Plan, scenario int) bool {
	return slices.ContainsFunc(c.e.policies(), func(i int) bool {
		was, now := plan.Cell{Scenario: c.e.plan.Scenarios[scenario], Policy: c.e.plan.Policies[i]}, plan.Cell{Scenario: p.Scenarios[scenario], Policy: p.Policies[i]}
		return was.Digest(1) != now.Digest(1)
	})
}

// inTurn takes one check of each experiment in turn.
func inTurn(checks []*check) (out []*check) {
	rank := map[*check]int{}
	seen := map[*experiment]int{}
	for _, c := range checks {
		rank[c] = seen[c.e]
		seen[c.e]++
	}
	out = slices.Clone(checks)
	slices.SortStableFunc(out, func(a, b *check) int { return cmp.Compare(rank[a], rank[b]) })
	return out
}
