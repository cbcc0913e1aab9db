package starter

import (
	"fmt"
	"strconv"
	"time"

	"cnv/results/stat"
	"cnv/workloads/trace"
)

const (
	// policies is how many the file has.
	policies = 8
	// budget is how many requests all replications of all policies have together, and
	// the worlds a third of it: some 15 s of one core.
	budget = 10_000_000
	// Fewer replications than leastSeeds leave most differences unknown; after mostSeeds
	// the recording, and not chance, is what is too short.
	leastSeeds, mostSeeds = 10, 25
	// mostWorlds is how many worlds findings are tried in.
	mostWorlds = 20
	// fewRequests are too few to see misses of 1 %: ten of them would miss.
	fewRequests = 1000
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
		rate := float64(n) / d.part.Span.Seconds()
		b.lack = fmt.Sprintf("%d requests are too few to see misses of 1 %%; at this rate a log of %s has %s", n, Span(time.Duration(fewRequests/rate*1e9).Round(time.Minute)), strconv.Itoa(fewRequests))
		d.say("few requests", "%s", b.lack)
	}
	return nil
}

// chooseSeeds spends the budget of time on replications, and a part of it on worlds.
func (d *Design) chooseSeeds() {
	replication := policies * int(max(float64(d.part.Records)*d.load, 1))
	d.seeds = min(max(budget/replication, leastSeeds), mostSeeds)
	if d.worlds = min(budget/3/replication, mostWorlds); d.worlds < leastSeeds {
		d.worlds = 0 // too few to say more than that it may be otherwise
	}
}
