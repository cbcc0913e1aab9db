package main

import (
	"fmt"
	"os"
	"testing"
)

// TestChaos plays a tenth of the table: no GET is lost, no POST is executed twice, extra
// executions are within the budget (ten, and one for each ten requests), and no POST is lost
// that was never executed.
func TestChaos(t *testing.T) {
	const each = 10
	note = func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
	for _, class := range classes() {
		t.Run(class, func(t *testing.T) {
			t.Parallel()
			r, err := playBoth("cnv", class, each)
			if err != nil {
				t.Fatal(err)
			}
			if r.gets.lost > 0 {
				t.Errorf("%d GETs lost, %d of them met no fault", r.gets.lost, r.gets.others)
			}
			if most := 10 + each; r.gets.extra > most {
				t.Errorf("%d extra executions of GETs, want at most %d", r.gets.extra, most)
			}
			if r.posts.extra > 0 {
				t.Errorf("%d POSTs were executed twice", r.posts.extra)
			}
		})
	}
}
