package trace

import (
	"cnv/policy"
)

// countColumns is the header of counts.csv.
var countColumns = []string{"bin", "class", "count"}

// maxCount bounds the arrivals of a class within a bin, which are placed in
// memory.
const maxCount = 1 << 26

// A bin is a line of counts.csv: so many arrivals of a class within a bin.
type bin struct {
	index int32
	class policy.ClassID
	count int32
}

// A countReader reads counts.csv, one line at a time. Bins must not decrease,
// must lie within the span, and hold a class once.
type countReader struct {
	l *lines
	classIndex
	at   map[string]int
	bins int64
	last int32
	seen []int32 // by class, the last bin it was in; -1 none
}

func newCountReader(path string, h *Header, classes []class) (*countReader, error) {
	l, err := openLines(path)
	if err != nil {
		return nil, err
	}
	r := &countReader{l: l, classIndex: indexClasses(classes, true), bins: h.bins()}
	if r.at, err = l.header(countColumns, countColumns...); err != nil {
		l.close()
		return nil, err
	}
	for range classes {
		r.seen = append(r.seen, -1)
	}
	return r, nil
}

// next reads a line; false at the end.
func (r *countReader) next() (b bin, ok bool, err error) {
	f, err := r.l.next()
	if err != nil || f == nil {
		return b, false, err
	}
	if len(f) != len(countColumns) {
		return b, false, r.l.fail("%d cells, the header has %d", len(f), len(countColumns))
	}
	i, ok := integer(f[r.at["bin"]])
	if !ok || i >= r.bins {
		return b, false, r.l.fail("bin: %q is not an integer from 0 to %d", f[r.at["bin"]], r.bins-1)
	}
	b.index = int32(i)
	if above := r.last; b.index < above {
		r.last = b.index
		return b, false, r.l.fail("bin: %d is before the line above (%d): sort the file by bin", i, above)
	}
	r.last = b.index
	if b.class, err = r.find(r.l, f[r.at["class"]]); err != nil {
		return b, false, err
	}
	if r.seen[b.class] == b.index {
		return b, false, r.l.fail("class: %q is in bin %d twice", f[r.at["class"]], i)
	}
	r.seen[b.class] = b.index
	n, ok := integer(f[r.at["count"]])
	if !ok || n > maxCount {
		return b, false, r.l.fail("count: %q is not an integer from 0 to %d", f[r.at["count"]], maxCount)
	}
	b.count = int32(n)
	return b, true, nil
}

// readCounts reads counts.csv into memory, 12 bytes a line.
func readCounts(path string, h *Header, classes []class) ([]bin, error) {
	r, err := newCountReader(path, h, classes)
	if err != nil {
		return nil, err
	}
	defer r.l.close()
	var out []bin
	for {
		b, ok, err := r.next()
		if err != nil || !ok {
			return out, err
		}
		out = append(out, b)
	}
}
