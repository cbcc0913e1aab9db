package trace

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestPublishedLLM: the first requests as their publisher gives them are those of the
// trace that comes with the program.
func TestPublishedLLM(t *testing.T) {
	out := filepath.Join(t.TempDir(), "llm")
	in := filepath.Join(recordings(t), "as-published", "AzureLLMInferenceTrace_conv.head.csv")
	h, err := Import("azure-llm", []string{in}, out, ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	got, want := rows(t, filepath.Join(out, "events.csv.gz")), rows(t, Shipped+"azure-llm-2023-conversation/events.csv.gz")
	if n := int(h.Records) + 1; n < 100 || len(got) != n || strings.Join(got, "\n") != strings.Join(want[:n], "\n") {
		t.Errorf("%d requests, not the first ones of the trace that comes with the program", h.Records)
	}
}

// rows are the lines of a CSV file.
func rows(t *testing.T, path string) (out []string) {
	t.Helper()
	l, err := openLines(path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.close()
	for {
		f, err := l.next()
		if err != nil {
			t.Fatal(err)
		}
		if f == nil {
			return out
		}
		out = append(out, string(bytes.Join(f, []byte(","))))
	}
}

// worldCupLog is requests at instants as the published logs have them.
func worldCupLog(t *testing.T, name string, at ...string) string {
	var b bytes.Buffer
	for i, text := range at {
		when, err := time.Parse(time.DateTime, text)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range []uint32{uint32(when.Unix()), uint32(i), 7, 1234} {
			_ = binary.Write(&b, binary.BigEndian, v) // a buffer takes it
		}
		b.Write([]byte{0, 2, 1, 0x40})
	}
	return file(t, name, b.String())
}

// TestPublishedWorldCup: the published logs, counted per minute, give what counts per
// minute give, and keep the notice.
func TestPublishedWorldCup(t *testing.T) {
	log := worldCupLog(t, "wc_day46", "1998-06-10 00:00:00", "1998-06-10 00:00:59", "1998-06-10 00:01:00", "1998-06-10 00:02:05", "1998-06-10 00:02:59")
	events, counted := filepath.Join(t.TempDir(), "events"), filepath.Join(t.TempDir(), "counted")
	if _, err := Import("worldcup", []string{log}, events, ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := (Transform{Bin: time.Minute}).Apply(events, counted); err != nil {
		t.Fatal(err)
	}
	counts := file(t, "counts.csv", "minute_utc,count\n1998-06-10 00:00:00,2\n1998-06-10 00:01:00,1\n1998-06-10 00:02:00,2\n")
	day := filepath.Join(t.TempDir(), "day")
	h, err := Import("worldcup", []string{counts}, day, ImportOptions{Day: "1998-06-10"})
	if err != nil {
		t.Fatal(err)
	}
	if h.Records != 5 || h.SpanUS != 86400e6 || h.Epoch == nil || *h.Epoch != "1998-06-10T00:00:00Z" {
		t.Errorf("%+v", h)
	}
	got, want := rows(t, filepath.Join(counted, "counts.csv.gz")), rows(t, filepath.Join(day, "counts.csv.gz"))
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the logs give %v, their counts %v", got, want)
	}
	for _, dir := range []string{events, counted, day} {
		if _, err := os.Stat(filepath.Join(dir, noticeFile)); err != nil {
			t.Errorf("no notice: %v", err)
		}
	}
}

// TestDayRefused: days that are not there, or that a file does not have.
func TestDayRefused(t *testing.T) {
	counts := file(t, "counts.csv", "minute_utc,count\n1998-06-10 00:00:00,2\n1998-06-10 00:01:00,2\n")
	tokens := file(t, "llm.csv", "arrival_s,ContextTokens,GeneratedTokens\n0,1,1\n1,1,1\n")
	for _, c := range []struct{ kind, file, day, says string }{
		{"worldcup", counts, "1998-06-11", "the file has no counts of that day"},
		{"worldcup", counts, "11 June", "want a date such as 1998-06-10"},
		{"nasa", file(t, "bins", "minute,count\n0,5\n"), "1995-07-01", "numbers of bins, not times"},
		{"azure-llm", tokens, "2023-11-16", "--day is for counts of one class only"},
	} {
		out := filepath.Join(t.TempDir(), "x")
		if _, err := Import(c.kind, []string{c.file}, out, ImportOptions{Day: c.day}); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s of day %q: error = %v, want %q", c.kind, c.day, err, c.says)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%s of day %q left a folder behind", c.kind, c.day)
		}
	}
}

// TestWorkByFormula: work that was not recorded is made of features; what was recorded stays.
func TestWorkByFormula(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "llm")
	in := file(t, "llm.csv", "arrival_s,ContextTokens,GeneratedTokens\n0,100,10\n1,0,200\n")
	if _, err := Import("azure-llm", []string{in}, dir, ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	w, err := Open(dir, Options{Replicate: None, Work: formula(t, "1ms * tokens_in + 10ms * tokens_out")})
	if err != nil {
		t.Fatal(err)
	}
	got := all(t, w, 1)
	if got[0].Work != 200*time.Millisecond || got[1].Work != 2*time.Second || got[0].Key == 0 {
		t.Errorf("work %v and %v, want 200ms and 2s", got[0].Work, got[1].Work)
	}
	if !strings.Contains(strings.Join(w.Notes, "\n"), "the work of 2 of 2 requests was not recorded: it is made by work = \"1ms * tokens_in + 10ms * tokens_out\"") {
		t.Errorf("notes %q do not say how work is made", w.Notes)
	}
	other, err := Open(dir, Options{Replicate: None, Work: formula(t, "1ms * tokens_in + 20ms * tokens_out")})
	if err != nil || other.Digest == w.Digest {
		t.Errorf("another relation is another workload: digest %s (error: %v)", other.Digest, err)
	}
	if _, err := Open(dir, Options{Work: formula(t, "1s * token_in")}); err == nil || !strings.Contains(err.Error(), `"token_in" is neither a field nor a feature of any class (nearest valid name "tokens_in")`) {
		t.Errorf("error = %v", err)
	}
}
