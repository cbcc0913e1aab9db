package trace

import (
	"time"

	"cnv/policy"
	"cnv/workloads"
	"cnv/workloads/features"
)

// eventColumns is the header of events.csv.
var eventColumns = []string{"arrival_us", "class", "work_us", "dur_us", "mem_kib", "bytes_in", "bytes_out", "status", "attr"}

// An eventReader reads events.csv or a bare CSV file, one arrival at a time.
type eventReader struct {
	l       *lines
	classes []class
	byName  map[string]policy.ClassID
	open    bool // classes are named by the events: a bare CSV file

	arrival, class, attr int // places of columns; -1 not there
	numbers              []numberColumn
	last                 int64
	lastClass            []byte
	lastID               policy.ClassID
	attrText             []byte // of the last event
}

// A numberColumn is a column of integers and where it goes.
type numberColumn struct {
	name string
	at   int
	set  func(a *workloads.Arrival, v int64)
}

// newEventReader opens a file. Without classes, they are taken from the
// events in order of appearance.
func newEventReader(path string, classes []class) (*eventReader, error) {
	l, err := openLines(path)
	if err != nil {
		return nil, err
	}
	at, err := l.header(eventColumns, "arrival_us", "class")
	if err != nil {
		l.close()
		return nil, err
	}
	r := &eventReader{l: l, classes: classes, byName: map[string]policy.ClassID{}, open: classes == nil}
	for i := range classes {
		r.byName[classes[i].Name] = policy.ClassID(i)
	}
	r.arrival, r.class, r.attr = at["arrival_us"], at["class"], at["attr"]
	for _, c := range []numberColumn{
		{"work_us", 0, func(a *workloads.Arrival, v int64) { a.Work = micros(v) }},
		{"dur_us", 0, func(a *workloads.Arrival, v int64) { a.Wall = micros(v) }},
		{"mem_kib", 0, func(a *workloads.Arrival, v int64) { a.Memory = v }},
		{"bytes_in", 0, func(a *workloads.Arrival, v int64) { a.BytesIn = v }},
		{"bytes_out", 0, func(a *workloads.Arrival, v int64) { a.BytesOut = v }},
		{"status", 0, func(a *workloads.Arrival, v int64) { a.Status = int32(v) }},
	} {
		if c.at = at[c.name]; c.at >= 0 {
			r.numbers = append(r.numbers, c)
		}
	}
	return r, nil
}

// next reads an arrival; false at the end.
func (r *eventReader) next(a *workloads.Arrival) (bool, error) {
	f, err := r.l.next()
	if err != nil || f == nil {
		return false, err
	}
	*a = workloads.Arrival{
		Work: workloads.Unknown, Wall: workloads.Unknown, Memory: workloads.Unknown,
		BytesIn: workloads.Unknown, BytesOut: workloads.Unknown, Status: workloads.Unknown,
	}
	if len(f) <= max(r.arrival, r.class) {
		return false, r.l.fail("%d cells, fewer than the header has", len(f))
	}
	at, ok := integer(f[r.arrival])
	if !ok || at > maxMicros {
		return false, r.l.fail("arrival_us: %q is not an integer from 0 to %d", f[r.arrival], int64(maxMicros))
	}
	if at < r.last {
		return false, r.l.fail("arrival_us: %d is before the line above (%d): sort the file by arrival", at, r.last)
	}
	r.last = at
	a.At = micros(at)
	if a.Class, err = r.classOf(f[r.class]); err != nil {
		return false, err
	}
	for i := range r.numbers {
		c := &r.numbers[i]
		if c.at >= len(f) || len(f[c.at]) == 0 {
			continue
		}
		v, ok := integer(f[c.at])
		if !ok || v > maxMicros {
			return false, r.l.fail("%s: %q is not an integer from 0 to %d", c.name, f[c.at], int64(maxMicros))
		}
		c.set(a, v)
	}
	return true, r.attributes(f, a)
}

// classOf finds a class by name, or by number where the trace has classes.
func (r *eventReader) classOf(cell []byte) (policy.ClassID, error) {
	if r.lastClass != nil && string(cell) == string(r.lastClass) {
		return r.lastID, nil
	}
	id, ok := r.byName[string(cell)]
	if !ok && !r.open {
		n, isNumber := integer(cell)
		if !isNumber || n >= int64(len(r.classes)) {
			return 0, r.l.fail("class: %q is neither the name nor the number of a class in classes.csv", cell)
		}
		id = policy.ClassID(n)
	} else if !ok {
		if len(cell) == 0 {
			return 0, r.l.fail("class: empty")
		}
		if len(r.classes) >= maxClasses {
			return 0, r.l.fail("class: more than %d classes", maxClasses)
		}
		id = policy.ClassID(len(r.classes))
		name := string(cell)
		r.classes = append(r.classes, class{Class: workloads.Class{Name: name, Memory: workloads.Unknown, MeanWork: workloads.Unknown}})
		r.byName[name] = id
	}
	r.lastClass = append(r.lastClass[:0], cell...)
	r.lastID = id
	return id, nil
}

// attributes reads the attr cell: features, and the key of the computation.
func (r *eventReader) attributes(f [][]byte, a *workloads.Arrival) error {
	r.attrText = nil
	if r.attr < 0 || r.attr >= len(f) || len(f[r.attr]) == 0 {
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
	a.Key = features.Key(c.Name, text, nil)
	return nil
}

// span is the end of what was read: just after the last arrival.
func (r *eventReader) span() time.Duration { return micros(r.last + 1) }
