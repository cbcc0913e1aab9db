package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"cnv/live/journals"
	"cnv/policy"
	"cnv/policy/journal"
	"cnv/workloads"
)

// A naive is the arrivals of a journal as somebody takes them who looks no further.
type naive struct {
	workloads.Source
	walls   []time.Duration // by arrival: from there to the answer; less than 0: none came
	dropped bool            // requests without an answer are left out
	asWork  float64         // what was waited is taken for work, at this speed; 0: it is not
	index   int
}

// Next implements workloads.Source.
func (n *naive) Next(a *workloads.Arrival) bool {
	for n.Source.Next(a) {
		wall := n.walls[n.index]
		n.index++
		switch {
		case wall < 0 && n.dropped:
			continue
		case wall >= 0 && n.asWork > 0:
			a.Work = time.Duration(float64(wall) * n.asWork)
		}
		return true
	}
	return false
}

// wallsOf are the times from each arrival of a journal to the end of the answer.
func wallsOf(w *fittedWorld) ([]time.Duration, error) {
	r, err := journals.Open(w.path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var walls []time.Duration
	arrived, index := map[policy.RequestID]time.Duration{}, map[policy.RequestID]int{}
	_, err = eachRecord(r, func(rec *journal.Record) error {
		switch e := &rec.Event; e.Kind {
		case policy.Arrival:
			arrived[e.Request], index[e.Request] = rec.At, len(walls)
			walls = append(walls, -1)
		case policy.Done:
			if i := index[e.Request]; e.Status == policy.OK && walls[i] < 0 {
				walls[i] = rec.At - arrived[e.Request]
			}
		}
		return nil
	})
	return walls, err
}

// A naiveTwin is what one might do instead of fitting.
type naiveTwin struct {
	what string
	made func(w *fittedWorld, walls []time.Duration, src workloads.Source) workloads.Source
}

// naiveTwins are those that are tried; the first is what-if itself.
var naiveTwins = []naiveTwin{
	{"what-if", func(_ *fittedWorld, _ []time.Duration, src workloads.Source) workloads.Source { return src }},
	{"what was waited taken for work", func(w *fittedWorld, walls []time.Duration, src workloads.Source) workloads.Source {
		return &naive{Source: src, walls: walls, asWork: w.seen.Config.Pools[0].Speed}
	}},
	{"requests without an answer left out", func(_ *fittedWorld, walls []time.Duration, src workloads.Source) workloads.Source {
		return &naive{Source: src, walls: walls, dropped: true}
	}},
}

// fewestNaive is in how many worlds twins must have been tried to be told apart.
const fewestNaive = 5

// fixedFleet is a policy under which many requests have no answer.
const fixedFleet = "jsq-fixed"

// studyNaive tries what one might do instead, in worlds in which 2 of 100 requests at least had no answer.
func studyNaive(c *console, cmd *studyCmd) (rows []studyRow, err error) {
	n := max(12, cmd.worlds(40))
	scores := make([]*hiddenScore, len(naiveTwins))
	for i, twin := range naiveTwins {
		scores[i], err = eachWorld(c, cmd.Jobs, 2000, n, func(ctx context.Context, h *hiddenWorld, s *hiddenScore) error {
			if h.a = fixedFleet; h.b == h.a {
				h.b = hiddenNames[0]
			}
			path, err := h.journal(ctx, h.a)
			if err != nil {
				return err
			}
			var failed error
			t, run, err := supposed(ctx, h.dir, path, []string{h.b}, studyDraws, 1, func(w *fittedWorld, src workloads.Source) workloads.Source {
				walls, err := wallsOf(w)
				if err != nil {
					failed = err
					return src
				}
				return twin.made(w, walls, src)
			})
			if err != nil || failed != nil {
				return errorsOf(err, failed)
			}
			if len(t.world.lack)*50 < t.world.seen.Requests {
				return nil // too few requests had no answer to matter
			}
			truth, err := h.measured(ctx, h.b, t.world.seen.Requests)
			if err == nil {
				s.foretold(t, &run, &truth, h.a+" to "+h.b)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	ours := mean(scores[0].misses)
	for i, twin := range naiveTwins {
		s := scores[i]
		held := fmt.Sprintf("%d of %d", s.in+s.right, s.told+s.exact)
		row := studyRow{what: twin.what, found: fmt.Sprintf("%s within; misses off by %.2g points (%d worlds)", held, mean(s.misses), len(s.misses)), wanted: "the least"}
		if i > 0 {
			row.wanted, row.off = "worse than what-if", len(s.misses) >= fewestNaive && (!(mean(s.misses) > ours) || s.in+s.right >= scores[0].in+scores[0].right)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// errorsOf is the first error of some.
func errorsOf(all ...error) error {
	if i := slices.IndexFunc(all, func(err error) bool { return err != nil }); i >= 0 {
		return all[i]
	}
	return nil
}

// mean is that of values; 0 of none.
func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v / float64(len(values))
	}
	return sum
}
