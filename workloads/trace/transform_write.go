package trace

import (
	"fmt"

	"cnv/policy"
	"cnv/workloads"
)

// prepare surveys a trace that is to be transformed, and what resamples of it
// need.
func (r *recording) prepare(resampled bool) error {
	r.o.Replicate, r.asIs = Local, true
	switch {
	case r.header.Kind == Counts:
		s, err := r.surveyCounts()
		if err == nil {
			r.count(s)
		}
		return err
	case resampled:
		s, err := r.survey()
		if err == nil {
			r.count(s)
		}
		return err
	}
	return nil
}

// counts transforms counts.
func (t *Transform) counts(r *recording, w *writer) error {
	w.classes = r.classes
	width := micros(r.header.BinUS)
	first, end := int32(t.From/width), int32(t.To/width)
	var versions []*placed
	for i, keep := range t.keeps() {
		how := None
		if i > 0 {
			how = Local
		}
		versions = append(versions, r.placed(t.Seed, i, keep, how, sized{r: r}).(*placed))
	}
	sums := make([]int64, len(r.classes))
	for i := first; i < end; i++ {
		for _, v := range versions {
			v.counts(int(i), func(b bin, n int) { sums[b.class] += int64(n) })
		}
		for c, n := range sums {
			if n > maxCount {
				return fmt.Errorf("%s: bin %d would hold %d arrivals of a class, at most %d are possible", r.path, i, n, maxCount)
			}
			w.count(bin{i - first, policy.ClassID(c), int32(n)})
			sums[c] = 0
		}
	}
	return nil
}

// An attributed source also knows the attributes of the last arrival.
type attributed struct {
	workloads.Source
	attr func() string

	a    workloads.Arrival // next
	more bool
}

// step reads the next arrival.
func (s *attributed) step() { s.more = s.Next(&s.a) }

// versions opens those of a trace of events.
func (t *Transform) versions(r *recording) ([]*attributed, *eventReader, error) {
	e, err := r.events()
	if err != nil {
		return nil, nil, err
	}
	var out []*attributed
	for i, keep := range t.keeps() {
		var s attributed
		if i == 0 {
			s.Source, s.attr = &streamed{sized: sized{r: r}, e: e}, func() string { return string(e.attrText) }
		} else {
			src, err := r.replayed(t.Seed, i, Local, sized{r: r})
			if err != nil {
				e.l.close()
				return nil, nil, err
			}
			l := src.(*localSource)
			s.Source, s.attr = l, func() string { return l.h.attr[l.i-1] }
		}
		if keep < 1 {
			s.Source = &thinned{Source: s.Source, keep: keep, rng: policy.NewRand(t.Seed, "thin", i)}
		}
		out = append(out, &s)
	}
	return out, e, nil
}

// events transforms events: all versions in order of time.
func (t *Transform) events(r *recording, w *writer) error {
	all, e, err := t.versions(r)
	if err != nil {
		return err
	}
	for _, s := range all {
		s.step()
	}
	for {
		var first *attributed
		for _, s := range all {
			if s.more && (first == nil || s.a.At < first.a.At) {
				first = s
			}
		}
		if first == nil || first.a.At >= t.To {
			break
		}
		if a := first.a; a.At >= t.From {
			a.At = micros(t.instant(a.At))
			w.event(&a, []byte(first.attr()))
		}
		first.step()
	}
	w.classes = e.classes
	for _, s := range all {
		if err := s.Err(); err != nil {
			return err
		}
	}
	e.l.close()
	return nil
}
