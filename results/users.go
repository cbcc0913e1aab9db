package results

import (
	"math"
	"time"
)

// users are what the requests are for: where clients try again, several tries are one user,
// who is served if the answer to one of them comes within the bound, counted from the
// arrival of the first. Elsewhere every request is a user.
//
// Invariant: in <= told.
type users struct {
	from        time.Duration // RunInfo.After
	all, served float64
	told, in    float64  // records that add took, and those of them that are within the bound
	before      userBins // by the arrival of the first try
	later       userBins // from that instant on
	end         float64  // of the arrivals, s
}

// asks says whether add is to be told of a record. The others are counted by rest.
func (u *users) asks(q *Request) bool { return q.Try > 0 || u.from > 0 }

// rest counts the users that add was not told of: every request is one. It is
// given how many requests there were in all, and how many within the bound.
func (u *users) rest(requests, in float64) {
	u.all += requests - u.told
	u.served += in - u.in
}

// add takes the record of a try; in: its own answer came within the bound.
// Tries after one that was served are not made, so a user is served once at most.
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
	// A later try that was not served changes nothing: its user was counted with the first
	// one.
	if u.from == 0 || q.Try > 0 && !served {
		return
	}
	// By the arrival of the first try: a user who came before the instant is of the time
	// before, whenever it is served.
	b := (*userBin)(nil)
	if first < u.from {
		b = u.before.at(first)
	} else {
		b = u.later.at(first - u.from)
	}
	if q.Try == 0 {
		b.all++
	}
	if served {
		b.served++
	}
}

// after is the users from RunInfo.After on; NaN: nobody asks.
func (u *users) after() userBin {
	if len(u.later.bins) == 0 {
		return userBin{math.NaN(), math.NaN()}
	}
	return u.later.sum()
}

// usual is the share of users who are served before RunInfo.After; NaN if nobody asks.
func (u *users) usual() float64 {
	if u.from == 0 {
		return math.NaN()
	}
	return u.before.usual()
}

// recovery is that from RunInfo.After on; NaN if nobody asks.
func (u *users) recovery() recovery {
	if len(u.later.bins) == 0 {
		return recovery{math.NaN(), math.NaN()}
	}
	return u.later.recovers(u.before.usual())
}

// recovered is 1 where the service was healthy again, 0 where not.
// NaN if nobody asks.
func (u *users) recovered() float64 {
	switch r := u.recovery().in; {
	case math.IsNaN(r):
		return r
	case math.IsInf(r, 1):
		return 0
	}
	return 1
}

// userColumns are what users met, whatever number of tries it took; see users. Those about
// the time after a disturbance have values only where the key after of the file names its
// end.
var userColumns = []Column{
	{"users", "1", "what users asked for: arrivals without the repeated tries of clients", NeitherIsBetter, sum(func(s *summary) float64 { return s.users.all })},
	{"users_in_slo", "1", "users answered within the bound, counted from their first try", HigherIsBetter, sum(func(s *summary) float64 { return s.users.served })},
	{"user_attainment", "fraction", "the same of all users", HigherIsBetter, rate("users_in_slo", "users")},
	{"goodput_per_s", "1/s", "users answered within the bound, per second of the time in which requests may come", HigherIsBetter, overTime("users_in_slo", "users_for_s", 1)},
	{"goodput_after_per_s", "1/s", "the same of users who came at the instant that the key after names, or later; empty without it", HigherIsBetter, overTime("users_in_slo_after", "users_after_for_s", 1)},
	{"attainment_after", "fraction", "users among these who were answered within the bound", HigherIsBetter, rate("users_in_slo_after", "users_after")},
	{"attainment_before", "fraction", "what is usual before that instant: of the spans of 5 s until then (longer ones where they have under 20 users), the median share of the users who were answered within the bound", HigherIsBetter, own(func(s *summary) float64 { return s.users.usual() })},
	{"recovery_s", "s", "time from that instant until the service was healthy again: the first span of 5 s (longer where it has under 20 users) from which on, over that span and over 60 s (or half of the time that is watched, if that is shorter), at least 90 % of what is usual before that instant were answered within the bound, or of all where under half were before; inf: never", LowerIsBetter, own(func(s *summary) float64 { return s.users.recovery().in })},
	{"recovered", "fraction", "1 if it ever was, else 0; mean: share of the runs", HigherIsBetter, own(func(s *summary) float64 { return s.users.recovered() })},
	{"relapses", "1", "how often it was unhealthy over such a span again after that", LowerIsBetter, own(func(s *summary) float64 { return s.users.recovery().relapses })},
}

// NeedsAfter says whether a metric counts from the instant that the key after names,
// and so has no value without it.
func NeedsAfter(metric string) bool {
	switch metric {
	case "goodput_after_per_s", "attainment_after", "attainment_before", "recovery_s", "recovered", "relapses", "users_after", "users_in_slo_after", "users_after_for_s":
		return true
	}
	return false
}

// userParts are what these are made of.
var userParts = []Column{
	{"users_for_s", "s", "time in which requests may come: of the file, or until the last arrival, if that is later", NeitherIsBetter, sum(func(s *summary) float64 { return s.users.end })},
	{"users_after", "1", "users who came at the instant that the key after names, or later; empty without it", NeitherIsBetter, sum(func(s *summary) float64 { return s.users.after().all })},
	{"users_in_slo_after", "1", "those who were answered within the bound", NeitherIsBetter, sum(func(s *summary) float64 { return s.users.after().served })},
	{"users_after_for_s", "s", "that time from that instant on", NeitherIsBetter, sum(func(s *summary) float64 { return max(s.users.end-s.users.from.Seconds(), 0) })},
}
