package trace

import (
	"slices"
	"strings"
	"time"

	"cnv/workloads"
)

// A Recorded is a request that was served: what is known of it, and its
// attributes ("k=v;k=v") with what was measured beside the columns.
type Recorded struct {
	workloads.Arrival
	Attr string
}

// Record writes requests that were served as a trace in a new folder, in order
// of arrival. span is how long they were recorded for; h says where they are
// from. Every field that the requests have was recorded, unless h says that it
// was synthesised.
func Record(dir string, h Header, span time.Duration, classes []workloads.Class, all []Recorded) (*Header, error) {
	h.Name, h.Kind = stem(dir), Events
	h.SpanUS = int64((span + time.Microsecond - 1) / time.Microsecond)
	out, err := create(dir, h)
	if err != nil {
		return nil, err
	}
	for _, c := range classes {
		out.classes = append(out.classes, class{Class: c})
	}
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b Recorded) int { return int(min(max(a.At-b.At, -1), 1)) })
	for i := range all {
		out.event(&all[i].Arrival, []byte(all[i].Attr))
	}
	for _, f := range out.s.fields() {
		if h := &out.h; !slices.Contains(h.Recorded, f) && !slices.Contains(h.Synthesised, f) {
			h.Recorded = append(h.Recorded, f)
		}
	}
	return out.close()
}

// Attribute is the value of a name among attributes ("k=v;k=v"); "" if it is
// not there.
func Attribute(attr, name string) string {
	for pair := range strings.SplitSeq(attr, ";") {
		if k, v, ok := strings.Cut(pair, "="); ok && k == name {
			return v
		}
	}
	return ""
}
