package plan

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
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
}

// problem notes what is wrong with the key at a path, once.
func (r *reader) problem(path, format string, args ...any) {
	p := Problem{File: r.file, Line: r.lines.line(path), Key: plain(path), Text: fmt.Sprintf(format, args...)}
	if !slices.Contains(r.problems, p) {
		r.problems = append(r.problems, p)
	}
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

// A field is an exported field of a struct that a table is decoded into.
type field struct {
	key   string
	doc   string
	axis  bool // a list is an axis
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
		for i := range v.NumField() {
			f := v.Type().Field(i)
			key := f.Tag.Get("toml")
			if f.Anonymous && key == "" && f.Type.Kind() == reflect.Struct {
				out = append(out, fields(v.Field(i).Addr().Interface())...)
				continue
			}
			if !f.IsExported() || key == "" || key == "-" {
				continue
			}
			out = append(out, field{key, f.Tag.Get("doc"), f.Tag.Get("axis") != "no", v.Field(i)})
		}
	}
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
		if i < 0 {
			r.problem(join(t.path, key), "unknown key%s", hint(key, names(known, tables)))
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

// set puts a decoded TOML value into a field, strictly.
func set(v reflect.Value, x any) []error {
	if u, ok := v.Addr().Interface().(toml.Unmarshaler); ok {
		return flatten(u.UnmarshalTOML(x))
	}
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		return set(v.Elem(), x)
	}
	if v.Type() == reflect.TypeFor[time.Duration]() {
		return setDuration(v, x)
	}
	switch v.Kind() {
	case reflect.String:
		if s, ok := x.(string); ok {
			v.SetString(s)
			return nil
		}
		return mismatch("a string", x)
	case reflect.Bool:
		if b, ok := x.(bool); ok {
			v.SetBool(b)
			return nil
		}
		return mismatch("true or false", x)
	case reflect.Slice:
		return setList(v, x)
	}
	return setNumber(v, x)
}

// setDuration takes "90s", "1h30m", "250ms".
func setDuration(v reflect.Value, x any) []error {
	const want = `a duration such as "90s" or "1h30m"`
	s, ok := x.(string)
	if !ok {
		return mismatch(want, x)
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		return mismatch(want, x)
	}
	v.SetInt(int64(d))
	return nil
}

// setNumber takes integers and, where the field is one, floats.
func setNumber(v reflect.Value, x any) []error {
	switch n := x.(type) {
	case int64:
		switch {
		case v.CanInt() && !v.OverflowInt(n):
			v.SetInt(n)
			return nil
		case v.CanUint() && n >= 0 && !v.OverflowUint(uint64(n)):
			v.SetUint(uint64(n))
			return nil
		case v.CanFloat():
			v.SetFloat(float64(n))
			return nil
		}
		return mismatch("an integer of "+v.Type().String(), x)
	case float64:
		if !v.CanFloat() {
			break
		}
		if math.IsNaN(n) || math.IsInf(n, 0) {
			return []error{fmt.Errorf("%v is not a usable number", n)}
		}
		v.SetFloat(n)
		return nil
	}
	if v.CanFloat() {
		return mismatch("a number", x)
	}
	return mismatch("an integer", x)
}

// setList takes a list of what the field's elements are.
func setList(v reflect.Value, x any) []error {
	items, ok := x.([]any)
	if !ok {
		return mismatch("a list", x)
	}
	list := reflect.MakeSlice(v.Type(), len(items), len(items))
	var errs []error
	for i, item := range items {
		errs = append(errs, set(list.Index(i), item)...)
	}
	v.Set(list)
	return errs
}

// mismatch is the error of a value of the wrong type.
func mismatch(want string, x any) []error {
	return []error{fmt.Errorf("want %s, got %s", want, describe(x))}
}

// describe names a TOML value in an error.
func describe(x any) string {
	switch x.(type) {
	case string:
		return fmt.Sprintf("the string %q", x)
	case int64:
		return fmt.Sprintf("the integer %v", x)
	case float64:
		return fmt.Sprintf("the number %v", x)
	case bool:
		return fmt.Sprint(x)
	case []any:
		return "a list"
	case map[string]any:
		return "a table"
	}
	return "a date or time"
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
// key that it names first, or else with the table.
func (r *reader) blame(t table, err error) {
	for _, e := range flatten(err) {
		text := e.Error()
		key := text[:len(text)-len(strings.TrimLeft(text, "abcdefghijklmnopqrstuvwxyz_0123456789"))]
		if rest := withoutKey(text, key); key != "" && rest != text {
			r.problem(join(t.path, key), "%s", rest)
			continue
		}
		r.problem(t.path, "%s", text)
	}
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
