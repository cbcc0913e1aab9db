package journals

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/journal"
)

// some makes n plain records.
func some(n int) []journal.Record {
	var out []journal.Record
	for i := range n {
		out = append(out, journal.Record{At: time.Duration(i) * time.Millisecond, Event: policy.Event{Kind: policy.Arrival, Request: policy.RequestID(i)}})
	}
	return out
}

// read returns the records of a journal and how it ended.
func read(t testing.TB, path string) ([]journal.Record, error) {
	r, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var out []journal.Record
	for {
		var rec journal.Record
		if err := r.Next(&rec); err != nil {
			return out, err
		}
		out = append(out, rec)
	}
}

// TestFiles: records come back in order over many files, each of which can be read
// by itself; a folder that holds a journal, and one that holds none, are refused.
func TestFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "j")
	w, err := Create(dir, journal.Header{Policy: "p", Seed: 7}, Options{Block: 50, Rotate: 200, Wait: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range some(200) {
		w.Add(r.At, &r.Event, nil)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := read(t, dir)
	if err != io.EOF || len(got) != 200 {
		t.Fatalf("%d records, then %v; want 200", len(got), err)
	}
	for i := range got {
		if int(got[i].Event.Request) != i {
			t.Fatalf("record %d is of request %d", i, got[i].Event.Request)
		}
	}
	second, err := Open(filepath.Join(dir, "000002.journal"))
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if h := second.Header; h.Part != 2 || h.Policy != "p" || h.Seed != 7 || h.Version != journal.Version {
		t.Errorf("header of the second file: %+v", h)
	}
	if _, err := Create(dir, journal.Header{}, Options{}); err == nil {
		t.Error("a second journal was begun in the folder")
	}
	if _, err := Open(t.TempDir()); err == nil {
		t.Error("an empty folder was opened")
	}
	if _, err := Open(filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what is not there: %v", err)
	}
}

// TestGap: when blocks cannot be handed over, the gap says how many records
// are missing, and what follows is kept.
func TestGap(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "j")
	w, err := Create(dir, journal.Header{}, Options{Block: 1, Blocks: 2, Flush: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range some(20_000) {
		w.Add(r.At, &r.Event, nil)
		if i == 10_000 {
			time.Sleep(10 * time.Millisecond) // lets the writer catch up in between
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := read(t, dir)
	if !errors.Is(err, journal.ErrGap) || len(got) == 0 {
		t.Fatalf("%d records, then %v; want some, then a gap", len(got), err)
	}
}

// BenchmarkAdd is the cost of a record to the goroutine of the brain.
func BenchmarkAdd(b *testing.B) {
	w, err := Create(filepath.Join(b.TempDir(), "j"), journal.Header{}, Options{Blocks: 1 << 16})
	if err != nil {
		b.Fatal(err)
	}
	e := policy.Event{Kind: policy.Arrival, Idempotent: true, Bytes: 1000, Key: 0x1234567890abcdef, Features: [8]float64{1, 2, 3}}
	cmds := []policy.Command{{Kind: policy.Dispatch, Worker: 3, Work: 0.425}}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		e.Request, cmds[0].Request = policy.RequestID(i), policy.RequestID(i)
		w.Add(time.Duration(i)*time.Microsecond, &e, cmds)
	}
	b.StopTimer()
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
}

// TestNotes: what an operator has changed stands behind the records before it, and
// changes nothing of them; it comes through even where records find no room.
func TestNotes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "j")
	w, err := Create(dir, journal.Header{}, Options{Wait: true})
	if err != nil {
		t.Fatal(err)
	}
	note := journal.Note{At: 3 * time.Second, When: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Who: "127.0.0.1", What: "max", From: "4", To: "6"}
	for i := range 5 {
		w.Add(time.Duration(i)*time.Second, &policy.Event{Kind: policy.Wake, N: int32(i)}, nil)
		if i == 3 {
			w.Note(note)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	w.Note(note) // too late
	r, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var rec journal.Record
	for i := range 5 {
		if err := r.Next(&rec); err != nil || rec.Event.N != int32(i) {
			t.Fatalf("record %d: %+v, %v", i, rec, err)
		}
		if want := i / 4; len(r.Notes) != want {
			t.Errorf("%d notes before record %d, want %d", len(r.Notes), i, want)
		}
	}
	if err := r.Next(&rec); err != io.EOF || len(r.Notes) != 1 || r.Notes[0] != note {
		t.Errorf("%v; notes %+v, want %+v", err, r.Notes, note)
	}
}

// TestStopped: a journal whose files take no more says so at once, once, and counts what it
// lacks; whoever adds records does not notice.
func TestStopped(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "j")
	stopped := make(chan error, 100)
	w, err := Create(dir, journal.Header{}, Options{Block: 50, Rotate: 200, Wait: true, Stopped: func(err error) { stopped <- err }})
	if err != nil {
		t.Fatal(err)
	}
	add := func(n int) {
		for _, r := range some(n) {
			w.Add(r.At, &r.Event, nil)
		}
	}
	add(50)
	if stopped, lost := w.Health(); stopped || lost > 0 {
		t.Errorf("stopped %v, %d records lost, before anything went wrong", stopped, lost)
	}
	if err := os.Rename(dir, dir+" before"); err != nil { // the next file cannot be made
		t.Fatal(err)
	}
	add(500)
	if err := <-stopped; !errors.Is(err, os.ErrNotExist) {
		t.Errorf("stopped as %v", err)
	}
	if err := w.Close(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("closed with %v", err)
	}
	if stopped, lost := w.Health(); !stopped || lost < 300 || lost > 550 {
		t.Errorf("stopped %v, %d records lost", stopped, lost)
	}
	if len(stopped) > 0 {
		t.Error("it says so more than once")
	}
}
