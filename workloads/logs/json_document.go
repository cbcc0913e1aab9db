package logs

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
)

// maxElement bounds an element of a list of a JSON document, bytes: a series of
// metrics, a trace of spans.
const maxElement = 16 << 20

// A documentReader reads what a JSON decoder asks for, counts its lines, and
// refuses an element that is too long to hold.
type documentReader struct {
	in      *Input
	decoder *json.Decoder
	n       int64
	breaks  []int64 // offsets of line breaks that the decoder has not passed
	line    int     // that it is in
}

func (d *documentReader) Read(p []byte) (int, error) {
	d.pass()
	d.in.line = d.line
	if d.n-d.decoder.InputOffset() > maxElement {
		return 0, d.in.refuse("a value of more than %d bytes", maxElement)
	}
	n, err := d.in.text.Read(p[:min(len(p), 64<<10)])
	for i, c := range p[:n] {
		switch c {
		case '\n':
			d.breaks = append(d.breaks, d.n+int64(i))
		case 0:
			return 0, d.in.refuse("a byte 0: not text, or UTF-16 (save it as UTF-8)")
		}
	}
	d.n += int64(n)
	return n, err
}

// pass counts the lines that the decoder has passed.
func (d *documentReader) pass() {
	at := d.decoder.InputOffset()
	for len(d.breaks) > 0 && d.breaks[0] < at {
		d.breaks = d.breaks[1:]
		d.line++
	}
}

// A documents reads JSON documents, one after the other, for the elements of a
// list in them.
type documents struct {
	*documentReader
	list   []string // where it is: keys, and "" for the elements of a list
	inside bool     // the next token is an element or the end of the list
	expand func(element map[string]any) []map[string]any
	ready  []rowAt
	err    error // after the rows that are ready
}

// A rowAt is a row and the line that its element ends in.
type rowAt struct {
	row  map[string]any
	line int
}

// namedBy is how many rows are looked at for the columns that rows have.
const namedBy = 20

// inDocuments reads the rows that expand makes of each element of a list.
func inDocuments(expand func(map[string]any) []map[string]any, list ...string) func(*Input) (rows, error) {
	return func(in *Input) (rows, error) {
		r := &documentReader{in: in}
		r.decoder = json.NewDecoder(r)
		r.decoder.UseNumber()
		in.line = max(in.line, 1)
		r.line = in.line
		d := &documents{documentReader: r, list: list, expand: expand}
		for len(d.ready) < namedBy && d.err == nil {
			d.read()
		}
		switch {
		case len(d.ready) > 0:
		case errors.Is(d.err, io.EOF):
			return nil, in.refuse("nothing in it: the list %q is empty, or not there", strings.Join(list, "."))
		default:
			return nil, d.err
		}
		seen := map[string]bool{}
		for _, r := range d.ready[:min(len(d.ready), namedBy)] {
			flatten("", r.row, seen)
		}
		in.line = d.ready[0].line
		return &jsonRows{in: in, source: d.row, seen: slices.Sorted(maps.Keys(seen)), first: d.ready[0].row}, nil
	}
}

// read makes the rows of the next element ready.
func (d *documents) read() {
	rows, err := d.element()
	for _, row := range rows {
		d.ready = append(d.ready, rowAt{row, d.line})
	}
	d.err = err
}

// row is the next row.
func (d *documents) row() (map[string]any, []byte, error) {
	for len(d.ready) == 0 {
		if d.err != nil {
			return nil, nil, d.err
		}
		d.ready = d.ready[:0]
		d.read()
	}
	next := d.ready[0]
	d.ready = d.ready[1:]
	d.in.line = next.line
	return next.row, nil, nil
}

// element reads the next element of a list.
func (d *documents) element() ([]map[string]any, error) {
	for {
		if !d.inside {
			found, err := d.enter(d.list)
			if err != nil {
				return nil, d.bad(err)
			}
			if d.inside = found; !found {
				continue
			}
		}
		if !d.decoder.More() {
			if _, err := d.decoder.Token(); err != nil {
				return nil, d.bad(cutOff(err))
			}
			d.inside = false
			if err := d.leave(len(d.list) - 1); err != nil {
				return nil, d.bad(cutOff(err))
			}
			continue
		}
		var element map[string]any
		if err := d.decoder.Decode(&element); err != nil {
			return nil, d.bad(cutOff(err))
		}
		d.pass()
		if rows := d.expand(element); len(rows) > 0 {
			return rows, nil
		}
	}
}

// enter goes to the list in the next document; false if it is not in it.
func (d *documents) enter(path []string) (bool, error) {
	for depth, key := range path {
		t, err := d.decoder.Token()
		if err != nil {
			return false, err
		}
		if t != json.Delim('{') {
			return false, errNoObject
		}
		found := false
		for !found && d.decoder.More() {
			name, err := d.decoder.Token()
			if err != nil {
				return false, err
			}
			if found = name == key; found {
				break
			}
			var skipped json.RawMessage
			if err := d.decoder.Decode(&skipped); err != nil {
				return false, err
			}
		}
		if !found {
			_, err := d.decoder.Token() // the end of this object
			if err == nil {
				err = d.leave(depth - 1)
			}
			return false, err
		}
	}
	t, err := d.decoder.Token()
	if err == nil && t != json.Delim('[') {
		err = errNoObject
	}
	return err == nil, err
}

// leave reads to the end of as many objects.
func (d *documents) leave(depth int) error {
	for ; depth >= 0; depth-- {
		for d.decoder.More() {
			var skipped json.RawMessage
			if _, err := d.decoder.Token(); err != nil {
				return err
			}
			if err := d.decoder.Decode(&skipped); err != nil {
				return err
			}
		}
		if _, err := d.decoder.Token(); err != nil {
			return err
		}
	}
	return nil
}

// cutOff is an error within a document, in which the end of the file is none of its own.
func cutOff(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// bad is an error of the decoder at its line.
func (d *documents) bad(err error) error {
	var r Refusal
	switch {
	case errors.As(err, &r), errors.Is(err, io.EOF):
		return err
	}
	d.pass()
	d.in.line = d.line
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return d.in.refuse("the JSON document ends here, in its middle: it was cut off (%w)", err)
	}
	return d.in.refuse("JSON: %w", err)
}
