package trace

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cnv/workloads"
)

// everyField is a trace of 100 arrivals with work 0 to 99 µs, the second half of
// which have all fields.
func everyField(t testing.TB) string {
	dir := filepath.Join(t.TempDir(), "x")
	w, err := create(dir, Header{Kind: Events})
	if err != nil {
		t.Fatal(err)
	}
	w.classes = []class{one("plain", ""), one("featured", "", "f", "g")}
	for i := range int64(100) {
		a := bare(i * 1000)
		a.Work = micros(i)
		if i >= 50 { // fields that begin late
			a.Class, a.Wall, a.Memory, a.BytesIn, a.BytesOut, a.Status = 1, micros(2*i), i, 3*i, 4*i, int32(i)
		}
		var attr []byte
		if a.Class == 1 {
			attr = []byte("f=1.5;g=" + string('0'+byte(i%10)))
		}
		w.event(&a, attr)
	}
	if _, err := w.close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestBlocksKeepEveryField: an arrival of a bootstrap has all that the trace
// recorded of it.
func TestBlocksKeepEveryField(t *testing.T) {
	dir := everyField(t)
	recorded := map[time.Duration]workloads.Arrival{}
	plain, err := Open(dir, Options{Replicate: None})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all(t, plain, 1) {
		a.At = 0
		recorded[a.Work] = a
	}
	blocks, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := all(t, blocks, 1)
	for _, a := range got {
		a.At = 0
		if want := recorded[a.Work]; a != want {
			t.Fatalf("got %+v, recorded was %+v", a, want)
		}
	}
	if len(got) < 50 || recorded[99*time.Microsecond].Key == 0 {
		t.Errorf("%d arrivals, key %v", len(got), recorded[99*time.Microsecond].Key)
	}
}

// TestWorkFromDuration: an arrival's own duration is its work where that is
// asked for; load and mean work count it; without it there is no work.
func TestWorkFromDuration(t *testing.T) {
	const head = "arrival_us,class,work_us,dur_us\n"
	path := file(t, "x.csv", head+"0,a,1000000,3000000\n500000,b,,2000000\n1999999,a,,1000000\n")
	if _, err := Open(path, Options{}); !errors.Is(err, ErrNoWork) {
		t.Errorf("error = %v, want ErrNoWork", err)
	}
	w, err := Open(path, Options{Replicate: None, WorkFrom: "duration"})
	if err != nil {
		t.Fatal(err)
	}
	var works []time.Duration
	for _, a := range all(t, w, 1) {
		works = append(works, a.Work)
	}
	if !slices.Equal(works, []time.Duration{time.Second, 2 * time.Second, time.Second}) {
		t.Errorf("work = %v", works)
	}
	if w.Load != 2 || w.Classes[0].MeanWork != time.Second || w.Classes[1].MeanWork != 2*time.Second {
		t.Errorf("load %v, classes %+v; want 4 s of work in 2 s", w.Load, w.Classes)
	}
	if !slices.Contains(w.Synthesised, "work_us") {
		t.Error("work taken from durations passes for recorded")
	}
	neither := file(t, "x.csv", head+"0,a,1,1\n1,a,,\n")
	if _, err := Open(neither, Options{WorkFrom: "duration"}); !errors.Is(err, ErrNoWork) || !strings.Contains(err.Error(), `class "a": 1 of 2`) {
		t.Errorf("error = %v, want ErrNoWork naming the class", err)
	}
}

// TestDrawnWorkHasNoKey: requests with equal attributes whose work is drawn are
// no repeats of each other; recorded work stays, and is no one else's.
func TestDrawnWorkHasNoKey(t *testing.T) {
	path := file(t, "x.csv", "arrival_us,class,work_us,attr\n0,a,5,w=1\n1,a,,w=1\n2,a,7,w=1\n")
	size, err := workloads.NewSize("exponential", time.Second, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	w, err := Open(path, Options{Replicate: None, Size: size})
	if err != nil {
		t.Fatal(err)
	}
	got := all(t, w, 1)
	if got[0].Key == 0 || got[0].Key != got[2].Key || got[1].Key != 0 {
		t.Errorf("keys %v, %v, %v: want equal, none, equal", got[0].Key, got[1].Key, got[2].Key)
	}
	if got[0].Work != 5*time.Microsecond || got[1].Work <= 0 || got[2].Work != 7*time.Microsecond {
		t.Errorf("work %v, %v, %v", got[0].Work, got[1].Work, got[2].Work)
	}
	if want := (12e-6 + 1) / 3e-6; math.Abs(w.Load/want-1) > 1e-12 {
		t.Errorf("load = %v, want %v", w.Load, want)
	}
}

// TestFileChangesWhileOpen: a trace that loses its work after it was opened is
// an error of the source, not a panic; changed contents change the digest.
func TestFileChangesWhileOpen(t *testing.T) {
	path := file(t, "x.csv", "arrival_us,class,work_us\n0,a,1\n1,a,1\n")
	for _, replicate := range []string{None, Blocks} {
		w, err := Open(path, Options{Replicate: replicate})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("arrival_us,class,work_us\n0,a,\n1,a,\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		src, err := w.Open(1)
		if err != nil {
			t.Fatal(err)
		}
		var a workloads.Arrival
		for src.Next(&a) {
		}
		if src.Err() == nil || !strings.Contains(src.Err().Error(), "changed while it was read") {
			t.Errorf("%s: error = %v", replicate, src.Err())
		}
		if err := os.WriteFile(path, []byte("arrival_us,class,work_us\n0,a,1\n1,a,2\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		if again, err := Open(path, Options{Replicate: replicate}); err != nil || again.Digest == w.Digest {
			t.Errorf("%s: other work has the same digest (%v)", replicate, err)
		}
		os.WriteFile(path, []byte("arrival_us,class,work_us\n0,a,1\n1,a,1\n"), 0o644)
	}
}

// TestChangedFolderSaysSo: results from a folder that was edited by hand carry
// a note, and another digest.
func TestChangedFolderSaysSo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made")
	if _, err := Generate(generated(t), 1, dir); err != nil {
		t.Fatal(err)
	}
	before, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "classes.csv")
	text, _ := os.ReadFile(name)
	os.WriteFile(name, append(text, '\n'), 0o644)
	after, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if before.Digest == after.Digest || !strings.Contains(strings.Join(after.Notes, "\n"), "classes.csv is not what trace.json says") {
		t.Errorf("digest %s, notes %q", after.Digest, after.Notes)
	}
}

// TestBlockTooLong: one window is no bootstrap.
func TestBlockTooLong(t *testing.T) {
	path := file(t, "x.csv", "arrival_us,class,work_us\n0,a,1\n9999999,a,1\n")
	if _, err := Open(path, Options{Block: 9 * time.Second}); err == nil || !strings.Contains(err.Error(), "needs at least 2") {
		t.Errorf("error = %v", err)
	}
	w, err := Open(file(t, "x.csv", "arrival_us,class,work_us\n0,a,1\n"), Options{})
	if err != nil || w.Replicates != None || len(all(t, w, 1)) != 1 {
		t.Errorf("a single arrival: %+v, %v; every replication is the same", w, err)
	}
}

// TestReplayDoesNotAllocate: once under way, a replay of any kind takes no
// memory for an arrival, so a trace of any length fits. (Attributes do, and give it back.)
func TestReplayDoesNotAllocate(t *testing.T) {
	size, err := workloads.NewSize("lognormal", time.Second, 4, 0)
	if err != nil {
		t.Fatal(err)
	}
	plain := file(t, "plain.csv", "arrival_us,class,work_us\n"+strings.Repeat("1,a,7\n1,b,\n", 5000))
	for _, dir := range []string{plain, countsTrace(t)} {
		for _, replicate := range []string{None, Thin, Blocks} {
			w, err := Open(dir, Options{Replicate: replicate, Size: size})
			if err != nil {
				t.Fatal(err)
			}
			src, err := w.Open(1)
			if err != nil {
				t.Fatal(err)
			}
			var a workloads.Arrival
			for range 600 { // the first bins make room for those that follow
				src.Next(&a)
			}
			if n := testing.AllocsPerRun(300, func() { src.Next(&a) }); n > 0 {
				t.Errorf("%s, %s: %v allocations an arrival", filepath.Base(dir), replicate, n)
			}
		}
	}
}
