package trace

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// timeLayouts are the ways data sets write instants; UTC.
var timeLayouts = []string{"2006-01-02 15:04:05", time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04"}

// importCounts reads counts per bin: the first column is the number of the
// bin or its instant, the second the count. The width of a bin is what the
// first column is called (second, minute, hour) or the most frequent distance
// of instants.
func importCounts(m *importing) error {
	rows, epoch, width, err := readSeries(m.in[0])
	if err != nil {
		return err
	}
	h := Header{
		Kind: Counts, Recorded: []string{"bin", "count"}, Synthesised: []string{"arrival_us", "work_us"}, BinUS: int64(width / time.Microsecond),
	}
	if m.options.Day != "" {
		if rows, epoch, err = day(rows, epoch, width, m.options.Day); err != nil {
			return fmt.Errorf("%s: %w", m.in[0], err)
		}
		h.Transformations = []string{"only " + m.options.Day + ", UTC"}
	}
	if !epoch.IsZero() {
		e := epoch.Format(time.RFC3339)
		h.Epoch = &e
	}
	bins, off, err := binned(rows, width)
	if err != nil {
		return fmt.Errorf("%s: %w", m.in[0], err)
	}
	if len(bins) == 0 {
		return fmt.Errorf("%s: no counts in it", m.in[0])
	}
	n := int(bins[len(bins)-1].index) + 1
	if m.options.Day != "" {
		n = int(24 * time.Hour / width)
	}
	h.SpanUS = int64(n) * h.BinUS
	if why, _ := movementOfSeries(rows).counter(); why != "" {
		h.Notes = append(h.Notes, why+": if they are a counter, import the file as a table (trace import csv FILE --arrival COLUMN --count COLUMN --values totals)")
	}
	if missing := n - len(bins); missing > 0 {
		h.Notes = append(h.Notes, fmt.Sprintf("%d of %d bins are not in the file: they count as 0", missing, n))
	}
	if off > 0 {
		h.Notes = append(h.Notes, fmt.Sprintf("%d instants are not at whole multiples of %v and were moved to the nearest bin", off, width))
	}
	if err := m.begin(h); err != nil {
		return err
	}
	m.w.classes = []class{one("all", "http")}
	for _, b := range bins {
		m.w.count(b)
	}
	return nil
}

// day leaves the readings of a day, counted from its midnight.
func day(rows []reading, epoch time.Time, width time.Duration, date string) ([]reading, time.Time, error) {
	midnight, err := time.Parse(time.DateOnly, date)
	switch {
	case err != nil:
		return nil, epoch, fmt.Errorf("day %q, want a date such as 1998-06-10", date)
	case epoch.IsZero():
		return nil, epoch, fmt.Errorf("day %s: the file has numbers of bins, not times", date)
	case (24*time.Hour)%width != 0:
		return nil, epoch, fmt.Errorf("day %s: a day is not a whole number of bins of %v", date, width)
	}
	var out []reading
	for _, r := range rows {
		if at := epoch.Add(r.at).Sub(midnight); at >= 0 && at < 24*time.Hour {
			out = append(out, reading{at, r.n})
		}
	}
	if out == nil {
		return nil, epoch, fmt.Errorf("day %s: the file has no counts of that day", date)
	}
	return out, midnight, nil
}

// binned puts readings into the nearest bins and says how many were not in the
// middle of one. Readings of the same bin add up.
func binned(rows []reading, width time.Duration) (bins []bin, off int, err error) {
	for _, r := range rows {
		i := int64((r.at + width/2) / width)
		if time.Duration(i)*width != r.at {
			off++
		}
		n := len(bins)
		if n == 0 || int64(bins[n-1].index) < i {
			if i >= math.MaxInt32 {
				return nil, 0, fmt.Errorf("more than %d bins of %v", math.MaxInt32, width)
			}
			bins = append(bins, bin{index: int32(i)})
			n++
		}
		total := int64(bins[n-1].count) + r.n
		if total > maxCount {
			return nil, 0, fmt.Errorf("more than %d arrivals in a bin of %v", maxCount, width)
		}
		bins[n-1].count = int32(total)
	}
	return bins, off, nil
}

// A reading is a count at an instant from the first one on.
type reading struct {
	at time.Duration
	n  int64
}

// readSeries reads a file of two columns.
func readSeries(path string) (rows []reading, epoch time.Time, width time.Duration, err error) {
	l, err := openLines(path)
	if err != nil {
		return nil, epoch, 0, err
	}
	defer l.close()
	head, err := l.next()
	if err != nil {
		return nil, epoch, 0, err
	}
	if len(head) != 2 {
		return nil, epoch, 0, l.fail("%d columns, want two: bin or instant, and count", len(head))
	}
	unit := binUnit(string(head[0]))
	for {
		f, err := l.next()
		if err != nil {
			return nil, epoch, 0, err
		}
		if f == nil {
			break
		}
		if len(f) != 2 {
			return nil, epoch, 0, l.fail("%d cells, want 2", len(f))
		}
		r, err := l.reading(f, unit, &epoch)
		if err != nil {
			return nil, epoch, 0, err
		}
		rows = append(rows, r)
	}
	if epoch, err = inTime(rows, epoch); err != nil {
		return nil, epoch, 0, fmt.Errorf("%s: %w", path, err)
	}
	if !epoch.IsZero() {
		unit = commonDistance(rows)
	}
	if unit < time.Microsecond {
		return nil, epoch, 0, fmt.Errorf("%s: the width of a bin is unknown: call the first column second, minute or hour", path)
	}
	return rows, epoch, unit, nil
}

// inTime sorts readings, whose instants count from the epoch, and moves the
// epoch to the first of them. Two of one instant are an error.
func inTime(rows []reading, epoch time.Time) (time.Time, error) {
	slices.SortStableFunc(rows, func(a, b reading) int { return cmp.Compare(a.at, b.at) })
	for i := 1; i < len(rows); i++ {
		if rows[i].at == rows[i-1].at {
			return epoch, fmt.Errorf("two counts of one instant or bin (%v after the first)", rows[i].at-rows[0].at)
		}
	}
	if epoch.IsZero() || len(rows) == 0 {
		return epoch, nil
	}
	first := rows[0].at
	for i := range rows {
		rows[i].at -= first
	}
	if last := rows[len(rows)-1].at; last > micros(maxMicros) {
		return epoch, fmt.Errorf("the last instant is %v after the first, more than %v", last, micros(maxMicros))
	}
	return epoch.Add(first), nil
}

// reading parses a line of two columns. A count may have a fraction of zeros:
// NAB writes 94.0.
func (l *lines) reading(f [][]byte, unit time.Duration, epoch *time.Time) (r reading, err error) {
	if r.at, err = instant(string(f[0]), unit, epoch); err != nil {
		return r, l.fail("%w", err)
	}
	count, fraction, _ := strings.Cut(string(f[1]), ".")
	n, ok := integer([]byte(count))
	if !ok || n > maxCount || strings.Trim(fraction, "0") != "" {
		return r, l.fail("count: %q is not an integer from 0 to %d", f[1], maxCount)
	}
	r.n = n
	return r, nil
}

// binUnit is the width of bins that a column name says.
func binUnit(name string) time.Duration {
	switch strings.ToLower(name) {
	case "second":
		return time.Second
	case "minute", "minute_utc":
		return time.Minute
	case "hour":
		return time.Hour
	}
	return 0
}

// instant parses a bin number, or a time, which is counted from the first.
func instant(s string, unit time.Duration, epoch *time.Time) (time.Duration, error) {
	if n, ok := integer([]byte(s)); ok && unit > 0 && n < maxMicros/int64(unit/time.Microsecond) {
		return time.Duration(n) * unit, nil
	}
	for _, layout := range timeLayouts {
		t, err := time.Parse(layout, s)
		if err != nil {
			continue
		}
		if epoch.IsZero() {
			*epoch = t
		}
		d := t.Sub(*epoch)
		if d.Abs() > micros(maxMicros) {
			return 0, fmt.Errorf("%s is more than %v from the first instant", s, micros(maxMicros))
		}
		return d, nil
	}
	return 0, fmt.Errorf("%q is neither the number of a bin nor a time like 2006-01-02 15:04:05", s)
}

// commonDistance is the most frequent distance between readings, the
// smallest of several.
func commonDistance(rows []reading) time.Duration {
	times := map[time.Duration]int{}
	best := time.Duration(0)
	for i := 1; i < len(rows); i++ {
		d := rows[i].at - rows[i-1].at
		times[d]++
		if n := times[d]; best == 0 || n > times[best] || n == times[best] && d < best {
			best = d
		}
	}
	return best
}
