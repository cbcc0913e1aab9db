package trace

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"cnv/workloads"
	"cnv/workloads/features"
)

// Generate writes the arrivals of a workload under a seed as a trace of
// events in a new folder, to the microsecond. A closed loop has no arrivals of
// its own to write.
func Generate(w *workloads.Workload, seed uint64, dir string) (*Header, error) {
	src, err := w.Open(seed)
	if err != nil {
		return nil, err
	}
	if _, closed := src.(workloads.ClosedSource); closed {
		return nil, fmt.Errorf("%s is a closed loop: when requests arrive depends on when others are answered, so it cannot be written as a trace", w.Name)
	}
	out, err := create(dir, Header{
		Name: stem(dir), Kind: Events, SpanUS: int64((w.Span + time.Microsecond - 1) / time.Microsecond),
		Provenance: Provenance{Source: fmt.Sprintf("generated: %s, seed %d, digest %s", w.Name, seed, w.Digest)},
		Recorded:   slices.Clone(w.Recorded), Synthesised: slices.Clone(w.Synthesised), Notes: slices.Concat(w.Notes, w.Assumed),
	})
	if err != nil {
		return nil, err
	}
	for _, c := range w.Classes {
		out.classes = append(out.classes, class{Class: c})
	}
	var a workloads.Arrival
	for src.Next(&a) {
		out.event(&a, attributes(&w.Classes[a.Class], &a))
	}
	if err := src.Err(); err != nil {
		out.abandon()
		return nil, err
	}
	for _, f := range out.s.fields() {
		if h := &out.h; !slices.Contains(h.Recorded, f) && !slices.Contains(h.Synthesised, f) {
			h.Synthesised = append(h.Synthesised, f)
		}
	}
	return out.close()
}

// attributes is the attr cell of an arrival: its features; and its key unless
// they lead to it, so that requests with equal keys, and only they, have equal
// attributes.
func attributes(c *workloads.Class, a *workloads.Arrival) []byte {
	v := features.Vector(a.Features)
	attr := []byte(features.Format(c.Features, &v))
	if a.Key != 0 && a.Key != features.Key(c.Name, string(attr), nil) {
		if len(attr) > 0 {
			attr = append(attr, ';')
		}
		attr = strconv.AppendUint(append(attr, "key="...), uint64(a.Key), 16)
	}
	return attr
}
