package trace

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// maxNested bounds how deep parentheses nest.
const maxNested = 50

// A formulaParser reads a formula from left to right.
type formulaParser struct {
	text   string
	at     int // bytes read
	nested int
	f      *Formula
}

// An expression is a part of a formula: a time in seconds, or a plain number.
type expression struct {
	time  bool
	value func(v *values) float64
}

// fail names the column, from 1.
func (p *formulaParser) fail(at int, format string, args ...any) error {
	return fmt.Errorf("%q, column %d: %s", p.text, utf8.RuneCountInString(p.text[:at])+1, fmt.Sprintf(format, args...))
}

// skip skips spaces and returns where the next thing begins.
func (p *formulaParser) skip() int {
	for p.at < len(p.text) && (p.text[p.at] == ' ' || p.text[p.at] == '\t') {
		p.at++
	}
	return p.at
}

// rest is what comes next, for errors.
func (p *formulaParser) rest() string {
	r, _ := utf8.DecodeRuneInString(p.text[p.at:])
	return string(r)
}

// take takes a sign if it is next.
func (p *formulaParser) take(sign byte) bool {
	if p.skip() < len(p.text) && p.text[p.at] == sign {
		p.at++
		return true
	}
	return false
}

// sum reads a + b - c.
func (p *formulaParser) sum() (expression, error) {
	a, err := p.product()
	for err == nil {
		at := p.skip()
		sign := 1.0
		switch {
		case p.take('+'):
		case p.take('-'):
			sign = -1
		default:
			return a, nil
		}
		var b expression
		if b, err = p.product(); err != nil {
			break
		}
		if a.time != b.time {
			return a, p.fail(at, "a time and a plain number cannot be added")
		}
		x, y := a.value, b.value
		a.value = func(v *values) float64 { return x(v) + sign*y(v) }
	}
	return a, err
}

// product reads a * b.
func (p *formulaParser) product() (expression, error) {
	a, err := p.factor()
	for err == nil {
		at := p.skip()
		if !p.take('*') {
			return a, nil
		}
		var b expression
		if b, err = p.factor(); err != nil {
			break
		}
		if a.time && b.time {
			return a, p.fail(at, "two times cannot be multiplied")
		}
		x, y := a.value, b.value
		a = expression{a.time || b.time, func(v *values) float64 { return x(v) * y(v) }}
	}
	return a, err
}

// factor reads a number, a duration, a name, min(...), max(...) or (...).
func (p *formulaParser) factor() (expression, error) {
	at := p.skip()
	if p.nested++; p.nested > maxNested {
		return expression{}, p.fail(at, "nested deeper than %d", maxNested)
	}
	defer func() { p.nested-- }()
	if p.take('(') {
		e, err := p.sum()
		if err == nil && !p.take(')') {
			err = p.fail(p.skip(), "want )")
		}
		return e, err
	}
	word := p.word()
	switch {
	case word == "":
		return expression{}, p.fail(at, "want a number, a duration such as 5ms, or a name")
	case word[0] >= '0' && word[0] <= '9' || word[0] == '.':
		return p.constant(at, word)
	case (word == "min" || word == "max") && p.take('('):
		return p.extreme(at, word)
	}
	return p.name(word), nil
}

// word takes letters, digits, points and underscores.
func (p *formulaParser) word() string {
	end := strings.IndexFunc(p.text[p.at:], func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '.' })
	if end < 0 {
		end = len(p.text) - p.at
	}
	p.at += end
	return p.text[p.at-end : p.at]
}

// constant is a number, or a duration in seconds.
func (p *formulaParser) constant(at int, word string) (expression, error) {
	if d, err := time.ParseDuration(word); err == nil && word != "0" {
		return expression{true, func(*values) float64 { return d.Seconds() }}, nil
	}
	x, err := strconv.ParseFloat(word, 64)
	if err != nil || math.IsInf(x, 0) || math.IsNaN(x) || strings.ContainsAny(word, "xXpP_") {
		return expression{}, p.fail(at, "%q is neither a number nor a duration such as 5ms", word)
	}
	return expression{false, func(*values) float64 { return x }}, nil
}

// extreme reads the rest of min(a, b).
func (p *formulaParser) extreme(at int, which string) (expression, error) {
	a, err := p.sum()
	if err != nil {
		return a, err
	}
	if !p.take(',') {
		return a, p.fail(p.skip(), "want a comma: %s(a, b)", which)
	}
	b, err := p.sum()
	if err != nil {
		return b, err
	}
	if !p.take(')') {
		return b, p.fail(p.skip(), "want )")
	}
	if a.time != b.time {
		return a, p.fail(at, "%s of a time and a plain number", which)
	}
	x, y := a.value, b.value
	if which == "min" {
		return expression{a.time, func(v *values) float64 { return min(x(v), y(v)) }}, nil
	}
	return expression{a.time, func(v *values) float64 { return max(x(v), y(v)) }}, nil
}

// name is what a name stands for.
func (p *formulaParser) name(word string) expression {
	i := slices.Index(p.f.names, word)
	if i < 0 {
		i = len(p.f.names)
		p.f.names = append(p.f.names, word)
	}
	f := fieldOf(word)
	return expression{f >= 0 && formulaFields[f].time, func(v *values) float64 { return (*v)[i] }}
}
