package scale

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A cron is the minutes at which an entry of a crontab happens. Where both days are
// restricted, either will do.
//
// Source: crontab(5).
type cron struct {
	minutes, hours, days, months, weekdays uint64 // bits; weekdays from Sunday, 0
	anyDay, anyWeekday                     bool   // the field begins with *
}

// cronFields are the fields in order: their range, and names of the values from the lowest.
var cronFields = []struct {
	name      string
	low, high int
	words     []string
}{
	{"minute", 0, 59, nil},
	{"hour", 0, 23, nil},
	{"day of the month", 1, 31, nil},
	{"month", 1, 12, []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
	{"weekday", 0, 7, []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}},
}

// parseCron reads five fields: lists of *, n, n-m and with a step /k; months and weekdays
// may be three letters, and Sunday is 0 or 7.
func parseCron(fields []string) (c cron, err error) {
	if len(fields) != len(cronFields) {
		return c, fmt.Errorf("%q: want five fields: minute, hour, day of the month, month, weekday", strings.Join(fields, " "))
	}
	var bits [5]uint64
	for i, f := range fields {
		if bits[i], err = parseField(i, f); err != nil {
			return c, err
		}
	}
	week := bits[4]&0x7f | bits[4]>>7
	return cron{bits[0], bits[1], bits[2], bits[3], week, fields[2][0] == '*', fields[4][0] == '*'}, nil
}

// parseField reads one field as bits.
// The error names the field, its range and an example.
func parseField(i int, text string) (bits uint64, err error) {
	f := &cronFields[i]
	wrong := fmt.Errorf("%s %q: want *, a number from %d to %d, a range or a list of those, with a step such as */5", f.name, text, f.low, f.high)
	for part := range strings.SplitSeq(text, ",") {
		span, stepText, stepped := strings.Cut(part, "/")
		step, low, high := 1, f.low, f.high
		if stepped {
			if step, err = strconv.Atoi(stepText); err != nil || step < 1 {
				return 0, wrong
			}
		}
		if span != "*" {
			from, to, ranged := strings.Cut(span, "-")
			var okLow, okHigh bool
			low, okLow = cronValue(i, from)
			high, okHigh = low, okLow
			switch {
			case ranged:
				high, okHigh = cronValue(i, to)
			case stepped: // n/k goes on to the end
				high = f.high
			}
			if !okLow || !okHigh || low > high {
				return 0, wrong
			}
		} else if i == 4 {
			high = 6
		}
		for v := low; v <= high; v += step {
			bits |= 1 << v
		}
	}
	return bits, nil
}

// cronValue reads a number or a word of a field.
func cronValue(i int, text string) (int, bool) {
	f := &cronFields[i]
	if w := slices.Index(f.words, strings.ToLower(text)); w >= 0 {
		return f.low + w, true
	}
	v, err := strconv.Atoi(text)
	return v, err == nil && v >= f.low && v <= f.high
}

// onDay says whether the entry happens on a day.
// day may be below 1: time.Date goes on into the months before.
func (c *cron) onDay(year int, month time.Month, day int) bool {
	date := time.Date(year, month, day, 12, 0, 0, 0, time.UTC)
	if c.months>>date.Month()&1 == 0 {
		return false
	}
	inMonth, inWeek := c.days>>date.Day()&1 == 1, c.weekdays>>date.Weekday()&1 == 1
	switch {
	case c.anyDay:
		return inWeek && inMonth
	case c.anyWeekday:
		return inMonth && inWeek
	}
	return inMonth || inWeek
}

// lookBack is how far back an entry is looked for: a leap day is at most eight years ago.
const lookBack = 8*366 + 1

// last is the last instant up to t, in its location, at which the entry happened; false:
// not within eight years. A time of day that a day does not have is moved as time.Date
// does, and one that it has twice is the first. O(days since then).
func (c *cron) last(t time.Time) (time.Time, bool) {
	year, month, day := t.Date()
	for back := range lookBack {
		if !c.onDay(year, month, day-back) {
			continue
		}
		for hour := 23; hour >= 0; hour-- {
			if c.hours>>hour&1 == 0 || time.Date(year, month, day-back, hour, 0, 0, 0, t.Location()).After(t) {
				continue
			}
			for minute := 59; minute >= 0; minute-- {
				if c.minutes>>minute&1 == 1 {
					if at := time.Date(year, month, day-back, hour, minute, 0, 0, t.Location()); !at.After(t) {
						return at, true
					}
				}
			}
		}
	}
	return time.Time{}, false
}
