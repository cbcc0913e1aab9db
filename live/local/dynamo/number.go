package dynamo

import (
	"cmp"
	"strconv"
	"strings"
)

// A number is a decimal of up to 38 significant digits, as DynamoDB keeps
// them: 0.digits × 10^exp. The zero value is 0.
type number struct {
	negative bool
	digits   string // without zeros at either end; "" is 0
	exp      int
}

// AWS's limits of numbers.
const (
	mostDigits  = 38
	mostScale   = 125  // of the first digit: 9.9...E+125
	leastScale  = -130 // 1E-130
	mostExpText = 9    // digits of an exponent that are looked at
)

// parseNumber reads a number as JSON and people write them: 12, -0.5, 1E-7.
func parseNumber(text string) (number, error) {
	var n number
	rest := text
	if rest == "" {
		return n, invalid("The parameter cannot be converted to a numeric value")
	}
	if rest[0] == '-' || rest[0] == '+' {
		n.negative = rest[0] == '-'
		rest = rest[1:]
	}
	mantissa, exponent, scaled := rest, "", false
	if i := strings.IndexAny(rest, "eE"); i >= 0 {
		mantissa, exponent, scaled = rest[:i], rest[i+1:], true
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	exp, ok := 0, true
	if scaled {
		exp, ok = parseExponent(exponent)
	}
	if whole+fraction == "" || !allDigits(whole) || !allDigits(fraction) || !ok {
		return n, invalid("The parameter cannot be converted to a numeric value: %s", text)
	}
	return n.normal(whole+fraction, len(whole)+exp)
}

// parseExponent reads the digits after E; those of exponents far beyond the
// limits are cut, which leaves them beyond.
func parseExponent(text string) (int, bool) {
	digits := strings.TrimLeft(text, "+-")
	if digits == "" || len(text)-len(digits) > 1 || !allDigits(digits) {
		return 0, false
	}
	if trimmed := strings.TrimLeft(digits, "0"); len(trimmed) > mostExpText {
		digits = strings.Repeat("9", mostExpText)
	}
	n, err := strconv.Atoi(digits)
	if text[0] == '-' {
		n = -n
	}
	return n, err == nil
}

func allDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// normal is 0.digits × 10^exp with n's sign, within the limits.
func (n number) normal(digits string, exp int) (number, error) {
	short := strings.TrimLeft(digits, "0")
	exp -= len(digits) - len(short)
	short = strings.TrimRight(short, "0")
	switch scale := exp - 1; {
	case short == "":
		return number{}, nil
	case scale > mostScale:
		return n, invalid("Number overflow. Attempting to store a number with magnitude larger than supported range")
	case scale < leastScale:
		return n, invalid("Number underflow. Attempting to store a number with magnitude smaller than supported range")
	case len(short) > mostDigits:
		return n, invalid("Attempting to store more than 38 significant digits in a Number")
	}
	return number{n.negative, short, exp}, nil
}

// String is the number without an exponent, as DynamoDB answers.
func (n number) String() string {
	sign := ""
	if n.negative {
		sign = "-"
	}
	switch {
	case n.digits == "":
		return "0"
	case n.exp <= 0:
		return sign + "0." + strings.Repeat("0", -n.exp) + n.digits
	case n.exp >= len(n.digits):
		return sign + n.digits + strings.Repeat("0", n.exp-len(n.digits))
	}
	return sign + n.digits[:n.exp] + "." + n.digits[n.exp:]
}

func (n number) sign() int {
	switch {
	case n.digits == "":
		return 0
	case n.negative:
		return -1
	}
	return 1
}

// compare is -1, 0 or 1, as numbers are ordered.
func (n number) compare(m number) int {
	s := n.sign()
	if c := cmp.Compare(s, m.sign()); c != 0 {
		return c
	}
	return s * cmp.Or(cmp.Compare(n.exp, m.exp), strings.Compare(n.digits, m.digits))
}

// size is what AWS counts: about a byte for two digits, and one.
func (n number) size() int {
	if n.digits == "" {
		return 1
	}
	size := 1 + (len(n.digits)+1)/2
	if len(n.digits)%2 == 0 && (n.exp-1)%2 == 0 {
		size++ // its digits straddle pairs
	}
	if n.negative {
		size++
	}
	return size
}

// whole is a number that counts something.
func whole(n int) number {
	digits := strconv.Itoa(n)
	short := strings.TrimRight(digits, "0")
	if short == "" {
		return number{}
	}
	return number{digits: short, exp: len(digits)}
}
