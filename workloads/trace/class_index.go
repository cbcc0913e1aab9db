package trace

import (
	"cnv/policy"
)

// A classIndex finds the classes of a trace by what its lines call them: the
// number in classes.csv, or else the name.
type classIndex struct {
	classes []class
	byName  map[string]policy.ClassID
	open    bool // names become classes in order of appearance
	listed  bool // classes are those of classes.csv, which numbers them

	lastName []byte // what was found last: neighbours are often alike
	lastID   policy.ClassID
}

// indexClasses is an index of known classes; without any, names become classes.
func indexClasses(classes []class, listed bool) classIndex {
	x := classIndex{classes: classes, byName: map[string]policy.ClassID{}, open: classes == nil, listed: listed}
	for i := range classes {
		x.byName[classes[i].Name] = policy.ClassID(i)
	}
	return x
}

// find is the class of a cell of the current line of l.
func (x *classIndex) find(l *lines, cell []byte) (policy.ClassID, error) {
	if len(cell) == 0 {
		return 0, l.fail("class: empty")
	}
	if string(cell) == string(x.lastName) {
		return x.lastID, nil
	}
	id, ok := x.number(cell)
	if !ok {
		id, ok = x.byName[string(cell)]
	}
	switch {
	case ok:
	case !x.open:
		return 0, l.fail("class: %q is neither the number nor the name of a class in classes.csv", cell)
	case len(x.classes) == maxClasses:
		return 0, l.fail("class: more than %d classes", maxClasses)
	default:
		id = policy.ClassID(len(x.classes))
		name := string(cell)
		if !printable(name) {
			return 0, l.fail("class: %q: a name must be printable text (UTF-8)", name)
		}
		x.classes = append(x.classes, one(name, ""))
		x.byName[name] = id
	}
	x.lastName = append(x.lastName[:0], cell...)
	x.lastID = id
	return id, nil
}

// number is the class that a cell gives the number of, if there are numbers.
func (x *classIndex) number(cell []byte) (policy.ClassID, bool) {
	if !x.listed {
		return 0, false
	}
	n, ok := integer(cell)
	return policy.ClassID(n), ok && n < int64(len(x.classes))
}
