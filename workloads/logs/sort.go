package logs

import (
	"bufio"
	"cmp"
	"errors"
	"io"
	"os"
	"slices"
)

const (
	// usuallyHeld is how many events are sorted in memory.
	usuallyHeld = 1 << 16
	// mostAttr bounds the attributes of the events in memory, bytes.
	mostAttr = 8 << 20
	// fanIn is how many runs of a size become one.
	fanIn = 64
	// runBuffer is what is read of a run at a time, bytes.
	runBuffer = 32 << 10
)

// A Sorter puts events in order of arrival, and those of one instant in the order
// of Add. What does not fit in memory goes to a temporary file as sorted runs,
// which are merged.
type Sorter struct {
	Dir  string // of the temporary file; "" the usual one
	Held int    // events that are sorted in memory; 0: 65,536

	events []sortable
	order  []key // of events, sorted
	attrs  []byte
	file   *os.File
	out    *bufio.Writer
	end    int64 // of the file
	runs   []run // in the order of what is in them
	merge  *merger
	at     int // in memory
	code   []byte
}

// A sortable is an event in memory, whose attributes are in a common buffer.
type sortable struct {
	Event
	from, to uint32
}

// A key is what events are sorted by: they are large, and stay where they are.
type key struct {
	at     int64
	number int32
}

// A run is a part of the file that is in order.
type run struct {
	from, to int64
	last     int64 // instant of its last event
	level    int   // how often it was merged
}

// Add takes an event.
func (s *Sorter) Add(e *Event) error {
	if len(s.events) == cmp.Or(s.Held, usuallyHeld) || len(s.attrs) > mostAttr {
		if err := s.spill(); err != nil {
			return err
		}
	}
	from := uint32(len(s.attrs))
	s.attrs = append(s.attrs, e.Attr...)
	s.order = append(s.order, key{e.At, int32(len(s.events))})
	s.events = append(s.events, sortable{*e, from, uint32(len(s.attrs))})
	return nil
}

// sort puts what is in memory in order.
func (s *Sorter) sort() {
	slices.SortFunc(s.order, func(a, b key) int {
		if a.at != b.at {
			return cmp.Compare(a.at, b.at)
		}
		return cmp.Compare(a.number, b.number)
	})
}

// inOrder is the event of a place in the order.
func (s *Sorter) inOrder(i int) *Event {
	e := &s.events[s.order[i].number]
	e.Attr = s.attrs[e.from:e.to:e.to]
	return &e.Event
}

// spill writes what is in memory as a run, or as the rest of the last one.
func (s *Sorter) spill() error {
	if len(s.events) == 0 {
		return nil
	}
	s.sort()
	if s.file == nil {
		f, err := os.CreateTemp(s.Dir, "cnv-import-*")
		if err != nil {
			return err
		}
		_ = os.Remove(f.Name()) // where that is allowed, nothing stays behind whatever happens
		s.file, s.out = f, bufio.NewWriterSize(f, 1<<18)
	}
	first, last := s.order[0].at, s.order[len(s.order)-1].at
	if n := len(s.runs); n == 0 || first < s.runs[n-1].last {
		s.runs = append(s.runs, run{from: s.end, to: s.end})
	}
	r := &s.runs[len(s.runs)-1]
	for i := range s.order {
		if err := s.write(s.inOrder(i)); err != nil {
			return err
		}
	}
	r.to, r.last = s.end, last
	s.events, s.order, s.attrs = s.events[:0], s.order[:0], s.attrs[:0]
	return s.compact()
}

// write appends an event to the file.
func (s *Sorter) write(e *Event) error {
	s.code = appendEvent(s.code[:0], e)
	s.end += int64(len(s.code))
	_, err := s.out.Write(s.code)
	return err
}

// compact merges the last runs while there are fanIn of one level.
func (s *Sorter) compact() error {
	for {
		n := len(s.runs)
		if n < fanIn || s.runs[n-fanIn].level != s.runs[n-1].level {
			return nil
		}
		of := slices.Clone(s.runs[n-fanIn:])
		m, err := s.merging(of)
		if err != nil {
			return err
		}
		whole := run{from: s.end, level: of[0].level + 1}
		var e Event
		for {
			err := m.next(&e)
			if errors.Is(err, io.EOF) {
				break
			}
			if err == nil {
				err = s.write(&e)
			}
			if err != nil {
				return err
			}
			whole.last = e.At
		}
		whole.to = s.end
		s.runs = append(s.runs[:n-fanIn], whole)
	}
}

// merging begins to merge runs.
func (s *Sorter) merging(of []run) (*merger, error) {
	if err := s.out.Flush(); err != nil {
		return nil, err
	}
	m := &merger{}
	for i, r := range of {
		part := &runReader{r: bufio.NewReaderSize(io.NewSectionReader(s.file, r.from, r.to-r.from), runBuffer), number: i}
		if err := part.next(); err != nil {
			return nil, err
		}
		m.add(part)
	}
	return m, nil
}

// Next gives the next event in order; io.EOF after the last. After the first
// Next nothing can be added. Attr is valid until the next call.
func (s *Sorter) Next(e *Event) error {
	if s.file == nil {
		if s.at == 0 {
			s.sort()
		}
		if s.at == len(s.events) {
			return io.EOF
		}
		*e = *s.inOrder(s.at)
		s.at++
		return nil
	}
	if s.merge == nil {
		if err := s.spill(); err != nil {
			return err
		}
		var err error
		if s.merge, err = s.merging(s.runs); err != nil {
			return err
		}
	}
	return s.merge.next(e)
}

// Close removes the temporary file.
func (s *Sorter) Close() {
	if s.file != nil {
		s.file.Close()
		os.Remove(s.file.Name())
	}
}
