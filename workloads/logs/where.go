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

// operators, the longer first.
var operators = []string{"==", "!=", "<=", ">=", "!~", "=", "<", ">", "~"}

// parseWhere reads "status < 500 and path ~ /user/*". Words are joined by and
// (&&) and or (||); and binds more. ~ compares with a pattern, in which * is any
// text. Numbers are compared as numbers.
func parseWhere(text string) (*condition, error) {
	c := &condition{text: text}
	for _, or := range cutWords(text, "or", "||") {
		var all []term
		for _, and := range cutWords(or, "and", "&&") {
			t, err := parseTerm(and)
			if err != nil {
				return nil, fmt.Errorf("where %q: %w", text, err)
			}
			all = append(all, t)
		}
		c.any = append(c.any, all)
	}
	return c, nil
}

// cutWords cuts a text at a word or sign outside of quotes.
func cutWords(text, word, sign string) []string {
	var out []string
	quote, from := byte(0), 0
	for i := 0; i < len(text); i++ {
		switch {
		case quote != 0:
			if text[i] == quote {
				quote = 0
			}
		case text[i] == '"' || text[i] == '\'':
			quote = text[i]
		case strings.HasPrefix(text[i:], sign):
			out = append(out, text[from:i])
			from = i + len(sign)
		case text[i] == ' ' && strings.HasPrefix(strings.ToLower(text[i+1:]), word+" "):
			out = append(out, text[from:i])
			from = i + 1 + len(word)
		}
	}
	return append(out, text[from:])
}

// parseTerm reads "status < 500".
func parseTerm(text string) (term, error) {
	at, op := len(text), ""
	for _, o := range operators {
		if i := strings.Index(text, o); i >= 0 && i < at {
			at, op = i, o
		}
	}
	name := strings.TrimSpace(text[:at])
	if op == "" || name == "" {
		return term{}, fmt.Errorf("%q: want COLUMN = VALUE, with one of %s", strings.TrimSpace(text), strings.Join(operators, " "))
	}
	value := strings.TrimSpace(text[at+len(op):])
	if value == "" { // '' is what an empty cell is compared with
		return term{}, fmt.Errorf("%q: want COLUMN %s VALUE", strings.TrimSpace(text), op)
	}
	if n := len(value); n > 1 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
		value = value[1 : n-1]
	}
	t := term{name: name, op: op, value: value}
	var err error
	t.number, err = strconv.ParseFloat(value, 64)
	t.isNum = err == nil && !math.IsNaN(t.number)
	return t, nil
}

// bind finds the columns.
func (c *condition) bind(r rows) error {
	for _, all := range c.any {
		for i := range all {
			if all[i].place = r.column(all[i].name); all[i].place < 0 {
				return fmt.Errorf("where %q: no column %q (there are: %s)", c.text, all[i].name, strings.Join(r.names(), ", "))
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
