package logs

import (
	"bytes"
	"slices"
)

// A layout is what rows of an access log have after the agent.
type layout struct {
	names    []string
	seconds  []string // of these, those that are seconds in a row, as nginx writes them
	timed    bool     // one is the duration
	unfilled bool     // a field of these rows is empty or -
	rows     int
}

// layoutOf is the layout that most of the first rows fit in, the first of several.
func layoutOf(head []byte) layout {
	c := &clf{}
	var all []layout
	n := 0
	for line := range bytes.Lines(head) {
		rest, ok := c.parse(bytes.TrimRight(line, "\r\n"))
		if !ok {
			continue
		}
		all = addRow(all, c.extra.split(rest, ' ', true))
		if n++; n == lookedAt {
			break
		}
	}
	var best layout
	most := 0
	for _, l := range all {
		fit := 0
		for i := range all {
			if all[i].fits(&l) {
				fit += all[i].rows
			}
		}
		if fit > most {
			best, most = l, fit
		}
	}
	return best
}

// addRow counts a row with these fields after the agent.
func addRow(all []layout, fields [][]byte) []layout {
	l := layout{names: extraNames(fields), unfilled: slices.ContainsFunc(fields, empty)}
	l.timed = slices.ContainsFunc(l.names, func(name string) bool { return slices.Contains(clfDurations, name) })
	i := slices.IndexFunc(all, func(o layout) bool { return o.unfilled == l.unfilled && slices.Equal(o.names, l.names) })
	if i < 0 {
		i = len(all)
		all = append(all, l)
	}
	to := &all[i]
	to.rows++
	for j, name := range to.names {
		_, value, pair := bytes.Cut(fields[j], []byte("="))
		if isSeconds(fields[j]) || pair && isSeconds(bytes.Trim(value, `"`)) {
			if !slices.Contains(to.seconds, name) {
				to.seconds = append(to.seconds, name)
			}
		}
	}
	return all
}

// fits says whether rows of a layout can be read as those of another: the fields are the
// same, or it lacks the duration and has fewer fields, or some that are not filled.
func (l *layout) fits(other *layout) bool {
	n := len(l.names)
	switch {
	case n > len(other.names):
		return false
	case slices.Equal(l.names, other.names):
		return true
	case l.timed:
		return false
	}
	return l.unfilled || slices.Equal(l.names, other.names[:n])
}
