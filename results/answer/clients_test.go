package answer

import (
	"strings"
	"testing"

	"cnv/results/words"
)

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
		{"timed_out", Leaving{Functions: true}, `Functions run on, and are billed, for clients that have left; clients do not try again`},
		{"timed_out", Leaving{Abandoned: "stops", Functions: true}, `Servers stop working for clients that have left (abandoned = "stops"); functions run on, and are billed, for clients that have left`},
		{"retries", Leaving{Abandoned: "finishes", Attempts: true}, `Servers finish what they have begun for clients that have left and for attempts that were given up, and drop what waits for a core (abandoned = "finishes")`},
		{"retries", Leaving{Abandoned: "finishes", Attempts: true, Patient: true}, `Servers finish what they have begun for attempts that were given up, and drop what waits for a core (abandoned = "finishes")`},
		{"retries", Leaving{Abandoned: "stops", Attempts: true, Patient: true}, `Servers stop working for attempts that were given up (abandoned = "stops"); clients do not try again (client.retry = 0).`},
		{"retries", Leaving{Abandoned: "runs on", Attempts: true, Patient: true}, `Servers do not notice that attempts were given up, and do all the work for them (abandoned = "runs on")`},
		{"retries", Leaving{Abandoned: "runs on", Attempts: true}, `Servers do not notice that clients have left or attempts were given up, and do all the work for them`},
		{"retries", Leaving{Functions: true, Attempts: true, Patient: true}, `Functions run on, and are billed, for attempts that were given up; clients do not try again`},
		{"retries", Leaving{Functions: true, Attempts: true}, `Functions run on, and are billed, for clients that have left and for attempts that were given up; clients do not`},
		{"timed_out", Leaving{}, `Clients do not try again (client.retry = 0).`},
		{"rejected", Leaving{Retry: 2}, `Clients that were not served try again, up to 2 times`},
		{"retries", Leaving{Abandoned: "stops"}, ""},
		{"rejected", Leaving{Abandoned: "stops"}, ""},
		{"cost_usd", Leaving{Abandoned: "stops", Retry: 1, Attempts: true}, ""},
	} {
		var x board
		x.add("w", "p", c.metric, exactly(3), "", words.NoEstimate(), 1)
		c.l.Workload = "w"
		if got := leavingAnswer(x.Findings, []Leaving{c.l}); !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s, %+v: %q, want %q", c.metric, c.l, got, c.want)
		}
	}
}
