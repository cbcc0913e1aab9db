package trace

import (
	"bytes"
	"math"
	"strconv"
	"strings"

	"cnv/workloads"
)

// A table is a CSV file whose columns are found by name.
type table struct {
	*lines
	at      map[string]int
	f       [][]byte
	columns int // of the header
}

// openTable opens a file with a header.
func openTable(path string, required ...string) (*table, error) {
	l, err := openLines(path)
	if err != nil {
		return nil, err
	}
	f, err := l.next()
	if err != nil {
		l.close()
		return nil, err
	}
	t := &table{lines: l, at: map[string]int{}, columns: len(f)}
	var have []string
	for i, c := range f {
		t.at[string(c)] = i
		have = append(have, string(c))
	}
	for _, c := range required {
		if _, ok := t.at[c]; !ok {
			l.close()
			return nil, l.fail("no column %q (there are: %s)", c, strings.Join(have, ", "))
		}
	}
	return t, nil
}

// row reads the next line; false at the end.
func (t *table) row() (bool, error) {
	f, err := t.lines.next()
	t.f = f
	if err == nil && f != nil && len(f) != t.columns {
		err = t.fail("%d cells, the header has %d", len(f), t.columns)
	}
	return f != nil && err == nil, err
}

// cell is a cell of the current line, "" if it is not there.
func (t *table) cell(column string) []byte {
	i, ok := t.at[column]
	if !ok || i >= len(t.f) {
		return nil
	}
	return t.f[i]
}

// number parses a cell that is a finite number, not negative.
func (t *table) number(column string) (float64, error) {
	text := bytes.TrimSpace(t.cell(column))
	v, err := strconv.ParseFloat(string(text), 64)
	if err != nil || bytes.ContainsAny(text, "xX_") || // as Go's programs write numbers, not logs
		!(v >= 0) || math.IsInf(v, 0) {
		return 0, t.fail("%s: %q is not a number from 0 on", column, t.cell(column))
	}
	return v, nil
}

// bare is an arrival of which nothing but the instant is known.
func bare(us int64) workloads.Arrival {
	return workloads.Arrival{
		At: micros(us), Work: workloads.Unknown, Wall: workloads.Unknown, Memory: workloads.Unknown,
		BytesIn: workloads.Unknown, BytesOut: workloads.Unknown, Status: workloads.Unknown,
	}
}

// one is a class of which only the name and features are known.
func one(name, trigger string, features ...string) class {
	return class{Class: workloads.Class{Name: name, Trigger: trigger, Memory: workloads.Unknown, MeanWork: workloads.Unknown, Features: features}}
}

// eventsOf copies rows to arrivals: at is the column of the instant, in units
// of so many microseconds, from the first one on.
func (t *table) eventsOf(w *writer, at string, unit float64, fill func(a *workloads.Arrival) ([]byte, error)) error {
	first, last := -1.0, int64(0)
	for {
		ok, err := t.row()
		if err != nil || !ok {
			return err
		}
		v, err := t.number(at)
		if err != nil {
			return err
		}
		if first < 0 {
			first = v
		}
		since := math.Round((v - first) * unit)
		if since > maxMicros {
			return t.fail("%s: %s is more than %v after the first arrival", at, t.cell(at), micros(maxMicros))
		}
		us := int64(since)
		if us < last {
			return t.fail("%s: %s is before the line above: sort the file by arrival", at, t.cell(at))
		}
		last = us
		a := bare(us)
		attr, err := fill(&a)
		if err != nil {
			return err
		}
		w.event(&a, attr)
	}
}
