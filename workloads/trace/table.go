package trace

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

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

// duration parses a cell in units of so many microseconds.
func (t *table) duration(column string, unit float64) (time.Duration, error) {
	v, err := t.number(column)
	if err != nil {
		return 0, err
	}
	us := math.Round(v * unit)
	if us > maxMicros {
		return 0, t.fail("%s: %s is more than %v", column, t.cell(column), micros(maxMicros))
	}
	return micros(int64(us)), nil
}

// unitMicros is a unit of time in microseconds.
func unitMicros(unit string) (float64, error) {
	switch unit {
	case "", "s":
		return 1e6, nil
	case "ms":
		return 1e3, nil
	case "us":
		return 1, nil
	case "ns":
		return 1e-3, nil
	}
	return 0, fmt.Errorf("unit %q, want s, ms, us or ns", unit)
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
// of so many microseconds or times, from the first one on.
func (t *table) eventsOf(w *writer, at string, unit float64, fill func(a *workloads.Arrival) ([]byte, error)) error {
	since, last := t.since(at, unit), int64(0)
	for {
		ok, err := t.row()
		if err != nil || !ok {
			return err
		}
		us, err := since()
		if err != nil {
			return err
		}
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

// since reads how many microseconds after the first one an instant is: a number in
// units of so many microseconds, or a UTC time where the column has times.
func (t *table) since(at string, unit float64) func() (int64, error) {
	first, epoch := -1.0, time.Time{}
	return func() (int64, error) {
		var us float64
		if when, ok := timeOf(string(t.cell(at))); ok && first < 0 {
			if epoch.IsZero() {
				epoch = when
			}
			us = math.Round(float64(when.Sub(epoch)) / 1e3)
		} else {
			v, err := t.number(at)
			if err != nil {
				return 0, err
			}
			if first < 0 {
				first = v
			}
			us = math.Round((v - first) * unit)
		}
		if us > maxMicros {
			return 0, t.fail("%s: %s is more than %v after the first arrival", at, t.cell(at), micros(maxMicros))
		}
		return int64(us), nil
	}
}
