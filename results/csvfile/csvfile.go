package csvfile

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Number writes a value for a CSV file: the shortest text that reads back as the same
// float, "inf" for infinite, nothing for no value (NaN).
func Number(v float64) string {
	switch {
	case math.IsNaN(v):
		return ""
	case math.IsInf(v, 1):
		return "inf"
	case math.IsInf(v, -1):
		return "-inf"
	}
	format := byte('g')
	if a := math.Abs(v); a == 0 || a >= 1e-6 && a < 1e15 {
		// Without an exponent, spreadsheets and people read it as it is; beyond these
		// bounds it would be too long.
		format = 'f' // 3037902, not 3.037902e+06
	}
	return strconv.FormatFloat(v, format, -1, 64)
}

// Float reads what Number wrote. No value is nothing, never the text NaN: that is an error,
// as no file of results has it.
func Float(s string) (float64, error) {
	if s == "" {
		return math.NaN(), nil
	}
	// ParseFloat takes "NaN" and "nan" for numbers, and "inf" as Number writes it.
	v, err := strconv.ParseFloat(s, 64)
	if err == nil && math.IsNaN(v) {
		err = fmt.Errorf("%q is no value: the file is damaged", s)
	}
	return v, err
}

// Write writes a file of a header and rows.
// rows is called once, with a function that writes a row; its error ends the file, which
// stays as far as it came. Fields are written as [Inert] has them.
func Write(name string, header []string, rows func(write func(...string) error) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	err = w.Write(header)
	if err == nil {
		err = rows(func(fields ...string) error { return w.Write(Inert(fields)) })
	}
	w.Flush()
	if err == nil {
		err = w.Error()
	}
	// A full disk may show only here.
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

// Read reads a file that must have the given header, row by row.
// row is called with the fields of the header alone, and must not keep the slice, which is
// used again. An error of row is returned with the file and the line before it. A file that
// is not there is fs.ErrNotExist.
func Read(name string, header []string, row func(f []string) error) error {
	f, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("results: %w", err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord = true
	got, err := r.Read()
	if err != nil {
		return fmt.Errorf("results: %s: %w", name, err)
	}
	n := len(header)
	if len(got) < n || !slices.Equal(got[:n], header) || slices.ContainsFunc(got[n:], func(name string) bool { return !strings.HasPrefix(name, FactorPrefix) }) {
		return fmt.Errorf("results: %s:1: header is %v, want %v: written by another version?", name, got, header)
	}
	for {
		fields, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("results: %s: %w", name, err) // it says which line
		}
		// What stands behind the header is of factors, which another file has.
		if err := row(Plain(fields[:n])); err != nil {
			// Of the row just read: names may have line breaks, so it is not the number of
			// the row.
			line, _ := r.FieldPos(0)
			return fmt.Errorf("results: %s:%d: %w", name, line, err)
		}
	}
}

// FactorPrefix begins the columns of keys that an experiment gives several values. They stand
// behind those of the file, and are not part of the header that it must have.
const FactorPrefix = "factor_"

// ReadAny reads a file with any header, row by row; nothing if there is no such file.
// Rows are as long as the header. It keeps all of the file in memory, for files that are
// small.
func ReadAny(name string, row func(header, f []string) error) error {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("results: %w", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return fmt.Errorf("results: %s: %w", name, err)
	}
	for i := 1; i < len(rows); i++ {
		if err := row(rows[0], Plain(rows[i])); err != nil {
			return fmt.Errorf("results: %s:%d: %w", name, i+1, err)
		}
	}
	return nil
}

// Append puts columns behind those of a file that has a column `having`, and leaves other
// files as they are. of is called for each row: it is told how to find a value of the row
// by the name of its column, "" where there is none, and gives the values of header in
// order. The file is replaced when all of it is written.
func Append(name, having string, header []string, of func(value func(column string) string) []string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord = true
	first, err := r.Read()
	if err != nil {
		return err
	}
	if !slices.Contains(first, having) {
		return nil
	}
	// The reader uses the slice of the header again for every row.
	columns := slices.Clone(first)
	to := name + ".new"
	err = Write(to, slices.Concat(columns, header), func(write func(...string) error) error {
		for {
			fields, err := r.Read()
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			fields = Plain(fields)
			more := of(func(column string) string {
				if i := slices.Index(columns, column); i >= 0 {
					return fields[i]
				}
				return ""
			})
			if err := write(slices.Concat(fields, more)...); err != nil {
				return err
			}
		}
	})
	if err != nil {
		return errors.Join(err, os.Remove(to))
	}
	return os.Rename(to, name)
}

// Floats reads several values, as Float does; the error names the first that is none.
func Floats(fields ...string) ([]float64, error) {
	out := make([]float64, len(fields))
	for i, f := range fields {
		v, err := Float(f)
		if err != nil {
			return nil, fmt.Errorf("%q is no number", f)
		}
		out[i] = v
	}
	return out, nil
}
