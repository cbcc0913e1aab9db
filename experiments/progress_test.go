package main

import (
	"io"
	"testing"
	"time"
)

// A long run is told of while it is under way, and the time left follows from it.
func TestRunsUnderWayAreToldOf(t *testing.T) {
	p := startProgress(io.Discard, "azure", 4, true)
	line := func(want string) {
		t.Helper()
		done, parts := p.far()
		if got := p.line(done, parts, time.Minute); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	line("azure: 0 of 4 runs in 1m0s")
	first, unknown := p.begin(time.Hour), p.begin(0)
	first.now.Store(int64(30 * time.Minute))
	unknown.now.Store(int64(time.Minute))
	line("azure: 0 of 4 runs (12 % with those under way) in 1m0s, about 7m0s left")
	first.now.Store(int64(2 * time.Hour)) // requests end after the last arrival
	line("azure: 0 of 4 runs (25 % with those under way) in 1m0s, about 3m0s left")
	p.end(first)
	p.step()
	line("azure: 1 of 4 runs in 1m0s, about 3m0s left")
}
