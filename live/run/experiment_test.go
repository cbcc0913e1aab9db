package run

import (
	"testing"

	"cnv/live/load"
)

// TestSummary: where nobody was answered there are no response times.
func TestSummary(t *testing.T) {
	if got := summary(&load.Report{Sent: 7}); got != "7 sent, none answered; lag of sending: 99th percentile 0s" {
		t.Errorf("it says %q", got)
	}
}
