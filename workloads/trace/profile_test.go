package trace

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestProfile: counts, quantiles and the busiest part of a trace of an hour, whose
// 31st minute has ten times the arrivals.
func TestProfile(t *testing.T) {
	var b strings.Builder
	b.WriteString("arrival_us,class,work_us,dur_us\n")
	n := 0
	for second := range 3600 {
		each := 1
		if second >= 1800 && second < 1860 {
			each = 10
		}
		for i := range each {
			n++
			fmt.Fprintf(&b, "%d,a,,%d\n", second*1_000_000+i*50_000, 1000*(1+n%100))
		}
	}
	name := filepath.Join(t.TempDir(), "t.csv")
	if err := os.WriteFile(name, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := Profiled(name)
	if err != nil {
		t.Fatal(err)
	}
	if p.Records != int64(n) || p.Walls != int64(n) || p.Works != 0 || p.Peak != 10 || !p.Timed {
		t.Errorf("records %d, durations %d, works %d, peak %d, timed %v; want %d, %d, 0, 10, true", p.Records, p.Walls, p.Works, p.Peak, p.Timed, n, n)
	}
	if d := p.Duration(0.99); d < 98*time.Millisecond || d > 101*time.Millisecond {
		t.Errorf("99 %% took at most %v, want 99ms within 1 %%", d)
	}
	mean, cv2 := p.Durations()
	if d := mean - 50500*time.Microsecond; d < -time.Millisecond || d > time.Millisecond || cv2 < 0.3 || cv2 > 0.36 {
		t.Errorf("mean %v, cv2 %.3f, want 50.5ms and a third (uniform from 1 to 100 ms)", mean, cv2)
	}
	for _, c := range []struct {
		most     int64
		from, to time.Duration
	}{
		{int64(n), 0, 0},
	} {
		if from, to := p.Busiest(c.most); (c.from-from).Abs() > time.Second || to-from != c.to-c.from {
			t.Errorf("busiest part of at most %d: %v to %v, want %v to %v within a second", c.most, from, to, c.from, c.to)
		}
	}
	for _, most := range []int64{1200, 100} { // the latter is in no window that is long enough
		if from, to := p.Busiest(most); to-from != 10*time.Minute || from > 30*time.Minute || to < 31*time.Minute-time.Second {
			t.Errorf("busiest part of at most %d: %v to %v, want 10m with the minute from 30m", most, from, to)
		}
	}
	from, to := p.Busiest(2400)
	if to-from < 30*time.Minute-time.Second || from > 30*time.Minute || to < 31*time.Minute-time.Second {
		t.Errorf("busiest part of at most 2400: %v to %v, want the half hour with the minute from 30m", from, to)
	}
}

// TestBusiestOfEqualPeaks: of two equal peaks far apart the first is taken, with a before
// and an after, and not the quiet between them.
func TestBusiestOfEqualPeaks(t *testing.T) {
	p := &Profile{cells: newCellCounter()}
	for _, cell := range []int64{100, 900} {
		p.cells.add(cell*p.cells.width, 5)
	}
	if at, most := p.busiest(11); at != 95 || most != 5 {
		t.Errorf("the busiest 11 cells begin at %d with %d arrivals, want 95 with 5", at, most)
	}
}
