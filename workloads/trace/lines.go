package trace

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// maxLine bounds a line, in bytes.
const maxLine = 64 << 10

// lines reads a CSV file line by line, decompressing it if it is gzip, and
// splits lines into fields without allocating.
type lines struct {
	path   string
	n      int // number of the line read last, from 1
	f      fs.File
	r      *bufio.Reader
	fields [][]byte
	blank  int  // number of the first empty line, which only empty ones may follow; 0 none
	broken bool // nothing more can be read, whereas after other errors the next line can
}

// openLines opens a file.
func openLines(path string) (*lines, error) {
	switch info, err := statFile(path); {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, fmt.Errorf("%s is a folder, want a file", path)
	case !info.Mode().IsRegular(): // opening a pipe would wait for who writes it
		return nil, fmt.Errorf("%s is not a regular file: a trace is read more than once", path)
	}
	f, err := openFile(path)
	if err != nil {
		return nil, err
	}
	l := &lines{path: path, f: f, r: bufio.NewReaderSize(f, maxLine)}
	if magic, _ := l.r.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(l.r)
		if err != nil {
			f.Close()
			return nil, fmt.Errorf("%s: the compressed file is cut off or damaged in its first bytes: %w", path, err)
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
	for {
		line, err := l.r.ReadSlice('\n')
		l.n++
		if err != nil && err != io.EOF {
			l.broken = true
			return nil, l.unreadable(err)
		}
		if len(line) == 0 {
			return nil, nil
		}
		line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte{'\n'}), []byte{'\r'})
		switch {
		case len(line) > 0 && l.blank > 0:
			l.n, l.broken = l.blank, true
			return nil, l.fail("empty line before the end of the file")
		case len(line) > 0:
			return l.split(line)
		case l.blank == 0:
			l.blank = l.n
		}
	}
}

// unreadable says why a line could not be read.
func (l *lines) unreadable(err error) error {
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return l.fail("the line is longer than %d bytes", maxLine)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return l.fail("the compressed file is cut off here")
	}
	return l.fail("%w", err)
}

// split splits a line at its commas.
func (l *lines) split(line []byte) ([][]byte, error) {
	l.fields = l.fields[:0]
	if bytes.IndexByte(line, '"') >= 0 {
		r := csv.NewReader(bytes.NewReader(line))
		r.FieldsPerRecord = -1
		record, err := r.Read()
		if err != nil {
			return nil, l.fail("not CSV: %w", errors.Unwrap(err))
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
