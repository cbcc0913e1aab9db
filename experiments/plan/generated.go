package plan

import (
	"strconv"
	"strings"

	"cnv/workloads"
)

// Generated makes the workload of a generator from "key=value" settings, the
// keys of [[workload]]. What is used to name the place in errors, which are of
// type [Problems].
func Generated(what, generator string, settings []string) (*workloads.Workload, error) {
	r := &reader{file: what}
	t := table{"", map[string]any{"generator": generator}}
	for _, s := range settings {
		key, value, ok := strings.Cut(s, "=")
		r.wrong(!ok || key == "", "", "%q, want key=value", s)
		r.wrong(ok && t.has(key), "", "%s is given twice", key)
		t.keys[key] = scalar(value)
	}
	if len(r.problems) == 0 {
		if w := r.readWorkload(t, "", defaultTop()); w != nil {
			return w.Made, nil
		}
	}
	return nil, r.problems
}

// scalar is the value of a setting as TOML would have it: a truth value, an
// integer, a number, or else a string.
func scalar(text string) any {
	if b, err := strconv.ParseBool(text); err == nil && len(text) > 1 {
		return b
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		return f
	}
	return text
}
