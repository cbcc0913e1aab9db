package workloads

import (
	"testing"
	"time"
)

// A timed source yields requests of equal work.
type timed struct {
	at   []time.Duration
	work time.Duration
}

func (l *timed) Next(a *Arrival) bool {
	if len(l.at) == 0 {
		return false
	}
	*a = Arrival{At: l.at[0], Work: l.work}
	l.at = l.at[1:]
	return true
}

func (l *timed) Err() error { return nil }

// TestCapacityIsForPeaks: one request of 100 ms each second keeps 0.1 cores busy;
// with 100 more in one second of a thousand the answer depends on how long requests
// may wait, and on whether that second counts.
func TestCapacityIsForPeaks(t *testing.T) {
	var even, burst []time.Duration
	for i := range 1000 {
		even = append(even, time.Duration(i)*time.Second)
		burst = append(burst, time.Duration(i)*time.Second)
		if i == 500 {
			for j := range 100 {
				burst = append(burst, time.Duration(i)*time.Second+time.Duration(j)*9*time.Millisecond)
			}
		}
	}
	for _, c := range []struct {
		name      string
		at        []time.Duration
		wait      time.Duration
		late      float64
		low, high float64
	}{
		{"even arrivals wait for nobody", even, 100 * time.Millisecond, 0, 0.05, 1},
		{"a burst of 10 CPU-seconds within 0.9 s, served within a second more", burst, time.Second, 0, 4.5, 6},
		{"served within 9 seconds more", burst, 9 * time.Second, 0, 0.9, 1.1},
		{"the burst is 9 % of all requests, so 5 % late do not cover it", burst, time.Second, 0.05, 2, 4.5},
		{"10 % late cover it", burst, time.Second, 0.12, 0.05, 2},
	} {
		o, err := Offer(&timed{c.at, 100 * time.Millisecond}, 1000*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		if got := o.Capacity(c.wait, c.late); got < c.low || got > c.high {
			t.Errorf("%s: capacity = %.3g cores, want %v to %v", c.name, got, c.low, c.high)
		}
	}
}

// TestNothingOfferedNeedsNothing: a source without work needs no capacity.
func TestNothingOfferedNeedsNothing(t *testing.T) {
	o, err := Offer(&timed{nil, 0}, time.Second)
	if err != nil || o.Capacity(time.Second, 0.01) != 0 || o.MeanWork() != 0 {
		t.Errorf("capacity = %v, mean work = %v, error %v, want 0, 0, none", o.Capacity(time.Second, 0.01), o.MeanWork(), err)
	}
}
