// Package csvfile reads and writes the CSV files of results: a header that must match, and
// numbers that read back as the same floats.
package csvfile

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
)

// Number writes a value for a CSV file: the shortest text that reads back as
// the same float, "inf" for infinite, nothing for no value.
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
		format = 'f' // 3037902, not 3.037902e+06
	}
	return strconv.FormatFloat(v, format, -1, 64)
}

// Float reads what Number wrote.
func Float(s string) (float64, error) {
	if s == "" {
		return math.NaN(), nil
	}
	return strconv.ParseFloat(s, 64)
}

// Write writes a file of a header and rows.
func Write(name string, header []string, rows func(write func(...string) error) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	err = w.Write(header)
	if err == nil {
		err = rows(func(fields ...string) error { return w.Write(fields) })
	}
	w.Flush()
	if err == nil {
		err = w.Error()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

// Read reads a file that must have the given header, row by row.
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
	if !slices.Equal(got, header) {
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
		if err := row(fields); err != nil {
			line, _ := r.FieldPos(0)
			return fmt.Errorf("results: %s:%d: %w", name, line, err)
		}
	}
}

// Floats reads several values.
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
