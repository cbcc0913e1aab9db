package testtime

import (
	"fmt"
	"testing"
	"time"
)

// A soon is a test whose binary ends soon.
type soon struct {
	testing.TB
	left   time.Duration
	failed string
}

func (s *soon) Deadline() (time.Time, bool) { return time.Now().Add(s.left), s.left > 0 }
func (s *soon) Helper()                     {}
func (s *soon) Fatalf(format string, args ...any) {
	s.failed = fmt.Sprintf(format, args...)
	panic(s)
}

// TestUntilGivesUpBeforeTheBinaryEnds: it fails with what it waited for while there is time
// to tell; what comes true before is waited for.
func TestUntilGivesUpBeforeTheBinaryEnds(t *testing.T) {
	for _, c := range []struct {
		left  time.Duration
		after int // questions
		want  string
	}{
		{tell + 50*time.Millisecond, 1 << 30, "waited in vain: something"},
		{time.Hour, 3, ""},
		{0, 3, ""}, // without a limit
	} {
		s, n := &soon{TB: t, left: c.left}, 0
		func() {
			defer func() { recover() }()
			Until(s, "something", func() bool { n++; return n > c.after })
		}()
		if s.failed != c.want {
			t.Errorf("with %v left: %q, want %q", c.left, s.failed, c.want)
		}
	}
}
