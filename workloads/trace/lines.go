package trace

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
)

// maxLine bounds a line, in bytes.
const maxLine = 64 << 10

// lines reads a CSV file line by line, decompressing it if it is gzip, and
// splits lines into fields without allocating.
type lines struct {
	path   string
	n      int // number of the line read last, from 1
	f      *os.File
	r      *bufio.Reader
	fields [][]byte
	blank  int // number of an empty line, which may only be the last; 0 none
}

// openLines opens a file.
func openLines(path string) (*lines, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		f.Close()
		return nil, fmt.Errorf("%s is a folder, want a file", path)
	}
	l := &lines{path: path, f: f, r: bufio.NewReaderSize(f, maxLine)}
	if magic, _ := l.r.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(l.r)
		if err != nil {
			f.Close()
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		l.r = bufio.NewReaderSize(z, maxLine)
	}
	if bom, _ := l.r.Peek(3); bytes.Equal(bom, []byte("\xef\xbb\xbf")) {
		_, _ = l.r.Discard(3)
	}
	return l, nil
}

func (l *lines) close() { l.f.Close() }

// fail is an error at the current line.
func (l *lines) fail(format string, args ...any) error {
	return fmt.Errorf("%s:%d: "+format, append([]any{l.path, l.n}, args...)...)
}

// next reads a line and returns its fields, which are valid until the next
// call; nil at the end.
func (l *lines) next() ([][]byte, error) {
	line, err := l.r.ReadSlice('\n')
	l.n++
	switch {
	case err == io.EOF && len(line) == 0:
		return nil, nil
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, l.fail("the line is longer than %d bytes", maxLine)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, l.fail("the compressed file is cut off here")
	case err != nil && err != io.EOF:
		return nil, l.fail("%w", err)
	}
	line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte{'\n'}), []byte{'\r'})
	if len(line) == 0 {
		l.blank = l.n
		return l.next()
	}
	if l.blank > 0 {
		l.n = l.blank
		return nil, l.fail("empty line before the end of the file")
	}
	return l.split(line)
}

// split splits a line at its commas.
func (l *lines) split(line []byte) ([][]byte, error) {
	l.fields = l.fields[:0]
	if bytes.IndexByte(line, '"') >= 0 {
		r := csv.NewReader(bytes.NewReader(line))
		r.FieldsPerRecord = -1
		record, err := r.Read()
		if err != nil {
			return nil, l.fail("%w", errors.Unwrap(err))
		}
		for _, f := range record {
			l.fields = append(l.fields, []byte(f))
		}
		return l.fields, nil
	}
	for {
		i := bytes.IndexByte(line, ',')
		if i < 0 {
			l.fields = append(l.fields, line)
			return l.fields, nil
		}
		l.fields = append(l.fields, line[:i])
		line = line[i+1:]
	}
}

// integer parses a decimal integer that is not negative; false if it is none
// or larger than 2^62.
func integer(b []byte) (int64, bool) {
	if len(b) == 0 || len(b) > 19 {
		return 0, false
	}
	n := int64(0)
	for _, c := range b {
		if c < '0' || c > '9' || n > 1<<62/10 {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}
