package logs

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// operators, the longer first.
var operators = []string{"==", "!=", "<=", ">=", "!~", "=", "<", ">", "~"}

// A whereParser reads a condition from left to right.
type whereParser struct {
	text string
	at   int // bytes read
}

// parseWhere reads "status < 500 and path ~ /user/*". Terms are joined by and
// (&&) and or (||); and binds more. ~ compares with a pattern, in which * is any
// text. Numbers are compared as numbers. Names and values may stand between quotes.
// Errors name the character, from 1.
func parseWhere(text string) (*condition, error) {
	p := &whereParser{text: text}
	c := &condition{text: text, any: [][]term{nil}}
	for {
		t, err := p.term()
		if err != nil {
			return nil, err
		}
		last := len(c.any) - 1
		c.any[last] = append(c.any[last], t)
		switch word := p.joint(p.skip()); word {
		case "and", "&&":
			p.at += len(word)
		case "or", "||":
			p.at += len(word)
			c.any = append(c.any, nil)
		default:
			if p.at < len(text) {
				return nil, p.fail(p.at, "%q is one too many: want and, or, or the end", text[p.at:])
			}
			return c, nil
		}
	}
}

// fail names the character, from 1.
func (p *whereParser) fail(at int, format string, args ...any) error {
	return fmt.Errorf("where %q, character %d: %s", p.text, utf8.RuneCountInString(p.text[:at])+1, fmt.Sprintf(format, args...))
}

// skip skips spaces and returns where the next thing begins.
func (p *whereParser) skip() int {
	for p.at < len(p.text) && isSpace(p.text[p.at]) {
		p.at++
	}
	return p.at
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// joint is the word or sign between terms that stands at a place: a word ends with a
// space or the text. "" if there is none.
func (p *whereParser) joint(at int) string {
	rest := p.text[at:]
	for _, sign := range []string{"&&", "||"} {
		if strings.HasPrefix(rest, sign) {
			return sign
		}
	}
	if at > 0 && !isSpace(p.text[at-1]) && p.text[at-1] != '"' && p.text[at-1] != '\'' {
		return ""
	}
	for _, word := range []string{"and", "or"} {
		n := len(word)
		if len(rest) >= n && strings.EqualFold(rest[:n], word) && (len(rest) == n || isSpace(rest[n])) {
			return word
		}
	}
	return ""
}

// term reads "status < 500".
func (p *whereParser) term() (term, error) {
	from := p.skip()
	name, err := p.name()
	if err != nil {
		return term{}, err
	}
	t := term{name: name}
	for _, o := range operators {
		if t.op == "" && strings.HasPrefix(p.text[p.at:], o) {
			t.op = o
		}
	}
	if t.op == "" || name == "" {
		return term{}, p.fail(from, "%q: want COLUMN = VALUE, with one of %s", strings.TrimSpace(p.text[from:]), strings.Join(operators, " "))
	}
	p.at += len(t.op)
	if t.value, err = p.value(from, t.op); err != nil {
		return term{}, err
	}
	t.number, err = strconv.ParseFloat(t.value, 64)
	t.isNum = err == nil && !math.IsNaN(t.number)
	return t, nil
}

// name reads up to the operator. It stops before a word that joins terms.
func (p *whereParser) name() (string, error) {
	if quoted, ok, err := p.quoted(); ok || err != nil {
		p.skip()
		return quoted, err
	}
	from := p.at
	for p.at < len(p.text) && !strings.ContainsRune("=!<>~", rune(p.text[p.at])) && p.joint(p.at) == "" {
		p.at++
	}
	return strings.TrimSpace(p.text[from:p.at]), nil
}

// value reads what a cell is compared with: between quotes, or up to the word that joins
// it to the next term.
func (p *whereParser) value(from int, op string) (string, error) {
	at := p.skip()
	if quoted, ok, err := p.quoted(); ok || err != nil {
		return quoted, err
	}
	for p.at < len(p.text) && p.joint(p.at) == "" {
		p.at++
	}
	value := strings.TrimSpace(p.text[at:p.at])
	if value == "" {
		return "", p.fail(at, "%q: want COLUMN %s VALUE ('' is an empty cell)", strings.TrimSpace(p.text[from:p.at]), op)
	}
	if words := strings.Fields(value); strings.ContainsRune("=!<>~", rune(value[0])) || slices.ContainsFunc(words, func(w string) bool { return slices.Contains(operators, w) }) {
		return "", p.fail(at, "%q is no single value: join terms by and or or, or put the value between quotes", value)
	}
	return value, nil
}

// quoted reads a text between quotes; false if none begins here.
func (p *whereParser) quoted() (string, bool, error) {
	if p.at == len(p.text) || p.text[p.at] != '"' && p.text[p.at] != '\'' {
		return "", false, nil
	}
	end := strings.IndexByte(p.text[p.at+1:], p.text[p.at])
	if end < 0 {
		return "", false, p.fail(p.at, "this quote is never closed")
	}
	out := p.text[p.at+1 : p.at+1+end]
	p.at += end + 2
	return out, true, nil
}
