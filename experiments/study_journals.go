package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	"cnv/experiments/calibrate"
	"cnv/results/fidelity"
)

// mostLivePairs is how many pairs of a folder of live results are foretold.
const mostLivePairs = 20

// A foretoldPair is how well the journal of one live policy tells what another one did live.
type foretoldPair struct {
	placebo          bool
	errors           map[string]float64 // by metric, relative; shares in parts of one
	separated, signs int                // differences that are told apart, and of the right sign
}

// journalPairs are the folders of journals of live runs, pairs of the same workload and seed.
func journalPairs(dir string) (out [][2]string) {
	all, _ := filepath.Glob(filepath.Join(dir, "journals", "*", "*", "seed-*"))
	for i, a := range all {
		for k := 1; k < len(all); k++ {
			b := all[(i+k)%len(all)]
			if a != b && filepath.Base(a) == filepath.Base(b) && filepath.Dir(filepath.Dir(a)) == filepath.Dir(filepath.Dir(b)) {
				out = append(out, [2]string{a, b})
			}
		}
	}
	// Evenly chosen, so that each policy is among them.
	if n := len(out); n > mostLivePairs {
		some := make([][2]string, mostLivePairs)
		for i := range some {
			some[i] = out[i*n/mostLivePairs]
		}
		out = some
	}
	return out
}

// foretell tries what the journal of a live policy says of another one that ran live, too.
func foretell(ctx context.Context, pair [2]string, jobs int) (*foretoldPair, error) {
	dir, err := os.MkdirTemp("", "cnv-study-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	name := filepath.Base(filepath.Dir(pair[1]))
	t, was, err := supposed(ctx, dir, pair[0], []string{name}, studyDraws, jobs, nil)
	if err != nil {
		return nil, err
	}
	other, err := followed(dir, "other", pair[1])
	if err != nil {
		return nil, err
	}
	is, err := measuredRun(other, t.trials[1].Cell)
	if err != nil {
		return nil, err
	}
	out := &foretoldPair{placebo: t.holds(&was), errors: map[string]float64{}}
	for i := range calibrate.Metrics {
		m := &calibrate.Metrics[i]
		said, truth := calibrate.Predict(t.of(1, m)), m.Of(&is)
		switch {
		case m.Unit == "%":
			out.errors[m.Name] = math.Abs(said.Mean-truth) / 100
		case math.IsInf(said.Mean, 0) && math.IsInf(truth, 0):
			out.errors[m.Name] = 0
		default:
			out.errors[m.Name] = math.Abs(said.Mean-truth) / math.Max(truth, 1e-9)
		}
		d, really := calibrate.Predict(t.differences(1, m)), truth-m.Of(&was)
		if (d.Low > 0 || d.High < 0) && !math.IsNaN(really) {
			if out.separated++; d.Mean*really > 0 {
				out.signs++
			}
		}
	}
	return out, nil
}

// studyJournals foretells policies that ran live by the journals of others that did. of is a row of
// theirs: where runs had to wait for cores, their placebos need not hold.
func studyJournals(c *console, cmd *studyCmd, dir string, of *fidelity.Row) (rows []studyRow, err error) {
	level := of.Level
	pairs := journalPairs(dir)
	if cmd.Quick {
		pairs = pairs[:min(len(pairs), 4)]
	}
	if len(pairs) == 0 {
		return nil, nil
	}
	placebos, separated, signs := 0, 0, 0
	errors := map[string][]float64{}
	worst := map[string]string{}
	for _, pair := range pairs {
		p, err := foretell(c.ctx, pair, cmd.Jobs)
		if err != nil {
			return nil, fmt.Errorf("%s to %s: %w", pair[0], pair[1], err)
		}
		if p.placebo {
			placebos++
		}
		separated, signs = separated+p.separated, signs+p.signs
		for name, e := range p.errors {
			if len(errors[name]) == 0 || e > slices.Max(errors[name]) {
				worst[name] = filepath.Base(filepath.Dir(pair[0])) + " to " + filepath.Base(filepath.Dir(pair[1]))
			}
			errors[name] = append(errors[name], e)
		}
	}
	holds := share(level+", a policy by the journal of another one: placebos that hold", placebos, len(pairs), 0.90, 1)
	if of.Unranked {
		holds.wanted, holds.off = "any: runs had to wait for cores", false
	}
	rows = append(rows, holds,
		share(level+": signs of differences told apart", signs, separated, 0.95, 1))
	for i := range calibrate.Metrics {
		name := calibrate.Metrics[i].Name
		all := errors[name]
		slices.Sort(all)
		median := all[(len(all)-1)/2]
		rows = append(rows, studyRow{
			what: level + ": " + name + " of the other", found: fmt.Sprintf("median error %s, worst %s (%s)", percent(median), percent(all[len(all)-1]), worst[name]),
			wanted: "median ≤ " + percent(mostLiveError), off: !(median <= mostLiveError),
		})
	}
	return rows, nil
}
