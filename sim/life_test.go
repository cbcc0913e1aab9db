package sim

import (
	"math"
	"testing"
	"time"
)

// TestLifeOfEnvironments: calls of 1 s each, without INIT; which are cold, and for how long
// environments are idle until 300 s, is worked out by hand.
func TestLifeOfEnvironments(t *testing.T) {
	for name, c := range map[string]struct {
		life  Life
		calls []float64
		cold  []bool
		idle  float64
	}{
		// Two end at 1. One serves from 5 to 6, so the other, a spare one, is gone at 11, and of
		// the calls at 12 and 12.5 the second is cold. Their environments are idle from 13 and
		// 13.5: at 23 the first is gone, and the second, which is the last, stays: it is warm
		// at 113. It is idle from 114 to 214, and gone at 214.5.
		// Idle: 1-11, 1-5, 6-12, 13-23, 13.5-113, 114-214, 215.5-300.
		"a spare one": {
			Life{Spare: 10 * time.Second}, []float64{0, 0, 5, 12, 12.5, 113, 214.5}, []bool{true, true, false, false, true, false, true},
			10 + 4 + 6 + 10 + 99.5 + 100 + 84.5,
		},
		// The same where all stay for 100 s: of the calls at 12 and 12.5 the first has the one
		// that is idle from 6, the second that from 1; at 113 that from 13.5 is used, as it was last.
		// Idle: 1-5, 1-12.5, 6-12, 13-113, 13.5-113, 114-214, 215.5-300.
		"all alike": {
			Life{}, []float64{0, 0, 5, 12, 12.5, 113, 214.5}, []bool{true, true, false, false, false, false, true},
			4 + 11.5 + 6 + 100 + 99.5 + 100 + 84.5,
		},
		// Made at 0, it is there at 8, ends after its call from 8 to 9, and at 10 there is
		// another one, which is idle when it is 8 s old, at 18. The third is idle until 48.
		// Idle: 1-8, 11-18, 41-48.
		"old": {Life{Bound: 8 * time.Second}, []float64{0, 8, 10, 40}, []bool{true, false, true, true}, 7 + 7 + 7},
		// Two are there at 0. Of three calls at 2 one is cold.
		// Idle: 0-2, 0-2, 3-103 three times.
		"warm at the start": {Life{Warm: 2}, []float64{2, 2, 2}, []bool{false, false, true}, 4 + 300},
		// They are a second old at 1 and gone, as they serve nobody.
		"all of it": {Life{Warm: 2, Bound: time.Second, Spare: time.Second}, []float64{2}, []bool{true}, 2},
	} {
		cfg := onFunctions(Functions{MemoryMB: 1024, Share: 1, Cold: constant(0), KeepAlive: 100 * time.Second, Life: c.life})
		cfg.Duration = 300 * time.Second
		m := play(t, cfg, at(c.calls...))
		for i, want := range c.cold {
			if q := m.byID(t)[i]; q.Cold != want {
				t.Errorf("%s: call %d at %v s: cold %v, want %v", name, i, c.calls[i], q.Cold, want)
			}
		}
		if got := m.counts.IdleSeconds; math.Abs(got-c.idle) > 1e-9 {
			t.Errorf("%s: idle for %v s, want %v", name, got, c.idle)
		}
	}
}
