package plan

import (
	"reflect"
	"slices"
	"sync"
)

// A field is an exported field of a struct that a table is decoded into.
type field struct {
	key   string
	doc   string
	axis  bool     // a list is an axis
	live  []string // nil: it may not be changed while a run goes on; the words that a text may be
	index []int    // of the struct, see reflect.Value.FieldByIndex
	value reflect.Value
}

// fields lists the fields of pointers to structs that have a toml tag.
func fields(targets ...any) []field {
	var out []field
	for _, target := range targets {
		v := reflect.ValueOf(target).Elem()
		if v.Kind() != reflect.Struct {
			continue
		}
		for _, f := range tagsOf(v.Type()) {
			f.value = v.FieldByIndex(f.index)
			out = append(out, f)
		}
	}
	return out
}

// tags are the fields of the structs that were asked for, by their types, without values: to
// read the tags again took a quarter of the time that a short file takes.
var tags sync.Map // reflect.Type to []field

// tagsOf lists the fields of a struct that have a toml tag, without values.
func tagsOf(t reflect.Type) []field {
	if known, ok := tags.Load(t); ok {
		return known.([]field)
	}
	var out []field
	for i := range t.NumField() {
		f := t.Field(i)
		key := f.Tag.Get("toml")
		if f.Anonymous && key == "" && f.Type.Kind() == reflect.Struct {
			for _, inner := range tagsOf(f.Type) {
				inner.index = slices.Concat(f.Index, inner.index)
				out = append(out, inner)
			}
			continue
		}
		if !f.IsExported() || key == "" || key == "-" {
			continue
		}
		out = append(out, field{key: key, doc: f.Tag.Get("doc"), axis: f.Tag.Get("axis") != "no", live: settable(f.Tag.Get("set")), index: f.Index})
	}
	tags.Store(t, out)
	return out
}

// decode fills the targets, pointers to structs, from a table. Keys that none
// of them has and that are not in tables are problems, and so are values of
// the wrong type. It says whether all went well.
func (r *reader) decode(t table, tables []string, targets ...any) bool {
	before := len(r.problems)
	known := fields(targets...)
	for _, key := range r.sorted(t) {
		if slices.Contains(tables, key) {
			continue
		}
		i := slices.IndexFunc(known, func(f field) bool { return f.key == key })
		if i < 0 && t.path != "" && slices.Contains(rootTables, key) {
			r.problem(join(t.path, key), "unknown key: the table %s stands at the top, not in %s", key, t.path)
			continue
		}
		if i < 0 {
			if text := parameterOf(t.path, key); text != "" {
				r.problem(join(t.path, key), "unknown key: %s", text)
			} else {
				r.problem(join(t.path, key), "unknown key%s", hint(key, names(known, tables)))
			}
			continue
		}
		for _, err := range set(known[i].value, t.keys[key]) {
			r.problem(join(t.path, key), "%v", err)
		}
	}
	return len(r.problems) == before
}

// names is the keys that a table may have.
func names(known []field, tables []string) []string {
	var out []string
	for _, f := range known {
		out = append(out, f.key)
	}
	return append(out, tables...)
}
