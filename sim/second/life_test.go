package second_test

import (
	"time"

	"cnv/sim"
)

// drawnLife is what ends environments beside a keep-alive.
func drawnLife(r dice, keep time.Duration) sim.Life {
	l := sim.Life{Warm: r.IntN(4)}
	if r.chance(0.6) {
		l.Spare = r.time(keep/100, keep)
	}
	if r.chance(0.6) {
		l.Bound = r.time(time.Second, time.Minute)
	}
	return l
}
