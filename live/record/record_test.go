package record

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cnv/workloads"
	"cnv/workloads/trace"
)

// TestRecord plays scenarios against a worker and reads the trace back: what
// was measured, in order of arrival, serial where it was asked for.
func TestRecord(t *testing.T) {
	var mu sync.Mutex
	inside, most, busy := 0, 0, true
	worker := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		inside++
		most = max(most, inside)
		turn := busy
		busy = false
		mu.Unlock()
		defer func() { mu.Lock(); inside--; mu.Unlock() }()
		io.Copy(io.Discard, r.Body)
		if turn {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		time.Sleep(20 * time.Millisecond)
		w.Header().Set("Cnv-Cpu-Us", "20000")
		w.Header().Set("Cnv-Instructions", "123456")
		fmt.Fprint(w, "done")
	}))
	defer worker.Close()
	cases := []Case{
		{Name: "small", Class: "a", Path: "/a?x=1", Body: []byte("small"), Type: "text/plain", Key: 7},
		{Name: "big", Class: "b", Path: "/b"},
	}
	cases[0].Features[0] = 2.5
	classes := []workloads.Class{{Name: "a", Features: []string{"kb"}, MeanWork: workloads.Unknown, Memory: workloads.Unknown},
		{Name: "b", MeanWork: workloads.Unknown, Memory: workloads.Unknown}}
	all := []Scenario{
		{Name: "parallel", Steps: []Step{{Case: 0}, {Case: 1}, {Case: 0, At: 5 * time.Millisecond}}},
		{Name: "serial", Steps: []Step{{Case: 1, After: true}, {Case: 0, After: true}}},
	}
	told := 0
	rows, span, err := Run(t.Context(), cases, all, classes, Options{
		Worker: worker.Listener.Addr().String(), Speed: 0.5, Retry: 10, Tell: func(done, of int) { told = done*100 + of },
	})
	if err != nil || len(rows) != 5 || told != 505 {
		t.Fatalf("%d rows, told %d, %v", len(rows), told, err)
	}
	if most < 2 {
		t.Errorf("at most %d at once, want parallel requests", most)
	}
	dir := filepath.Join(t.TempDir(), "trace")
	if _, err := trace.Record(dir, trace.Header{}, span, classes, rows); err != nil {
		t.Fatal(err)
	}
	if problems := trace.Validate(dir); len(problems) > 0 {
		t.Fatal(problems)
	}
	w, err := trace.Open(dir, trace.Options{Replicate: trace.None})
	if err != nil {
		t.Fatal(err)
	}
	src, err := w.Open(1)
	if err != nil {
		t.Fatal(err)
	}
	var a workloads.Arrival
	n, last := 0, time.Duration(0)
	for src.Next(&a) {
		n++
		if a.Work != 10*time.Millisecond || a.At < last || a.Class == 0 && (a.Features[0] != 2.5 || a.Key != 7) {
			t.Errorf("%+v", a)
		}
		last = a.At
	}
	if n != 5 || src.Err() != nil {
		t.Errorf("%d arrivals, %v", n, src.Err())
	}
	for _, r := range rows {
		if !strings.Contains(r.Attr, ";instructions=123456") && !strings.HasPrefix(r.Attr, "input=big") || !strings.Contains(r.Attr, "scenario=") {
			t.Errorf("attributes %q", r.Attr)
		}
	}
}

// TestFailuresEndARecording: a trace must not mix work with failures.
func TestFailuresEndARecording(t *testing.T) {
	worker := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/mute" {
			fmt.Fprint(w, "done")
			return
		}
		http.Error(w, "no", http.StatusBadRequest)
	}))
	defer worker.Close()
	classes := []workloads.Class{{Name: "a"}}
	for path, says := range map[string]string{"/bad": "answered 400", "/mute": "does not say how much CPU"} {
		_, _, err := Run(context.Background(), []Case{{Name: "x", Class: "a", Path: path}},
			[]Scenario{{Name: "s", Steps: []Step{{}, {At: time.Hour}}}}, classes, Options{Worker: worker.Listener.Addr().String(), Speed: 1})
		if err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), "scenario s: x: ") {
			t.Errorf("%s: %v", path, err)
		}
	}
}
