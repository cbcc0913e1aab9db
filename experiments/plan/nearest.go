package plan

import "cnv/policy/nearest"

// A hinted is a name beside those that are valid. They are compared only where it is
// written, as most names of a file are right.
type hinted struct {
	name  string
	valid []string
}

// String is the end of a message about an unknown name.
func (h hinted) String() string { return nearest.Hint(h.name, h.valid) }

// hint is the end of a message about an unknown name.
func hint(name string, valid []string) hinted { return hinted{name, valid} }
