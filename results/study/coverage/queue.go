package coverage

import "math"

// A truth is what theory knows of response times, seconds.
type truth struct{ mean, p99 float64 }

// erlang is the truth of an M/M/c queue, first come, first served: c servers
// of speed mu (requests/s each), utilisation rho, by Erlang C (Kleinrock,
// Queueing Systems I, 3.5). Waiting is exponential for those who wait.
func erlang(c int, mu, rho float64) truth {
	a, theta := rho*float64(c), float64(c)*(1-rho) // offered load; rate at which waiting ends, in units of mu
	b := 1.0                                       // Erlang B by recursion
	for i := 1; i <= c; i++ {
		b = a * b / (float64(i) + a*b)
	}
	wait := b / (1 - rho*(1-b))         // the probability of waiting
	beyond := func(t float64) float64 { // P(response > t/mu)
		if math.Abs(theta-1) < 1e-9 {
			return (1-wait)*math.Exp(-t) + wait*(1+t)*math.Exp(-t)
		}
		return (1-wait)*math.Exp(-t) + wait*(theta*math.Exp(-t)-math.Exp(-theta*t))/(theta-1)
	}
	low, high := 0.0, 1e5
	for range 200 {
		if m := (low + high) / 2; beyond(m) > 0.01 {
			low = m
		} else {
			high = m
		}
	}
	return truth{(1 + wait/theta) / mu, low / mu}
}
