package sim

import (
	"testing"
	"time"

	"cnv/policy"
)

// TestHadOnACoreOfItsOwn: what a call has had is since it began, whatever was served before.
func TestHadOnACoreOfItsOwn(t *testing.T) {
	cfg := fleet(1, &roundRobin{})
	cfg.Control.Pools[0].Slots = 1
	w, err := newWorld(&cfg, &list{}, &memory{})
	if err != nil {
		t.Fatal(err)
	}
	v := w.vms[0]
	w.now, v.shared, v.at = 5*time.Second, 9e9, 5*time.Second
	w.calls, w.jobs = append(w.calls, call{work: 10 * time.Second}), append(w.jobs, -1)
	w.begin(v, 0)
	w.now = 7 * time.Second
	if v.advance(w.now); w.had(v, 0) != 2*time.Second {
		t.Errorf("it has had %v, want 2s", w.had(v, 0))
	}
}

// TestZoneIsBackAtTheEnd: a zone that is lost until 10 s is there at 10 s; another one always is.
func TestZoneIsBackAtTheEnd(t *testing.T) {
	cfg := fleet(1, &roundRobin{})
	w, err := newWorld(&cfg, &list{}, &memory{})
	if err != nil {
		t.Fatal(err)
	}
	w.lack(&Fault{Kind: ZoneLost, Zone: 1, At: 4 * time.Second, Lasts: 6 * time.Second, Pool: policy.NoPool}, true)
	for at, want := range map[time.Duration]bool{5 * time.Second: true, 10*time.Second - 1: true, 10 * time.Second: false} {
		if w.now = at; w.lost(1) != want || w.lost(0) {
			t.Errorf("at %v: lost %v and %v, want %v and false", at, w.lost(1), w.lost(0), want)
		}
	}
}

// TestCreditsOfTheFirstWorkers: those that are there before the run have what it says, and no
// more than can be kept.
func TestCreditsOfTheFirstWorkers(t *testing.T) {
	for first, want := range map[float64]float64{0: 0, 3: 3, 200: 144} {
		cfg := fleet(1, &roundRobin{})
		c, _ := creditsOf(t, "t3.nano")
		c.First = first
		cfg.Pools[0].Uneven.Credits = &c
		w, err := newWorld(&cfg, &list{}, &memory{})
		if err != nil {
			t.Fatal(err)
		}
		if got := w.vms[0].traits.credits.earned / coreNS; got != want {
			t.Errorf("%v credits of %v, want %v", got, first, want)
		}
	}
}

// TestNoiseIsAFactor: of 2, on work of 3 s.
func TestNoiseIsAFactor(t *testing.T) {
	cfg := fleet(1, &roundRobin{})
	cfg.Pools[0].Uneven.Noise = constant(2)
	src := at(1)
	src.arrivals[0].Work = 3 * time.Second
	if q := play(t, cfg, src).byID(t)[0]; !is(q.Finish, 7) {
		t.Errorf("it ends at %v, want 7s", q.Finish)
	}
}
