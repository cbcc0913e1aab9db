package starter

import (
	"cmp"
	"fmt"
	"strconv"
	"time"

	"cnv/results/stat"
	"cnv/results/words"
	"cnv/workloads/trace"
)

const (
	// policies is how many the file has, and contrasted of how many of them worlds are made.
	policies, contrasted = 8, 6
	// budget is how many requests all replications of all policies have together, and
	// worldsBudget those of all worlds: some 5 s of one core each.
	budget, worldsBudget = 3_000_000, 2_500_000
	// perSecond is how many requests a core simulates in a second, of these policies.
	perSecond = 600_000
	// Fewer replications than leastSeeds leave most differences unknown; after mostSeeds
	// the recording, and not chance, is what is too short. On the tutorial's log 6, 12
	// and 25 took the same policy.
	leastSeeds, mostSeeds = 8, 12
	// mostWorlds is how many worlds findings are tried in; fewer than leastWorlds say
	// no more than that it may be otherwise.
	leastWorlds, mostWorlds = 10, 12
	// fewRequests are too few to see misses of 1 %: ten of them would miss.
	fewRequests = 1000
	// tellNothing is below how many requests nothing is known of misses of 1 %: not one
	// would miss.
	tellNothing = 100
)

// A resampling is what replications differ in.
type resampling struct {
	keys []string // that stand before the first table
	lack string   // what the log is too short for, and what would be enough; "" nothing
}

// chooseResamples keeps to the blocks that the trace has by itself where these are enough
// for intervals, takes shorter ones where those are, and else meets the log as it is.
func (d *Design) chooseResamples(dir string) error {
	b := &d.blocks
	var r trace.Resampling
	for _, least := range []int{2 * stat.LeastWindows, stat.LeastWindows} {
		var err error
		if r, err = trace.Resample(dir, d.work.options, least); err != nil {
			return err
		}
		if r.Windows >= least {
			break
		}
	}
	long := "; a longer log has more of them"
	if d.part.Header.Kind == trace.Counts {
		long = "; a longer log has more of them, and so has one of instants instead of counts"
	}
	want := r.Wanted()
	if want > d.part.Span {
		long = fmt.Sprintf("; bursts last some %s, and a log of %s would have enough of them", Span(r.Lasts), Span(want.Round(time.Minute)))
	}
	switch {
	case r.Windows < stat.LeastWindows:
		b.keys = []string{`replicate = "draws"`}
		b.lack = fmt.Sprintf("every replication meets the log as it is, as its parts are too unlike each other, or too few, to be exchanged: intervals are about what policies and machines draw, not about another day%s", long)
	case r.Block > 0:
		b.keys = []string{fmt.Sprintf("block = %q", r.Block)}
		b.lack = fmt.Sprintf("resamples exchange blocks of %s, shorter than bursts want, so that %d are like each: intervals are too narrow rather than too wide%s", Span(r.Block), r.Windows, long)
	case want > d.part.Span:
		b.lack = fmt.Sprintf("resamples exchange blocks of %s%s", Span(r.Long), long)
	}
	if b.lack != "" {
		d.say("resamples", "%s", b.lack)
	}
	if n := d.part.Records; n < fewRequests {
		b.lack = words.Count(int(n), "request is", "requests are") + " too few to see misses of 1 %"
		if n > 1 {
			rate := float64(n) / d.part.Span.Seconds()
			b.lack += fmt.Sprintf("; at this rate a log of %s has %s", Span(time.Duration(fewRequests/rate*1e9).Round(time.Minute)), strconv.Itoa(fewRequests))
		}
		d.say("few requests", "%s", b.lack)
	}
	return nil
}

// chooseSeeds spends the budget of time on replications, and one on worlds.
func (d *Design) chooseSeeds() {
	requests := d.requests()
	d.seeds = min(max(budget/(policies*requests), leastSeeds), mostSeeds)
	if d.worlds = min(worldsBudget/(contrasted*requests), mostWorlds); d.worlds < leastWorlds {
		d.worlds = 0
	}
}

// sayRuns says what all runs come to; given are replications that the user wants for now,
// 0: none.
func (d *Design) sayRuns(given int) {
	requests := d.requests()
	seeds := cmp.Or(given, d.seeds)
	all := seeds*policies + d.worlds*contrasted
	text := fmt.Sprintf("%d replications of %d policies", seeds, policies)
	if d.worlds > 0 {
		text += fmt.Sprintf(", and %d draws of what nobody knows for certain (boots, speeds, prices) for %d of them", d.worlds, contrasted)
	}
	d.say("runs", "%s: %d runs of %d requests, some %d s of one core (--seeds N, --most N)", text, all, requests, (all*requests+perSecond-1)/perSecond)
}

// requests is how many a run has.
func (d *Design) requests() int { return int(max(float64(d.part.Records)*d.load, 1)) }
