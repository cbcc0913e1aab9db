package route

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cnv/policy"
)

// mostExplained is how many workers are explained one by one.
const mostExplained = 20

// shortened is at most mostExplained lines, that of what was taken among them, and how
// many are left out.
// A fleet of hundreds would fill the screen with workers that nobody asks about.
func shortened(lines []string) []string {
	if n := len(lines) - mostExplained; n > 0 {
		took := slices.IndexFunc(lines, func(s string) bool { return strings.Contains(s, ": taken") })
		if took >= mostExplained {
			lines[mostExplained-1] = lines[took]
		}
		lines = append(lines[:mostExplained], fmt.Sprintf("and %d more", n))
	}
	return lines
}

// The reasons of a choice.
const (
	theOnlyOne = ": taken, the only worker there is"
	drawnAmong = ": taken, drawn at random among %d"
)

// Explain implements policy.Explainer: whose turn it was, and after whom.
// It is asked right after Route, before anything else happens, so p.next is one after what was taken.
func (p *RoundRobin) Explain(v *policy.View, _ *policy.Request) []string {
	ready, took := v.Ready(), p.next-1
	line := fmt.Sprintf("worker %d", took)
	switch {
	case len(ready) == 1:
		line += theOnlyOne
	case p.from == policy.NoWorker:
		line += fmt.Sprintf(drawnAmong, len(ready)) + ": here it begins"
	case took < p.from:
		line += fmt.Sprintf(": taken, the first of %d in order of ID, as none is left after worker %d", len(ready), p.from-1)
	case p.from == 0:
		line += fmt.Sprintf(": taken, the first of %d in order of ID", len(ready))
	default:
		line += fmt.Sprintf(": taken, the next of %d in order of ID after worker %d", len(ready), p.from-1)
	}
	return []string{line}
}

// Explain implements policy.Explainer: which worker was drawn, of how many.
func (p *Random) Explain(v *policy.View, _ *policy.Request) []string {
	line := fmt.Sprintf("worker %d", p.took)
	if n := len(v.Ready()); n > 1 {
		return []string{line + fmt.Sprintf(drawnAmong, n)}
	}
	return []string{line + theOnlyOne}
}

// Explain implements policy.Explainer: the workers that were drawn, in the order of the
// draw, with the requests in flight there.
func (p *PowerOfChoices) Explain(v *policy.View, _ *policy.Request) []string {
	drawn := p.drawn[:p.n]
	least := func(a, b policy.WorkerID) int { return cmp.Compare(v.Worker(a).InFlight, v.Worker(b).InFlight) }
	took, tied := slices.MinFunc(drawn, least), 0
	for _, id := range drawn {
		if least(id, took) == 0 {
			tied++
		}
	}
	why := ": taken, the fewest"
	switch {
	case len(v.Ready()) == 1:
		why = theOnlyOne
	case tied > 1:
		why = fmt.Sprintf(": taken, drawn first of %d with the fewest", tied)
	}
	out := []string{fmt.Sprintf("%d of %d ready workers drawn at random", p.n, len(v.Ready()))}
	for _, id := range drawn {
		line := fmt.Sprintf("worker %d: %d in flight", id, v.Worker(id).InFlight)
		if id == took {
			line += why
		}
		out = append(out, line)
	}
	return out
}

// Explain implements policy.Explainer: the requests in flight at those that tie for the
// fewest, and what broke the tie.
func (p *JSQ) Explain(v *policy.View, r *policy.Request) []string {
	tied := v.Least()
	why := fmt.Sprintf(": taken, the fewest of %d workers", len(v.Ready()))
	switch {
	case len(v.Ready()) == 1:
		why = theOnlyOne
	case len(tied) > 1 && p.Tie == TieWork:
		why = fmt.Sprintf(": taken, the first to be done of %d with the fewest", min(len(tied), maxTied))
	case len(tied) > 1:
		why = fmt.Sprintf(drawnAmong, len(tied)) + " with the fewest"
	}
	var out []string
	for _, id := range tied {
		line := fmt.Sprintf("worker %d: %d in flight", id, v.Worker(id).InFlight)
		if p.Tie == TieWork {
			line += ", " + doneIn(v, finishAt(v, r, id))
		}
		if id == p.took {
			out = slices.Insert(out, 0, line+why)
		} else {
			out = append(out, line)
		}
	}
	return shortened(out)
}

// Explain implements policy.Explainer: when every worker would have finished the
// request: the one that was taken, then the others, the soonest first.
func (p *LeastWork) Explain(v *policy.View, r *policy.Request) []string {
	took := finishAt(v, r, p.took)
	var others []finish
	for _, id := range v.Ready() {
		if id != p.took {
			others = append(others, finishAt(v, r, id))
		}
	}
	slices.SortFunc(others, func(a, b finish) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.left, b.left), cmp.Compare(a.id, b.id))
	})
	why := ": taken, the soonest"
	switch {
	case len(others) == 0:
		why = theOnlyOne
	case others[0].before(took):
		why = ": taken, the soonest of those looked at"
	case others[0].at == took.at && others[0].left == took.left:
		why = ": taken, the soonest with the lowest ID"
	case others[0].at == took.at:
		why = ": taken, the soonest with the least work left"
	}
	out := []string{fmt.Sprintf("worker %d: %s%s", took.id, doneIn(v, took), why)}
	for _, f := range others {
		out = append(out, fmt.Sprintf("worker %d: %s", f.id, doneIn(v, f)))
	}
	return shortened(out)
}

// doneIn says when a worker would have finished a request.
func doneIn(v *policy.View, f finish) string {
	behind := 0.0 // where a core is free
	if v.Busy(f.id) {
		behind = f.left
	}
	return fmt.Sprintf("done %.4g s from now, %.4g s of it behind other requests", f.at, behind)
}
