package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/results/compare"
	"cnv/results/stat"
)

// parsePercent reads "2%" or "2 %" as 0.02; "" is 0.
func parsePercent(flag, s string) (float64, error) {
	if s == "" {
		return 0, nil
	}
	number, ok := strings.CutSuffix(strings.TrimSpace(s), "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if !ok || err != nil || !(v >= 0.01 && v <= 100) {
		return 0, fmt.Errorf("cnv: %s %s: want a percentage from 0.01%% to 100%%, such as 2%%", flag, s)
	}
	return v / 100, nil
}

// until runs an experiment with more and more seeds where differences are not known
// to the target, and writes the results of the last round. Workloads whose differences
// are known get no more. Runs that are there are kept, so each round costs its new seeds
// only.
func (cmd *compareCmd) until(c *console, name string, p *plan.Plan, target float64) error {
	recorded := oneRecording(p)
	if len(recorded) == len(p.Scenarios) {
		return refuse("cnv: --until %s: all intervals of %s are about one recording (%s), and more seeds hardly narrow those: give --seeds", cmd.Until, p.Name, few(recorded))
	}
	again := *cmd
	first := max(compare.FirstLook, p.Seeds)
	again.looks, again.began = compare.Looks(first), p.Seeds
	allotted := slices.Repeat([]int{first}, len(p.Scenarios))
	for seeds := first; ; seeds = compare.MoreSeeds(seeds) {
		again.Seeds = &seeds
		next, err := again.read(name)
		if err != nil {
			return badInput{err}
		}
		next.Allotted = uneven(allotted)
		set, err := again.runs(c, name, next)
		if err != nil {
			return err
		}
		if set.Verdict() != nil { // more seeds do not mend a policy
			defer set.Discard()
			return cmd.write(c, next, set)
		}
		w := compare.Widest(set.Set.Comparison())
		if !cmd.Quiet {
			fmt.Fprintf(c.err, "%s: %s, %s\n", p.Name, seedsOf(p, next), widest(w))
		}
		if w.Known(target) || seeds >= compare.MostSeeds {
			for _, text := range again.stopped(p, next, target, w, recorded) {
				set.Set.Warn(text)
			}
			defer set.Discard()
			return set.Finish(c.out)
		}
		set.Discard()
		again.Fresh = false // what the first round has run again is kept
		for i, s := range p.Scenarios {
			if w.Open(s.Name, target) {
				allotted[i] = compare.MoreSeeds(seeds)
			}
		}
	}
}

// uneven is seeds by workload where they differ; else nil.
func uneven(allotted []int) []int {
	if slices.Min(allotted) == slices.Max(allotted) {
		return nil
	}
	return slices.Clone(allotted)
}

// seedsOf says how many seeds there are.
func seedsOf(p, next *plan.Plan) string {
	if next.Allotted == nil {
		return fmt.Sprintf("%d seeds", next.Seeds)
	}
	var most []string
	for i, s := range p.Scenarios {
		if next.Allotted[i] == next.Seeds {
			most = append(most, s.Name)
		}
	}
	return fmt.Sprintf("%d seeds on %s, %d or more on others", next.Seeds, few(most), slices.Min(next.Allotted))
}

// oneRecording is the workloads whose replications are resamples of one recording,
// or all meet it as it is: an interval is about it, however many there are.
func oneRecording(p *plan.Plan) []string {
	var out []string
	for _, s := range p.Scenarios {
		if kind := s.Workload.Made.Replicates; outcome.Over(kind) == stat.OverWindows || kind == "none" {
			out = append(out, s.Name)
		}
	}
	return out
}

// widest tells how far a round has come.
func widest(w compare.Width) string {
	if w.Intervals == 0 {
		return "no interval to narrow"
	}
	text := fmt.Sprintf("widest ±%s (%s)", widestIn(w), w.Where)
	if len(w.Carried) > 0 {
		text += "; too few replications carry " + few(w.Carried)
	}
	return text
}

// widestIn is half of the widest interval with its unit.
func widestIn(w compare.Width) string {
	if w.Points {
		return fmt.Sprintf("%.2g points", 100*w.Widest)
	}
	return fmt.Sprintf("%.2g %%", 100*w.Widest)
}

// targetIn is the target in the units of what has intervals.
func targetIn(w compare.Width, target float64) string {
	percent := math.Round(1e8*target) / 1e6 // 1.8 % was read as 0.018, of which 100 are not quite 1.8
	switch {
	case w.Shares == 0:
		return fmt.Sprintf("%g %%", percent)
	case w.Shares == w.Intervals:
		return fmt.Sprintf("%g points", percent)
	}
	return fmt.Sprintf("%g points, of shares, or %g %%", percent, percent)
}

// stopped is what a reader must know of how many seeds there are, and why.
func (cmd *compareCmd) stopped(p, next *plan.Plan, target float64, w compare.Width, recorded []string) []string {
	var out []string
	seeds := seedsOf(p, next)
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	holds := "; all that is said holds together with 95 % confidence although it was looked at before"
	if cmd.looks == 1 {
		holds = ""
	}
	switch {
	case len(p.Policies) == 1:
		say("--until had no interval to narrow: there is one policy, and so no difference")
	case w.Intervals == 0:
		say("--until had no interval to narrow: no primary difference has one that more seeds narrow, with %s", seeds)
	case w.Widest > target:
		say("%s, to which --until adds no more, and the interval of %s is still ±%s wide", seeds, w.Where, widestIn(w))
	case len(w.Carried) > 0:
		say("%s, to which --until adds no more, and few replications carry some differences", seeds)
	case next.Seeds > p.Seeds:
		say("seeds were added until no interval of a primary difference was wider than ±%s (--until): %s%s; what happens in fewer than one run of ten may not have been met", targetIn(w, target), seeds, holds)
	default:
		say("with %s no interval of a primary difference is wider than ±%s, and --until has added none%s; what happens in fewer than one run of ten may not have been met", seeds, targetIn(w, target), holds)
	}
	if len(w.Carried) > 0 {
		say("few replications carry these differences (%s), so that their intervals are longer than Student's, by what so few say of how many and how large others are: %s", seeds, few(w.Carried))
	}
	if len(w.Without) > 0 {
		say("--until does not know how well these differences are known, which have no interval: %s", few(w.Without))
	}
	if len(recorded) > 0 && len(p.Policies) > 1 {
		say("--until has not looked at what is about one recording, which more seeds hardly narrow: %s", few(recorded))
	}
	return out
}

// few names at most four.
func few(names []string) string {
	if n := len(names) - 3; n > 1 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:3], ", "), n)
	}
	return strings.Join(names, ", ")
}

// runs makes the runs of an experiment and gives the set that holds them.
func (cmd *compareCmd) runs(c *console, name string, p *plan.Plan) (*outcome.Outcome, error) {
	o := cmd.options(name, p)
	o.Screen, o.Ended = c.screen(), c.ctx.Err
	set, err := outcome.Begin(p, o)
	if err != nil {
		return nil, badInput{err}
	}
	if swept := set.Swept(); swept != "" && !cmd.Quiet {
		fmt.Fprintln(c.err, swept)
	}
	total := (p.Runs() + cmd.part.of - cmd.part.i) / cmd.part.of
	tell := startProgress(c.err, p.Name, total, cmd.Quiet)
	err = cmd.runAll(c.ctx, p, set, tell, func(format string, args ...any) {
		if !cmd.Quiet {
			fmt.Fprintf(c.err, format, args...)
		}
	})
	tell.finish()
	if err == nil {
		err = cmd.recordings(c, p, set)
	}
	if err != nil {
		set.Discard()
		return nil, err
	}
	if n := set.KeptRuns(); n > 0 && !cmd.Quiet && !cmd.merge {
		fmt.Fprintf(c.err, "%s: %d of %d runs were there already (--fresh runs them again)\n", p.Name, n, total)
	}
	return set, nil
}
