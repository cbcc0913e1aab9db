package policy

import (
	"fmt"
	"testing"
	"time"
)

// TestEventsInWords: each kind is told with the fields that it has, and with no other:
// here every field is set.
func TestEventsInWords(t *testing.T) {
	e := Event{
		Attempt: 1, Status: Timeout, Zone: 2, Cold: true, Idempotent: false, Streamed: true, Unstarted: true, Class: 3, Pool: 4, Code: 504,
		Worker: 5, N: 6, Request: 7, Key: 0xab, Instance: 0xcd, Bytes: 8, At: 9 * time.Second, Took: 10 * time.Millisecond, Work: 0.11,
		Executed: Executed{Instructions: 12, Blocks: 13, Calls: 14}, CPU: 0.15, Truth: 16, Features: [MaxFeatures]float64{17, 0, 18},
	}
	want := map[EventKind]string{
		Arrival:       "request 7 arrives, class 3, key ab, features [17 0 18], 8 bytes, its client leaves at 9s, not to be repeated, body streamed",
		Head:          "attempt 2 of request 7 begins to answer, status 504",
		Done:          "attempt 2 of request 7 has timed out, status 504, work 0.11 s, 12 instructions, after a cold start, environment cd, before the worker saw it",
		Gone:          "the client of request 7 has left",
		WorkerPending: "worker 5 is asked for, pool 4, zone 2",
		WorkerRunning: "worker 5 runs",
		WorkerReady:   "worker 5 is ready",
		WorkerLost:    "worker 5 is lost",
		WorkerNotice:  "worker 5 will be taken away at 9s",
		WorkerDrained: "worker 5 is drained",
		LaunchFailed:  "6 launch attempts failed in pool 4",
		Telemetry:     "worker 5 reports CPU 15 %, of 9s, 6 requests in flight",
		ProbeReply:    "worker 5 answers a probe: 6 requests there, median response time 10ms",
		Observed:      "the store tells of an earlier request of class 3, work 0.11 s",
		Found:         "the store knows an equal request of class 3, key ab, work 0.11 s",
		Wake:          "a timer is due",
		Shed:          "6 requests refused by the gateway, without asking",
		Pause:         "the operator pauses scaling",
		Resume:        "the operator resumes scaling",
		Resize:        "the operator wants 6 workers in pool 4",
		Returned:      "the function service has ended attempt 2 of request 7, which was cancelled",
		Change:        "the operator changes setting ab to 0.11",
	}
	for k := Arrival; k <= Change; k++ {
		e.Kind = k
		if got := e.String(); got != want[k] {
			t.Errorf("%v: %q\nwant %q", k, got, want[k])
		}
	}
	if got := (Event{Kind: Change + 1}).String(); got != "event 23" {
		t.Errorf("an event of a later version: %q", got)
	}
	if got := fmt.Sprintf("%+v", Event{Kind: Arrival, Bytes: -1, Idempotent: true}); got != "request 0 arrives, class 0" {
		t.Errorf("an arrival of which nothing is known: %q", got)
	}
}

// TestCommandsInWords: the same of commands.
func TestCommandsInWords(t *testing.T) {
	c := Command{Attempt: 1, Reason: ReasonAttemptTimeout, Known: true, Pool: 2, Class: 7, Worker: 3, N: 1, Request: 4, Key: 5, At: 6 * time.Second, Work: 0.07}
	want := map[CommandKind]string{
		Dispatch:       "request 4: attempt 2 on worker 3, predicted work 0.07 s (by the estimator)",
		Invoke:         "request 4: attempt 2 on a function, predicted work 0.07 s (by the estimator)",
		Deliver:        "request 4: deliver attempt 2",
		Cancel:         "request 4: cancel attempt 2, of which the worker is not told",
		Reject:         "request 4: answer 1 (attempt timeout), try again after 6s",
		Launch:         "launch 1 worker in pool 2",
		Drain:          "drain worker 3",
		Terminate:      "terminate worker 3",
		SetConcurrency: "keep 1 function environment ready",
		SetKeepAlive:   "keep idle function environments of class 7 for 6s",
		SetPrewarm:     "load idle function environments of class 7 after 6s",
		Unload:         "unload the function environment of class 7 that has been idle for longest",
		Probe:          "probe worker 3",
		Record:         "request 4: record in the store what it has taken",
		Lookup:         "request 4: ask the store for an equal one",
		WakeAt:         "wake at 6s",
	}
	for k := Dispatch; k <= Unload; k++ {
		c.Kind = k
		if got := c.String(); got != want[k] {
			t.Errorf("%v: %q\nwant %q", k, got, want[k])
		}
	}
	if got := (Command{Kind: Unload + 1}).String(); got != "command 17" {
		t.Errorf("a command of a later version: %q", got)
	}
}

// TestKindsInWords: every value of an enum has a name of its own, and what is beyond
// them is told by its number.
func TestKindsInWords(t *testing.T) {
	for kind, x := range map[string]struct {
		from, to uint8
		name     func(uint8) string
	}{
		"event":   {uint8(Arrival), uint8(Change), func(i uint8) string { return EventKind(i).String() }},
		"command": {uint8(Dispatch), uint8(Unload), func(i uint8) string { return CommandKind(i).String() }},
		"status":  {uint8(OK), uint8(Throttled), func(i uint8) string { return Status(i).String() }},
		"choice":  {uint8(ToWorker), uint8(LaunchBeside), func(i uint8) string { return Choice(i).String() }},
		"state":   {uint8(StatePending), uint8(StateLost), func(i uint8) string { return WorkerState(i).String() }},
	} {
		seen := map[string]bool{}
		for i := x.from; i <= x.to; i++ {
			n := x.name(i)
			if seen[n] || n == fmt.Sprintf("%s %d", kind, i) {
				t.Errorf("%s %d is called %q", kind, i, n)
			}
			seen[n] = true
		}
		if n, want := x.name(x.to+1), fmt.Sprintf("%s %d", kind, x.to+1); n != want {
			t.Errorf("%q, want %q", n, want)
		}
	}
}

// TestWordsWithNames: a View knows what classes and pools are called; without one
// they have their numbers.
func TestWordsWithNames(t *testing.T) {
	l := newLab(t, 1, Config{Classes: []Class{{Name: "image"}}, Pools: []Pool{{Name: "vm", Cores: 1, Speed: 1, Max: 4}}})
	for _, c := range []struct{ got, want string }{
		{l.c.View().Tell(&Event{Kind: Arrival, Bytes: -1, Idempotent: true}), "request 0 arrives, class image"},
		{l.c.View().Tell(&Event{Kind: Arrival, Class: 9, Bytes: -1, Idempotent: true}), "request 0 arrives, class ?"},
		{l.c.View().Tell(&Event{Kind: LaunchFailed, N: 1}), "1 launch attempt failed in pool vm"},
		{l.c.View().Tell(&Event{Kind: WorkerPending, Worker: 7, N: Unasked}), "worker 7 is there, though nobody asked for it, pool vm, zone 0"},
		{l.c.View().TellCommand(&Command{Kind: Launch, N: 2}), "launch 2 workers in pool vm"},
		{l.c.View().TellCommand(&Command{Kind: Launch, N: 2, Pool: 3}), "launch 2 workers in pool 3"},
		{(*View)(nil).Tell(&Event{Kind: LaunchFailed, N: 1}), "1 launch attempt failed in pool 0"},
		{(*View)(nil).TellCommand(&Command{Kind: Launch, N: 2}), "launch 2 workers in pool 0"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
