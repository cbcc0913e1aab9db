package main

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestActivityIsTold: every so often, and no more after its end.
func TestActivityIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var errs bytes.Buffer
		c := &console{err: &errs}
		rows := 0
		stop := c.telling("reading x", func() string { rows += 100; return strings.Repeat("+", rows/100) }, 10*time.Second)
		time.Sleep(25 * time.Second)
		stop()
		time.Sleep(time.Minute)
		if got, want := errs.String(), "reading x: 10s, +\nreading x: 20s, ++\n"; got != want {
			t.Errorf("told %q, want %q", got, want)
		}
	})
}
