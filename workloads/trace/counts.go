package trace

import (
	"cnv/policy"
)

// countColumns is the header of counts.csv.
var countColumns = []string{"bin", "class", "count"}

// A bin is a line of counts.csv: so many arrivals of a class within a bin.
type bin struct {
	index int32
	class policy.ClassID
	count int32
}

// readCounts reads counts.csv into memory, 12 bytes a line. Bins must not
// decrease, and must lie within the span.
func readCounts(path string, h *Header, classes []class) ([]bin, error) {
	l, err := openLines(path)
	if err != nil {
		return nil, err
	}
	defer l.close()
	at, err := l.header(countColumns, countColumns...)
	if err != nil {
		return nil, err
	}
	bins := (h.SpanUS + h.BinUS - 1) / h.BinUS
	var out []bin
	for {
		f, err := l.next()
		if err != nil || f == nil {
			return out, err
		}
		if len(f) < 3 {
			return nil, l.fail("%d cells, want 3", len(f))
		}
		i, ok := integer(f[at["bin"]])
		if !ok || i >= bins {
			return nil, l.fail("bin: %q is not an integer below %d", f[at["bin"]], bins)
		}
		if n := len(out); n > 0 && int32(i) < out[n-1].index {
			return nil, l.fail("bin: %d is before the line above (%d): sort the file by bin", i, out[n-1].index)
		}
		c, ok := integer(f[at["class"]])
		if !ok || c >= int64(len(classes)) {
			return nil, l.fail("class: %q is not the number of a class in classes.csv", f[at["class"]])
		}
		n, ok := integer(f[at["count"]])
		if !ok || n > 1<<30 {
			return nil, l.fail("count: %q is not an integer from 0 to %d", f[at["count"]], 1<<30)
		}
		out = append(out, bin{int32(i), policy.ClassID(c), int32(n)})
	}
}
