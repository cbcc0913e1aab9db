package logs

import (
	"slices"
	"strings"
)

// dateAndTime is the column that is made of one of dates and one of times of day.
const dateAndTime = "date+time"

// The names by which such columns are told.
var (
	dateNames  = []string{"date", "day", "datum"}
	clockNames = []string{"time", "clock", "hour", "zeit", "uhrzeit"}
)

// A halves is where the two halves of instants stand.
type halves struct {
	date, clock int
	text        []byte
}

// halvesOf finds the halves by names and the first row; nil if there are none.
func halvesOf(columns []string, below [][]byte) *halves {
	find := func(names []string) int {
		return slices.IndexFunc(columns, func(c string) bool { return slices.Contains(names, strings.ToLower(c)) })
	}
	h := &halves{date: find(dateNames), clock: find(clockNames)}
	if h.date < 0 || h.clock < 0 || max(h.date, h.clock) >= len(below) || isValue(below[h.clock]) || !isValue(h.of(below)) {
		return nil
	}
	return h
}

// of is the instant of a row.
func (h *halves) of(cells [][]byte) []byte {
	if max(h.date, h.clock) >= len(cells) {
		return nil
	}
	h.text = append(append(append(h.text[:0], cells[h.date]...), ' '), cells[h.clock]...)
	return h.text
}

// names are columns with the instant for its halves.
func (h *halves) names(columns []string) []string {
	out := []string{dateAndTime}
	for i, name := range columns {
		if i != h.date && i != h.clock {
			out = append(out, name)
		}
	}
	return out
}
