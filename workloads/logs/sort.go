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
// of Add. When memory is full, the earlier half of what it holds goes to a temporary
// file: a log whose events are out of order by less than the other half is one
// sorted run there, of others several runs are merged.
type Sorter struct {
	Dir  string // of the temporary file; "" the usual one
	Held int    // events that are sorted in memory; 0: 65,536

	events []sortable
	free   []int32 // places in events whose event was written
	order  []key   // of the events in memory
	sorted int     // so many of order are in order
	merged []key   // what the next order is made in
	added  int64
	attrs  []byte
	moved  []byte // what the next attrs are made in
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
	at    int64
	added int64 // number of the event in the order of Add
	place int32 // in events
}

// compare is by instant, and in the order of Add where that is the same.
func (a key) compare(b key) int {
	if a.at != b.at {
		return cmp.Compare(a.at, b.at)
	}
	return cmp.Compare(a.added, b.added)
}

// A run is a part of the file that is in order.
type run struct {
	from, to int64
	last     int64 // instant of its last event
	level    int   // how often it was merged
}

// Add takes an event.
func (s *Sorter) Add(e *Event) error {
	if n := len(s.order); n == cmp.Or(s.Held, usuallyHeld) || len(s.attrs) > mostAttr {
		if err := s.spill((n + 1) / 2); err != nil {
			return err
		}
	}
	from := uint32(len(s.attrs))
	s.attrs = append(s.attrs, e.Attr...)
	place := int32(len(s.events))
	if n := len(s.free); n > 0 {
		place, s.free = s.free[n-1], s.free[:n-1]
	} else {
		s.events = append(s.events, sortable{})
	}
	s.events[place] = sortable{*e, from, uint32(len(s.attrs))}
	s.order = append(s.order, key{e.At, s.added, place})
	s.added++
	return nil
}

// sort puts what is in memory in order: what came since the last time, and that
// with the rest.
func (s *Sorter) sort() {
	before, since := s.order[:s.sorted], s.order[s.sorted:]
	slices.SortFunc(since, key.compare)
	s.sorted = len(s.order)
	if len(before) == 0 || len(since) == 0 || before[len(before)-1].compare(since[0]) < 0 {
		return
	}
	all := s.merged[:0]
	for len(before) > 0 && len(since) > 0 {
		if before[0].compare(since[0]) < 0 {
			all, before = append(all, before[0]), before[1:]
		} else {
			all, since = append(all, since[0]), since[1:]
		}
	}
	s.order, s.merged = append(append(all, before...), since...), s.order
}

// inOrder is the event of a place in the order.
func (s *Sorter) inOrder(i int) *Event {
	e := &s.events[s.order[i].place]
	e.Attr = s.attrs[e.from:e.to:e.to]
	return &e.Event
}

// spill writes the first n events in memory as a run, or as the rest of the last one.
func (s *Sorter) spill(n int) error {
	if n == 0 {
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
	if k := len(s.runs); k == 0 || s.order[0].at < s.runs[k-1].last {
		s.runs = append(s.runs, run{from: s.end, to: s.end})
	}
	r := &s.runs[len(s.runs)-1]
	for i := range n {
		if err := s.write(s.inOrder(i)); err != nil {
			return err
		}
		s.free = append(s.free, s.order[i].place)
	}
	r.to, r.last = s.end, s.order[n-1].at
	s.order = slices.Delete(s.order, 0, n)
	s.sorted = len(s.order)
	s.moveAttrs()
	return s.compact()
}

// moveAttrs takes away the attributes of events that were written.
func (s *Sorter) moveAttrs() {
	if len(s.attrs) == 0 {
		return
	}
	kept := s.moved[:0]
	for _, k := range s.order {
		e := &s.events[k.place]
		from := uint32(len(kept))
		kept = append(kept, s.attrs[e.from:e.to]...)
		e.from, e.to = from, uint32(len(kept))
	}
	s.attrs, s.moved = kept, s.attrs
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
		if s.at == len(s.order) {
			return io.EOF
		}
		*e = *s.inOrder(s.at)
		s.at++
		return nil
	}
	if s.merge == nil {
		if err := s.spill(len(s.order)); err != nil {
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
