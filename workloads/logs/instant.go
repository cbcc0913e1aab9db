package logs

import (
	"bytes"
	"time"
)

// An instants reads the instants of a column. Numbers all have the unit that
// the first of them shows by its size, unless one is given.
type instants struct {
	unit   Unit  // 0: told by the first number
	finest int64 // value of the last digit seen, ns; 0 none yet
	zoned  bool  // some had a zone, or were seconds since 1970
	local  bool  // some had none: they are taken for UTC

	lastText []byte // of the last instant, to the second
	lastNS   int64
	lastZone []byte // that was written as digits
	lastEast int64  // of it, s
}

// parse is an instant in nanoseconds since 1970, or from the log's own zero;
// false if it is in no form that is known.
func (p *instants) parse(b []byte) (int64, bool) {
	b = bytes.Trim(b, " \t\"'[]")
	if len(b) == 0 || len(b) > 64 {
		return 0, false
	}
	if len(b) >= 16 {
		switch {
		case b[4] == '-' || b[4] == '/':
			return p.iso(b)
		case b[2] == '/' && b[6] == '/':
			return p.clf(b)
		case b[2] == '.' && b[5] == '.':
			return p.dotted(b)
		case b[0] > '9':
			return p.other(b)
		}
	}
	unit := p.unit
	if unit == 0 {
		unit = epochUnit(b)
	}
	ns, last, ok := decimal(b, unit)
	if !ok {
		return 0, false
	}
	p.unit = unit
	if unit == Day {
		last = max(last, 1000) // a float of so many days is no finer
		if ns -= serialEpoch * int64(Day); ns < 0 {
			return 0, false
		}
		p.local = true
	}
	p.saw(last)
	p.zoned = p.zoned || ns >= 1e17 && unit != Day
	return ns, true
}

// saw keeps the finest digit.
func (p *instants) saw(last int64) {
	if p.finest == 0 || last < p.finest {
		p.finest = last
	}
}

// iso reads 2006-01-02T15:04:05.999Z and what is like it: with / for -, a space
// for T, a comma for the point, no seconds, no zone, +0100 or UTC.
func (p *instants) iso(b []byte) (int64, bool) {
	if b[7] != b[4] || b[13] != ':' || b[10] != 'T' && b[10] != ' ' && b[10] != 't' {
		return 0, false
	}
	head := 16
	if len(b) > 16 && b[16] == ':' {
		head = 19
	}
	if len(b) < head {
		return 0, false
	}
	if !bytes.Equal(b[:head], p.lastText) {
		day, ok := civil(number(b[:4]), number(b[5:7]), number(b[8:10]))
		second, ok2 := clock(b[11:head])
		if !ok || !ok2 {
			return 0, false
		}
		p.remember(b[:head], (day*86400+second)*1e9)
	}
	if head == 16 {
		p.saw(60e9)
	}
	return p.rest(p.lastNS, b[head:], head == 19)
}

// dotted reads 02.01.2006 15:04:05,999 and what is like it.
func (p *instants) dotted(b []byte) (int64, bool) {
	var text [64]byte
	iso := append(append(append(append(append(text[:0], b[6:10]...), '-'), b[3:5]...), '-'), b[:2]...)
	return p.iso(append(iso, b[10:]...))
}

var months = []string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}

// clf reads 02/Jan/2006:15:04:05 -0700, with or without a fraction or a zone.
func (p *instants) clf(b []byte) (int64, bool) {
	if len(b) < 20 || b[11] != ':' && b[11] != ' ' {
		return 0, false
	}
	if !bytes.Equal(b[:20], p.lastText) {
		month := 0
		for i, m := range months {
			if string(b[3:6]) == m {
				month = i + 1
			}
		}
		day, ok := civil(number(b[7:11]), int64(month), number(b[:2]))
		second, ok2 := clock(b[12:20])
		if !ok || !ok2 {
			return 0, false
		}
		p.remember(b[:20], (day*86400+second)*1e9)
	}
	return p.rest(p.lastNS, b[20:], true)
}

// remember keeps the last instant: neighbours are often of the same second.
func (p *instants) remember(text []byte, ns int64) {
	p.lastText = append(p.lastText[:0], text...)
	p.lastNS = ns
}

// rest adds a fraction and a zone to a time of UTC.
func (p *instants) rest(ns int64, b []byte, seconds bool) (int64, bool) {
	if seconds && len(b) > 1 && (b[0] == '.' || b[0] == ',') {
		n := 1
		for n < len(b) && b[n] >= '0' && b[n] <= '9' {
			n++
		}
		part, last, ok := fraction(b[1:n], Second)
		if !ok {
			return 0, false
		}
		p.saw(last)
		ns, b = ns+part, b[n:]
	} else if seconds {
		p.saw(1e9)
	}
	switch b = bytes.TrimLeft(b, " "); {
	case len(b) == 0:
		p.local = true
		return ns, true
	case string(b) == "Z", string(b) == "z", string(b) == "UTC", string(b) == "GMT", string(b) == "+0000 UTC":
		p.zoned = true
		return ns, true
	}
	if !bytes.Equal(b, p.lastZone) {
		east, ok := offset(b)
		if !ok {
			return 0, false
		}
		p.lastZone, p.lastEast = append(p.lastZone[:0], b...), east
	}
	p.zoned = true
	return ns - p.lastEast*1e9, true
}

// offset is +0100 or +01:00 or +01 in seconds.
func offset(b []byte) (int64, bool) {
	if b[0] != '+' && b[0] != '-' {
		return 0, false
	}
	digits := make([]byte, 0, 8)
	for _, c := range b[1:] {
		if c != ':' && len(digits) < 8 {
			digits = append(digits, c)
		}
	}
	if len(digits) == 2 {
		digits = append(digits, '0', '0')
	}
	n := number(digits)
	if len(digits) != 4 || n < 0 || n > 1800 || n%100 > 59 {
		return 0, false
	}
	s := n/100*3600 + n%100*60
	if b[0] == '-' {
		s = -s
	}
	return s, true
}

// other reads the dates of HTTP headers and of e-mail.
func (p *instants) other(b []byte) (int64, bool) {
	for _, layout := range []string{time.RFC1123, time.RFC1123Z, time.RFC850, time.ANSIC, time.UnixDate} {
		if t, err := time.Parse(layout, string(b)); err == nil && t.Year() >= 1970 && t.Year() < 2262 {
			p.saw(1e9)
			p.zoned = true
			return t.UnixNano(), true
		}
	}
	return 0, false
}

// number is some digits; -1 if they are none.
func number(b []byte) int64 {
	n := int64(0)
	for _, c := range b {
		if c < '0' || c > '9' {
			return -1
		}
		n = n*10 + int64(c-'0')
	}
	return n
}

// clock is 15:04:05 or 15:04 in seconds.
func clock(b []byte) (int64, bool) {
	h, m, s := number(b[:2]), number(b[3:5]), int64(0)
	if b[2] != ':' {
		return 0, false
	}
	if len(b) == 8 {
		if b[5] != ':' {
			return 0, false
		}
		s = number(b[6:8])
	}
	return h*3600 + m*60 + s, h >= 0 && h < 24 && m >= 0 && m < 60 && s >= 0 && s <= 60
}

// civil is a date in days since 1970 (Hinnant 2013, days_from_civil). Years are
// those that 64 bits of nanoseconds hold.
func civil(y, m, d int64) (int64, bool) {
	if y < 1970 || y > 2261 || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) {
		return 0, false
	}
	if m <= 2 {
		y--
	}
	era, of := y/400, y%400
	doy := (153*((m+9)%12)+2)/5 + d - 1
	return era*146097 + of*365 + of/4 - of/100 + doy - 719468, true
}

// daysIn is how many days a month has.
func daysIn(y, m int64) int64 {
	switch m {
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}
