package run

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"cnv/policy"
)

// TestConcurrencyAsCommanded: commands are carried out in order, those that a
// newer one has overtaken are not, and after the end none is.
func TestConcurrencyAsCommanded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked []int32
		w, fails := &warmth{warm: 1}, false
		w.begin(func(_ context.Context, n int32) error {
			time.Sleep(time.Second)
			asked = append(asked, n)
			if fails {
				return errors.New("no")
			}
			return nil
		}, slog.New(slog.DiscardHandler))
		for _, n := range []int32{5, 1, 4, 2} {
			w.keep(n)
			synctest.Wait()
		}
		time.Sleep(10 * time.Second)
		synctest.Wait() // the race detector takes no sleep for an order
		if want := []int32{5, 2}; !slices.Equal(asked, want) || w.warm != 2 {
			t.Errorf("asked for %v, keeps %d; want %v and 2", asked, w.warm, want)
		}
		fails = true
		w.keep(0)
		w.end()
		w.keep(3)
		if want := []int32{5, 2, 0}; !slices.Equal(asked, want) || w.warm != 2 {
			t.Errorf("asked for %v, keeps %d; want %v and 2, as it was not given up", asked, w.warm, want)
		}
		p := &cloudPlace{}
		p.Execute(policy.Command{Kind: policy.SetConcurrency, N: 3}) // without functions
	})
}
