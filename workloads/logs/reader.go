package logs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/cespare/xxhash/v2"

	"cnv/policy"
)

// Inputs gives one input after the other; io.EOF after the last. Who asks for the
// next is done with the one before.
type Inputs func() (*Input, error)

// One is a single input.
func One(in *Input) Inputs {
	return func() (*Input, error) {
		if in == nil {
			return nil, io.EOF
		}
		one := in
		in = nil
		return one, nil
	}
}

// A Reader reads files of one format as one log, row by row, in the order of
// the files.
type Reader struct {
	format  *Format
	options Options
	more    Inputs
	in      *Input // that is being read
	rows    rows   // of it; nil not begun
	meaning Columns
	found   found
	keep    []*condition
	classes *classes
	when    instants
	attr    []byte
	also    [][]byte          // cells of found.also
	anyBad  bool              // any number of rows may be unreadable
	split   bool              // the current row could be split into cells
	opened  bool              // lines stood in envelopes in a file before
	highest int64             // of instants
	metrics map[uint64]string // what is counted, by series
	stats   Stats
	said    []string // how the instants of files are understood, each text once
	// recorded are the fields of a trace that a file has columns for.
	recorded map[string]bool
}

// found is where the columns of the current file are.
type found struct {
	arrival, end, duration, init, work, cores, memory, in, out, status, class, count, series, metric place
	also                                                                                             []place // further columns of the class
	parts                                                                                            []place
	attrs                                                                                            []place
	features                                                                                         []place // of Options.Features
	blocks                                                                                           place
}

// mostBad is the part of the rows that may be unreadable.
const mostBad = 0.05

// NewReader reads inputs in a format. It closes none of them.
func NewReader(format *Format, in Inputs, o Options) *Reader {
	return &Reader{format: format, more: in, options: o, recorded: map[string]bool{}}
}

// begin finds the columns of the next file.
func (r *Reader) begin() error {
	in, err := r.more()
	if err != nil {
		return err
	}
	r.in = in
	if err := r.unwrap(); err != nil {
		return err
	}
	if r.format.refuse != "" {
		return Refusal{r.format.refusal(in)}
	}
	if r.rows, err = r.format.rows(in); err != nil {
		return refusal(err)
	}
	r.meaning = r.format.meaning(r.rows)
	if o := &r.options; r.format.general && (o.Arrival != "" || o.End != "") {
		r.meaning = Columns{Raw: true} // who names columns names all
	}
	if err := r.options.apply(&r.meaning); err != nil {
		return refusal(err)
	}
	if r.classes == nil {
		r.classes = newClasses(&r.options, r.meaning.Raw)
	}
	if err := r.bind(); err != nil {
		return Refusal{fmt.Errorf("%s:%d: %w", in.Path, max(in.line, 1), err)}
	}
	r.say()
	return nil
}

// refusal makes a Refusal of an error.
func refusal(err error) error {
	var r Refusal
	if errors.As(err, &r) {
		return err
	}
	return Refusal{err}
}

// bind finds columns and conditions.
func (r *Reader) bind() error {
	m, f := &r.meaning, &r.found
	own := r.options
	var errs []error
	look := func(to *place, what string, c Column, must bool) {
		p, err := find(r.rows, what, c, must)
		*to = p
		errs = append(errs, err)
	}
	look(&f.arrival, "arrival", m.Arrival, true)
	look(&f.end, "end", m.End, true)
	look(&f.duration, "duration", m.Duration, own.Duration != "")
	look(&f.init, "init", m.Init, false)
	look(&f.work, "work", m.Work, own.Work != "")
	look(&f.cores, "cores", m.Cores, false)
	look(&f.memory, "memory", m.Memory, false)
	look(&f.in, "bytes in", m.BytesIn, own.BytesIn != "")
	look(&f.out, "bytes out", m.BytesOut, own.BytesOut != "")
	look(&f.status, "status", m.Status, own.Status != "")
	look(&f.class, "class", m.Class, len(own.classColumns()) > 0)
	look(&f.count, "count", m.Count, m.Quantity != Requests)
	look(&f.series, "series", m.Series, false)
	look(&f.metric, "metric", m.Metric, false)
	f.parts, f.attrs, f.also = nil, nil, nil
	for _, name := range m.AlsoClass {
		p := place{}
		look(&p, "class", col(name), true)
		f.also = append(f.also, p)
	}
	for _, c := range m.Parts {
		p := place{}
		look(&p, "duration", c, true)
		f.parts = append(f.parts, p)
	}
	for _, a := range m.Attrs {
		p := place{}
		look(&p, a.Name, a.Column, false)
		f.attrs = append(f.attrs, p)
	}
	look(&f.blocks, "blocks", m.Blocks, false)
	f.features = nil
	for _, name := range own.Features {
		p := place{}
		look(&p, "feature", col(name), true)
		f.features = append(f.features, p)
	}
	errs = append(errs, r.checkFeatures())
	if n := len(r.Features()); n > policy.MaxFeatures {
		errs = append(errs, fmt.Errorf("%d features, at most %d", n, policy.MaxFeatures))
	}
	if !m.Arrival.Given() && !m.End.Given() {
		errs = append(errs, fmt.Errorf("importing needs the column of the arrival instant (--arrival or --end); %s", listed(r.rows)))
	}
	if f.end.has() && !m.Arrival.Given() && !f.duration.has() && len(f.parts) == 0 {
		errs = append(errs, errors.New("an arrival is the end minus the duration: name the column of durations (--duration)"))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if r.when.unit == 0 {
		r.when.unit = max(f.arrival.unit, f.end.unit)
	}
	if at := f.arrival; at.has() {
		r.serial(at)
	} else if f.end.has() {
		r.serial(f.end)
	}
	return r.conditions()
}

// conditions are those of the kind and of the user.
func (r *Reader) conditions() error {
	r.keep = nil
	kind := r.meaning.Keep
	if r.meaning.KeepOwn && r.options.Where != "" {
		kind = ""
	}
	r.stats.Keep = kind
	for _, text := range []string{kind, r.options.Where} {
		if text == "" {
			continue
		}
		c, err := parseWhere(text)
		if err == nil {
			err = c.bind(r.rows)
		}
		if err != nil {
			return err
		}
		r.keep = append(r.keep, c)
	}
	r.account()
	return nil
}

// Next reads the next request or count; io.EOF after the last.
func (r *Reader) Next(e *Event) error {
	for {
		if r.rows == nil {
			switch err := r.begin(); {
			case errors.Is(err, io.EOF) && r.rows == nil:
				return r.tooBad(true, io.EOF)
			case err != nil:
				return err
			}
		}
		switch err := r.read(e); {
		case err == nil:
			return nil
		case errors.Is(err, errLeft):
		case errors.Is(err, io.EOF):
			r.rows = nil
			r.leave()
		default:
			if err := r.bad(err); err != nil {
				return err
			}
		}
	}
}

// AllowBad lets any number of rows be unreadable, if only some are not.
func (r *Reader) AllowBad() { r.anyBad = true }

// bad counts a row that cannot be read: a last one without a line break was cut off.
// It is an error if there are too many of the others.
func (r *Reader) bad(err error) error {
	var stop Refusal
	if errors.As(err, &stop) {
		return err
	}
	s := &r.stats
	if r.in.cut {
		s.Cut = errors.Join(s.Cut, err)
		s.Rows--
		return nil
	}
	if s.Bad++; s.FirstBad == nil {
		s.FirstBad = err
	}
	return r.tooBad(false, nil)
}

// tooBad is about the bad rows, if there are too many: at the end more than mostBad,
// before it one of ten.
func (r *Reader) tooBad(end bool, otherwise error) error {
	s := &r.stats
	n, most := float64(s.Rows), mostBad
	if !end {
		most, n = 0.1, max(n, 1000)
	}
	switch {
	case s.Cut != nil && s.Rows == 0:
		return Refusal{s.Cut}
	case s.Bad == 0 || r.anyBad && (!end || s.Bad < s.Rows):
	case end && s.Bad == s.Rows:
		return Refusal{fmt.Errorf("%w (%d rows, and none can be read)", s.FirstBad, s.Rows)}
	case float64(s.Bad) > most*n:
		return Refusal{fmt.Errorf("%w (%d of %d rows cannot be read, %.3g %%, more than the %v %% that may be left out: --where, or --force to import the others)",
			s.FirstBad, s.Bad, s.Rows, 100*float64(s.Bad)/float64(s.Rows), 100*mostBad)}
	}
	return otherwise
}

// errLeft says that a condition left a row out.
var errLeft = errors.New("left out")

// read reads a row.
func (r *Reader) read(e *Event) error {
	err := r.rows.next()
	if r.split = err == nil; errors.Is(err, io.EOF) {
		return err
	}
	r.stats.Rows++
	if err != nil {
		return err
	}
	for _, c := range r.keep {
		if !c.holds(r.rows) {
			r.stats.Dropped++
			return errLeft
		}
	}
	if err := r.event(e); err != nil {
		return r.in.fail("%w", err)
	}
	return nil
}

// Place is file:line of the current row.
func (r *Reader) Place() string {
	return fmt.Sprintf("%s:%d", r.in.Path, r.in.line)
}

// hash is the same for equal rows.
func (r *Reader) hash() uint64 {
	if line := r.rows.line(); line != nil {
		return xxhash.Sum64(line)
	}
	return 0
}

// Classes are the names of classes, by number.
func (r *Reader) Classes() []string { return r.classes.names }

// Metrics are what is counted, by series of counts; "" is not known.
func (r *Reader) Metrics() map[uint64]string { return r.metrics }

// Understand says what counts are that were Unsaid, and why.
func (r *Reader) Understand(q Quantity, why string) {
	r.meaning.Quantity, r.said = q, []string{why}
}

// Meaning is what the columns of the last file that was begun mean.
func (r *Reader) Meaning() *Columns { return &r.meaning }

// Durations are the columns of durations and of work, "" where there is none.
func (r *Reader) Durations() [2]string { return [2]string{r.found.duration.name, r.found.work.name} }

// Recorded are the fields of a trace that any file of the log has columns for.
func (r *Reader) Recorded() []string {
	return slices.DeleteFunc([]string{"arrival_us", "class", "work_us", "dur_us", "mem_kib", "bytes_in", "bytes_out", "status", "attr"}, func(name string) bool { return !r.recorded[name] })
}

// columns are the fields of a trace that the file has columns for.
func (r *Reader) columns() []string {
	f := &r.found
	out := []string{"arrival_us"}
	for _, c := range []struct {
		is   bool
		name string
	}{
		{f.class.has(), "class"}, {f.work.has(), "work_us"}, {f.duration.has() || len(f.parts) > 0 || f.arrival.has() && f.end.has(), "dur_us"}, {f.memory.has(), "mem_kib"},
		{f.in.has(), "bytes_in"}, {f.out.has(), "bytes_out"}, {f.status.has(), "status"}, {len(f.attrs) > 0 || f.init.has() || len(f.features) > 0 || f.blocks.has(), "attr"},
	} {
		if c.is {
			out = append(out, c.name)
		}
	}
	return out
}

// Features are the names of attributes that all requests have as features.
func (r *Reader) Features() []string {
	var out []string
	if r.meaning.Features {
		for _, a := range r.meaning.Attrs {
			out = append(out, a.Name)
		}
	}
	for _, name := range r.options.Features {
		out = append(out, featureName(name))
	}
	return out
}

// empty says whether a cell has nothing in it, as logs write it.
func empty(b []byte) bool {
	b = bytes.TrimSpace(b)
	return len(b) == 0 || len(b) == 1 && b[0] == '-' || string(b) == "null" || string(b) == "NaN"
}

// isNaN says whether a cell is a number that could not be computed, however it is written.
func isNaN(b []byte) bool { return len(b) == 3 && bytes.EqualFold(b, []byte("nan")) }
