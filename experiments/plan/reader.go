package plan

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"cnv/workloads"
)

// A table is one TOML table of the file.
type table struct {
	path string // "" the top level, "cluster", "policy[2].router_params"
	keys map[string]any
}

// has says whether the file sets a key.
func (t table) has(key string) bool { _, ok := t.keys[key]; return ok }

// sorted is the keys in the order of the file, those of one line by name.
func (r *reader) sorted(t table) []string {
	var keys []string
	for k := range t.keys {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int {
		if d := r.lines.line(join(t.path, a)) - r.lines.line(join(t.path, b)); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return keys
}

// A reader decodes the tables of one file and collects what is wrong.
type reader struct {
	file     string
	dir      string // that traces are relative to
	lines    lineIndex
	root     table
	problems Problems
	notes    []string
	assumed  []string
	slice    [2]float64         // of recorded workloads
	learnt   map[string]float64 // mean work by class, of the recording that prior names
	lost     bool               // a policy could not be read, so that names may be missing
}

// problem notes what is wrong with the key at a path, once.
func (r *reader) problem(path, format string, args ...any) {
	p := Problem{File: r.file, Line: r.lines.line(path), Key: plain(path), Text: fmt.Sprintf(format, args...)}
	if !slices.Contains(r.problems, p) {
		r.problems = append(r.problems, p)
	}
}

// note notes what is no problem, but what the reader of the results must know of the
// key at a path, once.
func (r *reader) note(path, format string, args ...any) {
	r.notes = r.once(r.notes, path, format, args...)
}

// assume notes what the numbers rest on as policies are made, and no key of the file
// can change, once.
func (r *reader) assume(path, format string, args ...any) {
	r.assumed = r.once(r.assumed, path, format, args...)
}

// once adds what is to be said of the key at a path, unless it has been.
func (r *reader) once(said []string, path, format string, args ...any) []string {
	text := Problem{r.file, r.lines.line(path), plain(path), fmt.Sprintf(format, args...)}.Error()
	if slices.Contains(said, text) {
		return said
	}
	return append(said, text)
}

// wrong notes a problem if the condition holds.
func (r *reader) wrong(cond bool, path, format string, args ...any) {
	if cond {
		r.problem(path, format, args...)
	}
}

// plain is a path without the positions in arrays of tables: the line says
// which element is meant.
func plain(path string) string {
	for {
		open := strings.IndexByte(path, '[')
		if open < 0 {
			return path
		}
		end := strings.IndexByte(path[open:], ']')
		if end < 0 {
			return path
		}
		path = path[:open] + path[open+end+1:]
	}
}

// sub is the table of a name within a table; false if it is not there.
func (r *reader) sub(parent table, name string) (table, bool) {
	x, ok := parent.keys[name]
	if !ok {
		return table{}, false
	}
	path := join(parent.path, name)
	keys, ok := x.(map[string]any)
	if !ok {
		r.problem(path, "want a table [%s], got %s", plain(path), describe(x))
	}
	return table{path, keys}, ok
}

// list is the array of tables of a name within a table; empty if it is not there.
func (r *reader) list(parent table, name string) []table {
	x, ok := parent.keys[name]
	if !ok {
		return nil
	}
	path := join(parent.path, name)
	items, ok := x.([]any)
	if !ok {
		r.problem(path, "want tables [[%s]], got %s", plain(path), describe(x))
	}
	var out []table
	for i, item := range items {
		at := fmt.Sprintf("%s[%d]", path, i)
		keys, ok := item.(map[string]any)
		if !ok {
			r.problem(at, "want tables [[%s]], got %s", plain(path), describe(item))
			continue
		}
		out = append(out, table{at, keys})
	}
	return out
}

// locate makes files of samples relative to the folder of the experiment file, and
// reads each once. What cannot be read stays a name: who decodes it says why.
func locate(x any, dir string) {
	switch x := x.(type) {
	case map[string]any:
		name, ok := x["samples"].(string)
		if x["dist"] != "empirical" || !ok {
			for _, v := range x {
				locate(v, dir)
			}
			return
		}
		if path := filepath.FromSlash(name); !filepath.IsAbs(path) {
			x["samples"] = filepath.Join(dir, path)
		}
		if d, errs := workloads.ParseDist(x); errs == nil {
			x["samples"] = d.Law
		}
	case []any:
		for _, v := range x {
			locate(v, dir)
		}
	}
}

// normal turns the lists of tables that the TOML library makes into plain lists.
func normal(x any) any {
	switch x := x.(type) {
	case map[string]any:
		for k, v := range x {
			x[k] = normal(v)
		}
	case []map[string]any:
		out := make([]any, len(x))
		for i, v := range x {
			out[i] = normal(v)
		}
		return out
	case []any:
		for i, v := range x {
			x[i] = normal(v)
		}
	}
	return x
}

// blame notes an error of a policy or generator about its parameters with the
// key that it names first, or else with the table. A key that is wrong already
// gets no second problem: that may only follow from the first.
func (r *reader) blame(t table, err error) {
	for _, e := range flatten(err) {
		text := e.Error()
		key := text[:len(text)-len(strings.TrimLeft(text, "abcdefghijklmnopqrstuvwxyz_0123456789"))]
		if rest := withoutKey(text, key); key != "" && rest != text {
			if !r.blamed(join(t.path, key)) {
				r.problem(join(t.path, key), "%s", rest)
			}
			continue
		}
		r.problem(t.path, "%s", text)
	}
}

// blamed says whether there is a problem with the key at a path already.
func (r *reader) blamed(path string) bool {
	line, key := r.lines.line(path), plain(path)
	return slices.ContainsFunc(r.problems, func(p Problem) bool { return p.Line == line && p.Key == key })
}

// withoutKey is a message without the "key = " or "key: " at its start.
func withoutKey(text, key string) string {
	for _, sep := range []string{" = ", ": "} {
		if rest, ok := strings.CutPrefix(text, key+sep); ok {
			return rest
		}
	}
	return text
}
