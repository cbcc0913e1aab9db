package results

import (
	"math"
	"strconv"
	"strings"
)

// bracket is the interval of e in parentheses; empty if there is none.
func bracket(e estimate, places int) string {
	if !e.interval() {
		return ""
	}
	return " (" + decimal(e.low, places) + " to " + decimal(e.high, places) + ")"
}

// places is the number of decimals that shows a mean with two significant
// digits, the ends of its interval with one, and how far they are apart: what
// is not 0 is never written as 0, so signs stay honest.
func places(mean, low, high float64) int {
	return max(decimalsFor(mean, 2), decimalsFor(low, 1), decimalsFor(high, 1), decimalsFor((high-low)/2, 1))
}

// decimalsFor is the number of decimals that shows digits significant digits of v.
func decimalsFor(v float64, digits int) int {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	v = math.Abs(round(v, digits))
	return min(max(0, digits-1-int(math.Floor(math.Log10(v)))), 12)
}

// decimal writes v with a true minus sign, and 0 without one.
func decimal(v float64, places int) string {
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

// round keeps n significant digits of v.
func round(v float64, n int) float64 {
	if v == 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return v
	}
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', n-1, 64), 64)
	if err != nil {
		return v
	}
	return r
}

// decimals is how many decimals show n significant digits of v, from 0 to 6.
func decimals(v float64, n int) int {
	if v == 0 {
		return 0
	}
	return min(max(n-1-int(math.Floor(math.Log10(math.Abs(v)))), 0), 6)
}

// significant writes v with n significant digits, without an exponent where
// that stays short.
func significant(v float64, n int) string {
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
	return strconv.FormatFloat(v, 'f', decimals(v, n), 64)
}

// plain writes v with as many digits as it needs, at most six; without an
// exponent but for what no axis of ours has.
func plain(v float64) string {
	if a := math.Abs(v); a != 0 && (a < 1e-9 || a >= 1e15) {
		return strconv.FormatFloat(v, 'g', 6, 64)
	}
	return strconv.FormatFloat(round(v, 6), 'f', -1, 64)
}

// percent writes a fraction in percent with two significant digits.
func percent(f float64) string {
	return strconv.FormatFloat(round(100*f, 2), 'f', -1, 64) + " %"
}
