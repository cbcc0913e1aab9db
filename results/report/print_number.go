package report

import (
	"math"
	"strconv"
	"strings"

	"cnv/results/compare"
	"cnv/results/words"
)

// level is a mean with three significant digits.
func level(r *compare.Compared) string { return scaled(r, 1) }

// scaled is the same in another unit. "" without a row.
func scaled(r *compare.Compared, scale float64) string {
	if r == nil {
		return ""
	}
	return words.Significant(scale*r.Mean, 3)
}

// fixed is a mean, not negative, with so many decimals. What is too small for them is not
// written as 0: "<0.01".
func fixed(r *compare.Compared, scale float64, decimals int) string {
	if r == nil {
		return ""
	}
	switch v, least := r.Mean*scale, math.Pow10(-decimals); {
	case v == 0 || math.IsNaN(v) || math.IsInf(v, 0):
		return words.Significant(v, 3)
	case v < least/2:
		return "<" + strconv.FormatFloat(least, 'f', decimals, 64)
	default:
		return strconv.FormatFloat(v, 'f', decimals, 64)
	}
}

// change is a difference with its interval (see words.Estimate.Spread); one that is not
// known is in brackets, and ≈ stands before one that is the same within delta. It has as
// many decimals as two digits of half the interval need, but no more than two, or than make
// three digits of the difference; unless it is not known, it shows one digit at least.
//
//	−12.0 ±3.1          better or worse
//	+5.2 (1.0 to 19.0)  the same, with an uneven interval
//	(+2.1 ±4.0)         not known
//	≈+0.1 ±0.2          the same within delta
//	=                   equal in every run
//	–                   no value, or not ranked
//
// Cells are aligned at their right end: those that end in no bracket end in a space, so
// that digits stand below digits. "" where r is nil or compared to nothing, as the first
// policy is.
func change(r *compare.Compared, scale float64) string {
	if r == nil || r.Against == "" {
		return ""
	}
	diff, half := r.Diff*scale, (r.JointHigh-r.JointLow)/2*math.Abs(scale)
	switch {
	case math.IsNaN(diff), r.Verdict == compare.NotRanked:
		return "– "
	case r.Verdict == compare.Equal:
		return "= "
	case diff == 0 && math.IsNaN(half):
		return "0 "
	case unbounded(r): // beside others that have an interval
		return "(" + signed(words.Significant(diff, 3)) + ")"
	case math.IsInf(diff, 0), math.IsNaN(half):
		return signed(words.Significant(diff, 3)) + " "
	}
	// The interval says how many digits mean anything; the difference says how many are
	// read.
	d := min(words.Decimals(diff, 3), 2)
	if half > 0 {
		d = min(d, words.Decimals(half, 2))
	}
	if r.Verdict != compare.NotKnown {
		d = max(d, words.Decimals(diff, 1)) // what is not 0 is not written as 0
	}
	s := signed(strconv.FormatFloat(diff, 'f', d, 64))
	if diff == 0 {
		s = "0"
	}
	is := words.Estimate{Mean: diff, Low: min(scale*r.JointLow, scale*r.JointHigh), High: max(scale*r.JointLow, scale*r.JointHigh)}
	switch {
	case r.Verdict == compare.NotKnown && is.Even():
		return "(" + s + " " + is.Spread(d) + ")"
	case r.Verdict == compare.NotKnown:
		return "(" + s + "; " + is.Spread(d) + ")"
	case r.Verdict == compare.Same:
		s = "≈" + s
	}
	return s + " " + is.Beside(d) + words.IfElse(is.Even(), " ", "") // where others have a bracket
}

// unbounded says whether a difference over several runs has no interval. Then it had too
// few runs for one.
func unbounded(r *compare.Compared) bool {
	return math.IsNaN(r.JointHigh-r.JointLow) && !math.IsNaN(r.Diff) && !math.IsInf(r.Diff, 0) && r.Diff != 0 && r.N > 1 &&
		r.Verdict != compare.Equal && r.Verdict != compare.NotRanked
}

// signed writes a number with its sign, a real minus; 0, of whatever decimals, has none.
// "-0.00" is "0", "-1.5" is "−1.5" (U+2212), "2" is "+2".
func signed(s string) string {
	if strings.Trim(s, "-0.") == "" {
		return "0"
	}
	if minus, ok := strings.CutPrefix(s, "-"); ok {
		return "−" + minus
	}
	return "+" + s
}
