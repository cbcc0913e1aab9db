package logs

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A jsonRows is rows that are JSON objects. A column is a path such as
// request.uri; a list of objects with key and value, as spans have, is an object
// of them.
type jsonRows struct {
	in      *Input
	source  func() (map[string]any, []byte, error) // the next object, and its text if it has one of its own
	seen    []string                               // paths of the first objects
	first   map[string]any                         // the first of them
	paths   []string                               // columns that were asked for
	object  map[string]any
	text    []byte
	scratch [][]byte
}

// recordsOnly is the beginning of what Azure exports: all rows in one list.
var recordsOnly = regexp.MustCompile(`^\s*\{\s*"records"\s*:\s*\[`)

// newJSONLines reads one object a line, or those of one list.
func newJSONLines(in *Input) (rows, error) {
	head, err := in.Head()
	if err != nil {
		return nil, err
	}
	switch {
	case isArray(head):
		return inDocuments(asItIs)(in)
	case recordsOnly.Match(head):
		return inDocuments(asItIs, "records")(in)
	}
	j := &jsonRows{in: in}
	seen := map[string]bool{}
	n := 0
	for line := range bytes.Lines(head) {
		object, err := decodeObject(line)
		if err != nil {
			continue
		}
		flatten("", object, seen)
		if j.first == nil {
			j.first = object
		}
		if n++; n == 20 {
			break
		}
	}
	j.seen = slices.Sorted(maps.Keys(seen))
	j.source = func() (map[string]any, []byte, error) {
		line, err := in.next()
		if err != nil {
			return nil, nil, err
		}
		object, err := decodeObject(line)
		if err != nil {
			return nil, nil, in.fail("not a JSON object: %w: %.80q", err, line)
		}
		return object, line, nil
	}
	return j, nil
}

// asItIs makes a row of an element.
func asItIs(element map[string]any) []map[string]any { return []map[string]any{element} }

// isObject says whether a text begins with a JSON object.
func isObject(head []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte{'{'})
}

// isArray says whether a text begins with a JSON array of objects.
func isArray(head []byte) bool {
	rest, ok := bytes.CutPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte{'['})
	return ok && isObject(rest)
}

// errNoObject says that there is something else, or something after it.
var errNoObject = errors.New("the line is not one JSON object")

// decodeObject reads the object that a text is.
func decodeObject(text []byte) (map[string]any, error) {
	text = bytes.TrimSpace(text)
	if len(text) == 0 || text[0] != '{' {
		return nil, errNoObject
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errNoObject
	}
	return object, nil
}

// flatten collects the paths of the values of an object.
func flatten(prefix string, object map[string]any, to map[string]bool) {
	for key, v := range object {
		name := prefix + key
		switch v := v.(type) {
		case map[string]any:
			flatten(name+".", v, to)
		case []any:
			if pairs := pairsOf(v); pairs != nil {
				flatten(name+".", pairs, to)
			} else {
				to[name] = true
			}
		default:
			to[name] = true
		}
	}
}

// pairsOf is a list of {"key": k, "value": v} as an object; nil if it is none. A
// value may be wrapped in its type, {"stringValue": "x"}.
func pairsOf(list []any) map[string]any {
	out := map[string]any{}
	for _, e := range list {
		o, _ := e.(map[string]any)
		key, ok := o["key"].(string)
		value, given := o["value"]
		if !ok || !given {
			return nil
		}
		if typed, ok := value.(map[string]any); ok && len(typed) == 1 {
			for _, v := range typed {
				value = v
			}
		}
		out[key] = value
	}
	return out
}

func (j *jsonRows) next() error {
	var err error
	j.object, j.text, err = j.source()
	return err
}

func (j *jsonRows) line() []byte { return j.text }

func (j *jsonRows) names() []string { return j.seen }

// column is the place of a path that one of the first objects has.
func (j *jsonRows) column(name string) int {
	name = strings.TrimPrefix(name, ".")
	if !slices.Contains(j.seen, name) {
		return -1
	}
	if i := slices.Index(j.paths, name); i >= 0 {
		return i
	}
	j.paths = append(j.paths, name)
	j.scratch = append(j.scratch, nil)
	return len(j.paths) - 1
}

func (j *jsonRows) cell(i int) []byte {
	if i < 0 || i >= len(j.paths) {
		return nil
	}
	b, ok := appendValue(j.scratch[i][:0], lookUp(j.object, j.paths[i]))
	if !ok {
		return nil
	}
	j.scratch[i] = b
	return b
}

// appendValue appends the text of a value; false if it has none.
func appendValue(b []byte, v any) ([]byte, bool) {
	switch v := v.(type) {
	case string:
		return append(b, v...), true
	case json.Number:
		return append(b, v...), true
	case bool:
		return strconv.AppendBool(b, v), true
	case []any: // of values, as hashes of blocks are
		for i, e := range v {
			if _, isList := e.([]any); isList {
				return b, false
			}
			if i > 0 {
				b = append(b, '+')
			}
			var ok bool
			if b, ok = appendValue(b, e); !ok {
				return b, false
			}
		}
		return b, len(v) > 0
	}
	return b, false
}

// firstText is what the first object has at a path.
func (j *jsonRows) firstText(path string) []byte {
	b, _ := appendValue(nil, lookUp(j.first, path))
	return b
}

// lookUp is the value at a path; keys may have points in them.
func lookUp(object map[string]any, path string) any {
	if v, ok := object[path]; ok {
		return v
	}
	for i := 0; i < len(path); i++ {
		if path[i] != '.' {
			continue
		}
		inner, ok := object[path[:i]].(map[string]any)
		if list, isList := object[path[:i]].([]any); isList {
			inner = pairsOf(list)
			ok = inner != nil
		}
		if ok {
			if v := lookUp(inner, path[i+1:]); v != nil {
				return v
			}
		}
	}
	return nil
}
