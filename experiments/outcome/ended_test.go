package outcome

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestFinishEndsWhenNobodyWaits: between any two of its steps, with nothing printed and nothing
// left; once all steps are done the results stay.
func TestFinishEndsWhenNobodyWaits(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	steps := 0
	for {
		out := t.TempDir()
		o := measured(t, out)
		o.add(t, 0)
		o.add(t, 1)
		left := steps
		o.o.Ended = func() error {
			if left--; left < 0 {
				return context.Canceled
			}
			return nil
		}
		var text bytes.Buffer
		err := o.Finish(&text)
		_, missing := os.Stat(filepath.Join(out, o.plan.Name, "comparison.csv"))
		if err == nil && missing == nil && text.Len() > 0 {
			break
		}
		if !errors.Is(err, context.Canceled) || text.Len() > 0 || !errors.Is(missing, os.ErrNotExist) {
			t.Fatalf("ended after %d steps: %v, %v, printed %q", steps, err, missing, text.String())
		}
		steps++
	}
	if steps < 3 {
		t.Errorf("it may end at %d places, want 3 and more", steps)
	}
}
