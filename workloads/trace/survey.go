package trace

import (
	"fmt"
	"time"

	"cnv/workloads"
)

// A survey is what one pass over a trace tells.
type survey struct {
	records int64
	span    time.Duration
	works   int64 // arrivals with recorded work, or work made by a formula
	made    int64 // those of the latter
	nothing int64 // of these, those whose work is 0
	counted bool  // some have counts
	byClass []classSurvey
	known   [len(fieldNames)]int64 // arrivals that have the field
	cells   *cellCounter           // of events
	grid    resolutionCounter      // of events
}

// A classSurvey is about the arrivals of one class.
type classSurvey struct {
	records int64
	works   int64   // arrivals with recorded work
	work    float64 // the sum of it, CPU-seconds
	walls   int64   // without work but with a recorded duration
	wall    float64 // the sum of it, seconds
}

// fieldNames are the fields of events that may be unknown, as columns.
var fieldNames = [...]string{"work_us", "dur_us", "mem_kib", "bytes_in", "bytes_out", "status", "attr"}

// survey reads the trace once.
func (r *recording) survey() (*survey, error) {
	if r.header.Kind == Counts {
		return r.surveyCounts()
	}
	e, err := r.events()
	if err != nil {
		return nil, err
	}
	defer e.l.close()
	s := &survey{cells: newCellCounter()}
	err = e.each(func(a *workloads.Arrival) {
		s.add(a, e.attrText != nil)
		if e.made {
			s.made++
			if a.Work == 0 {
				s.nothing++
			}
		}
		s.cells.add(int64(a.At/time.Microsecond), 1)
		s.grid.add(int64(a.At / time.Microsecond))
	})
	if err != nil {
		return nil, err
	}
	r.classes, r.grid = e.classes, s.grid.result()
	s.span = e.span()
	if w := micros(r.grid.width); r.bare && w > 0 {
		s.span = (s.span + w - 1) / w * w // the last arrival was in all of it
	}
	switch {
	case r.to > 0:
		s.span = r.to - r.from
	case !r.bare && r.o.Where == "":
		if s.span > micros(r.header.SpanUS) {
			return nil, fmt.Errorf("%s: the last arrival is at %v, span_us of trace.json ends at %v", r.path, s.span-time.Microsecond, micros(r.header.SpanUS))
		}
		s.span = micros(r.header.SpanUS)
	}
	r.header.SpanUS = int64(s.span / time.Microsecond)
	if ends, ok := r.header.ofEnds(s.records); ok {
		r.grid = ends
	}
	return s, nil
}

func (r *recording) surveyCounts() (*survey, error) {
	bins, err := readCounts(r.path, &r.header, r.classes)
	if err != nil {
		return nil, err
	}
	r.bins = bins
	s := &survey{span: micros(r.header.SpanUS), byClass: make([]classSurvey, len(r.classes))}
	for _, b := range bins {
		s.records += int64(b.count)
		s.byClass[b.class].records += int64(b.count)
	}
	return s, nil
}

// add counts an arrival.
func (s *survey) add(a *workloads.Arrival, attr bool) {
	for len(s.byClass) <= int(a.Class) {
		s.byClass = append(s.byClass, classSurvey{})
	}
	c := &s.byClass[a.Class]
	s.records++
	c.records++
	s.counted = s.counted || a.Executed.Counted()
	switch {
	case a.Work >= 0:
		s.works++
		c.works++
		c.work += a.Work.Seconds()
	case a.Wall >= 0:
		c.walls++
		c.wall += a.Wall.Seconds()
	}
	for i, known := range [len(fieldNames)]bool{
		a.Work >= 0, a.Wall >= 0, a.Memory >= 0, a.BytesIn >= 0, a.BytesOut >= 0, a.Status >= 0, attr,
	} {
		if known {
			s.known[i]++
		}
	}
}

// class is the survey of class i, which may have no arrivals.
func (s *survey) class(i int) classSurvey {
	if i < len(s.byClass) {
		return s.byClass[i]
	}
	return classSurvey{}
}

// work is the recorded work of all classes, CPU-seconds.
func (s *survey) work() float64 {
	sum := 0.0
	for i := range s.byClass {
		sum += s.byClass[i].work
	}
	return sum
}

// fields are the columns of events that any arrival has.
func (s *survey) fields() []string {
	out := []string{"arrival_us", "class"}
	for i, n := range s.known {
		if n > 0 {
			out = append(out, fieldNames[i])
		}
	}
	return out
}
