package logs

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A condition says which rows are taken: any of several lists of terms, of
// which all must hold.
type condition struct {
	text string
	any  [][]term
}

// A term compares a cell with a value.
type term struct {
	name   string
	place  int
	op     string
	value  string
	number float64
	isNum  bool
}

// bind finds the columns.
func (c *condition) bind(r rows) error {
	for _, all := range c.any {
		for i := range all {
			if all[i].place = r.column(all[i].name); all[i].place < 0 {
				return fmt.Errorf("where %q: %w", c.text, noColumn(r, all[i].name))
			}
		}
	}
	return nil
}

// holds says whether the current row is taken.
func (c *condition) holds(r rows) bool {
	for _, all := range c.any {
		ok := true
		for i := range all {
			ok = ok && all[i].holds(r.cell(all[i].place))
		}
		if ok {
			return true
		}
	}
	return false
}

func (t *term) holds(cell []byte) bool {
	cell = bytes.TrimSpace(cell)
	switch t.op {
	case "~":
		return glob(t.value, string(cell))
	case "!~":
		return !glob(t.value, string(cell))
	}
	order := 0
	if v, err := strconv.ParseFloat(string(cell), 64); err == nil && t.isNum && !math.IsNaN(v) {
		switch {
		case v < t.number:
			order = -1
		case v > t.number:
			order = 1
		}
	} else {
		order = strings.Compare(string(cell), t.value)
		if t.isNum && t.op != "=" && t.op != "==" && t.op != "!=" {
			return false // text is neither less nor more than a number
		}
	}
	switch t.op {
	case "=", "==":
		return order == 0
	case "!=":
		return order != 0
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}
