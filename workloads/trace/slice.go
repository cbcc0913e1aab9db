package trace

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// slice cuts the recording down to a part of its time, whose beginning becomes
// the beginning; whole bins of counts. It changes what was surveyed.
func (r *recording) slice(s *survey) (*survey, error) {
	from, to := r.o.Slice[0], r.o.Slice[1]
	if from == 0 && to == 0 {
		return s, nil
	}
	if !(from >= 0 && from < to && to <= 1) {
		return nil, fmt.Errorf("slice %v to %v, want 0 <= from < to <= 1", from, to)
	}
	r.note = fmt.Sprintf("only from %.0f to %.0f %% of its time", 100*from, 100*to)
	span := micros(r.header.SpanUS)
	if r.header.Kind != Counts {
		unit := micros(max(r.grid.width, 1)) // instants are in whole ones
		at := func(share float64) time.Duration { return time.Duration(share * float64(span)).Round(unit) }
		r.from, r.to = at(from), at(to)
		r.header.SpanUS = int64((r.to - r.from) / time.Microsecond)
		return r.survey()
	}
	bins := float64(r.header.bins())
	first, end := int32(from*bins), int32(to*bins)
	at := func(i int32) int {
		n, _ := slices.BinarySearchFunc(r.bins, i, func(b bin, i int32) int { return cmp.Compare(b.index, i) })
		return n
	}
	r.bins = slices.Clone(r.bins[at(first):at(end)])
	out := &survey{byClass: make([]classSurvey, len(r.classes))}
	for i := range r.bins {
		b := &r.bins[i]
		b.index -= first
		out.records += int64(b.count)
		out.byClass[b.class].records += int64(b.count)
	}
	r.header.SpanUS = int64(end-first) * r.header.BinUS
	out.span = micros(r.header.SpanUS)
	return out, nil
}
