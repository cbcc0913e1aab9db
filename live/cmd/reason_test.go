package main

import (
	"testing"

	"cnv/live/load"
	"cnv/policy"
)

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
