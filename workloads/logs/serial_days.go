package logs

import (
	"bytes"
	"slices"
	"strings"
)

// serialDays names the unit of instants that spreadsheets write: days since 1899-12-30,
// so that 45809.5 is the noon of 2025-06-01.
const serialDays = "days"

const (
	// serialEpoch is 1970-01-01 in such days.
	serialEpoch = 25_569
	// Numbers from the year 2000 to 2100 with leastSerial digits after the point, in a
	// column whose name is about dates or times, are taken for such days: as seconds
	// they would be from some zero half a day before.
	serialFrom, serialTo = 36_526, 73_050
	leastSerial          = 4
)

// isSerial says whether an instant looks like one of a spreadsheet.
func isSerial(name string, cell []byte) bool {
	cell = bytes.Trim(cell, " \t\"'")
	whole, part, point := bytes.Cut(cell, []byte{'.'})
	days := number(whole)
	about := slices.ContainsFunc([]string{"date", "time", "stamp", "when", "instant"}, func(word string) bool { return strings.Contains(strings.ToLower(name), word) })
	return about && point && len(whole) == 5 && days >= serialFrom && days < serialTo && len(part) >= leastSerial && number(part) >= 0
}

// serial takes the instants of a table for days of a spreadsheet, where the first looks
// like one, and says so.
func (r *Reader) serial(at place) {
	t, ok := r.rows.(*table)
	if !ok || r.when.unit != 0 || !r.format.general || at.at >= len(t.below) || !isSerial(at.name, t.below[at.at]) {
		return
	}
	r.when.unit = Day
	said := "numbers of " + at.name + " are taken for days since 1899-12-30, as spreadsheets write instants (--arrival-unit s if they are seconds)"
	if r.meaning.Said != "" {
		said += "; " + r.meaning.Said
	}
	r.meaning.Said = said
}
