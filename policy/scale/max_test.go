package scale

import (
	"slices"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/policytest"
)

// A told wants what it is told, and notes when it is asked.
type told struct {
	every   time.Duration
	first   time.Duration
	want    []int
	victims []policy.WorkerID
	none    bool // it never wants a worker where there is none
	at      []time.Duration
}

func (s *told) Period() time.Duration             { return s.every }
func (s *told) FirstPeriod() time.Duration        { return s.first }
func (s *told) StartsFromNone(policy.PoolID) bool { return !s.none }
func (s *told) Size(v *policy.ScaleView) policy.Plan {
	s.at = append(s.at, v.Now)
	return policy.Plan{Desired: s.want, Victims: s.victims}
}

// TestMaxTakesTheLargest: by pool; who has no opinion does not count.
func TestMaxTakesTheLargest(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{Pools: []policy.Pool{
		{Name: "a", Cores: 1, Speed: 1, Max: 9}, {Name: "b", Cores: 1, Speed: 1, Max: 9}, {Name: "c", Cores: 1, Speed: 1, Max: 9},
	}})
	x := &told{every: time.Second, want: []int{3, -1}, victims: []policy.WorkerID{7}}
	y := &told{every: time.Second, want: []int{1, 2}}
	p := &Max{Of: []Part{{Name: "x", Scaler: x}, {Name: "y", Scaler: y}}}
	l.At(time.Second)
	plan := p.Size(l.ScaleView())
	if !slices.Equal(plan.Desired, []int{3, 2, -1}) || !slices.Equal(plan.Victims, []policy.WorkerID{7}) {
		t.Errorf("sizes %v, victims %v; want [3 2 -1] and worker 7", plan.Desired, plan.Victims)
	}
}

// TestMaxAsksEachInItsTime: parts of 40 s and 60 s, the second from 10 s on, also where
// decisions are late by changing milliseconds.
func TestMaxAsksEachInItsTime(t *testing.T) {
	const s = time.Second
	for _, late := range []time.Duration{0, 3 * time.Millisecond} {
		x, y := &told{every: 40 * s, want: []int{1}}, &told{every: 60 * s, first: 10 * s, want: []int{2}}
		p := &Max{Of: []Part{{Name: "x", Scaler: x}, {Name: "y", Scaler: y}}}
		if p.Period() != 20*s || p.FirstPeriod() != 10*s {
			t.Fatalf("period %v, first %v, want 20s and 10s", p.Period(), p.FirstPeriod())
		}
		l := policytest.NewLab(t, policy.Config{})
		for i := range 10 {
			l.At(10*s + time.Duration(i)*20*s + late*time.Duration((10-i)%3))
			p.Size(l.ScaleView())
		}
		round := func(at []time.Duration) (out []time.Duration) {
			for _, t := range at {
				out = append(out, t.Truncate(s))
			}
			return out
		}
		if got, want := round(x.at), []time.Duration{50 * s, 90 * s, 130 * s, 170 * s}; !slices.Equal(got, want) {
			t.Errorf("%v late: the first is asked at %v, want %v", late, got, want)
		}
		if got, want := round(y.at), []time.Duration{10 * s, 70 * s, 130 * s, 190 * s}; !slices.Equal(got, want) {
			t.Errorf("%v late: the second is asked at %v, want %v", late, got, want)
		}
	}
}

// TestScheduleFloor: four workers in office hours whatever the load is, and what the load
// needs outside them.
func TestScheduleFloor(t *testing.T) {
	p := NewMax()
	h := newHost(t, p, policy.Pool{Cores: 1, Speed: 1, Max: 9}, 1)
	h.step(policy.Event{Kind: policy.Shed})
	h.run(7*time.Hour + 50*time.Minute)
	if n := h.c.View().Pool(0).Size(); n != 1 {
		t.Errorf("%d workers before eight, want 1", n)
	}
	h.run(8*time.Hour + time.Minute)
	if n := h.c.View().Pool(0).Size(); n != 4 {
		t.Errorf("%d workers after eight, want 4", n)
	}
}

// TestActivate: the fleet goes once nothing was there for the cooldown, and comes back as
// one worker at the next look, though the scaler wants none without workers.
func TestActivate(t *testing.T) {
	inner := &told{every: 10 * time.Second, want: []int{0}, none: true}
	p := NewActivate()
	p.Of = []Part{{Name: "inner", Scaler: inner}}
	h := newHost(t, p, policy.Pool{Cores: 1, Speed: 1, Max: 9}, 2)
	size := func() int { return h.c.View().Pool(0).Size() }
	h.run(5 * time.Minute)
	if n := size(); n != 1 {
		t.Errorf("%d workers within the cooldown of what was there at first, want 1", n)
	}
	h.run(6 * time.Minute)
	if n := size(); n != 0 {
		t.Errorf("%d workers after it, want none", n)
	}
	h.step(policy.Event{Kind: policy.Arrival})
	h.run(6*time.Minute + 10*time.Second)
	if n := size(); n != 1 {
		t.Errorf("%d workers for a request, want 1", n)
	}
	asked := len(inner.at)
	inner.want = []int{5}
	h.run(6*time.Minute + 30*time.Second)
	if n := size(); n != 5 || len(inner.at) != asked+2 {
		t.Errorf("%d workers, the scaler was asked %d times in 20 s; want 5 and 2", n, len(inner.at)-asked)
	}
}

// TestPartsValidate: nothing, or too many, or periods with nothing in common.
func TestPartsValidate(t *testing.T) {
	part := func(every time.Duration) Part { return Part{Name: "x", Scaler: &told{every: every}} }
	for _, p := range []interface{ Validate() error }{
		&Max{}, &Max{Of: []Part{{Name: "x"}}}, &Max{Of: []Part{part(time.Second), part(time.Second + time.Millisecond)}},
		&Activate{Poll: time.Second}, &Activate{Of: []Part{part(time.Second), part(time.Second)}, Poll: time.Second},
		&Activate{Of: []Part{part(time.Second)}}, &Activate{Of: []Part{part(time.Second)}, Poll: time.Second, Above: -1},
	} {
		if p.Validate() == nil {
			t.Errorf("%+v is accepted", p)
		}
	}
}
