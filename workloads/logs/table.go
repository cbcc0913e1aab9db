package logs

import (
	"bytes"
	"slices"
	"strconv"
)

// A table is rows of cells between separators, below a header or without one:
// then columns are called 1, 2, 3.
type table struct {
	named
	splitter
	in      *Input
	sep     byte
	squash  bool
	comment byte         // lines that begin with it are left out; 0 none
	strict  bool         // all rows have as many cells as there are columns
	below   [][]byte     // cells of the first row
	header  *laterHeader // nil: there is no header
	halves  *halves      // nil: instants stand in one column
}

// separators are those that tables have, the first of equals wins.
var separators = []byte{',', '\t', ';', '|', ' ', '~', '^', 1}

// newTable tells separator and header of a file.
func newTable(in *Input) (rows, error) {
	head, err := in.Head()
	if err != nil {
		return nil, err
	}
	t := &table{in: in, strict: true, comment: '#'}
	first, second := t.twoLines(head)
	if first == nil {
		return nil, in.fail("the file is empty")
	}
	t.sep = separatorOf(&t.splitter, first, second)
	t.squash = t.sep == ' '
	cells := t.copied(first)
	if second != nil {
		t.below = t.copied(second)
	}
	if !isHeader(cells, t.below) {
		for i := range cells {
			t.columns = append(t.columns, strconv.Itoa(i+1))
		}
		t.below = cells
		return t, nil
	}
	if _, err := t.read(); err != nil {
		return nil, err
	}
	for _, c := range cells {
		name := string(bytes.TrimSpace(c))
		if name != "" && slices.Contains(t.columns, name) {
			return nil, in.refuse("column %q is there twice", name)
		}
		t.columns = append(t.columns, name)
	}
	t.header = &laterHeader{first: t.columns}
	t.halves = halvesOf(t.columns, t.below)
	return t, nil
}

// fixed is rows whose columns have the given names.
func fixed(sep byte, comment byte, names ...string) func(*Input) (rows, error) {
	return func(in *Input) (rows, error) {
		return &table{in: in, sep: sep, squash: sep == ' ', comment: comment, named: named{columns: names}}, nil
	}
}

// twoLines are the first lines that are no comment.
func (t *table) twoLines(head []byte) (first, second []byte) {
	for line := range bytes.Lines(head) {
		line = bytes.TrimRight(line, "\r\n")
		switch {
		case len(line) == 0 || line[0] == t.comment:
		case first == nil:
			first = line
		default:
			return first, line
		}
	}
	return first, nil
}

// copied are the fields of a line, which stay valid.
func (t *table) copied(line []byte) [][]byte {
	var out [][]byte
	for _, f := range t.split(line, t.sep, t.squash) {
		out = append(out, bytes.Clone(f))
	}
	if t.sep == ';' {
		point(out)
	}
	return out
}

// point writes a point for the comma of numbers, as programs write 0,5 that put semicolons
// between cells.
func point(cells [][]byte) {
	for _, c := range cells {
		c = bytes.Trim(c, " ")
		i := bytes.IndexByte(c, ',')
		if i > 0 && i+1 < len(c) && number(bytes.TrimPrefix(c[:i], []byte{'-'})) >= 0 && number(c[i+1:]) >= 0 {
			c[i] = '.'
		}
	}
}

// separatorOf is the separator that splits two lines into the most cells, the
// same number in both.
func separatorOf(s *splitter, first, second []byte) byte {
	best, most := byte(','), 1
	for _, sep := range separators {
		n := len(s.split(first, sep, sep == ' '))
		if second != nil && len(s.split(second, sep, sep == ' ')) != n {
			continue
		}
		if n > most {
			best, most = sep, n
		}
	}
	return best
}

// isHeader says whether the first line names columns: somewhere it has text
// where the second has a number or an instant.
func isHeader(first, second [][]byte) bool {
	if second == nil {
		return !slices.ContainsFunc(first, isValue)
	}
	for i := range first {
		if i < len(second) && !isValue(first[i]) && len(bytes.TrimSpace(first[i])) > 0 && isValue(second[i]) {
			return true
		}
	}
	return !slices.ContainsFunc(first, isValue) && len(first) > 1
}

func isValue(b []byte) bool {
	var p instants
	_, ok := p.parse(bytes.TrimLeft(b, " -"))
	return ok
}

// read reads the next line that is no comment.
func (t *table) read() ([]byte, error) {
	for {
		line, err := t.in.next()
		if err != nil || t.comment == 0 || line[0] != t.comment {
			return line, err
		}
	}
}

// Bounds of a row whose cells have line breaks in them.
const (
	mostJoined  = 100      // lines
	mostRowText = 64 << 10 // bytes
)

// joined is a row that goes on in the next lines, as a cell between quotes has line
// breaks in it, with its cells split. Where the quote is not closed soon, or not with as
// many cells as there are columns, the quote is text and the row is the line.
func (t *table) joined(line []byte) []byte {
	text := bytes.Clone(line)
	row := bytes.Clone(line)
	ahead, _ := t.in.text.Peek(mostRowText) // what follows, if it is shorter
	for n := 1; n <= mostJoined && len(ahead) > 0; n++ {
		next, rest, more := bytes.Cut(ahead, []byte{'\n'})
		row = append(append(row, '\n'), bytes.TrimSuffix(next, []byte{'\r'})...)
		ahead = rest
		if t.cells = t.split(row, t.sep, t.squash); t.splitter.open {
			continue
		}
		if len(t.cells) != t.width() || bytes.IndexByte(row, 0) >= 0 {
			break
		}
		t.in.skip(n, more)
		return row
	}
	t.cells = t.split(text, t.sep, t.squash)
	return text
}

func (t *table) next() error {
	for {
		line, err := t.read()
		if err != nil {
			return err
		}
		t.cells = t.split(line, t.sep, t.squash)
		if t.strict && t.splitter.open {
			line = t.joined(line)
		}
		t.text = line
		if t.header.is(t.cells) {
			t.header.take(names(t.cells))
			continue
		}
		if width := t.width(); t.strict && len(t.cells) != width {
			return t.in.fail("%d cells, the header has %d", len(t.cells), width)
		}
		if t.sep == ';' {
			point(t.cells)
		}
		t.cells = t.header.ordered(t.cells)
		return nil
	}
}

// column is the place of a column, also of the one that is made of two.
func (t *table) column(name string) int {
	if t.halves != nil && name == dateAndTime {
		return len(t.columns)
	}
	return t.named.column(name)
}

// cell is a cell of the row.
func (t *table) cell(i int) []byte {
	if t.halves != nil && i == len(t.columns) {
		return t.halves.of(t.cells)
	}
	return t.named.cell(i)
}

// names are the columns, with the one that is made of two in their place.
func (t *table) names() []string {
	if t.halves == nil {
		return t.columns
	}
	return t.halves.names(t.columns)
}

// width is how many cells a row has.
func (t *table) width() int {
	if t.header != nil && t.header.order != nil {
		return t.header.width
	}
	return len(t.columns)
}
