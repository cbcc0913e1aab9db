package logs

import (
	"cmp"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
)

// TestSorterIsStable: ten thousand events in four kinds of order come out as a
// stable sort has them, and the temporary file is gone.
func TestSorterIsStable(t *testing.T) {
	const n = 10_007
	rng := rand.New(rand.NewPCG(1, 2))
	for name, at := range map[string]func(i int) int64{
		"in order":  func(i int) int64 { return int64(i / 3) },
		"nearly":    func(i int) int64 { return int64(i) + rng.Int64N(1000) - 500 },
		"any":       func(int) int64 { return rng.Int64N(1000) },
		"backwards": func(i int) int64 { return int64(-i) },
	} {
		dir := t.TempDir()
		s := &Sorter{Dir: dir, Held: 1000}
		var want []Event
		for i := range n {
			e := Event{At: at(i), Wall: Unknown, Work: int64(i), Status: 200, Class: uint16(i % 7), Row: uint64(i)}
			if i%5 == 0 {
				e.Attr = fmt.Appendf(nil, "i=%d", i)
			}
			want = append(want, e)
			if err := s.Add(&e); err != nil {
				t.Fatal(err)
			}
		}
		slices.SortStableFunc(want, func(a, b Event) int { return cmp.Compare(a.At, b.At) })
		same(t, name, s, want)
		s.Close()
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("%s: left behind: %v", name, left)
		}
	}
}

func same(t *testing.T, name string, s *Sorter, want []Event) {
	var e Event
	for i := range want {
		if err := s.Next(&e); err != nil {
			t.Fatalf("%s: event %d: %v", name, i, err)
		}
		if w := want[i]; e.At != w.At || e.Work != w.Work || e.Wall != w.Wall || e.Class != w.Class || e.Row != w.Row || string(e.Attr) != string(w.Attr) {
			t.Fatalf("%s: event %d = %+v, want %+v", name, i, e, w)
		}
	}
	if err := s.Next(&e); err != io.EOF {
		t.Errorf("%s: after the last: %v", name, err)
	}
}

// TestManyRunsAreMerged: more runs than are merged at once.
func TestManyRunsAreMerged(t *testing.T) {
	s := &Sorter{Dir: t.TempDir()}
	defer s.Close()
	const runs = 2*fanIn + 3
	for i := range runs {
		for k := range 10 {
			if err := s.Add(&Event{At: int64((runs-i)*10 + k)}); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.spill(len(s.order)); err != nil {
			t.Fatal(err)
		}
	}
	if len(s.runs) != 5 {
		t.Errorf("%d runs, want 2 merged ones and 3", len(s.runs))
	}
	var e Event
	for i := range runs * 10 {
		if err := s.Next(&e); err != nil || e.At != int64(10+i) {
			t.Fatalf("event %d at %d, %v", i, e.At, err)
		}
	}
}
