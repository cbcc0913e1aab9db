package logs

import (
	"errors"
	"slices"
)

// A wide is a table with an instant a line and a column of counts for each
// function: a row is one of these cells.
type wide struct {
	named
	table *table
	time  int
	at    int // place of the cell
	day   int // place of the day; its instants are those of the day
}

func newWide(in *Input) (rows, error) {
	made, err := newTable(in)
	if err != nil {
		return nil, err
	}
	t, ok := made.(*table)
	if !ok {
		return nil, errors.New("no table")
	}
	w := &wide{table: t, named: named{columns: []string{"time", "function", "count"}, cells: make([][]byte, 3)}}
	if w.time = slices.Index(t.columns, "time"); w.time < 0 {
		return nil, in.fail("no column time")
	}
	w.at, w.day = len(t.columns), slices.Index(t.columns, "day")
	return w, nil
}

func (w *wide) next() error {
	for {
		if w.at++; w.at >= len(w.table.columns) {
			if err := w.table.next(); err != nil {
				return err
			}
			w.at = 0
		}
		if w.at != w.time && w.at != w.day {
			w.cells[0], w.cells[1], w.cells[2] = w.table.cells[w.time], []byte(w.table.columns[w.at]), w.table.cells[w.at]
			return nil
		}
	}
}
