package run

import (
	"testing"

	"cnv/live/load"
	"cnv/policy"
)

// TestStatus: a client that left has the status that the simulator gives it, whether
// it left by itself or the gateway gave up for it; others have what they were told.
func TestStatus(t *testing.T) {
	for _, c := range []struct {
		sent load.Sent
		want int32
	}{
		{load.Sent{Status: 200}, 200},
		{load.Sent{Class: load.Status, Status: 429}, 429},
		{load.Sent{Class: load.Timeout}, 499},
		{load.Sent{Class: load.Timeout, Status: 504}, 499},
		{load.Sent{Class: load.Timeout, Status: 200}, 499}, // the answer broke off
		{load.Sent{Class: load.Reset}, 0},
	} {
		if got := status(&c.sent); got != c.want {
			t.Errorf("%+v: %v, want %v", c.sent, got, c.want)
		}
	}
}

// TestReason: a row has the gateway's reason where it gave one, else what the
// load generator knows; none only where there was an answer.
func TestReason(t *testing.T) {
	for _, c := range []struct {
		sent load.Sent
		want policy.Reason
	}{
		{load.Sent{Status: 200}, policy.ReasonNone},
		{load.Sent{Class: load.Status, Status: 429, Reason: "throttled"}, policy.ReasonThrottled},
		{load.Sent{Class: load.Status, Status: 504, Reason: "function_timeout"}, policy.ReasonFunctionTimeout},
		{load.Sent{Class: load.Status, Status: 503}, policy.ReasonCapacity},
		{load.Sent{Class: load.Status, Status: 500, Reason: "nonsense"}, policy.ReasonError},
		{load.Sent{Class: load.Timeout}, policy.ReasonClient},
		{load.Sent{Class: load.Dropped}, policy.ReasonUnsent},
		{load.Sent{Class: load.Interrupted}, policy.ReasonRuns},
		{load.Sent{Class: load.Reset}, policy.ReasonError},
	} {
		if got := reason(&c.sent); got != c.want {
			t.Errorf("%+v: %v, want %v", c.sent, got, c.want)
		}
	}
}
