package sim

import (
	"context"
	"testing"
	"time"

	"cnv/workloads"
)

// TestDeadlinesGoWithRequests: how long clients wait is not kept for those that have
// their answer, behind one that waits.
func TestDeadlinesGoWithRequests(t *testing.T) {
	const n = 100_000
	src := &list{arrivals: []workloads.Arrival{{Work: 2 * time.Hour}}}
	for i := 1; i < n; i++ {
		src.arrivals = append(src.arrivals, workloads.Arrival{At: time.Duration(i) * time.Millisecond, Work: time.Microsecond})
	}
	cfg := fleet(1, &roundRobin{})
	cfg.PS, cfg.Timeout = true, time.Hour
	m := &memory{}
	w, err := newWorld(&cfg, src, m)
	if err != nil {
		t.Fatal(err)
	}
	most := 0
	w.src = &watched{src, func() { most = max(most, w.deadlines.Len()) }}
	if err := w.run(context.Background()); err != nil {
		t.Fatal(err)
	}
	w.close()
	if left := m.byID(t)[0]; left.Status != 499 || left.Finish >= 0 {
		t.Errorf("the first client: %+v, want that it left", left)
	}
	if most > 5000 {
		t.Errorf("%d deadlines of one request in flight", most)
	}
}

// A watched is a source that somebody watches.
type watched struct {
	workloads.Source
	seen func()
}

func (s *watched) Next(a *workloads.Arrival) bool { s.seen(); return s.Source.Next(a) }
