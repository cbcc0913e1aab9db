package trace

import (
	"cnv/policy"
	"cnv/workloads"
)

// A classIndex finds the classes of a trace by what its lines call them: the
// name, or else the number in classes.csv.
type classIndex struct {
	classes []class
	byName  map[string]policy.ClassID
	open    bool // there is no classes.csv: names become classes in order of appearance

	lastName []byte // what was found last: neighbours are often alike
	lastID   policy.ClassID
}

func indexClasses(classes []class) classIndex {
	x := classIndex{classes: classes, byName: map[string]policy.ClassID{}, open: classes == nil}
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
	id, ok := x.byName[string(cell)]
	switch {
	case ok:
	case x.open && len(x.classes) == maxClasses:
		return 0, l.fail("class: more than %d classes", maxClasses)
	case x.open:
		id = policy.ClassID(len(x.classes))
		name := string(cell)
		x.classes = append(x.classes, class{Class: workloads.Class{Name: name, Memory: workloads.Unknown, MeanWork: workloads.Unknown}})
		x.byName[name] = id
	default:
		n, isNumber := integer(cell)
		if !isNumber || n >= int64(len(x.classes)) {
			return 0, l.fail("class: %q is neither the name nor the number of a class in classes.csv", cell)
		}
		id = policy.ClassID(n)
	}
	x.lastName = append(x.lastName[:0], cell...)
	x.lastID = id
	return id, nil
}
