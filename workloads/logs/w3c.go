package logs

import (
	"bytes"
	"slices"
	"strings"
)

// A w3c reads the W3C Extended Log File Format, whose columns a line #Fields
// names: CloudFront (tabs), IIS (spaces). Date and time are one column more,
// called instant. A later #Fields may name others.
type w3c struct {
	named
	splitter
	in         *Input
	sep        byte
	date, time int // of the line
	header     laterHeader
	width      int // cells of a line
	instant    []byte
}

func newW3C(in *Input) (rows, error) {
	w := &w3c{in: in, sep: '\t'}
	head, err := in.Head()
	if err != nil {
		return nil, err
	}
	for line := range bytes.Lines(head) {
		if fields, ok := bytes.CutPrefix(line, []byte("#Fields:")); ok {
			w.columns = strings.Fields(string(fields))
			continue
		}
		if len(line) > 1 && line[0] != '#' {
			if bytes.IndexByte(line, '\t') < 0 {
				w.sep = ' '
			}
			break
		}
	}
	w.date, w.time = slices.Index(w.columns, "date"), slices.Index(w.columns, "time")
	if w.date < 0 || w.time < 0 {
		return nil, in.fail("no line #Fields: with date and time")
	}
	w.width, w.header.first = len(w.columns), slices.Clone(w.columns)
	w.columns = append(w.columns, "instant")
	return w, nil
}

// renamed takes the columns of a later #Fields.
func (w *w3c) renamed(fields []string) error {
	date, time := slices.Index(fields, "date"), slices.Index(fields, "time")
	if date < 0 || time < 0 {
		return w.in.fail("#Fields without date and time")
	}
	w.date, w.time, w.width = date, time, len(fields)
	w.header.take(fields)
	return nil
}

func (w *w3c) next() error {
	for {
		line, err := w.in.next()
		if err != nil {
			return err
		}
		if fields, ok := bytes.CutPrefix(line, []byte("#Fields:")); ok {
			if err := w.renamed(strings.Fields(string(fields))); err != nil {
				return err
			}
			continue
		}
		if line[0] == '#' {
			continue
		}
		w.text = line
		w.cells = w.split(line, w.sep, false)
		if len(w.cells) != w.width {
			return w.in.fail("%d cells, #Fields has %d", len(w.cells), w.width)
		}
		w.instant = append(append(append(w.instant[:0], w.cells[w.date]...), ' '), w.cells[w.time]...)
		w.cells = append(w.header.ordered(w.cells), w.instant)
		return nil
	}
}
