package coverage

import (
	"fmt"
	"slices"
	"strings"
)

// A claim is a row of the table that README quotes: what a report claims, and how it
// is measured.
type claim struct {
	name    string // flag --row that measures it
	text    string
	want    want
	n       int  // experiments of each kind
	doubted bool // known to be less, as the text of the row says
	measure func(n int) ([]outcome, error)
}

// A want is what should be so of the experiments of a claim.
type want uint8

const (
	holds  want = iota // 95 %: an interval holds the truth
	seldom             // 5 %: something is found where there is nothing
)

// String is the want as the table has it.
func (w want) String() string { return [...]string{"95 %", "5 %"}[w] }

// An outcome is of how many experiments of a kind something was so.
type outcome struct {
	kind  string
	want  want
	runs  int // replications of an experiment; 0: as many as it takes
	k, n  int
	aside bool // it is no part of the row's figure, and has to be as wanted all the same
}

// broken says whether more than chance is not as it should be.
func (o *outcome) broken() bool {
	if o.want == seldom {
		return tooMany(o.k, o.n, mostFalse)
	}
	return tooMany(o.n-o.k, o.n, 1-leastHeld)
}

// claimed are the rows of the table, in its order.
var claimed = []claim{
	{name: "means", n: 200, text: "interval of a mean or a p99, or of their paired difference: M/M/1 and M/M/4 at 50 and 80 %", measure: measureQueues(false)},
	{name: "windows", n: 200, text: "the same over 20 windows of one recording in any order, M/M/4 at 80 %", measure: measureQueues(true)},
	{name: "recordings", n: 200, text: "interval of a mean, or of a difference of means, over 10 resamples (`local`) of one recording of 40 minutes", measure: measureRecorded(allRecordedLines, meanMetric)},
	{name: "load of recordings", n: 100, text: "the same of 0.5, 1.5 and 3 times the users of the recording, and of `replicate = \"thin\"`", measure: measureRecorded(allRecordedLoads, meanMetric)},
	{name: "recorded misses", n: 80, text: "the same of a share of misses of few bursts", measure: measureRecorded(allRecordedLines, missMetric)},
	{name: "rare misses", n: 500, text: "interval of a share of misses that few runs have", measure: measureLaws("rare misses")},
	{name: "on-off", n: 1000, text: "interval of a share of misses of on-off traffic", measure: measureLaws("on-off")},
	{name: "heavy cost", n: 500, text: "interval of the cost per 1,000 of heavy-tailed work", measure: measureLaws("cost of heavy")},
	{name: "percentiles", n: 400, text: "interval of p99 and p99.9, 100 to 10,000 requests a run", measure: measureLaws("requests a run")},
	{name: "equal", n: 1000, text: "8 policies alike on 4 workloads: some difference is found", want: seldom, measure: measureEqual},
	{name: "until", n: 200, text: "interval after `--until` has stopped", measure: measureUntil},
	{name: "one run", n: 400, text: "interval from one long run, M/M/1 at 50 to 90 %, 10,000 to 100,000 requests", measure: measureOneRun},
	{name: "saturate", n: 500, text: "interval of the highest load by `--saturate`", measure: measureSaturation},
	{name: "vary", n: 400, text: "`--vary` with 5 changes that move nothing: some verdict changes", want: seldom, measure: measureChanges},
	{name: "pareto", n: 200, text: "interval of work with a heavy tail, bounded Pareto, cv² 10, 10,000 requests", measure: measureTails("pareto")},
	{name: "lognormal", n: 300, text: "the same, lognormal, cv² 10: reports warn that it may be too narrow", doubted: true, measure: measureTails("lognormal")},
}

// measureQueues are queues whose truth is known, in replications or in windows of one
// recording, by recursion.
func measureQueues(windows bool) func(n int) ([]outcome, error) {
	return func(n int) (out []outcome, err error) {
		all, err := systems()
		if err != nil {
			return nil, err
		}
		for _, s := range all {
			if s.long > 0 || s.requests > 100_000 || s.windows != windows {
				continue
			}
			s.twin = true
			if err := s.prepare(); err != nil {
				return nil, err
			}
			const runs = 10
			t, err := s.cover(n, runs, 0, 0)
			if err != nil {
				return nil, err
			}
			for i, k := range t.covered {
				out = append(out, outcome{kind: s.name + [...]string{", mean", ", p99", ", Δ mean", ", Δ p99"}[i], runs: runs, k: k, n: t.n})
			}
		}
		return out, nil
	}
}

// measureLaws are the laws whose name contains this.
func measureLaws(name string) func(n int) ([]outcome, error) {
	return func(n int) (out []outcome, err error) {
		for _, l := range laws() {
			if !strings.Contains(l.name, name) {
				continue
			}
			got, err := l.cover(n, 0)
			if err != nil {
				return nil, err
			}
			out = append(out, outcome{kind: l.name, runs: l.runs, k: got.covered, n: got.n})
			if l.wrong > 0 {
				out = append(out, outcome{kind: l.name + ", sure of a bound that is not kept", want: seldom, runs: l.runs, k: got.sure, n: got.n, aside: true})
			}
		}
		return out, nil
	}
}

func measureEqual(n int) (out []outcome, err error) {
	for _, seeds := range []int{5, 10, 40} {
		part := 1
		if seeds > 10 {
			part = 3 // as they take four times as long
		}
		got, err := equal{seeds: seeds}.repeat(max(n/part, 1), 0)
		if err != nil {
			return nil, err
		}
		out = append(out, outcome{kind: fmt.Sprintf("equal laws, %d runs", seeds), want: seldom, runs: seeds, k: got.any, n: got.n})
	}
	return out, nil
}

func measureUntil(n int) (out []outcome, err error) {
	for _, s := range sequentials() {
		if s.beyond {
			continue
		}
		t, err := s.cover(n, 0)
		if err != nil {
			return nil, err
		}
		out = append(out, outcome{kind: s.name, k: t.covered, n: t.n},
			outcome{kind: s.name + ", target met and wrong", want: seldom, k: t.claims - t.kept, n: t.n, aside: true})
	}
	return out, nil
}

func measureOneRun(n int) (out []outcome, err error) {
	for _, l := range longRunsOf(true) {
		if l.requests < 10_000 {
			continue
		}
		some := n
		if l.requests > 20_000 {
			some = max(n/3, fewIntervals) // as they take five times as long
		}
		t, err := l.cover(some, 0)
		if err != nil {
			return nil, err
		}
		for i, h := range []held{t.level, t.diff} {
			if h.n >= fewIntervals {
				out = append(out, outcome{kind: l.name() + [...]string{"", ", Δ"}[i], runs: 1, k: h.covered, n: h.n})
			}
		}
	}
	return out, nil
}

func measureSaturation(n int) (out []outcome, err error) {
	for _, s := range saturateds() {
		h, _, err := s.cover(n, 0)
		if err != nil {
			return nil, err
		}
		out = append(out, outcome{kind: s.name(), runs: s.runs, k: h.covered, n: h.n})
	}
	return out, nil
}

func measureChanges(n int) (out []outcome, err error) {
	for _, seeds := range []int{5, 10} {
		changed, _, _, done, err := still{seeds: seeds}.cover(n, 0)
		if err != nil {
			return nil, err
		}
		out = append(out, outcome{kind: fmt.Sprintf("--vary, nothing moves, %d runs", seeds), want: seldom, runs: seeds, k: changed, n: done})
	}
	return out, nil
}

// measureTails are the heavy tails of a law whose runs are short.
func measureTails(law string) func(n int) ([]outcome, error) {
	return func(n int) (out []outcome, err error) {
		all := heavyTails()
		h := all[slices.IndexFunc(all, func(h heavyTail) bool { return strings.Contains(h.name, law) })]
		const runs = 10
		t, err := h.cover(n, runs, 0)
		if err != nil {
			return nil, err
		}
		name := fmt.Sprintf("%s, %d requests", h.name, h.requests)
		out = []outcome{{kind: name, runs: runs, k: t.level, n: t.n}, {kind: name + ", Δ", runs: runs, k: t.diff, n: t.n}}
		if t.quiet > 0 {
			out = append(out, outcome{kind: name + ", where nobody is warned", runs: runs, k: t.held, n: t.quiet, aside: true})
		}
		return out, nil
	}
}
