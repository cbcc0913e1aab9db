package results

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"cnv/results/words"
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

// recovering is a board of three loads under two budgets.
func recovering() findings {
	var x board
	for _, c := range []struct {
		workload                string
		served, recovered, time float64
	}{
		{"burst rate=4 budget=0.1", 0.99, 1, 5}, {"burst rate=4 budget=2", 0.8, 1, 40},
		{"burst rate=12 budget=0.1", 0.9, 1, 30}, {"burst rate=12 budget=2", 0, 0, math.Inf(1)},
		{"burst rate=8 budget=0.1", 0.95, 1, 10}, {"burst rate=8 budget=2", 0.4, 0.5, math.Inf(1)},
	} {
		x.add(c.workload, "jsq", "attainment_after", exactly(c.served), "", words.NoEstimate(), 5)
		x.add(c.workload, "jsq", "recovered", exactly(c.recovered), "", words.NoEstimate(), 5)
		x.add(c.workload, "jsq", "recovery_s", exactly(c.time), "", words.NoEstimate(), 5)
		x.add(c.workload, "jsq", "users_after_for_s", exactly(170), "", words.NoEstimate(), 5)
	}
	return x.findings
}

// TestManyRecoveriesAreCounted: of more lines than anybody reads there is one sentence.
func TestManyRecoveriesAreCounted(t *testing.T) {
	var lines []recoveryLine
	for i := range 12 {
		l := recoveryLine{panel: fmt.Sprintf("w%d", i)}
		for _, mean := range [][]float64{{1, 1}, {1, 0}, {0, 0}, {0.5, 1}}[i%4] {
			var p recoveryPoint
			p.recovered.value.Mean = mean
			l.points = append(l.points, p)
		}
		lines = append(lines, l)
	}
	want := "Of 12 cases, every run recovers on 3 (w0, w4 and w8), some runs recover on 6 (w1, w3, w5 and 3 more), no run recovers on 3 (w2, w6 and w10); recovered and recovery_s in comparison.csv tell each."
	if got := recoverySummary(lines); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestRecoveryIsTold: by line, in order of load, and drawn: two rows of one
// panel, lines that end where some run never recovers.
func TestRecoveryIsTold(t *testing.T) {
	text := strings.Join(answer(recovering(), nil, AnswerSpec{}), "\n")
	for _, want := range []string{
		"On burst budget=0.1 every run recovers at rate 4, 8 and 12, after 30 s on average where it takes longest.",
		"On burst budget=2 every run recovers at rate 4, after 40 s on average; some runs recover at rate 8 (50 % of the runs); no run recovers at rate 12 within the 170 s after it that were simulated (no user was served in that time).",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("answer lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "one policy and nothing to compare it to") {
		t.Errorf("the answer says what nobody asked:\n%s", text)
	}
	s := recoveryFigure(recovering().recoveries())
	if len(s.panels) != 2 || s.cols != 1 || len(s.legend) != 2 || s.panels[0].plot.X.Min > 4 || s.panels[0].plot.X.Max < 12 {
		t.Errorf("%d panels in %d columns, %d entries of the legend", len(s.panels), s.cols, len(s.legend))
	}
	if c := recoveryCurve(&recovering().recoveries()[1], func(p *recoveryPoint) float64 { return p.recoveryIn.value.Mean }); len(c) != 0 {
		t.Errorf("a line of times through %v, want none through one point", c)
	}
}

// TestLeavingIsToldWhereClientsLeft: the assumptions are said where the answer
// rests on them, and nowhere else.
func TestLeavingIsToldWhereClientsLeft(t *testing.T) {
	for _, c := range []struct {
		metric string
		l      Leaving
		want   string
	}{
		{"timed_out", Leaving{Abandoned: "stops"}, `Servers stop working for clients that have left (abandoned = "stops"); clients do not try again (client.retry = 0).`},
		{"timed_out", Leaving{Abandoned: "runs on", Retry: 2}, `Servers do not notice that clients have left, and do all the work for them (abandoned = "runs on"); clients that were not served try again, up to 2 times`},
		{"retries", Leaving{Abandoned: "finishes", Attempts: true}, `Servers finish what they have begun for clients that have left, and drop what waits, or attempts that were given up (abandoned = "finishes")`},
		{"timed_out", Leaving{}, `Clients do not try again (client.retry = 0).`},
		{"rejected", Leaving{Retry: 2}, `Clients that were not served try again, up to 2 times`},
		{"retries", Leaving{Abandoned: "stops"}, ""},
		{"rejected", Leaving{Abandoned: "stops"}, ""},
		{"cost_usd", Leaving{Abandoned: "stops", Retry: 1, Attempts: true}, ""},
	} {
		var x board
		x.add("w", "p", c.metric, exactly(3), "", words.NoEstimate(), 1)
		c.l.Workload = "w"
		if got := leavingAnswer(x.findings, []Leaving{c.l}); !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s, %+v: %q, want %q", c.metric, c.l, got, c.want)
		}
	}
}
