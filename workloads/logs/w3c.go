package logs

import (
	"bytes"
	"slices"
	"strings"
)

// A w3c reads the W3C Extended Log File Format, whose columns a line #Fields
// names: CloudFront (tabs), IIS (spaces). Date and time are one column more,
// called instant.
type w3c struct {
	named
	splitter
	in         *Input
	sep        byte
	date, time int
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
	w.columns = append(w.columns, "instant")
	return w, nil
}

func (w *w3c) next() error {
	for {
		line, err := w.in.next()
		if err != nil {
			return err
		}
		if line[0] == '#' {
			continue
		}
		w.text = line
		w.cells = w.split(line, w.sep, false)
		if len(w.cells) != len(w.columns)-1 {
			return w.in.fail("%d cells, #Fields has %d", len(w.cells), len(w.columns)-1)
		}
		w.instant = append(append(append(w.instant[:0], w.cells[w.date]...), ' '), w.cells[w.time]...)
		w.cells = append(w.cells, w.instant)
		return nil
	}
}
