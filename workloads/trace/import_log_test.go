package trace

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cnv/workloads"
	"cnv/workloads/logs"
)

// imported reads the arrivals of a trace that was imported.
func imported(t *testing.T, dir string) []workloads.Arrival {
	e, err := newEventReader(filepath.Join(dir, "events.csv.gz"), nil, false)
	if err != nil {
		t.Fatal(err)
	}
	defer e.l.close()
	var out []workloads.Arrival
	var a workloads.Arrival
	for {
		ok, err := e.next(&a)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return out
		}
		out = append(out, a)
	}
}

const accessLog = `10.0.0.1 - - [10/Oct/2025:13:55:36 +0000] "GET /a HTTP/1.1" 200 10 "-" "x" 0.012
10.0.0.1 - - [10/Oct/2025:13:55:37 +0000] "GET /b HTTP/1.1" 200 20 "-" "x" 1.250
10.0.0.1 - - [10/Oct/2025:13:55:36 +0000] "GET /a HTTP/1.1" 500 30 "-" "x" 0.010
`

// TestImportTellsTheKind: an access log becomes arrivals, end less duration, in
// order, with what the log has.
func TestImportTellsTheKind(t *testing.T) {
	out := filepath.Join(t.TempDir(), "x")
	done, err := ImportFiles("", []string{file(t, "access.log", accessLog)}, out, ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if done.Kind.Name != "clf" || *done.Header.Epoch != "2025-10-10T13:55:35.75Z" || done.Header.Records != 3 {
		t.Errorf("%s, %+v", done.Kind.Name, done.Header)
	}
	for i, want := range []workloads.Arrival{
		{At: 0, Wall: 1250 * time.Millisecond, BytesOut: 20, Status: 200},
		{At: 238 * time.Millisecond, Wall: 12 * time.Millisecond, BytesOut: 10, Status: 200},
		{At: 240 * time.Millisecond, Wall: 10 * time.Millisecond, BytesOut: 30, Status: 500},
	} {
		if a := imported(t, out)[i]; a.At != want.At || a.Wall != want.Wall || a.BytesOut != want.BytesOut || a.Status != want.Status || a.Work != workloads.Unknown {
			t.Errorf("arrival %d = %+v, want %+v", i, a, want)
		}
	}
	if errs := Validate(out); len(errs) > 0 {
		t.Error(errs)
	}
	text := done.String()
	for _, want := range []string{"3 of the first 3 rows read as it", "arrival = time - request_time", "not used      host, user, request", "1 of 3 rows logged before a row above, by up to 1s: sorted", "2: /a 66.7 %, /b 33.3 %", "logged to 1s"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s\ndoes not say %q", text, want)
		}
	}
}

// TestSeveralFilesAreOne: in any order, one of them on standard input.
func TestSeveralFilesAreOne(t *testing.T) {
	dir := t.TempDir()
	late := file(t, "late.csv", "ts,took_ms\n1740909605.5,1\n1740909604,2\n")
	_, err := ImportFiles("", []string{late, "-"}, filepath.Join(dir, "x"), ImportOptions{Stdin: strings.NewReader("ts,took_ms\n1740909603,3\n")})
	if err != nil {
		t.Fatal(err)
	}
	all := imported(t, filepath.Join(dir, "x"))
	if len(all) != 3 || all[0].Wall != 3*time.Millisecond || all[1].At != time.Second || all[2].At != 2500*time.Millisecond {
		t.Errorf("%+v", all)
	}
	h, err := readHeader(filepath.Join(dir, "x"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(h.Provenance.SHA256, ", "); n != 1 || h.Provenance.Path != "late.csv, -" {
		t.Errorf("provenance %+v", h.Provenance)
	}
}

// TestDryRunWritesNothing, but says all that an import says.
func TestDryRunWritesNothing(t *testing.T) {
	dir := t.TempDir()
	in := file(t, "access.log", accessLog)
	dry, err := ImportFiles("", []string{in}, "", ImportOptions{DryRun: true})
	if err != nil {
		t.Fatal(err)
	}
	wet, err := ImportFiles("", []string{in}, filepath.Join(dir, "x"), ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if dry.String() != wet.String() {
		t.Errorf("dry:\n%s\nwet:\n%s", dry, wet)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left: %v", left)
	}
}

// TestWhatCannotBeIsRefused: unless it is forced.
func TestWhatCannotBeIsRefused(t *testing.T) {
	var work, same strings.Builder
	work.WriteString("ts,cpu\n")
	same.WriteString("ts\n")
	for i := range 300 {
		work.WriteString(time.Unix(1740909600, int64(i)*1e7).UTC().Format(time.RFC3339Nano) + ",129\n")
		same.WriteString("1740909600.000001\n")
	}
	for text, c := range map[string]struct {
		o    logs.Options
		want string
	}{
		work.String(): {logs.Options{Arrival: "ts", Work: "cpu"}, "mean work 2m9s at 100.3 /s would keep 1.294e+04 cores busy"},
		same.String(): {logs.Options{Arrival: "ts"}, "arrivals per second: all instants are nearly the same"},
	} {
		dir := t.TempDir()
		in := file(t, "x.csv", text)
		_, err := ImportFiles("csv", []string{in}, filepath.Join(dir, "x"), ImportOptions{Options: c.o})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "--force") {
			t.Errorf("error = %v, want %q", err, c.want)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
		if _, err := ImportFiles("csv", []string{in}, filepath.Join(dir, "x"), ImportOptions{Options: c.o, Force: true}); err != nil {
			t.Errorf("forced: %v", err)
		}
	}
}

// TestBatchJobsAreNotJudged: a machine of many cores is what they run on.
func TestBatchJobsAreNotJudged(t *testing.T) {
	var text strings.Builder
	for i := range 20 {
		fmt.Fprintf(&text, "%d %d 0 3600 5000 3500 -1 5000 100 -1 1 0 1 1 1 -1 -1 -1\n", i+1, i*60)
	}
	done, err := ImportFiles("", []string{file(t, "x.swf", text.String())}, "", ImportOptions{DryRun: true})
	if err != nil || done.Kind.Name != "swf" {
		t.Fatalf("%v, %v", done, err)
	}
}

// TestDuplicatesAndEndsBeforeStarts are counted.
func TestDuplicatesAndEndsBeforeStarts(t *testing.T) {
	in := file(t, "x.csv", "start,end,id\n1,2,a\n1,2,a\n1,2,b\n5,4,c\n")
	done, err := ImportFiles("csv", []string{in}, "", ImportOptions{DryRun: true, Options: logs.Options{Arrival: "start", End: "end"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"1 of 4 rows are the same as another of their instant", "of 1 rows the end is before the start", "mean 1s"} {
		if !strings.Contains(done.String(), want) {
			t.Errorf("%s\ndoes not say %q", done, want)
		}
	}
}

// TestCountsOfMetrics: rates become counts whose rest is carried on, totals
// their differences, and a counter that began again is no loss.
func TestCountsOfMetrics(t *testing.T) {
	for text, want := range map[string]struct {
		values string
		total  int64
		span   int64
	}{
		"t,v\n0,0.5\n1,0.5\n2,0.5\n3,1.5\n": {"rates", 3, 4e6},
		"t,v\n0,10\n1,15\n2,3\n3,8\n":       {"totals", 5 + 3 + 5, 3e6},
		"t,v\n0,10\n2,1\n1,4\n5,1\n":        {"counts", 16, 6e6},
	} {
		out := filepath.Join(t.TempDir(), "x")
		h, err := Import("csv", []string{file(t, "x.csv", text)}, out, ImportOptions{Options: logs.Options{Arrival: "t", Count: "v", Quantity: want.values}})
		if err != nil {
			t.Fatal(err)
		}
		if h.Records != want.total || h.SpanUS != want.span || h.BinUS != 1e6 {
			t.Errorf("%s: %d arrivals over %d us, bins of %d, want %d over %d", want.values, h.Records, h.SpanUS, h.BinUS, want.total, want.span)
		}
		if errs := Validate(out); len(errs) > 0 {
			t.Error(errs)
		}
	}
}

// TestOptionsThatDoNothingAreRefused: an importer of a data set has no use for
// columns.
func TestOptionsThatDoNothingAreRefused(t *testing.T) {
	in := file(t, "x.csv", "second,count\n0,1\n1,2\n")
	_, err := ImportFiles("", []string{in}, "", ImportOptions{DryRun: true, Options: logs.Options{Where: "count > 1"}})
	if err == nil || !strings.Contains(err.Error(), "kind counts has fixed columns") {
		t.Errorf("error = %v", err)
	}
	_, err = ImportFiles("wrk2", []string{in}, "", ImportOptions{DryRun: true})
	if err == nil || !strings.Contains(err.Error(), "a histogram has no instants") {
		t.Errorf("error = %v", err)
	}
}

// TestKinds: the table is whole, and the first argument may be a kind.
func TestKinds(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range Kinds() {
		if k.Name == "" || k.Doc == "" || seen[k.Name] || k.digest == nil && k.format == nil {
			t.Errorf("kind %+v", k)
		}
		seen[k.Name] = true
		if k.Untried && k.Document == "" {
			t.Errorf("%s: not tried on a real file, and no document that it was written after", k.Name)
		}
	}
	for _, c := range []struct {
		args []string
		kind string
	}{{[]string{"csv", "x"}, "csv"}, {[]string{"import_test.go"}, ""}, {[]string{"-"}, ""}, {[]string{"elf", "x"}, "elf"}, {[]string{"import_test.go", "csv"}, ""}} {
		if got, _ := SplitKind(c.args); got != c.kind {
			t.Errorf("%v: kind %q", c.args, got)
		}
	}
}
