package logs

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// duration counts a duration, or that a row has none.
func (s *Stats) duration(wall int64, c *Columns, ends bool) {
	switch {
	case wall != Unknown:
		s.Recorded++
		if c.NoUnit {
			s.NoUnit++
			s.UnitSum += wall
		}
	case c.AsLogged, ends:
		s.AsLogged++
	}
}

// account adds the columns of a further file: those are used that are used in any.
func (s *Stats) account(before, names []string, used map[string]bool) {
	for _, text := range before {
		if !slices.Contains(s.Used, text) {
			s.Used = append(s.Used, text)
		}
	}
	if s.used == nil {
		s.used = map[string]bool{}
	}
	for name := range used {
		s.used[name] = true
	}
	for _, name := range names {
		if name != "" && !slices.Contains(s.Unused, name) {
			s.Unused = append(s.Unused, name)
		}
	}
	s.Unused = slices.DeleteFunc(s.Unused, func(name string) bool { return s.used[name] })
}

// usedAs are the columns that are used, and those of durations without a unit as what they
// were taken for.
func (s *Stats) usedAs() []string {
	out := slices.Clone(s.Used)
	for i, text := range out {
		what, name, _ := strings.Cut(text, ": ")
		if slices.Contains([]string{"duration", "work", "init"}, what) && slices.Contains(s.bare, name) {
			out[i] += " (taken for seconds)"
		}
	}
	return out
}

// isBare counts a duration without a unit.
func (s *Stats) isBare(column string, cell []byte) {
	s.Bare++
	if bytes.IndexByte(cell, '.') >= 0 {
		s.Pointed++
	}
	if !slices.Contains(s.bare, column) {
		s.bare = append(s.bare, column)
	}
}

// say adds how the instants of a file are understood.
func (r *Reader) say() {
	m := &r.meaning
	r.stats.Ends = r.stats.Ends || !m.Arrival.Given() && !m.InSteps
	if m.Said != "" && !slices.Contains(r.said, m.Said) {
		r.said = append(r.said, m.Said)
	}
	for _, name := range r.columns() {
		r.recorded[name] = true
	}
	if r.stats.Counts = ""; r.format.general && m.Quantity == Requests {
		if c := pickName(r.stats.Unused, countNames); c.Given() && unitInName(c.Names[0]) == 0 {
			r.stats.Counts = c.Names[0]
		}
	}
}

// saying is how instants are understood, the same in whatever order the files are read.
func (r *Reader) saying() string {
	s := &r.stats
	said := slices.Sorted(slices.Values(r.said))
	if none := slices.Index(said, noDurations); s.Recorded > 0 && none >= 0 {
		said = slices.Delete(said, none, none+1)
	}
	if s.AsLogged > 0 && !slices.Contains(said, noDurations) {
		said = append(said, fmt.Sprintf("%d of %d rows have no duration: their instants are taken for arrivals as they are", s.AsLogged, s.AsLogged+s.Recorded))
	}
	return strings.Join(said, "; ")
}
