package dynamo

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A path leads to a value within an item: an attribute, then names of maps and
// indexes of lists.
type path []step

type step struct {
	name    string
	index   int
	isIndex bool
}

func (s step) String() string {
	if s.isIndex {
		return "[" + strconv.Itoa(s.index) + "]"
	}
	return s.name
}

// String is as AWS writes a path: "[a, [0], b]".
func (p path) String() string {
	out := make([]string, len(p))
	for i, s := range p {
		out[i] = s.String()
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// value is what the path leads to; false: nothing is there.
func (p path) value(i item) (value, bool) {
	v := value{kind: kindMap, fields: i}
	for _, s := range p {
		switch {
		case !s.isIndex && v.kind == kindMap:
			next, ok := v.fields[s.name]
			if !ok {
				return value{}, false
			}
			v = next
		case s.isIndex && v.kind == kindList && s.index < len(v.list):
			v = v.list[s.index]
		default:
			return value{}, false
		}
	}
	return v, true
}

// overlap says how two paths stand in each other's way: "overlap" if one is
// the beginning of the other, "conflict" if they take one value for a map and
// for a list, "": they do not.
func (p path) overlap(q path) string {
	for i := range min(len(p), len(q)) {
		if p[i].isIndex != q[i].isIndex {
			return "conflict"
		}
		if p[i] != q[i] {
			return ""
		}
	}
	return "overlap"
}

// apart refuses paths that stand in each other's way.
func (e *parser) apart(paths []path) error {
	for i, q := range paths {
		for _, p := range paths[:i] {
			if how := p.overlap(q); how != "" {
				return e.wrong("Two document paths " + how + " with each other; must remove or rewrite one of these paths; path one: " +
					p.String() + ", path two: " + q.String())
			}
		}
	}
	return nil
}

// projection reads a ProjectionExpression: paths with commas between them.
func (e *parser) projection() ([]path, error) {
	var out []path
	for {
		p, err := e.path()
		if err != nil {
			return nil, err
		}
		out = append(out, p)
		if !e.accept(",") {
			break
		}
	}
	if err := e.end(); err != nil {
		return nil, err
	}
	return out, e.apart(out)
}

// project is the part of an item that some paths lead to. The elements of a
// list that are left out leave no gap.
func (i item) project(paths []path) item {
	v, ok := value{kind: kindMap, fields: i}.project(paths)
	if !ok {
		return item{}
	}
	return v.fields
}

// project keeps what paths, which begin in v, lead to; false: nothing.
func (v value) project(paths []path) (value, bool) {
	if slices.ContainsFunc(paths, func(p path) bool { return len(p) == 0 }) {
		return v, true
	}
	below := map[step][]path{}
	for _, p := range paths {
		below[p[0]] = append(below[p[0]], p[1:])
	}
	out := value{kind: v.kind}
	if v.kind == kindMap {
		out.fields = item{}
	}
	for _, s := range slices.SortedFunc(maps.Keys(below), func(a, b step) int { return cmp.Compare(a.index, b.index) }) {
		var part value
		ok := false
		switch {
		case s.isIndex && v.kind == kindList && s.index < len(v.list):
			if part, ok = v.list[s.index].project(below[s]); ok {
				out.list = append(out.list, part)
			}
		case !s.isIndex && v.kind == kindMap:
			if part, ok = v.fields[s.name]; !ok {
				continue
			}
			if part, ok = part.project(below[s]); ok {
				out.fields[s.name] = part
			}
		}
	}
	return out, len(out.list)+len(out.fields) > 0
}
