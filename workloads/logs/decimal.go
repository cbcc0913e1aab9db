package logs

import (
	"bytes"
	"math"
	"strconv"
)

// A Unit is a unit of time in nanoseconds; 0 is not known yet.
type Unit int64

// The units of time.
const (
	Nanosecond  Unit = 1
	Microsecond Unit = 1e3
	Millisecond Unit = 1e6
	Second      Unit = 1e9
	Minute      Unit = 60e9
	Day         Unit = 86_400e9 // of instants: days since 1899-12-30, as spreadsheets write them
)

// units are the units by name, the longest first where one ends another.
var units = []struct {
	name string
	unit Unit
}{
	{"milliseconds", Millisecond}, {"microseconds", Microsecond}, {"nanoseconds", Nanosecond}, {"minutes", Minute}, {"seconds", Second},
	{"millis", Millisecond}, {"micros", Microsecond}, {"nanos", Nanosecond}, {"msec", Millisecond}, {"usec", Microsecond}, {"nsec", Nanosecond}, {"secs", Second}, {"sec", Second},
	{"\u00b5s", Microsecond}, {"\u03bcs", Microsecond}, // both signs that are written for micro
	{"ms", Millisecond}, {"us", Microsecond}, {"ns", Nanosecond}, {"s", Second}, {"min", Minute},
	{serialDays, Day},
}

// UnitNamed is the unit of a name such as "ms"; false if there is none.
func UnitNamed(name string) (Unit, bool) {
	for _, u := range units {
		if u.name == name {
			return u.unit, true
		}
	}
	return 0, false
}

// String is the short name.
func (u Unit) String() string {
	for i := len(units) - 1; i >= 0; i-- {
		if units[i].unit == u {
			return units[i].name
		}
	}
	return strconv.FormatInt(int64(u), 10) + "ns"
}

// long is the name in full.
func (u Unit) long() string {
	for _, known := range units { // the longest first
		if known.unit == u {
			return known.name
		}
	}
	return u.String()
}

// maxNS bounds what a decimal may be, ns: 292 years.
const maxNS = math.MaxInt64

// decimal is a number that is not negative times a unit, in nanoseconds,
// exactly, and the value of its last digit. It is false for anything else.
func decimal(b []byte, unit Unit) (ns, last int64, ok bool) {
	whole, rest, dot := b, []byte(nil), bytes.IndexByte(b, '.')
	if dot >= 0 {
		whole, rest = b[:dot], b[dot+1:]
	}
	if len(whole) == 0 && len(rest) == 0 {
		return 0, 0, false
	}
	for _, c := range whole {
		if c < '0' || c > '9' {
			return scientific(b, unit)
		}
		if ns > (maxNS-9)/10 {
			return 0, 0, false
		}
		ns = ns*10 + int64(c-'0')
	}
	if ns > maxNS/int64(unit) {
		return 0, 0, false
	}
	part, last, ok := fraction(rest, unit)
	if !ok {
		return scientific(b, unit)
	}
	if ns *= int64(unit); ns > maxNS-part {
		return 0, 0, false
	}
	return ns + part, last, true
}

// fraction is the digits after the point, rounded to the nanosecond, and the
// value of the last of them.
func fraction(digits []byte, unit Unit) (ns, last int64, ok bool) {
	last = int64(unit)
	rounded := false
	for _, c := range digits {
		switch {
		case c < '0' || c > '9' || last%10 != 0 && last > 1: // of a minute, no tenth is whole in the end
			return 0, 0, false
		case last > 1:
			last /= 10
			ns += int64(c-'0') * last
		case !rounded:
			rounded = true
			if c >= '5' {
				ns++
			}
		}
	}
	return ns, last, true
}

// scientific is a number with an exponent, as programs write floats.
func scientific(b []byte, unit Unit) (ns, last int64, ok bool) {
	for _, c := range b {
		if (c < '0' || c > '9') && c != '.' && c != 'e' && c != 'E' && c != '+' && c != '-' {
			return 0, 0, false
		}
	}
	v, err := strconv.ParseFloat(string(b), 64)
	if v = math.Round(v * float64(unit)); err != nil || !(v >= 0) || v >= maxNS {
		return 0, 0, false
	}
	return int64(v), 1, true
}

// epochUnit tells the unit of an instant by its size: seconds since 1970 have 9
// or 10 digits until 2286, milliseconds 12 or 13, and so on. Smaller numbers
// are seconds from some zero.
func epochUnit(b []byte) Unit {
	whole := len(b)
	if dot := bytes.IndexByte(b, '.'); dot >= 0 {
		whole = dot
	}
	switch {
	case whole >= 18:
		return Nanosecond
	case whole >= 15:
		return Microsecond
	case whole >= 12:
		return Millisecond
	}
	return Second
}

// integer is a decimal integer that is not negative; a fraction of zeros may
// follow. False if it is none or not below 2^53.
func integer(b []byte) (int64, bool) {
	whole := b
	if dot := bytes.IndexByte(b, '.'); dot >= 0 {
		whole = b[:dot]
		if len(bytes.Trim(b[dot+1:], "0")) > 0 {
			return 0, false
		}
	}
	if len(whole) == 0 || len(whole) > 16 {
		return 0, false
	}
	n := int64(0)
	for _, c := range whole {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, n < 1<<53
}
