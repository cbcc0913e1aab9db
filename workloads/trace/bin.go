package trace

import (
	"fmt"
	"slices"
	"time"

	"cnv/policy"
)

// A binner counts arrivals, which come in order of time, per bin and class.
type binner struct {
	width  int64 // of a bin, in the unit of the instants that add is given
	index  int64
	counts []int64 // of the bin under way, by class
	err    error   // a count that is too large
}

// add takes n arrivals at an instant, and writes the bin before if it is over.
func (b *binner) add(w *writer, at int64, c policy.ClassID, n int64) {
	if i := at / b.width; i != b.index {
		b.flush(w)
		b.index = i
	}
	if int(c) >= len(b.counts) {
		b.counts = append(b.counts, make([]int64, int(c)+1-len(b.counts))...)
	}
	b.counts[c] += n
}

// flush writes the bin under way.
func (b *binner) flush(w *writer) {
	for c, n := range b.counts {
		if n > maxCount {
			b.err = fmt.Errorf("bin %d would hold %d arrivals of a class, at most %d are possible", b.index, n, maxCount)
		}
		w.counted(bin{int32(b.index), policy.ClassID(c), int32(min(n, maxCount))})
		b.counts[c] = 0
	}
}

// binned makes the header that of counts per bin, of a trace that is otherwise
// transformed already.
func (t *Transform) binned(h *Header) (*binner, error) {
	bin := int64(t.Bin / time.Microsecond)
	unit := int64(1)
	if h.Kind == Counts {
		unit = h.BinUS
	}
	if bin%unit != 0 || bin < unit {
		return nil, fmt.Errorf("bin = %v: want a multiple of %v", t.Bin, micros(unit))
	}
	bins := (h.SpanUS + bin - 1) / bin
	if bins > maxMicros/bin {
		return nil, fmt.Errorf("bin = %v is longer than the trace can be", t.Bin)
	}
	h.Kind, h.BinUS, h.SpanUS, h.EndStepUS = Counts, bin, bins*bin, 0
	h.Recorded = []string{"bin", "count"}
	h.Synthesised = slices.DeleteFunc(slices.Clone(h.Synthesised), func(s string) bool { return s != "arrival_us" })
	return &binner{width: bin / unit}, nil
}
