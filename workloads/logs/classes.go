package logs

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxClasses is how many classes a trace may have.
	maxClasses = math.MaxUint16 + 1
	// MaxOwnClasses is how many classes are made where nobody asked for a column of
	// classes: the paths of a web site have no end.
	MaxOwnClasses = 200
	// The classes of what has none of its own.
	allClass   = "all"
	otherClass = "other"
)

// classes numbers the classes of rows in order of appearance.
type classes struct {
	names    []string
	ids      map[string]uint16
	patterns []string
	matched  []bool              // patterns that some row has
	asked    bool                // by the user: too many are an error, not other
	others   [len(reasons)]int64 // rows of class other
	raw      bool
	joined   []byte // the cells of a row, if several columns make its class
}

// A reason is why a row is of class other.
type reason int

// The reasons.
const (
	beyond    reason = iota // there are MaxOwnClasses already
	nameless                // it has no class
	unmatched               // it matches no pattern
	unfit                   // its class is no name: too long, or not printable
)

var reasons = [...]string{
	beyond: fmt.Sprintf("beyond the first %d classes (--class '/user/*' puts many into one)", MaxOwnClasses), nameless: "without a class in the log", unmatched: "that match none of the patterns of --class",
	unfit: "whose class is too long or no printable text",
}

func newClasses(o *Options, raw bool) *classes {
	patterns := o.patterns()
	return &classes{
		ids: map[string]uint16{}, patterns: patterns, matched: make([]bool, len(patterns)), asked: len(o.Class) > 0,
		raw: raw || len(o.classColumns()) > 0,
	}
}

// of is the class of a cell, and of what further columns have; an empty cell is of
// class other.
func (c *classes) of(cell []byte, also ...[]byte) (uint16, error) {
	if !c.raw {
		cell = path(cell)
	}
	first := len(cell)
	if len(also) > 0 {
		c.joined = append(c.joined[:0], cell...)
		for _, more := range also {
			if c.joined = append(c.joined, ' '); empty(more) {
				more = []byte{'-'}
			}
			c.joined = append(c.joined, more...)
		}
		cell = c.joined
	}
	if id, ok := c.ids[string(cell)]; ok {
		if c.names[id] == otherClass && len(c.patterns) > 0 {
			c.others[unmatched]++
		}
		return id, nil
	}
	name, why, err := c.name(string(cell), first)
	if err != nil {
		return 0, err
	}
	id, ok := c.ids[name]
	if !ok {
		if len(c.names) == maxClasses {
			return 0, fmt.Errorf("more than %d classes: name patterns, such as --class '/user/*'", maxClasses)
		}
		id = uint16(len(c.names))
		c.names = append(c.names, name)
		c.ids[name] = id
	}
	if name != string(cell) && name == otherClass {
		c.others[why]++
	}
	if len(c.patterns) > 0 && len(c.ids) < maxClasses { // patterns are matched once for each path
		c.ids[string(cell)] = id
	}
	return id, nil
}

// name is what a class is called, and why if that is other. The first bytes are of the
// column that patterns are about.
func (c *classes) name(cell string, first int) (string, reason, error) {
	if len(c.patterns) > 0 {
		for i, p := range c.patterns {
			if glob(p, cell[:first]) {
				c.matched[i] = true
				return p + cell[first:], 0, nil
			}
		}
		return otherClass, unmatched, nil
	}
	switch {
	case first == 0 && c.asked:
		return "", 0, errors.New("class: empty")
	case cell == "" || cell == "-":
		return otherClass, nameless, nil
	case len(cell) > 1000 && c.asked:
		return "", 0, fmt.Errorf("class: a name of %d bytes, at most 1000", len(cell))
	case !printable(cell) && c.asked:
		return "", 0, fmt.Errorf("class: %q: a name must be printable text (UTF-8)", cell)
	case len(cell) > 1000 || !printable(cell):
		return otherClass, unfit, nil
	case !c.asked && len(c.names) >= MaxOwnClasses:
		return otherClass, beyond, nil
	}
	return cell, 0, nil
}

// told are the reasons for which rows are of class other, with their numbers.
func (c *classes) told() []string {
	var out []string
	for why, n := range c.others {
		if n > 0 {
			out = append(out, fmt.Sprintf("%d %s", n, reasons[why]))
		}
	}
	return out
}

// noMatch are the patterns of which there is no row.
func (c *classes) noMatch() []string {
	var out []string
	for i, p := range c.patterns {
		if !c.matched[i] {
			out = append(out, p)
		}
	}
	return out
}

func printable(name string) bool {
	return utf8.ValidString(name) && strings.IndexFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}
