package compare

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"cnv/results"
	"cnv/results/stat"
	"cnv/results/words"
)

// VoidMark begins a warning that numbers are void: such are printed even where others are
// not.
const VoidMark = "VOID: "

// fewReplications is below how many an interval is doubted: Student's t of three values is
// 4.3, and whether they are normal nobody can see.
const fewReplications = 5

// A Warning is a doubt about a result: printed as a footnote, never dropped.
type Warning struct {
	Where string `json:"where"` // the workload, policy or cells; "" all
	Text  string `json:"text"`
}

// String is a warning as one line.
func (w Warning) String() string {
	if w.Where == "" {
		return w.Text
	}
	return strings.TrimSpace(w.Where) + ": " + w.Text
}

// windowsHold is what repeated experiments with known truth say of intervals over
// windows: rows "recordings", "recorded misses" and "windows" of results/study/coverage/table.md.
const windowsHold = "intervals over windows of one recording: where the truth was known they held means and their differences 94.9 times of 100 and shares of few bursts of misses 97.0 times (local blocks), means and 99th percentiles 96.8 times (20 windows in any order)"

// Warn adds what readers must know about all runs.
func (s *Set) Warn(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plan.Warnings = append(slices.Clip(s.plan.Warnings), Warning{Text: text})
}

// Warnings is what readers must know before they believe the numbers: the plan's own
// warnings and those that the numbers call for, each text once. First those of the
// experiment, then workload by workload and cell by cell.
func (s *Set) Warnings() []Warning {
	out := slices.Clone(s.plan.Warnings)
	if why := s.Lost(); why != nil {
		out = append(out, Warning{Text: fmt.Sprintf("there is no file of requests, as not all could be written (%v): make room there and run again, if they are needed", why)})
	}
	switch n := s.plan.Replications; {
	case n == 1 && !s.drawn():
		out = append(out, Warning{Text: "one replication of recordings as they are: there are no intervals, and more seeds give none"})
	case n == 1 && !s.plan.Steady:
		out = append(out, Warning{Text: "one replication: there are no intervals, so chance cannot be told from a difference; use --seeds 10 or more"})
	case n == 1:
		out = append(out, Warning{Text: "one replication: intervals are over batches of one run, of steady_* metrics alone; use --seeds 10 or more for the others"})
	case n < fewReplications && s.drawn() && !s.alike():
		out = append(out, Warning{Text: fmt.Sprintf("%d replications: an interval over so few is wide and rests on normality; use --seeds 10 or more", n)})
	}
	for w, name := range s.plan.Workloads {
		switch over := s.plan.Over[w]; {
		case s.plan.Replications == 1:
		case over == stat.OverNothing && s.agree(w): // which is said of them
		case over == stat.OverNothing:
			out = append(out, Warning{name, "all replications met the same arrivals: there is no interval"})
		case over == stat.OverWindows:
			if n := s.plan.basis(w).Windows; n < stat.LeastWindows {
				out = append(out, Warning{name, fmt.Sprintf("%d windows of one recording are too few for an interval, %d are enough: make block shorter, or record longer", n, stat.LeastWindows)})
				break
			}
			out = append(out, Warning{name, windowsHold})
		case over == stat.OverSeeds:
			work := s.workOf(w)
			if carry := s.plan.carry(w, &work); heavy(&work, carry) {
				out = append(out, Warning{name, heavyWarning(&work, carry)})
			}
		}
		for p, c := range s.cellsOf(w) {
			if why := s.VoidReason(w, p); why != "" {
				out = append(out, Warning{name + " / " + s.plan.Policies[p], VoidMark + why})
				continue
			}
			for i := range c.rows {
				if why := c.rows[i].Info.Unranked; why != "" {
					out = append(out, Warning{name + " / " + s.plan.Policies[p], "NOT RANKED: " + why})
				}
				for _, text := range c.rows[i].Info.Warnings {
					out = append(out, Warning{name + " / " + s.plan.Policies[p], text})
				}
			}
			out = append(out, spared(name+" / "+s.plan.Policies[p], &c)...)
			out = append(out, doubts(name+" / "+s.plan.Policies[p], &c)...)
			out = append(out, unsteady(name+" / "+s.plan.Policies[p], &c)...)
		}
	}
	out = append(out, s.unanswered()...)
	return gather(slices.Concat(out, s.advised()))
}

// spared are the faults that hit nobody in runs of a cell, each text once, with the number
// of runs where it is not all.
func spared(where string, c *cell) []Warning {
	var out []Warning
	in := map[string]int{}
	for i := range c.rows {
		for _, text := range c.rows[i].Info.Spared {
			if in[text]++; in[text] == 1 {
				out = append(out, Warning{where, text})
			}
		}
	}
	for i := range out {
		if n := in[out[i].Text]; n < len(c.rows) {
			out[i].Text += fmt.Sprintf(" (in %d of %d runs)", n, len(c.rows))
		}
	}
	return out
}

// drawn says whether more seeds would draw anything new, on any workload.
func (s *Set) drawn() bool {
	return slices.ContainsFunc(s.plan.Over, func(over string) bool { return over != stat.OverNothing })
}

// alike says whether all replications of every cell agree, of which each says so in a
// warning of its own.
func (s *Set) alike() bool {
	for w := range s.plan.Workloads {
		if !s.agree(w) {
			return false
		}
	}
	return true
}

// agree says it of the cells of a workload. Void cells agree with anything.
func (s *Set) agree(w int) bool {
	for _, c := range s.cellsOf(w) {
		if len(c.rows) > 0 && !math.IsNaN(c.rows[0].Value("requests")) && !c.single() { // void ones are not asked
			return false
		}
	}
	return true
}

// longWarmup is above what share of a run a warm-up is worth a warning.
const longWarmup = 0.2

// unsteady are the warnings about the course of the runs of a cell: what more than half of
// them show.
func unsteady(where string, c *cell) []Warning {
	var out []Warning
	doubt := func(format string, args ...any) { out = append(out, Warning{where, fmt.Sprintf(format, args...)}) }
	most := func(is func(*results.Trend) bool) bool {
		n := 0
		for i := range c.rows {
			if is(&c.rows[i].Trend) {
				n++
			}
		}
		return 2*n > len(c.rows)
	}
	if most(func(t *results.Trend) bool { return t.Unlike }) && !c.rows[0].Info.Steady {
		first, rest := 0.0, 0.0
		for i := range c.rows {
			first, rest = first+c.rows[i].Trend.First/float64(len(c.rows)), rest+c.rows[i].Trend.Rest/float64(len(c.rows))
		}
		doubt("the first hour is unlike the others: mean response time %s s, then %s s; where the question is about the steady state, say steady = true", words.Significant(first, 3), words.Significant(rest, 3))
	}
	// Over all policies of a workload the cut is the same, but runs of another length lose
	// another share.
	share := 0.0
	for i := range c.rows {
		share += c.rows[i].Trend.Left / float64(len(c.rows))
	}
	if share > longWarmup {
		doubt("the warm-up takes %s %% of a run (all policies of a workload leave out the same requests): make the run longer", words.Significant(100*share, 2))
	}
	switch {
	case most(func(t *results.Trend) bool { return t.Endless }):
		doubt("no steady state: MSER-5 would leave out more than half of the run, so there is no interval over batches of it; make it longer, or ask no steady question of this load")
	case most(func(t *results.Trend) bool { return t.Drift }):
		doubt("not stationary: response times in the second half after the warm-up differ from the first; make the run longer, or ask no steady question of this load")
	}
	// Of batches there is an interval only where neighbours are hardly alike; see
	// onerun.go.
	if r := c.rows[0].Trend.Lag; c.settled() && !(r <= mostLag) {
		why := fmt.Sprintf("neighbours among %d stretches of it have a correlation of %.2f, and up to %g is measured to hold", results.ShortBatches, r, mostLag)
		if math.IsNaN(r) {
			why = fmt.Sprintf("it is too short for %d stretches with answers, whose correlation would tell", results.ShortBatches)
		}
		doubt("no interval over batches of one run: %s; make the run longer, or use --seeds 10 or more", why)
	}
	return out
}

// doubts are the warnings about one cell, which is not void.
func doubts(where string, c *cell) []Warning {
	var out []Warning
	doubt := func(format string, args ...any) { out = append(out, Warning{where, fmt.Sprintf(format, args...)}) }
	metric := func(name string) []float64 { return c.values(results.ColumnOf(name)) }
	value := func(name string) float64 { return c.measure(results.ColumnOf(name)).Value }
	if len(c.rows) > 1 && c.single() {
		doubt("all replications agree to the byte: one run is reported, without an interval")
	}
	requests := stat.MeanOf(metric("requests"))
	none := without(metric("requests"))
	switch {
	case none == len(c.rows):
		doubt("no requests")
	case none > 0:
		doubt("%d of %d replications had no requests, and count in no metric of requests", none, len(c.rows))
	}
	// Such misses are in no comparison: whoever asks about the SLO must know how many there
	// are.
	if lost := value("miss_unavoidable"); lost > materialLoss {
		doubt("%s %% of the requests miss the SLO whatever is done, as their service alone takes longer than %s: they are not among the avoidable misses", words.Significant(100*lost, 2), tooShort(c))
	}
	for _, name := range c.primary {
		// A primary metric without a value would silently answer nothing.
		if _, shallow := c.refused(results.ColumnOf(name)); math.IsNaN(value(name)) && none == 0 && !shallow {
			doubt("%s has no value, so nothing is told of it%s", name, words.IfElse(strings.HasPrefix(name, "steady_"), ": say steady = true", ""))
		}
	}
	out = append(out, shallow(where, c)...)
	if text := downBefore(metric("users_after"), metric("attainment_before")); text != "" {
		doubt("%s", text)
	}
	if text := saturation(c, requests); text != "" {
		doubt("%s", text)
	}
	if text := functionsSaturated(c, requests); text != "" {
		doubt("%s", text)
	}
	if text := tooLong(c, requests); text != "" {
		doubt("%s", text)
	}
	if text := lateTries(c); text != "" {
		doubt("%s", text)
	}
	if failed := stat.MeanOf(metric("launches_failed")); failed > 0 {
		doubt("%s of %s launches a run came to nothing (launches_failed): the fleet was smaller meanwhile, and they were tried again", words.Significant(failed, 2), words.Significant(stat.MeanOf(metric("launches")), 2))
	}
	if math.IsInf(value("response_p99_s"), 1) {
		doubt("over 1 %% of the requests got no answer: the 99th percentile is infinite and has no interval")
	}
	// A mean that one replication makes says little of others, whatever its interval is.
	for _, metric := range c.primary {
		if seed, share := carried(c, results.ColumnOf(metric)); share > 0 {
			more := words.IfElse(c.Over == stat.OverWindows, "", ", more replications might")
			doubt("one replication of %d (seed %d) makes %.0f %% of the mean of %s: the others say little about it%s", len(c.rows), seed, 100*share, results.NameOf(metric), more)
		}
	}
	return out
}

// downBefore says that runs were disturbed which were down already, by what they usually
// served before; "" if none was, or nobody asks.
//
// "the service was down in 2 of 10 runs before the disturbance: 31 % of the users were
// usually served there in the worst (attainment_before), so that recovering means serving
// 90 % of all users"
func downBefore(after, usual []float64) string {
	n, least := 0, 1.0
	for i, share := range usual {
		if after[i] > 0 && share < results.LeastUsual {
			n, least = n+1, min(least, share)
		}
	}
	if n == 0 {
		return ""
	}
	in := words.IfElse(len(usual) > 1, fmt.Sprintf(" in %d of %d runs", n, len(usual)), "")
	return fmt.Sprintf("the service was down%s before the disturbance: %s of the users were usually served there%s (attainment_before), so that recovering means serving 90 %% of all users", in,
		words.Percent(least), words.IfElse(n > 1, " in the worst", ""))
}

// tooShort is what the service alone of unavoidable misses takes longer than.
//
// "the bound, or, for 12 % of these misses, than a time-out allows (of clients, of attempts
// or of functions)"
func tooShort(c *cell) string {
	const timeOut = "a time-out allows (of clients, of attempts or of functions)"
	limited, all := 0.0, 0.0
	for i := range c.rows {
		limited += c.rows[i].Limited
		all += c.rows[i].Value("missed_unavoidable")
	}
	switch {
	case limited == 0:
		return "the bound"
	case limited >= all:
		return timeOut
	}
	return fmt.Sprintf("the bound, or, for %s of these misses, than %s", words.Significant(100*limited/all, 2)+" %", timeOut)
}

// shallow are the warnings about quantiles that are printed or asked for and cannot be
// told.
//
// "no 99th percentile of response times: only 6.2 values of all runs lie beyond it, and
// fewer than 10 are the luck of the largest"
func shallow(where string, c *cell) []Warning {
	var out []Warning
	for _, name := range append([]string{results.MetricP99}, c.primary...) {
		beyond, refused := c.refused(results.ColumnOf(name))
		text := fmt.Sprintf("no %s: only %s values of all runs lie beyond it, and fewer than %d are the luck of the largest", strings.TrimPrefix(results.NameOf(name), "the "), words.Significant(beyond, 2), stat.BeyondQuantile)
		if refused {
			out = append(out, Warning{where, text})
		}
	}
	return out
}

// without is how many values are 0.
func without(xs []float64) (n int) {
	for _, x := range xs {
		if x == 0 {
			n++
		}
	}
	return n
}

// carried says which replication makes more than half of a metric's sum, and
// what share; 0: none does, or there are too few to tell.
//
// "one replication of 10 (seed 7) makes 64 % of the mean of avoidable misses: the others
// say little about it, more replications might"
func carried(c *cell, column int) (seed uint64, share float64) {
	xs := c.values(column)
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	if len(xs) < 5 || !(sum > 0) || math.IsInf(sum, 0) {
		return 0, 0
	}
	for i, x := range xs {
		if x > sum/2 && x > materialMiss {
			return c.rows[i].Info.Seed, x / sum
		}
	}
	return 0, 0
}

// materialLoss is what share of unavoidable misses is worth a warning.
const materialLoss = 0.1

// materialMiss keeps shares of next to nothing from being worth a warning.
const materialMiss = 1e-3

// gather gives each text once, with all the places it holds for in their order; it comes
// where it came first. Of many places some are named, see [words.Listed].
func gather(ws []Warning) []Warning {
	var out []Warning
	places := map[string][]string{}
	for _, w := range ws {
		at, seen := places[w.Text]
		if !seen {
			out = append(out, w)
		}
		if !slices.Contains(at, w.Where) {
			places[w.Text] = append(at, w.Where)
		}
	}
	for i := range out {
		out[i].Where = words.Listed(places[out[i].Text])
	}
	return out
}
