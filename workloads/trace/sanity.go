package trace

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"cnv/policy"
	"cnv/workloads"
)

const (
	// mostRate is a rate that no log has, arrivals per second: a unit is wrong, or
	// all instants are the same.
	mostRate = 1e6
	// Work of longMean seconds and more in the mean that keeps mostCores cores busy
	// is taken for a wrong unit, and so are durations of which mostAtOnce go on at once;
	// where nothing says the unit, mostBare is enough.
	mostCores  = 1000
	mostAtOnce = 10_000
	mostBare   = 100
	longMean   = 10
	// shortMean is a duration that no HTTP request has in the mean: a unit is wrong.
	shortMean = 20 * time.Microsecond
	// fewestBare is how many whole numbers without a unit are judged.
	fewestBare = 10
	// fewestEven is how many equal times between arrivals are no chance.
	fewestEven = 5
	// sameInstant is how many rows of one instant are compared with each other.
	sameInstant = 1000
	// workCores are more cores than one request keeps busy: work above its duration times
	// them contradicts it.
	workCores = 64
)

// A Sanity is what a reader of an imported trace should know before trusting it.
type Sanity struct {
	Lines  []Line
	Doubts []string // what cannot be
}

// A Line says one thing.
type Line struct{ Name, Text string }

// A sanityCounter looks at arrivals as they are written.
type sanityCounter struct {
	machines   bool      // jobs keep as many cores busy as a whole machine has
	bare       bool      // durations, or work, had no unit and were taken for seconds
	whole      bool      // and all of them were whole numbers, in a log of finer instants
	step       int64     // of instants, us: what the log can tell apart; 0 not known
	columns    [2]string // of durations and of work; "" not named
	compared   int64     // rows with a duration and work
	beyond     int64     // of these, whose work is above the duration times workCores
	noUnit     int64     // durations whose unit nothing says: they were taken for microseconds
	unitSum    int64     // of their length, ns
	counts     string    // a column that may be counts, where a row was taken for a request; "" none
	period     int64     // the first time between two arrivals that is not 0, us
	even       int64     // times between arrivals that are the same
	uneven     int64     // and that are not, nor 0
	n          int64
	last       int64 // us
	second     int64 // that is counted
	inSecond   int64
	peak       int64
	peakAt     int64
	gap, gapAt int64
	gaps       float64 // sum of squares, s2
	grid       resolutionCounter
	byClass    []int64
	walls      tally
	works      tally
	rows       []uint64 // of one instant
	rowsAt     int64
	duplicates int64
	filled     int64 // bins that have arrivals
	bin        int64
	inBin      int64
}

// A tally is about durations that are known.
type tally struct {
	n    int64
	sum  float64 // s
	most time.Duration
	hist *hdrhistogram.Histogram
}

// add takes a duration.
func (t *tally) add(d time.Duration) {
	if d < 0 {
		return
	}
	if t.hist == nil {
		t.hist = hdrhistogram.New(1, maxMicros, 3)
	}
	t.n++
	t.sum += d.Seconds()
	t.most = max(t.most, d)
	_ = t.hist.RecordValue(int64(min(max(d/time.Microsecond, 1), maxMicros))) // within its range
}

// text is mean, median and so on; most names the largest.
func (t *tally) text(most string) string {
	q := func(p float64) time.Duration { return micros(t.hist.ValueAtQuantile(p)) }
	return fmt.Sprintf("mean %v, median %v, p99 %v, "+most+" %v", brief(t.mean()), brief(q(50)), brief(q(99)), brief(t.most))
}

func (t *tally) mean() time.Duration { return time.Duration(t.sum / float64(t.n) * 1e9) }

// brief is a duration with three digits or so.
func brief(d time.Duration) time.Duration {
	unit := time.Duration(1)
	for d/unit >= 1000 && unit < time.Second {
		unit *= 10
	}
	return d.Round(unit)
}

// event looks at an arrival, us.
func (s *sanityCounter) event(us int64, a *workloads.Arrival) {
	s.of(a.Class, 1)
	if s.n > 0 {
		gap := us - s.last
		if gap > s.gap {
			s.gap, s.gapAt = gap, s.last
		}
		s.gaps += float64(gap) * float64(gap) / 1e12
		switch {
		case gap == 0:
		case s.period == 0 || gap == s.period:
			s.period = gap
			s.even++
		default:
			s.uneven++
		}
	}
	s.n++
	s.last = us
	if second := us / 1e6; second != s.second || s.n == 1 {
		s.second, s.inSecond = second, 0
	}
	if s.inSecond++; s.inSecond > s.peak {
		s.peak, s.peakAt = s.inSecond, s.second
	}
	s.grid.add(us)
	s.walls.add(a.Wall)
	s.works.add(a.Work)
	if a.Wall > 0 && a.Work >= 0 {
		if s.compared++; a.Work/workCores > a.Wall {
			s.beyond++
		}
	}
}

// row looks for rows that are the same as another of their instant, ns.
func (s *sanityCounter) row(at int64, hash uint64) {
	if at != s.rowsAt {
		s.rows, s.rowsAt = s.rows[:0], at
	}
	switch {
	case hash == 0 || len(s.rows) == sameInstant:
	case slices.Contains(s.rows, hash):
		s.duplicates++
	default:
		s.rows = append(s.rows, hash)
	}
}

// count looks at the arrivals of a bin.
func (s *sanityCounter) count(b bin) {
	s.of(b.class, int64(b.count))
	if int64(b.index) != s.bin || s.n == 0 {
		s.filled++
		s.bin, s.inBin = int64(b.index), 0
	}
	s.n += int64(b.count)
	if s.inBin += int64(b.count); s.inBin > s.peak {
		s.peak, s.peakAt = s.inBin, s.bin
	}
}

func (s *sanityCounter) of(class policy.ClassID, n int64) {
	for len(s.byClass) <= int(class) {
		s.byClass = append(s.byClass, 0)
	}
	s.byClass[class] += n
}

// result is what was seen.
func (s *sanityCounter) result(h *Header, classes []class) *Sanity {
	out := &Sanity{}
	say := func(name, format string, args ...any) {
		out.Lines = append(out.Lines, Line{name, fmt.Sprintf(format, args...)})
	}
	span := micros(max(h.SpanUS, s.last+1))
	rate := float64(s.n) / span.Seconds()
	from := ""
	if h.Epoch != nil {
		from = ", from " + *h.Epoch
	}
	if s.single() {
		say("span", "one arrival%s: neither rate nor load can be told", from)
	} else {
		say("span", "%v%s", shownSpan(span), from)
	}
	switch {
	case s.single():
	case h.Kind == Counts:
		width := micros(h.BinUS)
		say("rate", "%d arrivals, %.4g /s in the mean, %.4g /s in the busiest bin (number %d, %d arrivals)", s.n, rate, float64(s.peak)/width.Seconds(), s.peakAt, s.peak)
		say("resolution", "counts per %v, %d of %d bins without arrivals", width, int64(h.bins())-s.filled, h.bins())
	default:
		say("rate", "%d arrivals, %.4g /s in the mean, %d in the busiest second (at %v)", s.n, rate, s.peak, time.Duration(s.peakAt)*time.Second)
		grid, ends := h.ofEnds(s.n)
		if !ends {
			grid = s.grid.result()
		}
		if grid.width > 0 {
			say("resolution", "%s", grid.told())
		}
		say("gaps", "%s", s.gapText(ends))
		if s.duplicates > 0 {
			say("duplicates", "%d of %d rows are the same as another of their instant", s.duplicates, s.n)
		} else {
			say("duplicates", "none")
		}
	}
	say("classes", "%s", s.classText(classes))
	s.load(out, say, span)
	s.contradiction(out)
	s.doubtShort(out)
	s.doubtRows(out)
	rate = float64(s.n) / micros(max(s.last+1, s.step)).Seconds() // instants of one step of the recorder are anywhere in it
	if h.Kind == Events && s.n > 1 && rate > mostRate {
		out.Doubts = append(out.Doubts, fmt.Sprintf("%.2g arrivals per second: all instants are nearly the same, or their unit is wrong (--arrival-unit)", rate))
	}
	return out
}

// single says whether there is one arrival alone, whose span says nothing.
func (s *sanityCounter) single() bool { return s.n == 1 && s.last == 0 && s.filled == 0 }

// shownSpan is a span to read: without the microsecond after the last arrival.
func shownSpan(span time.Duration) time.Duration {
	if span%time.Millisecond == time.Microsecond {
		return span - time.Microsecond
	}
	return span
}

// load says how long requests take and what they add up to.
func (s *sanityCounter) load(out *Sanity, say func(string, string, ...any), span time.Duration) {
	switch {
	case s.walls.n > 0 && s.single():
		say("duration", "%v", brief(s.walls.most))
	case s.walls.n > 0:
		say("durations", "%s, of %d arrivals; %.4g in progress in the mean", s.walls.text("longest"), s.walls.n, s.walls.sum/span.Seconds())
		s.doubt(out, &s.walls, span, mostAtOnce, "duration", "--duration-unit", "requests in progress at all times (Little's law)")
	}
	switch {
	case s.works.n == 0:
		say("offered load", "not known: work is not recorded")
		return
	case s.single():
		say("work", "%v", brief(s.works.most))
		return
	}
	cores := s.works.sum / span.Seconds()
	say("work", "%s, of %d arrivals", s.works.text("most for one request"), s.works.n)
	say("offered load", "%s", offeredLoad(cores, s.works.n, s.n))
	s.doubt(out, &s.works, span, mostCores, "work", "--work-unit", "cores busy")
}

// offeredLoad says how many cores recorded work keeps busy, which so many of all arrivals have.
func offeredLoad(cores float64, with, all int64) string {
	if with >= all {
		return fmt.Sprintf("%.4g cores", cores)
	}
	return fmt.Sprintf("at least %.4g cores, as the work of %d of %d arrivals is not recorded; %.4g if theirs is the same in the mean", cores, all-with, all, cores*float64(all)/float64(with))
}

// doubt doubts the unit of durations that are long in the mean, where too much would go
// on at once, or where nothing says the unit and they are whole numbers, as of
// milliseconds.
func (s *sanityCounter) doubt(out *Sanity, t *tally, span time.Duration, most float64, name, flag, what string) {
	if s.machines || t.mean().Seconds() < longMean {
		return
	}
	once := t.sum / span.Seconds()
	switch {
	case once > most && !s.bare:
		out.Doubts = append(out.Doubts, fmt.Sprintf("mean %s %v at %.4g /s would keep %.4g %s: is the unit right (%s)?", name, brief(t.mean()), float64(t.n)/span.Seconds(), once, what, flag))
	case s.bare && (once > min(most, mostBare) || s.whole && t.n >= fewestBare):
		out.Doubts = append(out.Doubts, fmt.Sprintf("mean %s %v at %.4g /s would keep %.4g %s, and nothing says the unit, so seconds were taken: say it (%s ms, us, ns, or s if it is right)", name, brief(t.mean()), float64(t.n)/span.Seconds(), once, what, flag))
	}
}

// contradiction doubts the unit of work, or of durations, where for most requests work is
// more than any machine does in the duration.
func (s *sanityCounter) contradiction(out *Sanity) {
	if s.machines || 2*s.beyond <= s.compared {
		return
	}
	of := func(what, column string) string {
		if column == "" || column == what {
			return what
		}
		return fmt.Sprintf("%s (column %s)", what, column)
	}
	unit := "is the unit right (--work-unit, --duration-unit)?"
	if s.bare {
		unit = "a column names no unit, so seconds were taken: say it (--work-unit, --duration-unit: ms, us, ns, or s if it is right)"
	}
	out.Doubts = append(out.Doubts, fmt.Sprintf("of %d of %d requests the %s is more than %d cores do in the %s: %s",
		s.beyond, s.compared, of("work", s.columns[1]), workCores, of("duration", s.columns[0]), unit))
}

// doubtShort doubts durations that were taken for microseconds and are too short for that.
func (s *sanityCounter) doubtShort(out *Sanity) {
	if s.noUnit == 0 || s.unitSum/s.noUnit >= int64(shortMean) {
		return
	}
	mean := time.Duration(s.unitSum / s.noUnit)
	out.Doubts = append(out.Doubts, fmt.Sprintf("mean duration %v of %d requests, and nothing says the unit, so microseconds (%%D) were taken: no HTTP request is so short, so say it (--duration-unit s for %%T, ms for %%{ms}T, or us if it is right)", brief(mean), s.noUnit))
}

// doubtRows doubts that a row is a request where rows come as regularly as readings of a
// meter, and a column that nothing uses is called like one of counts.
func (s *sanityCounter) doubtRows(out *Sanity) {
	if s.counts == "" || s.even < fewestEven || s.even < 10*s.uneven || s.period < 1e6 {
		return
	}
	out.Doubts = append(out.Doubts, fmt.Sprintf("rows are %v apart, and each was taken for one request, though the column %s may be how many there were: say it (--count %s)", micros(s.period), s.counts, s.counts))
}

// gapText is about the time between arrivals.
func (s *sanityCounter) gapText(ends bool) string {
	if s.n < 2 {
		return "one arrival has none"
	}
	if s.last == 0 {
		return "none: all arrivals have the same instant"
	}
	if ends {
		return fmt.Sprintf("longest time between two arrivals %v, after %v", micros(s.gap), micros(s.gapAt))
	}
	n := float64(s.n - 1)
	mean := float64(s.last) / 1e6 / n
	cv := math.Sqrt(max(s.gaps/n-mean*mean, 0)) / mean
	return fmt.Sprintf("longest time between two arrivals %v, after %v; coefficient of variation %.3g (1 for Poisson arrivals)", micros(s.gap), micros(s.gapAt), cv)
}

// classText names the most frequent classes.
func (s *sanityCounter) classText(classes []class) string {
	type count struct {
		name string
		n    int64
	}
	var all []count
	for i, n := range s.byClass {
		if i < len(classes) && n > 0 {
			all = append(all, count{classes[i].Name, n})
		}
	}
	slices.SortStableFunc(all, func(a, b count) int { return int(min(max(b.n-a.n, -1), 1)) })
	var parts []string
	for _, c := range all[:min(len(all), 5)] {
		parts = append(parts, fmt.Sprintf("%s %.3g %%", c.name, 100*float64(c.n)/float64(s.n)))
	}
	more := ""
	if len(all) > 5 {
		more = ", ..."
	}
	return fmt.Sprintf("%d: %s%s", len(all), strings.Join(parts, ", "), more)
}
