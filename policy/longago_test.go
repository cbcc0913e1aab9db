package policy

import (
	"testing"
	"time"
)

// TestRevealedWork: the first measurement of a class gives a request that is in flight its work, in
// the bin of its arrival; nothing counts it where that was longer ago than the demand reaches back.
func TestRevealedWork(t *testing.T) {
	const later = 3 * 24 * 3600
	for _, last := range []float64{0, later} {
		l := newLab(t, 1, Config{Classes: []Class{{Name: "a"}}})
		l.step(0, arrival(0), "r0.0 -> w0")
		l.step(last, arrival(1), "r1.0 -> w0")
		e := ended(1, 0, OK)
		e.Work = 2
		l.step(last+1, e, "deliver r1.0")
		want := demandCount{arrivals: 2}
		if want.work[offeredWork] = 4; last > 0 {
			want.arrivals, want.work[offeredWork] = 1, 2
		}
		if got := *l.c.demand.binOf(l.c.now); got != want {
			t.Errorf("arrivals at 0 s and %v s: the last bin has %+v, want %+v", last, got, want)
		}
	}
}

// TestFreePlaceCountsNothing: what has left the list of long work changes no sum, whatever its
// place still says.
func TestFreePlaceCountsNothing(t *testing.T) {
	d := demand{speed: 1, long: []longWork{
		{state: longFree, lasts: time.Hour, from: 50 * time.Second, work: 3600, rate: 1},
		{state: longFree, lasts: time.Second, from: 50 * time.Second, until: 55 * time.Second, work: 3600, rate: 1},
	}}
	var sum demandCount
	var cores [demandKinds]float64
	if d.addLong(time.Minute, 0, time.Minute, &sum, &cores); sum != (demandCount{}) || cores != ([demandKinds]float64{}) {
		t.Errorf("sums %+v and cores %v, want nothing", sum, cores)
	}
}

// TestAttainedIsSinceItBegan: two attempts share a core from 4 s on, so that the second has had 3 s
// of it at 10 s, and the first 7 s.
func TestAttainedIsSinceItBegan(t *testing.T) {
	l := newLab(t, 1, Config{PS: true})
	l.step(0, arrival(0), "r0.0 -> w0")
	l.step(4, arrival(1), "r1.0 -> w0")
	l.step(10, Event{Kind: Shed}, "")
	for id, want := range []float64{7, 3} {
		if got := l.c.attained(l.c.attemptOf(RequestID(id), 0)); got != want {
			t.Errorf("request %d has had %v s, want %v", id, got, want)
		}
	}
}

// TestTakenEnvironment: a call takes the environment that was loaded last, else the one that is to
// be loaded last; one that is gone is none.
func TestTakenEnvironment(t *testing.T) {
	s := time.Second
	w := warmth{varied: true}
	all := []idleTime{{0, 5 * s}, {0, 100 * s}, {10 * s, 200 * s}, {20 * s, 300 * s}}
	for now, want := range map[time.Duration]int{0: 1, 9 * s: 1, 10 * s: 2, 20 * s: 3, 201 * s: 3, 301 * s: -1} {
		if got := w.taken(now, all); got != want {
			t.Errorf("at %v environment %d, want %d", now, got, want)
		}
	}
	if got := w.taken(0, all[2:]); got != 1 {
		t.Errorf("of those that are to be loaded %d, want the last", got)
	}
	if got := w.taken(301*s, all[:1]); got != -1 {
		t.Errorf("of one that is gone %d, want none", got)
	}
}
