package journal

import (
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cnv/policy"
)

// drawRecord makes any record at all.
func drawRecord(t *rapid.T) Record {
	r := Record{Event: policy.Event{
		Kind:       policy.EventKind(rapid.Byte().Draw(t, "kind")),
		Attempt:    rapid.Byte().Draw(t, "attempt"),
		Status:     policy.Status(rapid.Byte().Draw(t, "status")),
		Zone:       rapid.Byte().Draw(t, "zone"),
		Cold:       rapid.Bool().Draw(t, "cold"),
		Idempotent: rapid.Bool().Draw(t, "idempotent"),
		Streamed:   rapid.Bool().Draw(t, "streamed"),
		Unstarted:  rapid.Bool().Draw(t, "unstarted"),
		Class:      policy.ClassID(rapid.Uint16().Draw(t, "class")),
		Pool:       policy.PoolID(rapid.Int16().Draw(t, "pool")),
		Code:       rapid.Uint16().Draw(t, "code"),
		Worker:     policy.WorkerID(rapid.Int32().Draw(t, "worker")),
		N:          rapid.Int32().Draw(t, "n"),
		Request:    policy.RequestID(rapid.Uint64().Draw(t, "request")),
		Key:        policy.Key(rapid.Uint64().Draw(t, "key")),
		Instance:   rapid.Uint64().Draw(t, "instance"),
		Bytes:      rapid.Int64().Draw(t, "bytes"),
		At:         time.Duration(rapid.Int64().Draw(t, "at")),
		Took:       time.Duration(rapid.Int64().Draw(t, "took")),
		Work:       rapid.Float64().Draw(t, "work"),
		CPU:        rapid.Float64().Draw(t, "cpu"),
		Truth:      rapid.Float64().Draw(t, "truth"),
		Executed: policy.Executed{
			Instructions: rapid.Int64().Draw(t, "instructions"), Blocks: rapid.Int64().Draw(t, "blocks"), Calls: rapid.Int64().Draw(t, "calls"),
		},
	}}
	for i := range rapid.IntRange(0, policy.MaxFeatures).Draw(t, "features") {
		r.Event.Features[i] = rapid.Float64().Draw(t, "feature")
	}
	for range rapid.IntRange(0, 3).Draw(t, "commands") {
		r.Commands = append(r.Commands, policy.Command{
			Kind: policy.CommandKind(rapid.Byte().Draw(t, "ckind")), Attempt: rapid.Byte().Draw(t, "cattempt"),
			Pool: policy.PoolID(rapid.Int16().Draw(t, "cpool")), Worker: policy.WorkerID(rapid.Int32().Draw(t, "cworker")),
			N: rapid.Int32().Draw(t, "cn"), Request: policy.RequestID(rapid.Uint64().Draw(t, "creq")),
			Key: policy.Key(rapid.Uint64().Draw(t, "ckey")), At: time.Duration(rapid.Int64().Draw(t, "cat")),
			Work: rapid.Float64().Draw(t, "cwork"), Known: rapid.Bool().Draw(t, "cknown"),
		})
	}
	return r
}

// same compares records bit by bit: -0 is not 0, and NaN is itself.
func same(a, b *Record) bool {
	bits := func(e policy.Event) policy.Event {
		e.Work, e.CPU, e.Truth, e.Features = 0, 0, 0, [8]float64{}
		return e
	}
	if a.At != b.At || bits(a.Event) != bits(b.Event) || len(a.Commands) != len(b.Commands) {
		return false
	}
	fa := append([]float64{a.Event.Work, a.Event.CPU, a.Event.Truth}, a.Event.Features[:]...)
	fb := append([]float64{b.Event.Work, b.Event.CPU, b.Event.Truth}, b.Event.Features[:]...)
	for i := range fa {
		if math.Float64bits(fa[i]) != math.Float64bits(fb[i]) {
			return false
		}
	}
	return len(a.Commands) == 0 || reflect.DeepEqual(a.Commands, b.Commands)
}

// write makes a journal of records in a new folder.
func write(t testing.TB, dir string, o Options, records []Record) {
	w, err := Create(dir, Header{Policy: "p", Seed: 7}, o)
	if err != nil {
		t.Fatal(err)
	}
	for i := range records {
		w.Add(records[i].At, &records[i].Event, records[i].Commands)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// read returns the records of a journal and how it ended.
func read(t testing.TB, path string) ([]Record, error) {
	r, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var out []Record
	for {
		var rec Record
		if err := r.Next(&rec); err != nil {
			return out, err
		}
		out = append(out, rec)
	}
}

// TestRoundTrip: what is written is read again, bit by bit, over small
// blocks and many files.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var records []Record
		at := time.Duration(0)
		for range rapid.IntRange(0, 50).Draw(rt, "records") {
			r := drawRecord(rt)
			at += time.Duration(rapid.IntRange(0, 1e6).Draw(rt, "dt"))
			r.At = at
			records = append(records, r)
		}
		dir := filepath.Join(t.TempDir(), "j")
		write(t, dir, Options{Block: rapid.IntRange(1, 3000).Draw(rt, "block"), Rotate: 2000, Blocks: 1000}, records)
		got, err := read(t, dir)
		if err != io.EOF || len(got) != len(records) {
			rt.Fatalf("read %d of %d records, then %v", len(got), len(records), err)
		}
		for i := range got {
			if !same(&got[i], &records[i]) {
				rt.Fatalf("record %d:\n got %+v\nwant %+v", i, got[i], records[i])
			}
		}
	})
}

// some makes n plain records.
func some(n int) []Record {
	var out []Record
	for i := range n {
		out = append(out, Record{At: time.Duration(i) * time.Millisecond, Event: policy.Event{Kind: policy.Arrival, Request: policy.RequestID(i)}})
	}
	return out
}

// TestTornTail: a journal cut off at any byte gives a prefix of its records.
func TestTornTail(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "j")
	write(t, dir, Options{Block: 50}, some(40))
	file := filepath.Join(dir, "000001.journal")
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	header := len(whole)
	for n := len(whole); n > 0; n-- {
		if err := os.WriteFile(file, whole[:n], 0o644); err != nil {
			t.Fatal(err)
		}
		r, err := Open(dir)
		if err != nil {
			header = n
			break // cut into the header: said so by Open
		}
		var rec Record
		k := 0
		for ; err == nil; k++ {
			if err = r.Next(&rec); err == nil && int(rec.Event.Request) != k {
				t.Fatalf("record %d is of request %d", k, rec.Event.Request)
			}
		}
		r.Close()
		if err != io.EOF && !errors.Is(err, ErrTorn) {
			t.Fatalf("cut at %d of %d: %v", n, len(whole), err)
		}
	}
	if header > 400 {
		t.Errorf("cut at %d could not be opened; only a cut within the header may stop Open", header)
	}
}

// TestDamage: a flipped byte is found, and named with file and record.
func TestDamage(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "j")
	write(t, dir, Options{Block: 50}, some(40))
	file := filepath.Join(dir, "000001.journal")
	whole, _ := os.ReadFile(file)
	whole[len(whole)-3] ^= 1
	os.WriteFile(file, whole, 0o644)
	if _, err := read(t, dir); err == io.EOF || errors.Is(err, ErrTorn) {
		t.Errorf("a damaged block was read: %v", err)
	}
}

// TestGap: when blocks cannot be handed over, the gap says how many records
// are missing, and what follows is kept.
func TestGap(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "j")
	w, err := Create(dir, Header{}, Options{Block: 1, Blocks: 2, Flush: time.Hour})
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
	if !errors.Is(err, ErrGap) || len(got) == 0 {
		t.Fatalf("%d records, then %v; want some, then a gap", len(got), err)
	}
}

// TestReplayFindsTheFirstDifference: a changed command is shown with its event.
func TestReplayFindsTheFirstDifference(t *testing.T) {
	for _, spoil := range []bool{false, true} {
		dir := filepath.Join(t.TempDir(), "j")
		w, err := Create(dir, Header{}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		c := controller(t)
		var out []policy.Command
		step := func(at time.Duration, e policy.Event) {
			out = c.Step(at, &e, out[:0])
			kept := out
			if spoil && e.Request == 3 {
				kept = append([]policy.Command(nil), out...)
				kept[0].Worker = 77
			}
			w.Add(at, &e, kept)
		}
		for _, k := range []policy.EventKind{policy.WorkerPending, policy.WorkerRunning, policy.WorkerReady} {
			step(0, policy.Event{Kind: k})
		}
		for i := range policy.RequestID(6) {
			step(time.Duration(i+1)*time.Second, policy.Event{Kind: policy.Arrival, Request: i})
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		r, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		agreed, diff, _, err := Replay(r, controller(t))
		r.Close()
		if err != nil || (diff != nil) != spoil {
			t.Fatalf("spoilt %v: difference %v, error %v", spoil, diff, err)
		}
		if spoil && (agreed != 6 || diff.Event.Request != 3 || diff.Want[0].Worker != 77) {
			t.Errorf("first difference after %d records: %v", agreed, diff)
		}
	}
}

type only struct{}

func (only) Route(v *policy.View, _ *policy.Request) (policy.WorkerID, bool) {
	if len(v.Ready()) == 0 {
		return policy.NoWorker, false
	}
	return v.Ready()[0], true
}

func controller(t *testing.T) *policy.Controller {
	c, err := policy.New(policy.Config{Router: only{}, Classes: []policy.Class{{}}, Pools: []policy.Pool{{Cores: 1, Speed: 1, Max: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// FuzzReader: no input makes the reader panic or run on.
func FuzzReader(f *testing.F) {
	dir := filepath.Join(f.TempDir(), "j")
	write(f, dir, Options{Block: 50}, some(10))
	seed, _ := os.ReadFile(filepath.Join(dir, "000001.journal"))
	f.Add(seed)
	f.Fuzz(func(t *testing.T, b []byte) {
		name := filepath.Join(t.TempDir(), "x.journal")
		os.WriteFile(name, b, 0o644)
		r, err := Open(name)
		if err != nil {
			return
		}
		defer r.Close()
		var rec Record
		for r.Next(&rec) == nil {
		}
	})
}

// BenchmarkAdd is the cost of a record to the goroutine of the brain.
func BenchmarkAdd(b *testing.B) {
	w, err := Create(filepath.Join(b.TempDir(), "j"), Header{}, Options{Blocks: 1 << 16})
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
	w, err := Create(dir, Header{}, Options{Wait: true})
	if err != nil {
		t.Fatal(err)
	}
	note := Note{At: 3 * time.Second, When: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Who: "127.0.0.1", What: "max", From: "4", To: "6"}
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
	var rec Record
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
