package main

import (
	"errors"
	"io"
	"math"
	"slices"
	"testing"
	"time"

	"cnv/live/journals"
	"cnv/policy"
	"cnv/policy/journal"
)

// A follower keeps when workers had requests, as the gateway saw it.
type follower struct {
	at   map[attempt]policy.WorkerID
	open map[policy.WorkerID]int           // requests there
	from map[policy.WorkerID]time.Duration // since when
	busy map[policy.WorkerID][][2]time.Duration
}

type attempt struct {
	r policy.RequestID
	n uint8
}

func (f *follower) add(r *journal.Record) {
	if e := &r.Event; e.Kind == policy.Done {
		a := attempt{e.Request, e.Attempt}
		if w, ok := f.at[a]; ok {
			delete(f.at, a)
			if f.open[w]--; f.open[w] == 0 {
				f.busy[w] = append(f.busy[w], [2]time.Duration{f.from[w], r.At})
			}
		}
	}
	for _, c := range r.Commands {
		if c.Kind != policy.Dispatch {
			continue
		}
		if f.open[c.Worker]++; f.open[c.Worker] == 1 {
			f.from[c.Worker] = r.At
		}
		f.at[attempt{c.Request, c.Attempt}] = c.Worker
	}
}

// share is the share of a time in which a worker had requests.
func (f *follower) share(w policy.WorkerID, from, to time.Duration) float64 {
	var sum time.Duration
	for _, s := range f.busy[w] {
		sum += max(0, min(s[1], to)-max(s[0], from))
	}
	return float64(sum) / float64(to-from)
}

// reportsFit checks that workers of one core have reported how long they had
// requests, over exactly each period.
func reportsFit(t *testing.T, dir string, period time.Duration) {
	t.Helper()
	r, err := journals.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	f := follower{map[attempt]policy.WorkerID{}, map[policy.WorkerID]int{}, map[policy.WorkerID]time.Duration{}, map[policy.WorkerID][][2]time.Duration{}}
	var reports []policy.Event
	for {
		var rec journal.Record
		err := r.Next(&rec)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		f.add(&rec)
		if rec.Event.Kind == policy.Telemetry {
			reports = append(reports, rec.Event)
		}
	}
	var off []float64
	for i := range reports {
		e := &reports[i]
		if e.At%period != 0 || e.At < period {
			t.Errorf("a report of %v, want one of a multiple of %v", e.At, period)
		}
		off = append(off, math.Abs(e.CPU-f.share(e.Worker, e.At-period, e.At)))
	}
	slices.Sort(off)
	if len(off) < 5 || off[len(off)/2] > 0.1 {
		t.Errorf("%d reports are off what the gateway saw by %.3f", len(off), off)
	}
}
