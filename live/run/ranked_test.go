package run

import (
	"strings"
	"testing"
	"time"

	"cnv/live/load"
	"cnv/live/local/lambda"
)

// TestWhatIsNotRanked: late answers, late cold starts, late sending and a gateway that
// waits for a core, each beyond what is tolerated.
func TestWhatIsNotRanked(t *testing.T) {
	ms := time.Millisecond
	fine := load.Report{Answered: 100, ResponseP50: 200 * ms, ResponseP99: 400 * ms}
	late := fine
	late.LagP50 = 11 * ms
	e := &Experiment{Options: Options{Where: Where{Target: Local}}, target: &target{here: true}}
	for _, c := range []struct {
		about  string
		l      lateness
		starts lambda.Starts
		report load.Report
		waited waiting
		says   string
	}{
		{"fine", lateness{answered: 100}, lambda.Starts{All: 9}, fine, waiting{ms, 3 * ms}, ""},
		{"two late of a hundred", lateness{answered: 100, late: 2, worst: 4}, lambda.Starts{}, fine, waiting{}, ""},
		{"three late of a hundred", lateness{answered: 100, late: 3, worst: 4, clock: 2}, lambda.Starts{}, fine, waiting{}, "3 of 100 answers took more than 5 % longer"},
		{"what to do", lateness{answered: 10, late: 3, worst: 4, clock: 2}, lambda.Starts{}, fine, waiting{}, "say --slow 12"},
		{"late starts", lateness{answered: 100}, lambda.Starts{All: 9, Late: 3, Most: 11 * ms}, fine, waiting{}, "3 of 9 cold starts of functions took longer"},
		{"starts that hardly show", lateness{answered: 100}, lambda.Starts{All: 9, Late: 9, Most: 9 * ms}, fine, waiting{}, ""},
		{"sent late", lateness{answered: 100}, lambda.Starts{}, late, waiting{}, "requests were sent late"},
		{"a busy gateway", lateness{answered: 100}, lambda.Starts{}, fine, waiting{ms, 21 * ms}, "the gateway had to wait up to 21ms for a core"},
	} {
		if got := e.unranked(&c.l, c.starts, &c.report, c.waited); !strings.Contains(got, c.says) || (c.says == "") != (got == "") {
			t.Errorf("%s: %q, want %q", c.about, got, c.says)
		}
	}
}

// TestLateAnswers: as long as the work takes on a core of its own, or the part of one
// that a function has.
func TestLateAnswers(t *testing.T) {
	ms := time.Millisecond
	for _, c := range []struct {
		about  string
		sleeps bool
		sent   load.Sent
		late   int
	}{
		{"on time", false, load.Sent{CPU: 100 * ms, Wall: 106 * ms}, 0},
		{"late", false, load.Sent{CPU: 100 * ms, Wall: 108 * ms}, 1},
		{"a function on time", false, load.Sent{CPU: 100 * ms, Wall: 206 * ms, Kind: "function"}, 0},
		{"a late function", false, load.Sent{CPU: 100 * ms, Wall: 220 * ms, Kind: "function"}, 1},
		{"a sleep on time", true, load.Sent{CPU: 53 * ms, Wall: 53 * ms}, 0},
		{"a late sleep", true, load.Sent{CPU: 60 * ms, Wall: 60 * ms}, 1},
		{"no answer", false, load.Sent{CPU: ms, Wall: 100 * ms, Class: load.Status}, 0},
		{"a worker that says nothing", false, load.Sent{CPU: ms}, 0},
	} {
		l := lateness{share: 0.5, sleeps: c.sleeps}
		if l.add(&c.sent, 50*ms); l.late != c.late {
			t.Errorf("%s: %d late, want %d", c.about, l.late, c.late)
		}
	}
}
