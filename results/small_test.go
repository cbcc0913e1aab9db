package results

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// TestBatchOfARequest: each number of a batch, by hand.
func TestBatchOfARequest(t *testing.T) {
	var s Series
	s.add(&Request{ID: 1, Arrival: 3e9, Finish: 5e9, Ideal: 1e9}, false)
	s.add(&Request{ID: 0, Arrival: 2e9, Finish: 3e9, Ideal: 2e9}, true)
	s.add(&Request{ID: 4, Arrival: 4e9, Finish: 4e9}, false)
	s.add(&Request{ID: 2, Arrival: 4e9, Finish: Never, Ideal: 1e9, Ending: Failed}, true)
	want := Batch{Requests: 4, Answered: 3, Response: 3e9, Slowed: 2, Slow: 2.5, Avoidable: 2, From: 2e9}
	if s.Width != firstBatch || len(s.Batches) != 1 || s.Batches[0] != want {
		t.Errorf("%+v, want %+v", s, want)
	}
}

// TestBatchesAreBounded: the width doubles for the first request beyond the last batch.
func TestBatchesAreBounded(t *testing.T) {
	var s Series
	for _, c := range []struct {
		id, width uint64
		batches   int
	}{{firstBatch*maxBatches - 1, firstBatch, maxBatches}, {firstBatch * maxBatches, 2 * firstBatch, maxBatches/2 + 1}, {8*firstBatch*maxBatches - 1, 8 * firstBatch, maxBatches}} {
		if s.add(&Request{ID: c.id}, false); s.Width != c.width || len(s.Batches) != c.batches {
			t.Errorf("after request %d %d batches of %d, want %d of %d", c.id, len(s.Batches), s.Width, c.batches, c.width)
		}
	}
}

// TestRowsOfClassesAndSizes: classes.csv and sizes.csv have a row for each class and size, in
// seconds.
func TestRowsOfClassesAndSizes(t *testing.T) {
	s := NewRuns(Design{Workloads: []string{"w"}, Policies: []string{"p"}, Replications: 1}, "")
	r, err := s.Open(0, 0, 0, 1, []string{"a", "b"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range uint64(6) {
		took := time.Duration(1+i%2) * time.Second
		r.Add(&Request{ID: i, Class: uint16(i % 2), Finish: took, Ideal: took, Work: took})
	}
	if err := s.Add(0, 0, r, r.Finish(time.Minute, Ledger{}, Counts{})); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := s.writeClasses(dir); err != nil {
		t.Fatal(err)
	}
	if err := s.writeSizes(dir); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "classes.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "w,p,a,3,1,1.000447,1.000447,0,\nw,p,b,3,1,2.000895,2.000895,0,\n"; string(text)[len(text)-len(want):] != want {
		t.Errorf("classes.csv:\n%s\nwant at its end\n%s", text, want)
	}
	sizes, err := ReadSizes(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := []SizeRow{{"w", "p", 0.524288, 1.048576, 0.5, 1, 1}, {"w", "p", 1.048576, 2.097152, 0.5, 1, 1}}
	if !slices.Equal(sizes, want) {
		t.Errorf("sizes %+v, want %+v", sizes, want)
	}
}

// TestUsersThatAreNotTold: every request that add was not told of is a user.
func TestUsersThatAreNotTold(t *testing.T) {
	var u users
	u.add(tryOf(1, 0, 0, 0, time.Second/2), true)
	u.rest(10, 7)
	if u.all != 10 || u.served != 7 {
		t.Errorf("%v of %v users are served, want 7 of 10", u.served, u.all)
	}
}

// TestPooledBins: a bin of enough users takes what is left over; without one all are pooled.
func TestPooledBins(t *testing.T) {
	few, many := userBin{3, 2}, userBin{fewUsers, fewUsers}
	for _, c := range []struct {
		bins []userBin
		want []pooledBin
	}{
		{[]userBin{few}, []pooledBin{{few, 0, 5}}},
		{[]userBin{many, few}, []pooledBin{{userBin{23, 22}, 0, 10}}},
		{[]userBin{few, few, few}, []pooledBin{{userBin{9, 6}, 0, 15}}},
		{[]userBin{many, many, few}, []pooledBin{{many, 0, 5}, {userBin{23, 22}, 5, 15}}},
		{[]userBin{many, {}, few, many, few}, []pooledBin{{many, 0, 5}, {userBin{26, 24}, 10, 25}}},
		{[]userBin{many}, []pooledBin{{many, 0, 5}}},
	} {
		u := userBins{width: userSpan, bins: c.bins}
		if got := u.pooled(); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.bins, got, c.want)
		}
	}
	if got := (&userBins{}).usual(); !math.IsNaN(got) {
		t.Errorf("usual without users: %v", got)
	}
}

// TestKeepSaysWhatItLacks: a run whose records are gone is not kept, also where what is written
// has to last, and leaves no file.
func TestKeepSaysWhatItLacks(t *testing.T) {
	for _, durable := range []bool{false, true} {
		s := NewRuns(Design{Workloads: []string{"w"}, Policies: []string{"p"}, Replications: 1, Requests: "csv"}, t.TempDir())
		r, err := s.Open(0, 0, 0, 1, []string{"a"})
		if err != nil {
			t.Fatal(err)
		}
		row := r.Finish(1, Ledger{}, Counts{})
		if err := os.Remove(s.spoolFile(0, 0)); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if err := s.Keep(filepath.Join(dir, "run"), 0, 0, r, row, durable); err == nil {
			t.Errorf("durable %v: kept without its records", durable)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
			t.Errorf("durable %v: %v is left (error %v)", durable, left, err)
		}
	}
}

// TestDamagedHistogramsAreRefused: a kept run with counts that keep does not give is run again.
func TestDamagedHistogramsAreRefused(t *testing.T) {
	s := NewRuns(Design{Workloads: []string{"w"}, Policies: []string{"p"}, Replications: 1}, "")
	for damage, change := range map[string]func(*tails){
		"": func(*tails) {}, "slowdown": func(d *tails) { d.slowdown.At = append(d.slowdown.At, -1) }, "steady": func(d *tails) { d.steady.Count = append(d.steady.Count, 1) },
		"response": func(d *tails) { d.response = histogram{At: []int32{7, 7}, Count: []int64{1, 1}} },
	} {
		r, err := s.Open(0, 0, 0, 1, []string{"a"})
		if err != nil {
			t.Fatal(err)
		}
		row := r.Finish(1, Ledger{}, Counts{})
		change(&row.tails)
		file := filepath.Join(t.TempDir(), "run")
		if err := s.Keep(file, 0, 0, r, row, false); err != nil {
			t.Fatal(err)
		}
		if taken := NewRuns(s.design, "").Load(file, 0, 0, 0); taken != (damage == "") {
			t.Errorf("damaged %q: taken %v", damage, taken)
		}
	}
}
