package workloads

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"cnv/policy"
	"cnv/policy/nearest"
)

// Samples is the distribution of what was measured: each draw is one of the
// values, all alike probable.
type Samples struct {
	File   string    // that they are from
	Sum    string    // hash of them
	Values []float64 // >= 0, in order; Invariant: at least one, and not changed
	mean   float64
	second float64 // mean of squares
}

// NewSamples is the distribution of some values; it takes them over.
func NewSamples(file string, values []float64) *Samples {
	slices.Sort(values)
	s, h := &Samples{File: file, Values: values}, sha256.New()
	for _, v := range values {
		s.mean += v
		s.second += v * v
		fmt.Fprintln(h, v)
	}
	n := float64(max(len(values), 1))
	s.mean, s.second, s.Sum = s.mean/n, s.second/n, fmt.Sprintf("%x", h.Sum(nil)[:8])
	return s
}

// Draw takes one of the values.
func (s *Samples) Draw(r *policy.Rand) float64 {
	return s.Values[min(int(r.Float64()*float64(len(s.Values))), len(s.Values)-1)]
}

// Mean is that of the values.
func (s *Samples) Mean() float64 { return s.mean }

// CV2 is that of the values.
func (s *Samples) CV2() float64 { return cv2(s.mean, max(s.second-s.mean*s.mean, 0)) }

// Validate wants a value, and none below 0.
func (s *Samples) Validate() []error {
	if len(s.Values) == 0 {
		return []error{fmt.Errorf("%s: no values in it", s.File)}
	}
	return append(atLeast("the least value", s.Values[0], 0), atLeast("the greatest value", s.Values[len(s.Values)-1], 0)...)
}

// String names the file, and has the hash of its values.
func (s *Samples) String() string {
	return fmt.Sprintf("empirical(samples=%s n=%d hash=%s)", filepath.Base(s.File), len(s.Values), s.Sum)
}

const (
	// maxSamples bounds the values of a file: 80 MB.
	maxSamples = 10_000_000
	// maxSampleLine bounds a line of a file of samples, bytes.
	maxSampleLine = 64 << 10
)

// sampleUnits are the units of numbers that stand without one, seconds each.
var sampleUnits = []struct {
	name string
	s    float64
}{{"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}, {"s", 1}}

// ReadSamples reads a column of a text file, plain or gzip: numbers, or durations
// such as 12ms, a line each. If there are more columns, they are separated by tabs,
// semicolons or commas, by the first of these that the first line has, and quoted as
// in CSV; all lines have as many. A first line that is no value names the columns;
// column "" is the only one there is, else its name, or its number from 1, which it is too
// where the first line has values and one of them reads like it. Numbers are of the unit
// s, ms, us or ns; "" is told by the end of the column's name (cpu_ms), else seconds.
// Errors name file:line:column.
func ReadSamples(path, column, unit string) (*Samples, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("samples: %w", err)
	}
	defer f.Close()
	in := bufio.NewReader(f)
	var from io.Reader = in
	if magic, _ := in.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		if from, err = gzip.NewReader(in); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	r := sampleReader{path: path, column: column, unit: unit}
	lines := bufio.NewScanner(from)
	lines.Buffer(make([]byte, 0, 4096), maxSampleLine)
	for lines.Scan() {
		if err := r.take(lines.Text()); err != nil {
			return nil, err
		}
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, fmt.Errorf("%s:%d: a line of more than %d bytes", path, r.line+1, maxSampleLine)
	} else if err != nil {
		return nil, fmt.Errorf("%s:%d: %w", path, r.line+1, err)
	}
	if len(r.values) == 0 {
		return nil, fmt.Errorf("%s: no values in it", path)
	}
	return NewSamples(path, r.values), nil
}

// A sampleReader takes the lines of a file of samples.
type sampleReader struct {
	path, column, unit string
	line               int
	begun              bool
	separator          rune
	columns            int
	at                 int     // of the column
	factor             float64 // seconds of one
	values             []float64
}

// take takes a line.
func (r *sampleReader) take(text string) error {
	r.line++
	text = strings.Trim(strings.TrimPrefix(text, "\ufeff"), " \r") // tabs separate
	if strings.TrimSpace(text) == "" || text[0] == '#' {
		return nil
	}
	first := !r.begun
	if first {
		r.begun, r.separator = true, separator(text)
	}
	cells, err := r.split(text)
	if err != nil {
		return fmt.Errorf("%s:%d: %w", r.path, r.line, err)
	}
	if first {
		r.columns = len(cells)
		if header, err := r.begin(cells); err != nil || header {
			return err
		}
	}
	if len(cells) != r.columns {
		return fmt.Errorf("%s:%d: %d columns, want %d as in the first line", r.path, r.line, len(cells), r.columns)
	}
	v, ok := sample(cells[r.at], r.factor)
	if !ok {
		return r.bad(cells[r.at])
	}
	if len(r.values) == maxSamples {
		return fmt.Errorf("%s: more than %d values", r.path, maxSamples)
	}
	r.values = append(r.values, v)
	return nil
}

// bad is the error of a cell that is no value.
func (r *sampleReader) bad(cell string) error {
	return fmt.Errorf("%s:%d:%d: %.60q is neither a number from 0 on nor a duration such as 12ms", r.path, r.line, r.at+1, cell)
}

// separator is what separates the cells of a file with this first line.
func separator(first string) rune {
	quoted := false
	is := map[rune]bool{}
	for _, c := range first {
		if c == '"' {
			quoted = !quoted
		}
		is[c] = is[c] || !quoted
	}
	for _, c := range []rune{'\t', ';'} {
		if is[c] {
			return c
		}
	}
	return ','
}

// split is the cells of a line.
func (r *sampleReader) split(text string) ([]string, error) {
	var cells []string
	if strings.Contains(text, `"`) {
		in := csv.NewReader(strings.NewReader(text))
		in.Comma, in.TrimLeadingSpace = r.separator, r.separator != '\t'
		var err error
		if cells, err = in.Read(); err != nil {
			if bad := new(csv.ParseError); errors.As(err, &bad) {
				err = bad.Err
			}
			return nil, err
		}
	} else {
		cells = strings.Split(text, string(r.separator))
	}
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells, nil
}

// meantAsValue says whether a cell that is no value is rather a bad one than a name.
func meantAsValue(cell string) bool {
	_, err := strconv.ParseFloat(cell, 64)
	if err == nil || errors.Is(err, strconv.ErrRange) {
		return true
	}
	digits := strings.TrimLeft(cell, "+-.,")
	return digits != "" && digits[0] >= '0' && digits[0] <= '9'
}

// isHeader says whether a first line has a name of a column, a text that is not even
// meant as a value.
func isHeader(cells []string) bool {
	return slices.ContainsFunc(cells, func(cell string) bool {
		_, ok := sample(cell, 1)
		return !ok && cell != "" && !meantAsValue(cell)
	})
}

// begin finds the column by the first line, and says whether it is a header.
func (r *sampleReader) begin(cells []string) (header bool, err error) {
	r.factor = 1
	number, isNumber := strconv.Atoi(r.column)
	named := slices.Index(cells, r.column)
	if named >= 0 && !isHeader(cells) {
		if _, ok := sample(cells[named], 1); ok {
			named = -1 // a value that looks like the number of a column
		}
	}
	switch {
	case r.column == "" && len(cells) > 1:
		return false, fmt.Errorf("%s:%d: %d columns: say which with column, a name or a number from 1 (there are: %s)", r.path, r.line, len(cells), strings.Join(cells, ", "))
	case r.column == "":
	case named >= 0:
		r.at = named
	case isNumber == nil && number >= 1 && number <= len(cells):
		r.at = number - 1
	default:
		return false, fmt.Errorf("%s:%d: no column %q (nearest valid name %q; there are: %s)", r.path, r.line, r.column, nearest.Names(r.column, cells, 1)[0], strings.Join(cells, ", "))
	}
	cell := cells[r.at]
	_, ok := sample(cell, 1)
	ok = ok && named < 0
	if !ok && named < 0 && (meantAsValue(cell) || cell == "" && slices.ContainsFunc(cells, meantAsValue)) {
		return false, r.bad(cell)
	}
	for _, u := range sampleUnits {
		if r.unit == u.name || r.unit == "" && !ok && strings.HasSuffix(cells[r.at], "_"+u.name) {
			r.factor = u.s
			return !ok, nil
		}
	}
	if r.unit != "" {
		return false, fmt.Errorf("unit: %q, want s, ms, us or ns", r.unit)
	}
	return !ok, nil
}

// sample reads a value, in seconds.
func sample(cell string, factor float64) (float64, bool) {
	if v, err := strconv.ParseFloat(cell, 64); err == nil {
		return v * factor, v >= 0 && !math.IsInf(v, 0)
	}
	d, err := time.ParseDuration(cell)
	return d.Seconds(), err == nil && d >= 0
}

// parseSamples reads { dist = "empirical", samples = "times.csv", column = "cpu_ms" }.
func parseSamples(table map[string]any) (Dist, []error) {
	var errs []error
	text := map[string]string{}
	for _, key := range sortedKeys(table) {
		s, isText := table[key].(string)
		switch {
		case key == "dist":
		case key == "samples" && !isText:
			if loaded, ok := table[key].(*Samples); ok {
				return checked(Dist{Law: loaded})
			}
			errs = append(errs, fmt.Errorf("empirical: samples: %v, want the name of a file", table[key]))
		case key != "samples" && key != "column" && key != "unit":
			errs = append(errs, fmt.Errorf("empirical: %s: cannot be combined with samples, which take column and unit", key))
		case !isText:
			errs = append(errs, fmt.Errorf("empirical: %s: %v, want a text", key, table[key]))
		default:
			text[key] = s
		}
	}
	if errs != nil {
		return Dist{}, errs
	}
	s, err := ReadSamples(text["samples"], text["column"], text["unit"])
	if err != nil {
		return Dist{}, []error{fmt.Errorf("empirical: %w", err)}
	}
	return checked(Dist{Law: s})
}
