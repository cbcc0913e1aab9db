package main

import (
	"context"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"cnv/experiments/calibrate"
	"cnv/experiments/plan"
	"cnv/results/words"
	"cnv/workloads"
)

// A hiddenScore is how what-if has done in hidden worlds.
type hiddenScore struct {
	worlds, placebos int
	told, in         int       // intervals that have a width, and those that hold the truth
	off              float64   // squared distances of truths from the middles, in half widths
	exact, right     int       // those that have none, and those of them that are the truth
	separated, signs int       // that are told apart from none, and of the right sign
	near             int       // of those told apart, whose means are within 15 % of the truth
	misses           []float64 // errors of the difference in misses, points
	held             map[string][2]int
	log              []string // what lies outside
}

// add adds the score of other worlds.
func (s *hiddenScore) add(o *hiddenScore) {
	s.worlds, s.placebos, s.told, s.in, s.off = s.worlds+o.worlds, s.placebos+o.placebos, s.told+o.told, s.in+o.in, s.off+o.off
	s.exact, s.right, s.separated, s.signs, s.near = s.exact+o.exact, s.right+o.right, s.separated+o.separated, s.signs+o.signs, s.near+o.near
	s.misses, s.log = append(s.misses, o.misses...), append(s.log, o.log...)
	if s.held == nil {
		s.held = map[string][2]int{}
	}
	for key, v := range o.held {
		s.held[key] = [2]int{s.held[key][0] + v[0], s.held[key][1] + v[1]}
	}
}

// foretold scores the differences that a supposition tells of its second trial against what
// two policies really did.
func (s *hiddenScore) foretold(t *supposition, was, is *calibrate.Run, about string) {
	for i := range calibrate.Metrics {
		m := &calibrate.Metrics[i]
		p, truth := calibrate.Predict(t.differences(1, m)), m.Of(is)-m.Of(was)
		if math.IsInf(p.Mean, 0) || math.IsNaN(p.Mean) || math.IsInf(truth, 0) || math.IsNaN(truth) {
			continue
		}
		if m.Name == "misses" {
			s.misses = append(s.misses, math.Abs(truth-p.Mean))
		}
		half := (p.High - p.Low) / 2
		slack := 0.001*math.Abs(m.Of(is)) + 0.001*math.Abs(m.Of(was)) + 1e-9 // of histograms
		if half < 1e-9 {
			if s.exact++; math.Abs(truth-p.Mean) <= slack {
				s.right++
			} else {
				s.log = append(s.log, fmt.Sprintf("%s: %s: %.4g, said exactly %.4g", about, m.Name, truth, p.Mean))
			}
			continue
		}
		s.told++
		s.off += (truth - p.Mean) / half * (truth - p.Mean) / half
		if math.Abs(truth-p.Mean) <= half {
			s.in++
		} else {
			s.log = append(s.log, fmt.Sprintf("%s: %s: %.4g, said %.4g (%.4g to %.4g)", about, m.Name, truth, p.Mean, p.Low, p.High))
		}
		if p.Low > slack || p.High < -slack {
			s.separated++
			if p.Mean*truth > 0 {
				s.signs++
			}
			if math.Abs(truth-p.Mean) <= 0.15*math.Abs(truth) {
				s.near++
			}
		}
	}
}

// fitted scores the intervals of what was fitted by the truth.
func (s *hiddenScore) fitted(h *hiddenWorld, fits *calibrate.Fits) {
	launch := h.cell(h.a).Config(hiddenSeed).Pools[0].Launch
	median := func(laws ...workloads.Dist) (sum float64) {
		for _, d := range laws {
			sum += d.Median()
		}
		return sum
	}
	truth := map[string]float64{
		"cluster.instance": h.truth["speed"], "cluster.launch.boot": median(launch.Boot, launch.Start, launch.Health),
		"cluster.launch.pending": median(launch.Pending), "cluster.launch.api": median(launch.API),
		"cluster.network": h.truth["network"] * halfOfTwoWays, "functions.cold": h.truth["cold"], "functions.floor": h.truth["floor"],
	}
	s.held = map[string][2]int{}
	for _, f := range fits.Known {
		name := f.Table + "." + f.Key
		v, known := truth[name]
		if !known || f.Low == f.High {
			continue
		}
		held := s.held[name]
		if held[1]++; f.Low <= v*(1+1e-6) && v <= f.High*(1+1e-6) { // instants are in nanoseconds
			held[0]++
		} else {
			s.log = append(s.log, fmt.Sprintf("%s: %.4g, fitted %.4g to %.4g (%d)", name, v, f.Low, f.High, f.N))
		}
		s.held[name] = held
	}
}

// halfOfTwoWays is the median of half of the sum of two exponential delays, in means: what a gateway sees.
const halfOfTwoWays = 0.83917

// studyDraws is how many worlds are drawn from each fit.
const studyDraws = 20

// eachWorld scores n worlds, several at a time, from the k-th on.
func eachWorld(c *console, jobs, from, n int, score func(ctx context.Context, h *hiddenWorld, s *hiddenScore) error) (*hiddenScore, error) {
	if jobs < 1 {
		jobs = runtime.GOMAXPROCS(0)
	}
	each := make([]hiddenScore, n)
	group, ctx := errgroup.WithContext(c.ctx)
	group.SetLimit(jobs)
	for k := range n {
		group.Go(func() error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return inWorld(from+k, func(h *hiddenWorld) error {
				each[k].worlds = 1
				err := score(ctx, h, &each[k])
				for i, text := range each[k].log {
					each[k].log[i] = fmt.Sprintf("world %d: %s", from+k, text)
				}
				return err
			})
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	sum := &hiddenScore{}
	for k := range each {
		sum.add(&each[k])
	}
	return sum, nil
}

// whatifIn scores what-if in a hidden world.
func whatifIn(ctx context.Context, h *hiddenWorld, s *hiddenScore) error {
	path, err := h.journal(ctx, h.a)
	if err != nil {
		return err
	}
	t, run, err := supposed(ctx, h.dir, path, []string{h.b}, studyDraws, 1, nil)
	if err != nil {
		return err
	}
	if t.holds(&run) {
		s.placebos++
	} else {
		s.log = append(s.log, fmt.Sprintf("%s: the placebo does not hold", h.a))
	}
	truth, err := h.measured(ctx, h.b, t.world.seen.Requests)
	if err != nil {
		return err
	}
	s.foretold(t, &run, &truth, h.a+" to "+h.b)
	held := s.held
	s.fitted(h, t.world.fits)
	for key, v := range held {
		s.held[key] = v
	}
	return nil
}

// studyHidden is what-if in hidden worlds.
func studyHidden(c *console, cmd *studyCmd) ([]studyRow, error) {
	n := cmd.worlds(cmd.Pairs)
	s, err := eachWorld(c, cmd.Jobs, 0, n, whatifIn)
	if err != nil {
		return nil, err
	}
	if path := os.Getenv("CNV_STUDY_LOG"); path != "" {
		if err := os.WriteFile(filepath.Clean(path), []byte(fmt.Sprintln(s.log)), 0o644); err != nil {
			return nil, err
		}
	}
	rows := []studyRow{
		share("truths within intervals of 95 %", s.in, s.told, 0.93, 0.97),
		share("differences without a width that are the truth", s.right, s.exact, 0.99, 1),
		{what: "truths from the middle, root of mean squares", found: words.Significant(math.Sqrt(s.off/float64(max(s.told, 1))), 3) + " half widths", wanted: "0.48 if normal"},
		share("signs of differences told apart", s.signs, s.separated, 0.95, 1),
		share("these within 15 % of the truth", s.near, s.separated, 0.80, 1),
		share("placebos that do not hold (false alarms)", s.worlds-s.placebos, s.worlds, 0, 0.05),
	}
	in, told := 0, 0
	for _, key := range slices.Sorted(maps.Keys(s.held)) {
		v := s.held[key]
		in, told = in+v[0], told+v[1]
		rows = append(rows, studyRow{what: "fitted " + key + " holds the truth", found: fmt.Sprintf("%d of %d (%s)", v[0], v[1], percent(float64(v[0])/float64(v[1])))})
	}
	return append(rows, share("all that is fitted", in, told, 0.93, 0.97)), nil
}

// percent writes a share.
func percent(p float64) string { return words.Significant(100*p, 3) + " %" }

// chance is twice the standard error of a share of n; of 0 or 1 nothing.
func chance(p float64, n int) float64 { return 2 * math.Sqrt(p*(1-p)/float64(n)) }

// openWorld is the plan of an experiment's text.
func openWorld(text, dir string) (*plan.Plan, error) {
	return plan.Parse("study.toml", dir, text, plan.Options{})
}
