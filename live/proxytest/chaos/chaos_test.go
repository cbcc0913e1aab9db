package main

import (
	"testing"
	"time"
)

// TestChaos plays a tenth of the table: no GET is lost, no POST is executed twice, extra
// executions are within the budget (ten, and one for each ten requests).
func TestChaos(t *testing.T) {
	const each = 10
	holdFor = 200 * time.Millisecond // other programs may have the cores for longer than the 5 ms of the default
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
