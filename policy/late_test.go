package policy

import (
	"slices"
	"testing"
	"time"
)

// late is a Scaler that keeps when it was asked.
type late struct{ at []time.Duration }

func (s *late) Period() time.Duration { return 10 * time.Second }
func (s *late) Size(v *ScaleView) Plan {
	s.at = append(s.at, v.Now)
	return Plan{}
}

// TestLateTimersDoNotAddUp: however late the Controller is woken, the scaler's
// periods count from the start of the run, and those that have passed are left out.
func TestLateTimersDoNotAddUp(t *testing.T) {
	s := &late{}
	c, err := New(Config{Leader: true, Router: alwaysFirst{}, Scaler: s, Classes: []Class{{Name: "a"}}, Pools: []Pool{{Name: "vm", Cores: 1, Speed: 1, Max: 5}}})
	if err != nil {
		t.Fatal(err)
	}
	c.Step(0, &Event{Kind: WorkerPending}, nil)
	var want, wakes []time.Duration
	for _, ms := range []int{10_017, 20_030, 45_000, 50_000, 60_001} {
		now := time.Duration(ms) * time.Millisecond
		for _, cmd := range c.Step(now, &Event{Kind: Wake}, nil) {
			if cmd.Kind == WakeAt {
				wakes = append(wakes, cmd.At)
			}
		}
		want = append(want, now)
	}
	next := []time.Duration{20 * time.Second, 30 * time.Second, 50 * time.Second, 60 * time.Second, 70 * time.Second}
	if !slices.Equal(s.at, want) || !slices.Equal(wakes, next) {
		t.Errorf("asked at %v and next at %v, want %v and %v", s.at, wakes, want, next)
	}
}

type alwaysFirst struct{}

func (alwaysFirst) Route(*View, *Request) (WorkerID, bool) { return 0, true }
