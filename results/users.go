package results

import (
	"math"
	"time"
)

// Users are what the requests are for: where clients try again, several tries
// are one user, who is served if the answer to one of them comes within the
// bound, counted from the arrival of the first. Elsewhere every request is a
// user.
type users struct {
	from        time.Duration // RunInfo.After
	all, served float64
	told, in    float64 // records that add took, and those of them that are within the bound
	width       time.Duration
	bins        []userBin // from that instant on, by the arrival of the first try
	end         float64   // last arrival, s
}

// A userBin is the users of a span of time.
type userBin struct{ all, served float64 }

// userSpan is over what span of time users are counted to tell whether the
// service is healthy; it doubles where a run would have too many.
const userSpan = 5 * time.Second

const maxUserBins = 4096

// healthy is the share of users that a healthy service serves.
const healthy = 0.9

// asks says whether add is to be told of a record. The others are counted by rest.
func (u *users) asks(q *Request) bool { return q.Try > 0 || u.from > 0 }

// rest counts the users that add was not told of: every request is one. It is
// given how many requests there were in all, and how many within the bound.
func (u *users) rest(requests, in float64) {
	u.all += requests - u.told
	u.served += in - u.in
}

// add takes the record of a try; in: its own answer came within the bound.
func (u *users) add(q *Request, in bool) {
	if u.told++; in {
		u.in++
	}
	first := q.Arrival
	if q.Try > 0 {
		first = q.First
	}
	served := q.Ending == Answered && (q.Bound == 0 || q.Finish-first <= q.Bound)
	if q.Try == 0 {
		u.all++
	}
	if served {
		u.served++
	}
	if u.from == 0 || first < u.from || q.Try > 0 && !served {
		return
	}
	b := u.bin(first - u.from)
	if q.Try == 0 {
		b.all++
	}
	if served {
		b.served++
	}
}

// bin is that of an instant.
func (u *users) bin(at time.Duration) *userBin {
	if u.width == 0 {
		u.width = userSpan
	}
	for int(at/u.width) >= maxUserBins {
		u.halve()
	}
	i := int(at / u.width)
	for len(u.bins) <= i {
		u.bins = append(u.bins, userBin{})
	}
	return &u.bins[i]
}

// halve doubles the width of the bins.
func (u *users) halve() {
	u.width *= 2
	n := (len(u.bins) + 1) / 2
	for i, b := range u.bins {
		if i%2 == 0 {
			u.bins[i/2] = b
			continue
		}
		u.bins[i/2].all += b.all
		u.bins[i/2].served += b.served
	}
	u.bins = u.bins[:n]
}

// after is the users from RunInfo.After on; NaN: nobody asks.
func (u *users) after() (b userBin) {
	if len(u.bins) == 0 {
		return userBin{math.NaN(), math.NaN()}
	}
	for i := range u.bins {
		b.all, b.served = b.all+u.bins[i].all, b.served+u.bins[i].served
	}
	return b
}

// recovery is how long it took until the service was healthy for good, s:
// infinite if it never was, NaN if nobody asks.
func (u *users) recovery() float64 {
	if len(u.bins) == 0 {
		return math.NaN()
	}
	for i := len(u.bins) - 1; i >= 0; i-- {
		if b := u.bins[i]; b.served < healthy*b.all {
			if i == len(u.bins)-1 {
				return math.Inf(1)
			}
			return float64(i+1) * u.width.Seconds()
		}
	}
	return 0
}

// recovered is 1 where the service was healthy in the end, 0 where not.
func (u *users) recovered() float64 {
	switch r := u.recovery(); {
	case math.IsNaN(r):
		return r
	case math.IsInf(r, 1):
		return 0
	}
	return 1
}

var userColumns = []column{
	{"users", "1", "what users asked for: arrivals without the repeated tries of clients", NeitherIsBetter, sum(func(s *summary) float64 { return s.users.all })},
	{"users_in_slo", "1", "users answered within the bound, counted from their first try", HigherIsBetter, sum(func(s *summary) float64 { return s.users.served })},
	{"user_attainment", "fraction", "the same of all users", HigherIsBetter, rate("users_in_slo", "users")},
	{"goodput_per_s", "1/s", "users answered within the bound, per second of the time until the last arrival", HigherIsBetter, overTime("users_in_slo", "users_for_s", 1)},
	{"goodput_after_per_s", "1/s", "the same of users who came at the instant that the key after names, or later; empty without it", HigherIsBetter, overTime("users_in_slo_after", "users_after_for_s", 1)},
	{"attainment_after", "fraction", "users among these who were answered within the bound", HigherIsBetter, rate("users_in_slo_after", "users_after")},
	{"recovery_s", "s", "time from that instant until, for good, 90 % of the users of every 5 s were answered within the bound; inf: never", LowerIsBetter, own(func(s *summary) float64 { return s.users.recovery() })},
	{"recovered", "fraction", "1 if that came before the last arrival, else 0; mean: share of the runs", HigherIsBetter, own(func(s *summary) float64 { return s.users.recovered() })},
}

// NeedsAfter says whether a metric counts from the instant that the key after names,
// and so has no value without it.
func NeedsAfter(metric string) bool {
	switch metric {
	case "goodput_after_per_s", "attainment_after", "recovery_s", "recovered", "users_after", "users_in_slo_after", "users_after_for_s":
		return true
	}
	return false
}

// userParts are what these are made of.
var userParts = []column{
	{"users_for_s", "s", "time until the last arrival", NeitherIsBetter, sum(func(s *summary) float64 { return s.users.end })},
	{"users_after", "1", "users who came at the instant that the key after names, or later; empty without it", NeitherIsBetter, sum(func(s *summary) float64 { return s.users.after().all })},
	{"users_in_slo_after", "1", "those who were answered within the bound", NeitherIsBetter, sum(func(s *summary) float64 { return s.users.after().served })},
	{"users_after_for_s", "s", "time from that instant until the last arrival", NeitherIsBetter, sum(func(s *summary) float64 { return s.users.end - s.users.from.Seconds() })},
}
