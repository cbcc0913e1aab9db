package trace

import (
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"cnv/workloads"
)

// maxProblems is how many problems Validate reports at most.
const maxProblems = 20

// problems is a list that does not grow beyond maxProblems.
type problems []error

func (p *problems) add(err error) {
	if err != nil && !p.full() {
		*p = append(*p, err)
	}
}

func (p *problems) full() bool { return len(*p) >= maxProblems }

// each calls next until there is nothing more or the list is full, and notes the errors of
// lines that the next one can be read after. The error is what kept it from reading on.
func (p *problems) each(l *lines, next func() (more bool, err error)) error {
	for !p.full() {
		more, err := next()
		switch {
		case err != nil && l.broken:
			return err
		case err != nil:
			p.add(err)
		case !more:
			return nil
		}
	}
	return nil
}

// Validate checks a trace, a folder or a bare CSV file, and returns what is
// wrong with it, 20 problems at most: its files against their digests, every
// line, and the totals, span and fields that trace.json claims. A line after a
// bad one is compared with that one.
func Validate(path string) []error {
	r, err := open(path)
	if err != nil {
		return []error{err}
	}
	var p problems
	if !r.bare {
		r.checkFiles(&p, path)
	}
	before := len(p)
	var s *survey
	if r.header.Kind == Counts {
		s, err = r.checkCounts(&p)
	} else {
		s, err = r.checkEvents(&p)
	}
	p.add(err)
	if len(p) == before { // totals mean something where all lines could be read
		r.checkTotals(&p, s)
	}
	return p
}

// checkFiles compares the files with what trace.json says of them.
func (r *recording) checkFiles(p *problems, dir string) {
	for _, name := range sortedNames(r.header.Files) {
		path := filepath.Join(dir, name)
		if filepath.Base(name) != name {
			p.add(fmt.Errorf("%s: files of trace.json names %q, want a name in the folder itself", dir, name))
			continue
		}
		p.add(sameDigest(path, r.header.Files[name]))
	}
	for _, path := range []string{r.path, r.classFile} {
		if _, ok := r.header.Files[filepath.Base(path)]; path != "" && !ok {
			p.add(fmt.Errorf("%s: not listed in trace.json", path))
		}
	}
	plain := filepath.Join(dir, r.header.Kind+".csv")
	if _, err := statFile(plain); err == nil && plain != r.path {
		p.add(fmt.Errorf("%s: not read, since %s is there too: remove one", plain, filepath.Base(r.path)))
	}
}

// checkEvents reads all events, over bad lines too. The error is what kept it
// from reading on.
func (r *recording) checkEvents(p *problems) (*survey, error) {
	e, err := r.events()
	if err != nil {
		return nil, err
	}
	defer e.l.close()
	s := &survey{}
	var a workloads.Arrival
	return s, p.each(e.l, func() (more bool, err error) {
		if more, err = e.next(&a); err != nil || !more {
			return more, err
		}
		if !r.bare && a.At >= micros(r.header.SpanUS) {
			p.add(e.l.fail("arrival_us: %d is not before span_us of trace.json (%d)", a.At/time.Microsecond, r.header.SpanUS))
		}
		s.add(&a, e.attrText != nil)
		return true, nil
	})
}

// checkCounts reads all counts, over bad lines too.
func (r *recording) checkCounts(p *problems) (*survey, error) {
	c, err := newCountReader(r.path, &r.header, r.classes)
	if err != nil {
		return nil, err
	}
	defer c.l.close()
	s := &survey{}
	return s, p.each(c.l, func() (more bool, err error) {
		b, more, err := c.next()
		s.records += int64(b.count) // 0 after an error, and at the end
		return more, err
	})
}

// checkTotals compares what was read with what trace.json says.
func (r *recording) checkTotals(p *problems, s *survey) {
	if s.records == 0 {
		p.add(fmt.Errorf("%s: the trace is empty", r.path))
	}
	if r.bare {
		return
	}
	h := &r.header
	if s.records != h.Records {
		p.add(fmt.Errorf("%s: %d arrivals, trace.json says %d", r.path, s.records, h.Records))
	}
	if h.Kind == Counts {
		return
	}
	for i, name := range fieldNames {
		recorded, synthesised := slices.Contains(h.Recorded, name), slices.Contains(h.Synthesised, name)
		switch {
		case recorded && s.known[i] == 0:
			p.add(fmt.Errorf("%s: recorded_fields of trace.json names %s, which no arrival has", r.path, name))
		case !recorded && !synthesised && s.known[i] > 0:
			p.add(fmt.Errorf("%s: %d arrivals have %s, which trace.json names neither in recorded_fields nor in synthesised_fields", r.path, s.known[i], name))
		}
	}
}

func sortedNames(files map[string]string) []string {
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
