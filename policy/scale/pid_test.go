package scale

import (
	"math"
	"testing"
)

// plant closes the loop: a fleet of n has the utilisation load/n, at most 1.
func plant(p *PID, l *loop, n int, load float64, high, turns int) (sizes []int) {
	for range turns {
		n = p.move(l, min(1, load/float64(n))-p.Target, n, 1, high)
		sizes = append(sizes, n)
	}
	return sizes
}

// TestPIDByHand: three steps of the velocity form, worked out by hand.
func TestPIDByHand(t *testing.T) {
	p := &PID{KP: 1, KI: 0.5, KD: 0.25, Every: 60e9}
	l := &loop{}
	for i, c := range []struct {
		e    float64
		size float64
	}{
		{0.2, 110},    // 0.5·0.2
		{0.4, 159.5},  // 0.2 + 0.5·0.4 + 0.25·0.2 = 0.45 of 110
		{0.0, 71.775}, // -0.4 + 0 - 0.25·0.6 = -0.55 of 159.5
	} {
		got := p.move(l, c.e, []int{100, 110, 160}[i], 1, 1000)
		if math.Abs(l.size-c.size) > 1e-9 || got != int(math.Round(c.size)) {
			t.Errorf("step %d: size %v, asked for %d, want %v", i, l.size, got, c.size)
		}
	}
}

// TestPIDSettles: a fleet comes to the load over the target, within the dead zone, and stays.
func TestPIDSettles(t *testing.T) {
	for _, load := range []float64{3, 20, 500, 6000} {
		for _, start := range []int{1, 10, 10_000} {
			p := NewPID()
			sizes := plant(p, &loop{}, start, load, 20_000, 60)
			last := sizes[len(sizes)-1]
			if u := load / float64(last); math.Abs(u-p.Target) > p.Dead+0.5/float64(last) {
				t.Errorf("load %v from %d workers: %d, a utilisation of %.3f", load, start, last, u)
			}
			if sizes[40] != last {
				t.Errorf("load %v from %d workers: %v does not settle", load, start, sizes[30:])
			}
		}
	}
}

// TestPIDDoesNotWindUp: after an hour at its maximum under a load that is too large, the
// fleet shrinks at the first decision after the load has gone.
func TestPIDDoesNotWindUp(t *testing.T) {
	p, l := NewPID(), &loop{}
	if sizes := plant(p, l, 10, 1000, 20, 120); sizes[119] != 20 {
		t.Fatalf("%d workers, want the 20 that there may be", sizes[119])
	}
	if sizes := plant(p, l, 20, 2, 20, 1); sizes[0] >= 20 {
		t.Errorf("%d workers after the load has gone, want fewer", sizes[0])
	}
}
