package logs

import (
	"bytes"
	"slices"
)

// rows reads a file row by row. Cells are valid until the next row.
type rows interface {
	// next reads a row; io.EOF after the last. After an error that is no Refusal the
	// next row can be read.
	next() error
	// column is the place of a column; -1 if there is none.
	column(name string) int
	// cell is a cell of the row; nil if the row does not have it.
	cell(place int) []byte
	// names are the columns that the first row has.
	names() []string
	// line is the text of the row, nil if it has none of its own.
	line() []byte
}

// named is rows whose columns have fixed places.
type named struct {
	columns []string
	cells   [][]byte
	text    []byte
}

func (n *named) column(name string) int { return slices.Index(n.columns, name) }

func (n *named) names() []string { return n.columns }

func (n *named) line() []byte { return n.text }

func (n *named) cell(i int) []byte {
	if i < 0 || i >= len(n.cells) {
		return nil
	}
	return n.cells[i]
}

// splitter splits lines into fields, as logs quote them.
type splitter struct {
	fields  [][]byte
	scratch []byte
	open    bool // a quote of the last line is never closed
}

// split splits at a separator. A field that begins with a quote goes to the
// quote that a separator or the end follows; "" and \" within it are a quote.
// Other quotes are text, and so are all after one that is never closed: looking
// for the end of each would take the square of the length. With squash several
// separators are one.
func (s *splitter) split(line []byte, sep byte, squash bool) [][]byte {
	s.fields, s.scratch, s.open = s.fields[:0], s.scratch[:0], false
	if squash {
		line = bytes.Trim(line, string(sep))
	}
	for {
		if len(line) > 0 && line[0] == '"' && !s.open {
			field, n := s.quoted(line, sep)
			if s.open = n == 0; n > 0 {
				s.fields = append(s.fields, field)
				if n == len(line) {
					return s.fields
				}
				line = line[n+1:]
				continue
			}
		}
		i := bytes.IndexByte(line, sep)
		if i < 0 {
			s.fields = append(s.fields, line)
			return s.fields
		}
		s.fields = append(s.fields, line[:i])
		if line = line[i+1:]; squash {
			line = bytes.TrimLeft(line, string(sep))
		}
	}
}

// quoted is the field that line begins with, without its quotes, and where it
// ends; 0 if the quote is never closed.
func (s *splitter) quoted(line []byte, sep byte) (field []byte, end int) {
	escaped := false
	for i := 1; i < len(line); i++ {
		n := bytes.IndexByte(line[i:], '"')
		if n < 0 {
			return nil, 0
		}
		if back := bytes.IndexByte(line[i:i+n], '\\'); back >= 0 {
			i += back
			if c := line[i+1]; c == '"' || c == '\\' {
				escaped = true
				i++
			}
			continue
		}
		switch i += n; {
		case i+1 == len(line) || line[i+1] == sep:
			if !escaped {
				return line[1:i], i + 1
			}
			return s.unescape(line[1:i]), i + 1
		case line[i+1] == '"':
			escaped = true
			i++
		}
	}
	return nil, 0
}

// unescape takes the first of two quotes, and the backslash before one, away.
func (s *splitter) unescape(b []byte) []byte {
	from := len(s.scratch)
	for i := 0; i < len(b); i++ {
		if i+1 < len(b) && (b[i] == '\\' && (b[i+1] == '"' || b[i+1] == '\\') || b[i] == '"' && b[i+1] == '"') {
			i++
		}
		s.scratch = append(s.scratch, b[i])
	}
	return s.scratch[from:len(s.scratch):len(s.scratch)]
}

// path is what a request asks for, without method, host, query and protocol:
// of "GET http://shop.test:80/a?b HTTP/1.1", /a.
func path(request []byte) []byte {
	if i := bytes.IndexByte(request, ' '); i > 0 && i < 10 && isUpper(request[:i]) {
		request = request[i+1:]
		if i := bytes.LastIndexByte(request, ' '); i > 0 {
			request = request[:i]
		}
	}
	if i := bytes.Index(request, []byte("://")); i > 0 && i < 10 {
		request = request[i+3:]
		i := bytes.IndexByte(request, '/')
		if i < 0 {
			return []byte("/")
		}
		request = request[i:]
	}
	for i, c := range request {
		if i > 0 && (c == '?' || c == '#' || c == ';') {
			return request[:i]
		}
	}
	return request
}

func isUpper(b []byte) bool {
	for _, c := range b {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	return true
}
