package trace

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// samples are logs as programs write them, a stream of sixty requests in most of
// them. They are among the cases, beside the public recordings.
var samples = []struct {
	name, kind string
	records    int64         // 0: the sixty requests of the stream
	within     time.Duration // resolution of the format
}{
	{"alb.log", "alb", 0, time.Microsecond},
	{"caddy.jsonl", "caddy", 0, time.Microsecond},
	{"hey.csv", "hey", 0, 100 * time.Microsecond},
	{"iso.csv", "csv", 0, time.Microsecond},
	{"k6.csv", "k6-csv", 0, time.Second},
	{"lambda.log", "lambda", 0, time.Microsecond},
	{"nginx.jsonl", "nginx-json", 0, time.Microsecond},
	{"semi.csv", "csv", 0, time.Millisecond},
	{"tab.tsv", "csv", 0, time.Millisecond},
	{"unsorted.csv", "csv", 0, time.Millisecond},
	{"vegeta.csv", "vegeta-csv", 0, time.Microsecond},
	{"vegeta.json", "vegeta-json", 0, time.Microsecond},
	{"apache.log", "clf", 20, 0},
	{"azure2021.csv", "azure2021", 4, 0},
	{"cw.csv", "cloudwatch-csv", 3435, 0},
	{"cw.json", "cloudwatch-json", 3435, 0},
	{"jobs.swf", "swf", 60, 0},
	{"locust.csv", "locust", 295, 0},
	{"nginx.log", "clf", 3, 0},
	{"prom.json", "prometheus", 46440, 0},
}

// TestSamplesAreOneStream: each sample is told, and the same arrivals come out of
// all that hold the stream, within what the format can say.
func TestSamplesAreOneStream(t *testing.T) {
	folder := filepath.Join(recordings(t), "..", "cases", "logs")
	there, err := os.ReadDir(folder)
	if err != nil {
		t.Skipf("no samples of logs beside the public recordings: %v", err)
	}
	if len(there) != len(samples) {
		t.Errorf("%d samples, of which %d are known here", len(there), len(samples))
	}
	truth := streamOf(t, filepath.Join(folder, "iso.csv"), "csv", 60)
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			path := filepath.Join(folder, s.name)
			if s.records > 0 {
				done, err := ImportFiles("", []string{path}, "", ImportOptions{DryRun: true})
				if err != nil || done.Kind.Name != s.kind || done.Header.Records != s.records {
					t.Fatalf("%+v, %v; want %d of %s", done, err, s.records, s.kind)
				}
				return
			}
			for i, at := range streamOf(t, path, s.kind, 60) {
				if off := at - truth[i]; off.Abs() > s.within {
					t.Errorf("arrival %d at %v, want %v", i, at, truth[i])
				}
			}
		})
	}
}

// streamOf are the arrivals of a log after 2025-06-01T12:00:00Z, or, where it has no
// date, from its own first on, which the stream has at 72.146 ms.
func streamOf(t *testing.T, path, kind string, n int) []time.Duration {
	out := filepath.Join(t.TempDir(), "x")
	done, err := ImportFiles("", []string{path}, out, ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if done.Kind.Name != kind {
		t.Fatalf("taken for %s, want %s", done.Kind.Name, kind)
	}
	first := 72146 * time.Microsecond
	if e := done.Header.Epoch; e != nil {
		epoch, err := time.Parse(time.RFC3339Nano, *e)
		if err != nil {
			t.Fatal(err)
		}
		first = epoch.Sub(time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC))
	}
	all := imported(t, out)
	if len(all) != n {
		t.Fatalf("%d arrivals, want %d", len(all), n)
	}
	var at []time.Duration
	for _, a := range all {
		at = append(at, first+a.At)
	}
	return at
}
