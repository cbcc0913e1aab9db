package trace

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cnv/workloads/logs"
)

// TestWhatIsNotThereIsSaid: counts that are no number, instants without a count, work that is
// NaN, and a column of counts that nobody has named.
func TestWhatIsNotThereIsSaid(t *testing.T) {
	named := logs.Options{Arrival: "ts", Count: "n"}
	for name, c := range map[string]struct {
		text     string
		o        logs.Options
		arrivals int64
		said     []string
	}{
		"a count of NaN": {"ts,n\n" + minutes(20) + "1200,NaN\n1260,7\n", named, 47, []string{`unreadable 1 of 22 rows`, `n: "NaN" is not a number from 0 on`, "missing 1 of 22 bins are not in the file: they count as 0"}},
		"a count of nan": {"ts,n\n" + minutes(20) + "1200,nan\n1260,7\n", named, 47, []string{`n: "nan" is not a number from 0 on`}},
		"missing minutes": {"ts,n\n0,5\n60,6\n240,7\n300,5\n", named, 23, []string{
			"values are taken for arrivals of the 1m0s from each instant on", "missing 2 of 6 bins are not in the file: they count as 0"}},
		"work of NaN": {"ts,work_s\n0,1\n1,NaN\n2,1\n3,1\n", logs.Options{}, 4, []string{
			"of 1 rows it is NaN: taken for not recorded", "at least 0.75 cores, as the work of 1 of 4 arrivals is not recorded; 1 if theirs is the same in the mean"}},
		"counts that nobody named": {"time_s,count\n0,5\n60,6\n120,3\n", logs.Options{}, 14, []string{
			"a row is taken for as many requests as count says", "--arrival time_s takes a row for one request", "arrivals of the 1m0s from each instant on"}},
		"counts by class":             {"time_s,route,requests\n0,/a,5\n0,/b,1\n60,/a,6\n60,/b,2\n", logs.Options{}, 14, []string{"as many requests as requests says"}},
		"rows are requests":           {"time_s,count\n0,5\n60,6\n120,3\n", logs.Options{Arrival: "time_s"}, 3, []string{"not used count"}},
		"a feature is no count":       {"time_s,count\n0,5\n60,6\n120,3\n", logs.Options{Features: []string{"count"}}, 3, nil},
		"requests with other columns": {"time_s,count,duration_ms\n0,5,1\n60,6,2\n120,3,1\n", logs.Options{}, 3, []string{"not used count"}},
	} {
		done, err := ImportFiles("", []string{file(t, "x.csv", c.text)}, "", ImportOptions{DryRun: true, Options: c.o})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		told := strings.Join(strings.Fields(done.String()), " ")
		if done.Header.Records != c.arrivals {
			t.Errorf("%s: %d arrivals, want %d", name, done.Header.Records, c.arrivals)
		}
		for _, want := range c.said {
			if !strings.Contains(told, want) {
				t.Errorf("%s: no %q in\n%s", name, want, done)
			}
		}
	}
}

// minutes are rows of so many minutes, with two arrivals each.
func minutes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%d,2\n", 60*i)
	}
	return b.String()
}

// TestDescribeSaysThatEventsWereCut: also where the file that is left ends as one does.
func TestDescribeSaysThatEventsWereCut(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "x")
	if _, err := ImportFiles("", []string{file(t, "access.log", accessLog)}, dir, ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	if d, err := Describe(dir); err != nil || d.Changed != nil {
		t.Fatalf("as written: %v, %v", err, d.Changed)
	}
	var cut bytes.Buffer
	z := gzip.NewWriter(&cut)
	if _, err := z.Write([]byte("arrival_us,class\n0,0\n")); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "events.csv.gz"), cut.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := Describe(dir)
	if err != nil || d.Changed == nil || !strings.Contains(d.Changed.Error(), "events.csv.gz: its SHA-256 is not that of trace.json") {
		t.Errorf("cut: %v, %v, want that it was cut", err, d)
	}
}
