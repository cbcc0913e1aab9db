package trace

import (
	"fmt"
	"slices"
	"strings"

	"cnv/policy/nearest"
	"cnv/workloads"
)

// A part is the arrivals of a trace whose attributes have given values; the
// zero part is all of them. Its time begins with the first of them.
type part struct {
	text  string
	pairs [][2]string
}

// newPart reads conditions as attr writes attributes: "scenario=burst", several
// with a semicolon between them, all of which must hold.
func newPart(text string) (part, error) {
	p := part{text: text}
	if text == "" {
		return p, nil
	}
	for pair := range strings.SplitSeq(text, ";") {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" || value == "" {
			return p, fmt.Errorf("where %q: want attribute=value, several with ; between them", text)
		}
		p.pairs = append(p.pairs, [2]string{name, value})
	}
	return p, nil
}

// has says whether an event with these attributes is of the part.
func (p *part) has(attr []byte) bool {
	return !slices.ContainsFunc(p.pairs, func(q [2]string) bool { return Attribute(string(attr), q[0]) != q[1] })
}

// next reads the next arrival of the part and slice; false at the end.
func (r *eventReader) next(a *workloads.Arrival) (bool, error) {
	for {
		ok, err := r.nextOfAll(a)
		if !ok || err != nil {
			return ok, err
		}
		if len(r.part.pairs) > 0 {
			if !r.part.has(r.attrText) {
				continue
			}
			if !r.begun {
				r.begun, r.first = true, a.At
			}
			r.end = a.At - r.first
			a.At = r.end
		}
		switch {
		case r.to > 0 && a.At >= r.to:
			return false, nil
		case a.At >= r.from:
			a.At -= r.from
			return true, nil
		}
	}
}

// nothing says why a part is empty: what values there are instead.
func (r *recording) nothing() error {
	e, err := newEventReader(r.path, r.classes, r.classFile != "")
	if err != nil {
		return err
	}
	defer e.l.close()
	seen := make([][]string, len(r.part.pairs))
	var a workloads.Arrival
	for {
		ok, err := e.nextOfAll(&a)
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		for i, q := range r.part.pairs {
			if v := Attribute(string(e.attrText), q[0]); v != "" && len(seen[i]) < 1000 && !slices.Contains(seen[i], v) {
				seen[i] = append(seen[i], v)
			}
		}
	}
	for i, q := range r.part.pairs {
		switch {
		case len(seen[i]) == 0:
			return fmt.Errorf("where %q: no arrival has an attribute %s", r.part.text, q[0])
		case !slices.Contains(seen[i], q[1]):
			return fmt.Errorf("where %q: no arrival has it: nearest values of %s are %s", r.part.text, q[0],
				strings.Join(nearest.Names(q[1], seen[i], 3), ", "))
		}
	}
	return fmt.Errorf("where %q: no arrival has all of it", r.part.text)
}
