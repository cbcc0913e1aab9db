package words

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Bracket is the interval of e in parentheses; empty if there is none.
func Bracket(e Estimate, places int) string {
	if !e.Interval() {
		return ""
	}
	return " (" + Decimal(e.Low, places) + " to " + Decimal(e.High, places) + ")"
}

// rounding is what part of the length of an interval an end may be off 0 that is 0 but for
// rounding errors.
const rounding = 1e-13

// Places is the number of decimals that shows a mean with two significant digits, the ends
// of its interval with one, and how far they are apart: what is not 0, but for rounding
// errors, is never written as 0, so signs stay honest. 0.41 with an interval from 0.35 to
// 0.47 has two.
func Places(mean, low, high float64) int {
	places := max(DecimalsFor(mean, 2), DecimalsFor((high-low)/2, 1))
	for _, end := range [2]float64{low, high} {
		if !(math.Abs(end) <= rounding*(high-low)) {
			places = max(places, DecimalsFor(end, 1))
		}
	}
	return places
}

// DecimalsFor is the number of decimals that shows digits significant digits of v, after
// rounding: 9.96 with two digits is 10 and has none. From 0 to 12; 0 of what is 0 or not
// finite.
func DecimalsFor(v float64, digits int) int {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	v = math.Abs(Round(v, digits))
	return min(max(0, digits-1-int(math.Floor(math.Log10(v)))), 12)
}

// Decimal writes v with a true minus sign, and 0 without one: "−0.20". "∞" if v is +Inf.
func Decimal(v float64, places int) string {
	if math.IsInf(v, 1) {
		return "∞"
	}
	s := strconv.FormatFloat(v, 'f', places, 64)
	if rest, negative := strings.CutPrefix(s, "-"); negative {
		if strings.Trim(rest, "0.") == "" {
			return rest
		}
		return "−" + rest
	}
	return s
}

// Round keeps n significant digits of v.
func Round(v float64, n int) float64 {
	if v == 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return v
	}
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', n-1, 64), 64)
	if err != nil {
		return v
	}
	return r
}

// Decimals is how many decimals show n significant digits of v, from 0 to 6; before
// rounding, unlike DecimalsFor.
func Decimals(v float64, n int) int {
	if v == 0 {
		return 0
	}
	return min(max(n-1-int(math.Floor(math.Log10(math.Abs(v)))), 0), 6)
}

// Significant writes v with n significant digits, without an exponent where that stays
// short: "0.030", "1.2e+07". "–" is no value.
func Significant(v float64, n int) string {
	switch {
	case math.IsNaN(v):
		return "–"
	case math.IsInf(v, 1):
		return "∞"
	case math.IsInf(v, -1):
		return "-∞"
	case v == 0:
		return "0"
	case math.Abs(v) < 1e-4, math.Abs(v) >= 1e7:
		return strconv.FormatFloat(v, 'e', n-1, 64)
	}
	return strconv.FormatFloat(v, 'f', Decimals(v, n), 64)
}

// Plain writes v with as many digits as it needs, at most six; without an
// exponent but for what no axis of ours has.
func Plain(v float64) string {
	if a := math.Abs(v); a != 0 && (a < 1e-9 || a >= 1e15) {
		return strconv.FormatFloat(v, 'g', 6, 64)
	}
	return strconv.FormatFloat(Round(v, 6), 'f', -1, 64)
}

// Percent writes a fraction in percent with two significant digits: "0.5 %".
func Percent(f float64) string {
	return strconv.FormatFloat(Round(100*f, 2), 'f', -1, 64) + " %"
}

// ParseNumber reads the value of a key: a number as it is, or a duration ("500ms") in seconds.
func ParseNumber(text string) (float64, bool) {
	if v, err := strconv.ParseFloat(text, 64); err == nil {
		return v, true
	}
	if d, err := time.ParseDuration(text); err == nil {
		return d.Seconds(), true
	}
	return 0, false
}
