package results

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"testing"
	"time"
)

// recorded is two policies on two workloads, twice each, with ten requests and three
// samples that are all different.
func recorded(t *testing.T, requests string) *Runs {
	t.Helper()
	s := NewRuns(Design{Workloads: []string{"v", "w"}, Policies: []string{"p", "q"}, Replications: 2, Requests: requests}, t.TempDir())
	for i := range 8 {
		w, p, k := i/4, i/2%2, i%2
		r, err := s.Open(w, p, k, uint64(k), []string{"a"})
		if err != nil {
			t.Fatal(err)
		}
		for id := range uint64(10) {
			at := time.Duration(id) * time.Second
			q := Request{ID: id, User: id, Arrival: at, Start: at, Finish: at + time.Duration(i+1)*time.Duration(id+1)*time.Millisecond, Ending: Answered, Ideal: time.Millisecond, Status: 200, Worker: int32(id % 3)}
			if id == 9 && p == 1 {
				q.Ending, q.Start, q.Finish, q.Worker, q.Status = TimedOut, Never, Never, -1, 504
			}
			r.Add(&q)
		}
		for n := range 3 {
			r.Tick(numbered(100*i + 10*n))
		}
		if err := s.Add(w, p, r, r.Finish(10*time.Second, Ledger{}, Counts{})); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// numbered is a sample whose numbers are all different.
func numbered(n int) Sample {
	x := float64(n)
	return Sample{At: time.Duration(n) * time.Second, ArrivalsPerS: x + 0.25, OfferedCores: x + 0.5, InFlight: n + 1, Queued: n + 2, Ready: n + 3, Booting: n + 4,
		Draining: n + 5, Desired: n + 6, CapacityCores: x + 0.75, BilledCores: x + 1.25, Functions: n + 7, USDPerHour: x + 1.5}
}

// TestFilesReadAsWritten: the samples of the first replication of each cell, and the
// quantiles of all of them, read back are those that were written, in order.
func TestFilesReadAsWritten(t *testing.T) {
	dir, s := t.TempDir(), recorded(t, "")
	if err := s.WriteFiles(dir); err != nil {
		t.Fatal(err)
	}
	lines, err := ReadTimeline(dir)
	if err != nil {
		t.Fatal(err)
	}
	quantiles, err := ReadDistributions(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(lines) != 4 || len(quantiles) != 4 {
		t.Fatalf("%d timelines and %d distributions, want 4 of each", len(lines), len(quantiles))
	}
	for cell := range 4 {
		w, p := s.workloadOf(cell), s.policyOf(cell)
		want := Timeline{Workload: w, Policy: p}
		for n := range 3 {
			want.Samples = append(want.Samples, numbered(200*cell+10*n))
		}
		if got := lines[cell]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s / %s: timeline %+v, want %+v", w, p, got, want)
		}
		d, c := quantiles[cell], &s.cells[cell]
		var all, some []float64
		for _, at := range quantileGrid() {
			all, some = append(all, quantileOf(c.response, at, 20)/1e6), append(some, quantileOf(c.response, at, float64(20-2*(cell%2)))/1e6)
		}
		if d.Workload != w || d.Policy != p || !reflect.DeepEqual(d.P, quantileGrid()) || !reflect.DeepEqual(d.Response, all) || !reflect.DeepEqual(d.Answered, some) {
			t.Errorf("%s / %s: distribution %+v, want %v and %v", w, p, d, all, some)
		}
	}
}

// TestAFullDiskIsSaid: a file that could not be written is an error, whichever it is.
func TestAFullDiskIsSaid(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("it has no /dev/full")
	}
	for _, requests := range []string{"", "csv", "parquet"} {
		s, written := recorded(t, requests), t.TempDir()
		if err := s.WriteFiles(written); err != nil {
			t.Fatal(err)
		}
		files, err := os.ReadDir(written)
		if err != nil || len(files) < 4 {
			t.Fatalf("%d files were written: %v", len(files), err)
		}
		for _, f := range files {
			dir := t.TempDir()
			if err := os.Symlink("/dev/full", filepath.Join(dir, f.Name())); err != nil {
				t.Fatal(err)
			}
			if err := s.WriteFiles(dir); err == nil {
				t.Errorf("requests %q: %s could not be written, and nothing is said", requests, f.Name())
			}
		}
	}
}

// TestLostRecordsAreSaid: records of requests that are gone are an error, not a file with
// fewer.
func TestLostRecordsAreSaid(t *testing.T) {
	for _, requests := range []string{"csv", "parquet"} {
		for lost := range 8 {
			s := recorded(t, requests)
			if err := os.Remove(s.spoolFile(lost/2, lost%2)); err != nil {
				t.Fatal(err)
			}
			if err := s.WriteFiles(t.TempDir()); err == nil {
				t.Errorf("%s: %s is gone, and nothing is said", requests, fmt.Sprint(lost))
			}
		}
	}
}
