package trace

import (
	"fmt"
	"strings"
	"time"

	"cnv/workloads"
	"cnv/workloads/logs"
)

// shownRows is how many of the first rows are shown as they were understood.
const shownRows = 3

// shown is a row of a log as it was understood.
func shown(r *logs.Reader, e *logs.Event) string {
	at := time.Duration(e.At).String()
	if r.Stats().Real {
		at = time.Unix(0, e.At).UTC().Format(time.RFC3339Nano)
	}
	if r.Meaning().Quantity != logs.Requests {
		return fmt.Sprintf("at %s  value %.6g", at, e.Count)
	}
	class := ""
	if names := r.Classes(); len(names) > int(e.Class) {
		class = names[e.Class]
	}
	return rowText(at, class, e)
}

// arrivalText is an arrival in words.
func (w *writer) arrivalText(a *workloads.Arrival, attr []byte) string {
	class := ""
	if len(w.classes) > int(a.Class) {
		class = w.classes[a.Class].Name
	}
	return rowText(a.At.String(), class, &logs.Event{
		Wall: int64(a.Wall), Work: int64(a.Work), Memory: a.Memory, BytesIn: a.BytesIn, BytesOut: a.BytesOut, Status: a.Status, Attr: attr,
	})
}

// binText is a line of counts in words.
func (w *writer) binText(b bin) string {
	from := micros(int64(b.index) * w.h.BinUS)
	at := from.String()
	if w.h.Epoch != nil {
		if epoch, err := time.Parse(time.RFC3339Nano, *w.h.Epoch); err == nil {
			at = epoch.Add(from).Format(time.RFC3339Nano)
		}
	}
	class := ""
	if len(w.classes) > 1 {
		class = "  class " + w.classes[b.class].Name
	}
	return fmt.Sprintf("at %s%s  value %d", at, class, b.count)
}

// rowText says what is known of a request.
func rowText(at, class string, e *logs.Event) string {
	parts := []string{"arrival " + at}
	if class != "" {
		parts = append(parts, "class "+class)
	}
	for _, d := range []struct {
		name string
		ns   int64
	}{{"took", e.Wall}, {"work", e.Work}} {
		if d.ns >= 0 {
			parts = append(parts, d.name+" "+time.Duration(d.ns).String())
		}
	}
	for _, v := range []struct {
		name  string
		value int64
	}{{"memory", e.Memory}, {"in", e.BytesIn}, {"out", e.BytesOut}, {"status", int64(e.Status)}} {
		if v.value >= 0 {
			parts = append(parts, fmt.Sprintf("%s %d", v.name, v.value))
		}
	}
	if len(e.Attr) > 0 {
		parts = append(parts, string(e.Attr))
	}
	return strings.Join(parts, "  ")
}
