package results

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"cnv/policy"

	"github.com/parquet-go/parquet-go"
	"pgregory.net/rapid"
)

// parquetColumns are the names of the columns of a row.
func parquetColumns[T any]() []string {
	var names []string
	for _, f := range parquet.SchemaOf(*new(T)).Fields() {
		names = append(names, f.Name())
	}
	return names
}

// TestRecordsAreOrdered: requests that end in any order are written in order
// of arrival, and those that wait take at most twice their span.
func TestRecordsAreOrdered(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 500).Draw(t, "n")
		span := rapid.IntRange(1, 200).Draw(t, "span")
		w, err := newRowWriter(filepath.Join(dir, "rows.csv"), RunInfo{Workload: "w", Policy: "p", Classes: []string{"a"}})
		if err != nil {
			t.Fatal(err)
		}
		var open []uint64 // at most span requests after the first unfinished one
		next := 0
		for range n {
			for next < n && (len(open) == 0 || next-int(slices.Min(open)) < span) {
				open, next = append(open, uint64(next)), next+1
			}
			i := rapid.IntRange(0, len(open)-1).Draw(t, "ends")
			w.add(&Request{ID: open[i], Worker: -1, Start: Never, Finish: Never})
			open = slices.Delete(open, i, i+1)
		}
		if limit := max(64, 2*span); len(w.ring) > limit {
			t.Fatalf("%d records kept for a span of %d", len(w.ring), span)
		}
		if err := w.close(); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(dir, "rows.csv"))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
		for i := range n {
			if !strings.HasPrefix(lines[i], strconv.Itoa(i)+",w,p,") {
				t.Fatalf("line %d is %q", i, lines[i])
			}
		}
	})
}

// TestRecordsEndOnce: a request that ends twice, before or after it was
// written, or never, is an error.
func TestRecordsEndOnce(t *testing.T) {
	for _, c := range []struct {
		ids  []uint64
		want string
	}{
		{[]uint64{0, 1, 0}, "request 0 ended twice"},
		{[]uint64{2, 2}, "request 2 ended twice"},
		{[]uint64{0, 2, 3}, "request 1 never ended, 2 after it did"},
	} {
		w, err := newRowWriter(filepath.Join(t.TempDir(), "rows.csv"), RunInfo{})
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range c.ids {
			w.add(&Request{ID: id})
		}
		if err := w.close(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("requests %v: %v, want %q", c.ids, err, c.want)
		}
	}
}

// TestRecordsReadAsWritten: every kind of ending, names that need quoting,
// empty cells for what never came, microseconds rounded down.
func TestRecordsReadAsWritten(t *testing.T) {
	s := NewRuns(Design{Workloads: []string{"w, x"}, Policies: []string{`p "q"`}, Replications: 1, Requests: "csv"}, t.TempDir())
	r, err := s.Open(0, 0, 0, math.MaxUint64, []string{"a", "b,c"})
	if err != nil {
		t.Fatal(err)
	}
	ms := time.Millisecond
	for _, q := range []Request{
		{ID: 1, User: 1, Class: 1, Ending: Rejected, Reason: policy.ReasonCapacity, Status: 503, Worker: -1, Arrival: 2 * ms, Start: Never, Finish: Never, Work: ms},
		{ID: 0, Kind: KindVM, Attempts: 2, Status: 200, Worker: 4, Arrival: ms, Start: ms + 999, Finish: 3*ms + 1999, Work: 1500, Predicted: 0.25},
		{ID: 2, User: 1, Try: 1, Kind: KindFunction, Cold: true, Attempts: 1, Status: 200, Worker: 0, Arrival: 3 * ms, Start: 3 * ms, Finish: 4 * ms, Work: ms},
		{ID: 3, User: 2, Ending: Unfinished, Reason: policy.ReasonWaitsMachine, Worker: -1, Arrival: 5 * ms, Start: Never, Finish: Never, Work: ms},
	} {
		r.Add(&q)
	}
	if err := s.Add(0, 0, r, r.Finish(time.Second, Ledger{}, Counts{})); err != nil {
		t.Fatal(err)
	}
	const start = `"w, x","p ""q""",18446744073709551615,`
	want := strings.Join(requestColumnNames, ",") + "\n" +
		`0,` + start + `a,1000,1000,3001,4,vm,2,200,0,1,250000,0,0,` + "\n" +
		`1,` + start + `"b,c",2000,,,,,0,503,0,1000,,1,0,capacity` + "\n" +
		`2,` + start + `a,3000,3000,4000,0,function,1,200,1,1000,,1,1,` + "\n" +
		`3,` + start + `a,5000,,,,,0,0,0,1000,,2,0,waits_machine` + "\n"
	if got := requestsCSV(t, s); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	s.design.Requests = "parquet"
	if got := parquetAsCSV(t, s); got != want {
		t.Errorf("requests.parquet holds\n%s\nwant\n%s", got, want)
	}
}

// TestParquetEqualsCSV: the two files of requests hold the same.
func TestParquetEqualsCSV(t *testing.T) {
	s := NewRuns(Design{Workloads: []string{"v", "w"}, Policies: []string{"a", "b", "c"}, Replications: 3, Requests: "csv"}, t.TempDir())
	for i := range 2 * 3 * 3 {
		w, p, k := i/9, i/3%3, i%3
		r, err := s.Open(w, p, k, uint64(k), []string{"a", "b"})
		if err != nil {
			t.Fatal(err)
		}
		for id := range 200 {
			at := time.Duration(id) * time.Second
			r.Add(&Request{ID: uint64(id), Class: uint16(id % 2), Kind: KindVM, Status: 200, Worker: int32(p), Arrival: at, Start: at + 5, Finish: at + time.Duration(i)*time.Millisecond, Cold: id%7 == 0, Predicted: float64(id % 3)})
		}
		if err := s.Add(w, p, r, r.Finish(time.Hour, Ledger{}, Counts{})); err != nil {
			t.Fatal(err)
		}
	}
	want := requestsCSV(t, s)
	s.design.Requests = "parquet"
	if got := parquetAsCSV(t, s); got != want {
		t.Error("requests.parquet and requests.csv differ")
	}
	if n := strings.Count(want, "\n"); n != 1+2*3*3*200 {
		t.Errorf("%d lines, want one per request and a header", n)
	}
	if got := parquetColumns[requestRow](); !slices.Equal(got, requestColumnNames) {
		t.Errorf("requests.parquet has %v, requests.csv %v", got, requestColumnNames)
	}
}

// requestsCSV writes requests.csv.
func requestsCSV(t *testing.T, s *Runs) string {
	t.Helper()
	dir := t.TempDir()
	if err := s.WriteFiles(dir); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "requests.csv"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// parquetAsCSV writes requests.parquet and reads it back as requests.csv.
func parquetAsCSV(t *testing.T, s *Runs) string {
	t.Helper()
	dir := t.TempDir()
	if err := s.WriteFiles(dir); err != nil {
		t.Fatal(err)
	}
	rows, err := parquet.ReadFile[requestRow](filepath.Join(dir, "requests.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	num := func(v int64) string { return strconv.FormatInt(v, 10) }
	opt := func(v *int64) string {
		if v == nil {
			return ""
		}
		return num(*v)
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	lines := [][]string{requestColumnNames}
	for _, r := range rows {
		cold := int64(0)
		if r.Cold {
			cold = 1
		}
		lines = append(lines, []string{
			num(r.Request), r.Workload, r.Policy, strconv.FormatUint(r.Seed, 10), r.Class, num(r.Arrival), opt(r.Start), opt(r.Finish),
			opt(r.Worker), r.Kind, num(r.Attempt), num(r.Status), num(cold), num(r.Work), opt(r.Predicted), num(r.User), num(r.Try), r.Reason,
		})
	}
	if err := w.WriteAll(lines); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// BenchmarkRecord is the cost of one line of requests.csv when 100,000
// requests wait for the first one.
func BenchmarkRecord(b *testing.B) {
	w, err := newRowWriter(os.DevNull, RunInfo{Workload: "w", Policy: "p", Classes: []string{"a"}})
	if err != nil {
		b.Fatal(err)
	}
	const span = 100000
	for i := range uint64(span) {
		w.add(&Request{ID: i + 1})
	}
	b.ReportAllocs()
	next := uint64(0)
	for b.Loop() {
		w.add(&Request{ID: next})
		w.add(&Request{ID: w.next + span})
		next = w.next
	}
}

// TestRecordsThatCannotBeWritten: a disk that has no room for request records costs the file of
// requests, not the runs; a request that never ended is an error all the same.
func TestRecordsThatCannotBeWritten(t *testing.T) {
	for _, c := range []struct {
		about   string
		trouble func(s *Runs, r *Run)
		fails   bool // Add does
	}{
		{"a disk that is full", func(_ *Runs, r *Run) { r.rows.f.Close() }, false},
		{"a request that never ends", func(_ *Runs, r *Run) { r.rows.add(&Request{ID: 2, Worker: -1, Start: Never, Finish: Never}) }, true},
	} {
		out := t.TempDir()
		s := NewRuns(Design{Workloads: []string{"w"}, Policies: []string{"p"}, Replications: 2, Requests: "csv"}, t.TempDir())
		var runs []*Run
		for k := range 2 {
			r, err := s.Open(0, 0, k, uint64(k), []string{"c"})
			if err != nil {
				t.Fatal(err)
			}
			r.Add(&Request{ID: 0, Worker: -1, Start: Never, Finish: Never})
			runs = append(runs, r)
		}
		c.trouble(s, runs[1])
		for k, r := range runs {
			if err := s.Add(0, 0, r, Row{}); (err != nil) != (c.fails && k == 1) {
				t.Errorf("%s: adding run %d: %v", c.about, k, err)
			}
		}
		if got := s.Lost() != nil; got == c.fails {
			t.Errorf("%s: records lost: %v", c.about, s.Lost())
		}
		if c.fails {
			continue
		}
		if err := s.Keep(filepath.Join(out, "kept"), 0, 0, runs[1], Row{}, false); err != nil {
			t.Errorf("%s: keeping it: %v", c.about, err)
		}
		if err := s.writeRequests(out); err != nil {
			t.Errorf("%s: the file of requests: %v", c.about, err)
		}
		if _, err := os.Stat(filepath.Join(out, "requests.csv")); err == nil {
			t.Errorf("%s: there is a file of some requests", c.about)
		}
	}
	s := NewRuns(Design{Workloads: []string{"w"}, Policies: []string{"p"}, Replications: 1, Requests: "csv"}, filepath.Join(t.TempDir(), "gone"))
	if r, err := s.Open(0, 0, 0, 1, []string{"c"}); err != nil || r.rows != nil || s.Lost() == nil {
		t.Errorf("where no record can be made: %v, lost %v", err, s.Lost())
	}
}
