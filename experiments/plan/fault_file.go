package plan

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// A faultColumn is a column of a file of faults: a key of [[fault]].
type faultColumn struct {
	name string
	set  func(f *faultTable, cell string) error
}

// faultColumns are those that a file may have.
var faultColumns = []faultColumn{
	{"at", func(f *faultTable, s string) error { return readDuration(&f.At, s) }},
	{"kind", func(f *faultTable, s string) error { f.Kind = s; return nil }},
	{"worker", func(f *faultTable, s string) error { f.Worker = s; return nil }},
	{"lasts", func(f *faultTable, s string) error { return readDuration(&f.Lasts, s) }},
	{"factor", func(f *faultTable, s string) error { return readPart(&f.Factor, s) }},
	{"on", func(f *faultTable, s string) error { return readDuration(&f.On, s) }},
	{"off", func(f *faultTable, s string) error { return readDuration(&f.Off, s) }},
	{"notice", func(f *faultTable, s string) error { return readDuration(&f.Notice, s) }},
	{"noticed", func(f *faultTable, s string) error { return readDuration(&f.Detected, s) }},
	{"failed", func(f *faultTable, s string) error { return readDuration(&f.Failed, s) }},
	{"zone", func(f *faultTable, s string) error { f.Zone = s; return nil }},
	{"pool", func(f *faultTable, s string) error { f.Pool = s; return nil }},
	{"share", func(f *faultTable, s string) error { return readPart(&f.Share, s) }},
}

// readPart reads a number that is not above 1.
func readPart(x *float64, s string) (err error) {
	if *x, err = strconv.ParseFloat(s, 64); err != nil {
		return fmt.Errorf("%q, want a number such as 0.5", s)
	}
	return nil
}

// readDuration reads a duration.
func readDuration(d *time.Duration, s string) (err error) {
	if *d, err = time.ParseDuration(s); err != nil {
		return fmt.Errorf("%q, want a duration such as 90s or 5m", s)
	}
	return nil
}

// faultsFrom reads the file that a table names. An empty cell is the default of its key.
func (r *reader) faultsFrom(t table, f *faultTable, e *Environment) []faultTable {
	for _, key := range r.sorted(t) {
		r.wrong(key != "from" && key != "policies", join(t.path, key), "does nothing, as the file that from names says it, line by line")
	}
	path := filepath.FromSlash(f.From)
	if !filepath.IsAbs(path) {
		path = filepath.Join(r.dir, path)
	}
	file, err := os.Open(path)
	if err != nil {
		r.problem(join(t.path, "from"), "%v (files are relative to the folder of the experiment file)", err)
		return nil
	}
	defer file.Close()
	rows, problems := readFaultFile(file, f.From, f, e)
	r.problems = append(r.problems, problems...)
	r.wrong(len(rows) == 0 && len(problems) == 0, join(t.path, "from"), "%s has no faults", f.From)
	return rows
}

// FaultFile is a file that faults were read from; "" there is none.
func (e *Environment) FaultFile() string {
	for i := range e.faults {
		if e.faults[i].row != "" {
			return e.faults[i].From
		}
	}
	return ""
}

// byteOrderMark is that of UTF-8.
const byteOrderMark = "\ufeff"

// mostFaultProblems is how many problems of one file are told.
const mostFaultProblems = 10

// readFaultFile reads faults in any order of their instants. like has what they have in common, e
// the zones and pools that there are.
func readFaultFile(file io.Reader, name string, like *faultTable, e *Environment) (out []faultTable, problems Problems) {
	text := bufio.NewReader(file)
	if begin, _ := text.Peek(len(byteOrderMark)); string(begin) == byteOrderMark {
		_, _ = text.Discard(len(byteOrderMark)) // as spreadsheets write
	}
	c := csv.NewReader(text)
	c.TrimLeadingSpace = true
	wrong := func(line int, key, format string, args ...any) {
		problems = append(problems, Problem{File: name, Line: line, Key: key, Text: fmt.Sprintf(format, args...)})
	}
	var columns []faultColumn
	for len(problems) < mostFaultProblems {
		cells, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			var parse *csv.ParseError
			if errors.As(err, &parse) {
				wrong(parse.Line, "", "%v", parse.Err)
			} else {
				wrong(0, "", "%v", err)
			}
			return out, problems
		}
		line, _ := c.FieldPos(0)
		switch {
		case columns == nil:
			if columns = faultHeader(cells, func(key, format string, args ...any) { wrong(line, key, format, args...) }); columns == nil {
				return out, problems
			}
			continue
		case len(out) == maxFaults:
			wrong(line, "", "more than %d faults", maxFaults)
			return out, problems
		}
		f := *like
		f.row = fmt.Sprintf("%s:%d", name, line)
		given := map[string]bool{}
		for i, cell := range cells {
			if cell == "" {
				continue
			}
			given[columns[i].name] = true
			if err := columns[i].set(&f, cell); err != nil {
				wrong(line, columns[i].name, "%v", err)
			}
		}
		for _, key := range []string{"at", "kind"} {
			if !given[key] {
				wrong(line, key, "missing")
			}
		}
		for _, p := range append(f.problems(func(key string) bool { return given[key] }), f.shortage(e)...) {
			wrong(line, p[0], "%s", p[1])
		}
		out = append(out, f)
	}
	return out, problems
}

// faultHeader is the columns that the first line names; nil: something is wrong with it.
func faultHeader(cells []string, wrong func(key, format string, args ...any)) []faultColumn {
	var names []string
	for _, c := range faultColumns {
		names = append(names, c.name)
	}
	var out []faultColumn
	var has []string
	for _, cell := range cells {
		known := false
		for _, c := range faultColumns {
			if known = c.name == cell; known {
				out = append(out, c)
				break
			}
		}
		switch {
		case !known:
			wrong("", "unknown column %q%s", cell, hint(cell, names))
			return nil
		case contains(has, cell):
			wrong(cell, "the column is there twice")
			return nil
		}
		has = append(has, cell)
	}
	for _, key := range []string{"at", "kind"} {
		if !contains(has, key) {
			wrong("", "the first line has no column %s: it names the columns, such as at,kind,worker,lasts", key)
			return nil
		}
	}
	return out
}
