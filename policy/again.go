package policy

import (
	"math"
	"time"
)

// lateBy is added to the instant at which something is passed, so that it is passed then
// whatever the rounding.
const lateBy = time.Microsecond

// never is so long that nobody waits for it: some 100 years, in nanoseconds.
const never = 3e18

// Passes is how long it takes to get over what is left at so much per nanosecond, in
// nanoseconds; what rises by less than a millionth never does: +Inf.
func Passes(left, slope float64) float64 {
	switch {
	case left < 0:
		return 0
	case slope < 1e-6:
		return math.Inf(1)
	}
	return left / slope
}

// AskAt is the instant for a [Timely] or a [TimelyRouter] after so many nanoseconds, +Inf:
// never.
func (v *View) AskAt(wait float64) time.Duration {
	if wait >= never {
		return 0
	}
	return v.Now + time.Duration(wait) + lateBy
}
