package trace

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"cnv/policy"
	"cnv/workloads"
	"cnv/workloads/features"
)

// eventColumns is the header of events.csv.
var eventColumns = []string{"arrival_us", "class", "work_us", "dur_us", "mem_kib", "bytes_in", "bytes_out", "status", "attr"}

// An eventReader reads events.csv or a bare CSV file, one arrival at a time.
type eventReader struct {
	l *lines
	classIndex

	columns              int // of the header
	arrival, class, attr int // places of columns; -1 not there
	numbers              []numberColumn
	last                 int64
	attrText             []byte // of the last event

	formula *Formula // Options.Work
	room    values
	made    bool // the work of the last arrival is made by the formula

	part       part
	from, to   time.Duration // of the slice; to 0: all
	begun      bool          // an arrival of the part was read
	first, end time.Duration // instants of the first and, since then, the last of them
}

// A numberColumn is a column of integers and where it goes.
type numberColumn struct {
	name string
	at   int
	most int64
	set  func(a *workloads.Arrival, v int64)
}

// numberColumns are the columns of integers that may be empty.
var numberColumns = []numberColumn{
	{"work_us", 0, maxMicros, func(a *workloads.Arrival, v int64) { a.Work = micros(v) }},
	{"dur_us", 0, maxMicros, func(a *workloads.Arrival, v int64) { a.Wall = micros(v) }},
	{"mem_kib", 0, maxMicros, func(a *workloads.Arrival, v int64) { a.Memory = v }},
	{"bytes_in", 0, maxMicros, func(a *workloads.Arrival, v int64) { a.BytesIn = v }},
	{"bytes_out", 0, maxMicros, func(a *workloads.Arrival, v int64) { a.BytesOut = v }},
	{"status", 0, math.MaxInt32, func(a *workloads.Arrival, v int64) { a.Status = int32(v) }},
}

// newEventReader opens a file. Without classes, they are taken from the
// events in order of appearance; listed says that they are in classes.csv.
func newEventReader(path string, classes []class, listed bool) (*eventReader, error) {
	l, err := openLines(path)
	if err != nil {
		return nil, err
	}
	at, err := l.header(eventColumns, "arrival_us", "class")
	if err != nil {
		l.close()
		return nil, err
	}
	r := &eventReader{l: l, classIndex: indexClasses(classes, listed), columns: len(l.fields)}
	r.arrival, r.class, r.attr = at["arrival_us"], at["class"], at["attr"]
	for _, c := range numberColumns {
		if c.at = at[c.name]; c.at >= 0 {
			r.numbers = append(r.numbers, c)
		}
	}
	return r, nil
}

// each calls f with every arrival of the part in turn, in a record that it uses again.
func (r *eventReader) each(f func(a *workloads.Arrival)) error {
	var a workloads.Arrival
	for {
		ok, err := r.next(&a)
		if err != nil || !ok {
			return err
		}
		f(&a)
	}
}

// nextOfAll reads the next arrival, of the part or not; false at the end.
func (r *eventReader) nextOfAll(a *workloads.Arrival) (bool, error) {
	f, err := r.l.next()
	if err != nil || f == nil {
		return false, err
	}
	*a = workloads.Arrival{
		Work: workloads.Unknown, Wall: workloads.Unknown, Memory: workloads.Unknown,
		BytesIn: workloads.Unknown, BytesOut: workloads.Unknown, Status: workloads.Unknown,
	}
	if len(f) != r.columns {
		return false, r.l.fail("%d cells, the header has %d", len(f), r.columns)
	}
	at, ok := integer(f[r.arrival])
	if !ok || at > maxMicros {
		return false, r.l.fail("arrival_us: %q is not an integer from 0 to %d", f[r.arrival], int64(maxMicros))
	}
	if above := r.last; at < above {
		r.last = at
		return false, r.l.fail("arrival_us: %d is before the line above (%d): sort the file by arrival", at, above)
	}
	r.last = at
	a.At = micros(at)
	if a.Class, err = r.find(r.l, f[r.class]); err != nil {
		return false, err
	}
	for i := range r.numbers {
		c := &r.numbers[i]
		if len(f[c.at]) == 0 {
			continue
		}
		v, ok := integer(f[c.at])
		if !ok || v > c.most {
			return false, r.l.fail("%s: %q is not an integer from 0 to %d", c.name, f[c.at], c.most)
		}
		c.set(a, v)
	}
	if err := r.attributes(f, a); err != nil {
		return true, err
	}
	r.makeWork(a)
	return true, nil
}

// attributes reads the attr cell: features, and the key of the computation.
func (r *eventReader) attributes(f [][]byte, a *workloads.Arrival) error {
	r.attrText = nil
	if r.attr < 0 || len(f[r.attr]) == 0 {
		return nil
	}
	r.attrText = f[r.attr]
	c := &r.classes[a.Class]
	text := string(f[r.attr])
	if len(c.Features) > 0 {
		v := features.Vector(a.Features)
		if err := features.Parse(c.Features, text, &v); err != nil {
			return r.l.fail("attr: %w", err)
		}
		a.Features = v
	}
	var err error
	if a.Executed, err = features.Executed(text); err != nil {
		return r.l.fail("attr: %w", err)
	}
	key, given, err := explicitKey(text)
	if err != nil {
		return r.l.fail("attr: %w", err)
	}
	if a.Key = key; !given {
		a.Key = features.Key(c.Name, text, nil)
	}
	return nil
}

// explicitKey is the attribute key, in hexadecimal, if there is one: where other
// attributes say more than what the request is, such as what was measured.
func explicitKey(attr string) (policy.Key, bool, error) {
	rest, given := strings.CutPrefix(attr, "key=")
	if !given {
		if _, rest, given = strings.Cut(attr, ";key="); !given {
			return 0, false, nil
		}
	}
	text, _, _ := strings.Cut(rest, ";")
	key, err := strconv.ParseUint(text, 16, 64)
	if err != nil {
		return 0, false, fmt.Errorf("key=%.40s: want up to 16 hexadecimal digits", text)
	}
	return policy.Key(key), true, nil
}

// span is the end of what was read: just after the last arrival.
func (r *eventReader) span() time.Duration {
	if len(r.part.pairs) > 0 {
		return r.end + time.Microsecond
	}
	return micros(r.last + 1)
}
