package results

import (
	"math"
	"testing"
	"time"
)

// tryOf is a try of a user, answered after so long or not at all (0).
func tryOf(user uint64, n uint8, first, arrival, took time.Duration) *Request {
	q := &Request{User: user, Try: n, First: first, Arrival: arrival, Bound: time.Second, Ending: TimedOut, Finish: Never}
	if took > 0 {
		q.Ending, q.Finish = Answered, arrival+took
	}
	return q
}

// TestUsers: a user is served by a later try if that is within the bound from
// the first; a second late is no service, though the try itself was in time.
func TestUsers(t *testing.T) {
	const s = time.Second
	r := NewRun(RunInfo{Classes: []string{"a"}, After: 10 * s})
	for _, q := range []*Request{
		tryOf(0, 0, 0, 0, s/2),
		tryOf(1, 0, 1*s, 1*s, 0), tryOf(1, 1, 1*s, 1*s+s/2, s/4), // in time
		tryOf(2, 0, 9*s, 9*s, 0), tryOf(2, 1, 9*s, 10*s, s/4), // too late, and from before
		tryOf(3, 0, 10*s, 10*s, 0),
		tryOf(4, 0, 20*s, 20*s, s/2), tryOf(5, 0, 25*s, 25*s, s/2), tryOf(6, 0, 30*s, 30*s, s/2),
	} {
		r.Add(q)
	}
	row := r.Finish(40*s, Ledger{}, Counts{})
	if row.Trend.Own != 30 || row.Trend.Arrivals != 30 {
		t.Errorf("own requests until %v s, arrivals until %v s, want 30 of both", row.Trend.Own, row.Trend.Arrivals)
	}
	for metric, want := range map[string]float64{
		"requests": 9, "slo_attainment": 6.0 / 9, "users": 7, "users_in_slo": 5, "user_attainment": 5.0 / 7, "goodput_per_s": 5.0 / 30,
		"goodput_after_per_s": 3.0 / 20, "attainment_after": 3.0 / 4, "attainment_before": 2.0 / 3, "recovery_s": 0, "recovered": 1, "relapses": 0, "users_after_for_s": 20,
	} {
		if got := row.Values[ColumnOf(metric)]; math.Abs(got-want) > 1e-12 {
			t.Errorf("%s = %v, want %v", metric, got, want)
		}
	}
}

// TestRepeatedTriesAreNoOwnRequests: one at 40 s, and one that might have come at 5 s.
func TestRepeatedTriesAreNoOwnRequests(t *testing.T) {
	const s = time.Second
	for may, want := range map[time.Duration]float64{0: 2, 5 * s: 5} {
		r := NewRun(RunInfo{Classes: []string{"a"}})
		r.Add(tryOf(0, 0, 2*s, 2*s, 0))
		r.Add(tryOf(0, 1, 2*s, 40*s, 0))
		if got := r.Finish(41*s, Ledger{}, Counts{Arriving: may}).Trend; got.Own != want || got.Arrivals != 40 {
			t.Errorf("own requests until %v s, arrivals until %v s, want %v and 40", got.Own, got.Arrivals, want)
		}
	}
}

// TestNeverRecovered: the last users were not served; and nobody asked.
func TestNeverRecovered(t *testing.T) {
	for after, want := range map[time.Duration][2]float64{time.Second: {math.Inf(1), 0}, 0: {math.NaN(), math.NaN()}} {
		r := NewRun(RunInfo{Classes: []string{"a"}, After: after})
		r.Add(tryOf(0, 0, 2*time.Second, 2*time.Second, time.Second/2))
		r.Add(tryOf(1, 0, 60*time.Second, 60*time.Second, 0))
		row := r.Finish(time.Minute, Ledger{}, Counts{})
		for i, metric := range []string{"recovery_s", "recovered"} {
			if got := row.Values[ColumnOf(metric)]; got != want[i] && !(math.IsNaN(got) && math.IsNaN(want[i])) {
				t.Errorf("after %v: %s = %v, want %v", after, metric, got, want[i])
			}
		}
	}
}

// TestUserBinsAreBounded: a run of a year has as many as one of an hour, and
// tail the same users.
func TestUserBinsAreBounded(t *testing.T) {
	u := users{from: time.Hour}
	for day := range 365 {
		at := time.Duration(day+1) * 24 * time.Hour
		u.add(tryOf(uint64(day), 0, at, at, time.Second/2), true)
	}
	if b := u.after(); len(u.later.bins) > maxUserBins || b.all != 365 || b.served != 365 || u.recovery() != (recovery{in: 8 * 2048 * userSpan.Seconds()}) {
		t.Errorf("%d bins, %+v, recovery %v", len(u.later.bins), b, u.recovery())
	}
}

// TestRecovery: what a bad 5 s of a healthy service, a partial last span or a span of few
// users says of recovery is nothing; an outage is over when it is over, and a later one is
// a relapse. What is usual before is healthy after.
func TestRecovery(t *testing.T) {
	never := math.Inf(1)
	all := func(int) bool { return true }
	between := func(from, to int) func(s int) bool { return func(s int) bool { return s < from || s >= to } }
	for _, c := range []struct {
		name         string
		perS         int
		served       func(s int) bool // second from the instant on
		usual        float64
		in, relapses float64
	}{
		{"healthy", 1, all, 1, 0, 0},
		{"one of few users in the middle", 1, func(s int) bool { return s != 500 }, 1, 0, 0},
		{"the last of few users", 1, func(s int) bool { return s != 999 }, 1, 0, 0},
		{"a bad 5 s late", 16, between(500, 505), 1, 0, 0},
		{"a partial last span", 16, between(998, 1000), 1, 0, 0},
		{"an outage", 16, between(0, 100), 1, 100, 0},
		{"a second outage", 16, func(s int) bool { return s >= 100 && (s < 500 || s >= 600) }, 1, 100, 1},
		{"up to the end", 16, between(200, 1000), 1, 0, 1},
		{"never", 16, func(int) bool { return false }, 1, never, 0},
		{"as few as before", 16, func(s int) bool { return s%5 != 0 }, 0.8, 0, 0},
		{"as few, though all were before", 16, func(s int) bool { return s%5 != 0 }, 1, never, 0},
		{"none before", 16, all, math.NaN(), 0, 0},
	} {
		var u userBins
		for s := range 1000 {
			for range c.perS {
				b := u.at(time.Duration(s) * time.Second)
				if b.all++; c.served(s) {
					b.served++
				}
			}
		}
		if got := u.recovers(c.usual); got != (recovery{c.in, c.relapses}) {
			t.Errorf("%s: %+v, want in %v s and %v relapses", c.name, got, c.in, c.relapses)
		}
	}
}

// TestGoodputCountsTheTimeToArrive: the clients of a closed loop that has died send
// nothing, and the time in which they could have counts.
func TestGoodputCountsTheTimeToArrive(t *testing.T) {
	for after, want := range map[time.Duration][3]float64{2 * time.Second: {5.0 / 100, 3.0 / 98, 98}, time.Hour: {5.0 / 100, math.NaN(), 0}} {
		r := NewRun(RunInfo{Classes: []string{"a"}, After: after})
		for i := range 5 {
			at := time.Duration(i) * time.Second
			r.Add(tryOf(uint64(i), 0, at, at, time.Second/2))
		}
		row := r.Finish(time.Hour, Ledger{}, Counts{Arriving: 100 * time.Second})
		for i, metric := range []string{"goodput_per_s", "goodput_after_per_s", "users_after_for_s"} {
			if got := row.Values[ColumnOf(metric)]; !Identical(got, want[i]) {
				t.Errorf("after %v: %s = %v, want %v", after, metric, got, want[i])
			}
		}
	}
}

// TestRecoveryBeginsWithUsers: a service that nobody asked for 100 s is not known to have
// been healthy before somebody did.
func TestRecoveryBeginsWithUsers(t *testing.T) {
	var u userBins
	for s := 100; s < 1000; s++ {
		b := u.at(time.Duration(s) * time.Second)
		b.all, b.served = b.all+1, b.served+1
	}
	if got := u.recovers(1); got != (recovery{100, 0}) {
		t.Errorf("%+v, want in 100 s, when the first user was served", got)
	}
}
