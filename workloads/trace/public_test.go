package trace

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cnv/workloads"
)

// recordings is the folder of public traces.
func recordings(t *testing.T) string {
	dir := os.Getenv("CNV_TRACES")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "traces")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no public recordings in %s; set CNV_TRACES to test the importers", dir)
	}
	return dir
}

// TestImports: every public recording keeps its total, and the trace is valid
// and replays in order.
func TestImports(t *testing.T) {
	dir := recordings(t)
	for _, c := range []struct {
		kind  string
		files []string
		total int64
		note  string
	}{
		{"azure2019", []string{"azure2019-500f.counts.csv.gz", "azure2019-500f.functions.csv.gz"}, 3_037_902, "correlate by 0.979"},
		{"azure-llm", []string{"azure-llm-2023-conv.csv.gz"}, 19_366, ""},
		{"mooncake", []string{"mooncake-conversation.csv.gz"}, 12_031, "stamped in batches"},
		// The log has 3,461,610 requests; the counts per minute in circulation
		// add up to 14 fewer. An import keeps what the file says.
		{"nasa", []string{"nasa1995-per-minute.csv.gz"}, 3_461_610 - 14, ""},
		{"counts", []string{"nasa1995-week-per-second-sparse.csv.gz"}, 516_943, "bins are not in the file"},
		{"nab", []string{"nab-elb-request-count-5min.csv.gz"}, 249_327, ""},
		{"worldcup", []string{"worldcup98-per-minute-0501-0625.csv.gz"}, 777_903_591, "10 of"},
	} {
		t.Run(c.files[0], func(t *testing.T) {
			t.Parallel()
			var in []string
			for _, f := range c.files {
				in = append(in, filepath.Join(dir, f))
			}
			out := filepath.Join(t.TempDir(), "trace")
			h, err := Import(c.kind, in, out, ImportOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if h.Records != c.total {
				t.Errorf("%d arrivals, want %d", h.Records, c.total)
			}
			if !strings.Contains(fmt.Sprint(h.Notes), c.note) {
				t.Errorf("notes %v do not mention %q", h.Notes, c.note)
			}
			if errs := Validate(out); len(errs) > 0 {
				t.Error(errs)
			}
			if c.total < 5_000_000 {
				replays(t, out, c.total)
			}
		})
	}
}

// TestAsPublished: what publishers publish is told for what it is, and all rows
// come out.
func TestAsPublished(t *testing.T) {
	dir := filepath.Join(recordings(t), "as-published")
	for _, c := range []struct {
		file, kind string
		rows       int64
	}{
		{"AzureLLMInferenceTrace_conv.head.csv", "azure-llm", 399}, {"mooncake_conversation.head.jsonl", "mooncake", 8},
		{"huawei2025_requests.schema.csv", "huawei2025", 2}, {"huawei2025_coldstarts.schema.csv", "huawei2025-coldstarts", 1},
	} {
		done, err := ImportFiles("", []string{filepath.Join(dir, c.file)}, "", ImportOptions{DryRun: true})
		if err != nil {
			t.Error(err)
			continue
		}
		if done.Kind.Name != c.kind || done.Header.Records != c.rows {
			t.Errorf("%s: kind %s, %d rows, want %s, %d", c.file, done.Kind.Name, done.Header.Records, c.kind, c.rows)
		}
	}
}

// replays plays a trace once and counts.
func replays(t *testing.T, dir string, total int64) {
	size, err := workloads.NewSize("constant", time.Second, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	w, err := Open(dir, Options{Replicate: None, Size: size})
	if err != nil {
		t.Fatal(err)
	}
	src, err := w.Open(1)
	if err != nil {
		t.Fatal(err)
	}
	var a workloads.Arrival
	last, n := time.Duration(0), int64(0)
	for ; src.Next(&a); n++ {
		if a.At < last || a.At >= w.Span {
			t.Fatalf("arrival %d at %v, after %v, span %v", n, a.At, last, w.Span)
		}
		last = a.At
	}
	if n != total || src.Err() != nil {
		t.Errorf("replayed %d of %d arrivals, then %v", n, total, src.Err())
	}
}

// TestScrambledAzureIsRefused: counts of other functions do not pass.
func TestScrambledAzureIsRefused(t *testing.T) {
	dir := recordings(t)
	functions := filepath.Join(dir, "azure2019-500f.functions.csv.gz")
	l, err := openLines(filepath.Join(dir, "azure2019-500f.counts.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.close()
	var b strings.Builder
	b.WriteString("minute,func,count\n")
	if _, err := l.next(); err != nil {
		t.Fatal(err)
	}
	for {
		f, err := l.next()
		if err != nil {
			t.Fatal(err)
		}
		if f == nil {
			break
		}
		id, _ := integer(f[1])
		fmt.Fprintf(&b, "%s,%d,%s\n", f[0], (id*7+3)%500, f[2])
	}
	_, err = Import("azure2019", []string{file(t, "c.csv", b.String()), functions}, filepath.Join(t.TempDir(), "x"), ImportOptions{})
	if err == nil || !strings.Contains(err.Error(), "do not belong together") {
		t.Errorf("error = %v, want it refused", err)
	}
}
