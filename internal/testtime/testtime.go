package testtime

import (
	"context"
	"testing"
	"time"
)

// tell is kept of the binary's time for a failure to be reported and for cleaning up.
const tell = 20 * time.Second

// end is when a test gives up waiting. Without a deadline (go test -timeout=0) it is never.
func end(t testing.TB) (at time.Time, limited bool) {
	d, ok := t.(interface{ Deadline() (time.Time, bool) })
	if !ok {
		return time.Time{}, false // a benchmark
	}
	defer func() {
		if recover() != nil { // in virtual time no test may ask for its deadline, which is a real one
			at, limited = time.Now().Add(time.Hour), true
		}
	}()
	at, limited = d.Deadline()
	return at.Add(-tell), limited
}

// Context is a test's context that ends when the test should give up.
func Context(t testing.TB) context.Context {
	t.Helper()
	at, limited := end(t)
	if !limited {
		return t.Context()
	}
	ctx, cancel := context.WithDeadline(t.Context(), at)
	t.Cleanup(cancel)
	return ctx
}

// Over is closed when a test should give up.
func Over(t testing.TB) <-chan struct{} {
	t.Helper()
	return Context(t).Done()
}

// Until waits until something is so, which it asks every 10 ms, and fails the test where it
// should give up; what says what was waited for.
func Until(t testing.TB, what string, so func() bool) {
	t.Helper()
	over := Over(t)
	for !so() {
		select {
		case <-over:
			t.Fatalf("waited in vain: %s", what)
		case <-time.After(10 * time.Millisecond):
		}
	}
}
