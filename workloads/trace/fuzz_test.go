package trace

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// FuzzOpen: no file makes the reader panic.
func FuzzOpen(f *testing.F) {
	f.Add([]byte("arrival_us,class,work_us,attr\n1,a,2,f=1\n2,\"b\"\"\",3,\n"))
	f.Add([]byte("\x1f\x8b\x08"))
	f.Fuzz(func(t *testing.T, b []byte) {
		name := filepath.Join(t.TempDir(), "x.csv")
		os.WriteFile(name, b, 0o644)
		w, err := Open(name, Options{})
		if err != nil {
			return
		}
		all(t, w, 1)
	})
}

// FuzzLines: the hand-split reader reads what encoding/csv reads, cell by
// cell, wherever both accept a file.
func FuzzLines(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "a,b\r\n,\r\n\r\n", "\"a,b\",c\n\"\"\"\",\n", "x\n\n\n", ",,,\n,", "a\"b\n", "\xef\xbb\xbfa\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if bytes.HasPrefix(b, []byte{0x1f, 0x8b}) {
			return // gzip is for FuzzOpen
		}
		got, err := readLines(filepath.Join(t.TempDir(), "x.csv"), b)
		if err != nil {
			return
		}
		twin := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))))
		twin.FieldsPerRecord = -1
		for i := 0; ; i++ {
			want, err := twin.Read()
			var bad *csv.ParseError
			switch {
			case errors.Is(err, io.EOF):
				if i != len(got) {
					t.Fatalf("%d lines, encoding/csv has %d", len(got), i)
				}
				return
			case errors.As(err, &bad):
				return // a quote over several lines or within a cell
			case i >= len(got) || !slices.Equal(got[i], want):
				t.Fatalf("line %d of %q: got %q, encoding/csv %q", i, b, got[min(i, len(got)):], want)
			}
		}
	})
}

// readLines writes a file and reads its lines.
func readLines(path string, b []byte) (out [][]string, err error) {
	if err := os.WriteFile(path, b, 0o644); err != nil {
		return nil, err
	}
	l, err := openLines(path)
	if err != nil {
		return nil, err
	}
	defer l.close()
	for {
		f, err := l.next()
		if err != nil || f == nil {
			return out, err
		}
		var row []string
		for _, cell := range f {
			row = append(row, string(cell))
		}
		out = append(out, row)
	}
}
