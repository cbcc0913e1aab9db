package trace

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"

	"cnv/workloads/logs"
)

// TestDataSetsOnStandardInput: extracts of data sets come by a pipe, too, with the
// digest of what came, and leave no copy.
func TestDataSetsOnStandardInput(t *testing.T) {
	const text = "minute,count\n0,5\n1,7\n"
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte(text)) // a buffer takes it
	z.Close()
	for name, b := range map[string][]byte{"plain": []byte(text), "gzip": packed.Bytes()} {
		temporary := t.TempDir()
		t.Setenv("TMPDIR", temporary)
		in := file(t, "x.csv", string(b))
		sum, err := fileDigest(in)
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range []string{"", "nasa"} {
			h, err := Import(kind, []string{"-"}, filepath.Join(t.TempDir(), "x"), ImportOptions{Stdin: bytes.NewReader(b)})
			if err != nil {
				t.Fatalf("%s, kind %q: %v", name, kind, err)
			}
			if h.Records != 12 || h.Provenance.Path != "-" || h.Provenance.SHA256 != sum {
				t.Errorf("%s, kind %q: %d arrivals, provenance %+v; want 12, -, %s", name, kind, h.Records, h.Provenance, sum)
			}
		}
		if left, _ := os.ReadDir(temporary); len(left) > 0 {
			t.Errorf("%s: left: %v", name, left)
		}
	}
	_, err := ImportFiles("", []string{"-"}, "", ImportOptions{DryRun: true, Stdin: strings.NewReader("minute,count\n0,5\n1,x\n")})
	if err == nil || !strings.Contains(err.Error(), "standard input:3: count") {
		t.Errorf("error = %v", err)
	}
}

// TestWhatAnImportSays: of data sets the first rows and the notes too, of one
// arrival no rate, of counts how many bins are empty.
func TestWhatAnImportSays(t *testing.T) {
	for text, c := range map[string]struct {
		want, never string
	}{
		"timestamp,value\n2014-04-10 00:04:00,94\n2014-04-10 00:14:00,5\n2014-04-10 00:19:00,6\n": {
			"at 2014-04-10T00:04:00Z  value 94;at 2014-04-10T00:14:00Z  value 5;counts per 5m0s, 1 of 4 bins without arrivals;note          1 of 4 bins are not in the file", ""},
		"second,count\n3,1\n5,1\n":                                  {"at 3s  value 1;4 of 6 bins without arrivals", ""},
		"arrival_s,ContextTokens,GeneratedTokens\n0,1,2\n1.5,3,4\n": {"arrival 1.5s  class llm  tokens_in=3;span          1.5s\n", ""},
		"ts,took_ms,cpu_ms\n1740909600.25,7,5\n": {
			"span          one arrival, from 2025-03-02T10:00:00.25Z: neither rate nor load\n;duration      7ms;work          5ms", "/s in the mean"},
		"ts,took_ms\n1740909600,20000\n1740909601,20000\n1740909602,5\n": {"p99 20s, longest 20s, of 3", ""},
	} {
		done, err := ImportFiles("", []string{file(t, "x.csv", text)}, "", ImportOptions{DryRun: true})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		for want := range strings.SplitSeq(c.want, ";") {
			if !strings.Contains(done.String(), want) {
				t.Errorf("%s\ndoes not say %q", done, want)
			}
		}
		if c.never != "" && strings.Contains(done.String(), c.never) {
			t.Errorf("%s\nsays %q", done, c.never)
		}
	}
}

// TestForcedKinds: a file of another kind than was said is refused with the reason.
func TestForcedKinds(t *testing.T) {
	in := file(t, "x.jsonl", `{"ts": 1740909600, "path": "/a"}`+"\n"+`{"ts": 1740909601, "path": "/b"}`+"\n")
	for kind, want := range map[string]string{
		"worldcup":   "x.jsonl:1: not the binary records of World Cup 98",
		"lambda":     "no arrivals in it: none of its rows is one of kind lambda",
		"prometheus": `x.jsonl:2: nothing in it: the list "data.result" is empty, or not there`,
		"counts":     `x.jsonl:1: not CSV: bare "`,
		"clf":        "x.jsonl:1: not like host",
		"alb":        "x.jsonl:1: ",
		"swf":        "x.jsonl:1: submit",
	} {
		if _, err := ImportFiles(kind, []string{in}, "", ImportOptions{DryRun: true}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("as %s: error = %v, want %q", kind, err, want)
		}
	}
}

// TestTooLongALog: instants too far apart are told in days.
func TestTooLongALog(t *testing.T) {
	in := file(t, "x.csv", "ts\n1970-01-02T00:00:00Z\n2261-01-01T00:00:00Z\n")
	_, err := ImportFiles("", []string{in}, "", ImportOptions{DryRun: true, Options: logs.Options{Arrival: "ts"}})
	if err == nil || !strings.Contains(err.Error(), "an arrival is 106285 days after the first, more than the 104 that a trace has") {
		t.Errorf("error = %v", err)
	}
}
