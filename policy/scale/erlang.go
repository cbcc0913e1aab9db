package scale

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// A staffing is the rule by which a number of servers is chosen for a load: a request is to
// wait longer than a time with a probability of at most P.
type staffing struct {
	P    float64 // in (0, 1)
	Wait float64 // seconds, not negative
}

// erlangC is the probability that a request has to wait in M/M/n with an offered load of a
// servers' work, 0 <= a < n. O(n).
//
// Source: Erlang 1917; the recursion is that of the blocking probability,
// B(k) = a·B(k-1) / (k + a·B(k-1)).
func erlangC(n int, a float64) float64 {
	b := 1.0
	for k := 1; k <= n; k++ {
		b = a * b / (float64(k) + a*b)
	}
	return delayed(n, a, b)
}

// delayed turns the probability of blocking into that of waiting.
func delayed(n int, a, blocked float64) float64 {
	rho := a / float64(n)
	return blocked / (1 - rho*(1-blocked))
}

// servers is the least number of servers for an offered load of a, where each serves rate
// requests a second: C(n, a)·exp(-(n - a)·rate·Wait) is at most P. At most most.
// O(servers).
func (s staffing) servers(a, rate float64, most int) int {
	if !(a > 0) {
		return 0
	}
	b := 1.0
	for k := 1; k < most; k++ {
		b = a * b / (float64(k) + a*b)
		spare := float64(k) - a
		if spare > 0 && delayed(k, a, b)*math.Exp(-spare*rate*s.Wait) <= s.P {
			return k
		}
	}
	return most
}

// squareRoot is the same by the limit for large systems: a + beta·√a servers, a fraction
// more than a whole number being one more. O(1).
//
// Source: Halfin and Whitt 1981, doi:10.1287/opre.29.3.567.
func (s staffing) squareRoot(a, rate float64, most int) int {
	if !(a > 0) {
		return 0
	}
	low, high := 0.0, 40.0 // exp(-high²/2) is less than any P
	for range 60 {
		beta := (low + high) / 2
		if halfinWhitt(beta)*math.Exp(-beta*math.Sqrt(a)*rate*s.Wait) > s.P {
			low = beta
		} else {
			high = beta
		}
	}
	return min(up(a+high*math.Sqrt(a)), most)
}

// halfinWhitt is the probability of waiting where the servers are a + beta·√a of a large
// load a, beta >= 0.
func halfinWhitt(beta float64) float64 {
	n := distuv.UnitNormal
	return 1 / (1 + beta*n.CDF(beta)/n.Prob(beta))
}
