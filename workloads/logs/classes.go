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
	asked    bool // by the user: too many are an error, not other
	others   int64
	raw      bool
}

func newClasses(o *Options, raw bool) *classes {
	return &classes{ids: map[string]uint16{}, patterns: o.patterns(), asked: len(o.Class) > 0, raw: raw || o.classColumn() != ""}
}

// of is the class of a cell; an empty cell is of class other.
func (c *classes) of(cell []byte) (uint16, error) {
	if !c.raw {
		cell = path(cell)
	}
	if id, ok := c.ids[string(cell)]; ok {
		if c.names[id] == otherClass {
			c.others++
		}
		return id, nil
	}
	name, err := c.name(string(cell))
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
	if name == otherClass {
		c.others++
	}
	if len(c.patterns) > 0 && len(c.ids) < maxClasses { // patterns are matched once for each path
		c.ids[string(cell)] = id
	}
	return id, nil
}

// name is what a class is called.
func (c *classes) name(cell string) (string, error) {
	if len(c.patterns) > 0 {
		for _, p := range c.patterns {
			if glob(p, cell) {
				return p, nil
			}
		}
		return otherClass, nil
	}
	switch {
	case cell == "" && c.asked:
		return "", errors.New("class: empty")
	case cell == "" || cell == "-":
		return otherClass, nil
	case !c.asked && len(c.names) >= MaxOwnClasses:
		return otherClass, nil
	case len(cell) > 1000 && !c.asked:
		return otherClass, nil
	case len(cell) > 1000:
		return "", fmt.Errorf("class: a name of %d bytes, at most 1000", len(cell))
	case !printable(cell) && !c.asked:
		return otherClass, nil
	case !printable(cell):
		return "", fmt.Errorf("class: %q: a name must be printable text (UTF-8)", cell)
	}
	return cell, nil
}

func printable(name string) bool {
	return utf8.ValidString(name) && strings.IndexFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}
