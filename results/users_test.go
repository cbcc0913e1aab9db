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
	for metric, want := range map[string]float64{
		"requests": 9, "slo_attainment": 6.0 / 9, "users": 7, "users_in_slo": 5, "user_attainment": 5.0 / 7, "goodput_per_s": 5.0 / 30,
		"goodput_after_per_s": 3.0 / 20, "attainment_after": 3.0 / 4, "recovery_s": 5, "recovered": 1,
	} {
		if got := row.Values[columnOf(metric)]; math.Abs(got-want) > 1e-12 {
			t.Errorf("%s = %v, want %v", metric, got, want)
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
			if got := row.Values[columnOf(metric)]; got != want[i] && !(math.IsNaN(got) && math.IsNaN(want[i])) {
				t.Errorf("after %v: %s = %v, want %v", after, metric, got, want[i])
			}
		}
	}
}

// TestUserBinsAreBounded: a run of a year has as many as one of an hour, and
// counts the same users.
func TestUserBinsAreBounded(t *testing.T) {
	u := users{from: time.Hour}
	for day := range 365 {
		at := time.Duration(day+1) * 24 * time.Hour
		u.add(tryOf(uint64(day), 0, at, at, time.Second/2), true)
	}
	if b := u.after(); len(u.bins) > maxUserBins || b.all != 365 || b.served != 365 || u.recovery() != 0 {
		t.Errorf("%d bins, %+v, recovery %v", len(u.bins), b, u.recovery())
	}
}
