package logs

import (
	"bytes"
	"slices"
)

// A laterHeader is a header below the first, as files that were put together have: cells
// stay in the order of the first, those of columns that it does not have are dropped, and
// those that are gone are empty.
type laterHeader struct {
	first []string // columns of the first header
	order []int    // by column, the cell of a line, -1: it has none; nil: as they stand
	width int      // cells of a line, if there is an order
	cells [][]byte
}

// is says whether a line is a header: its first cell is a column, and so are most of the
// others, none twice, and no cell is a value.
func (h *laterHeader) is(cells [][]byte) bool {
	if h == nil || len(cells) == 0 || !h.has(cells[0]) {
		return false
	}
	known := 0
	for i, c := range cells {
		switch {
		case isValue(c), slices.ContainsFunc(cells[:i], func(o []byte) bool { return bytes.Equal(o, c) }):
			return false
		case h.has(c):
			known++
		}
	}
	return 2*known > len(cells) && known >= min(2, len(h.first))
}

// has says whether a cell is the name of a column.
func (h *laterHeader) has(cell []byte) bool {
	cell = bytes.TrimSpace(cell)
	return len(cell) > 0 && slices.ContainsFunc(h.first, func(name string) bool { return name == string(cell) })
}

// take takes the columns of a later header.
func (h *laterHeader) take(columns []string) {
	h.order, h.width = nil, len(columns)
	if slices.Equal(columns, h.first) {
		return
	}
	for _, name := range h.first {
		h.order = append(h.order, slices.Index(columns, name))
	}
}

// ordered are the cells of a line in the order of the first header.
func (h *laterHeader) ordered(cells [][]byte) [][]byte {
	if h == nil || h.order == nil {
		return cells
	}
	h.cells = h.cells[:0]
	for _, i := range h.order {
		var cell []byte
		if i >= 0 && i < len(cells) {
			cell = cells[i]
		}
		h.cells = append(h.cells, cell)
	}
	return h.cells
}

// names are cells as names of columns.
func names(cells [][]byte) []string {
	var out []string
	for _, c := range cells {
		out = append(out, string(bytes.TrimSpace(c)))
	}
	return out
}
