package fidelity

import (
	"math"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
)

var inf = math.Inf(1)

// TestError: shares are off by points, all else in parts of what was measured.
func TestError(t *testing.T) {
	for _, c := range []struct {
		unit                string
		measured, predicted float64
		want                float64
		text                string
	}{
		{"%", 10, 12.5, 2.5, "+2.5 points"},
		{"s", 2, 1.5, -0.25, "−25 %"},
		{"s", inf, inf, 0, "0 %"},
		{"s", 1, inf, inf, "∞"},
		{"s", inf, 1, inf, "∞"},
		{"$ per 1,000", 0, 0, 0, "0 %"},
		{"$ per 1,000", 0, 1, inf, "∞"},
	} {
		r := Row{Unit: c.unit, Measured: c.measured, Predicted: c.predicted}
		if got := r.Error(); got != c.want || r.ErrorText() != c.text {
			t.Errorf("%+v: %v, %q; want %v, %q", c, got, r.ErrorText(), c.want, c.text)
		}
	}
}

func row(policy, metric, unit string, measured, predicted float64, within bool) Row {
	return Row{"w", policy, metric, unit, "L1", 1, 10, measured, predicted, predicted * 0.9, predicted * 1.1, within, false}
}

// TestFiles: what is written is read again, infinite values too, and a record grows.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	if got, err := Read(dir); err != nil || got != nil {
		t.Errorf("of no file: %v, %v", got, err)
	}
	rows := []Row{row("a", "p99", "s", inf, inf, true), row("b", "misses", "%", 1.25, 1.5, false)}
	if err := Write(dir, rows); err != nil {
		t.Fatal(err)
	}
	if got, err := Read(dir); err != nil || !reflect.DeepEqual(got, rows) {
		t.Errorf("%v, %v, want %v", got, err, rows)
	}
	at := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	var want []Entry
	for i := range 2 {
		more := []Entry{{at.Add(time.Duration(i) * time.Hour), "x", "local", "1234", rows[0]}, {at.Add(time.Duration(i) * time.Hour), "x", "local", "1234", rows[1]}}
		if err := Append(dir, more); err != nil {
			t.Fatal(err)
		}
		want = append(want, more...)
	}
	if got, err := History(dir); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
	if err := os.WriteFile(dir+"/"+HistoryFile, []byte("when\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := History(dir); err == nil {
		t.Error("a record of another version is read")
	}
}

// TestLines: a few cells are listed, many are summed up by metric; what is outside is named.
func TestLines(t *testing.T) {
	few := []Row{row("a", "misses", "%", 10, 12, true), row("a", "p99", "s", 2, 1, false)}
	text := strings.Join(Lines(few), "\n")
	for _, want := range []string{"w / a", "+2.0 points", "−50 %  OUTSIDE"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if got, want := Summary(few), "1 of 2 measured values lie within what the simulator gives for the same arrivals; outside: p99 of a on w."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	var many []Row
	for _, p := range []string{"a", "b", "c", "d", "e"} {
		many = append(many, row(p, "p99", "s", 2, map[string]float64{"a": 2.2, "b": 2, "c": 1.9, "d": 1, "e": 2.02}[p], p != "d"))
	}
	text = strings.Join(Lines(many), "\n")
	for _, want := range []string{"4 of 5", "5.0 %", "−50 %", "w / d"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// TestDrift: a last command that is much further off than those before is told; one that
// had to wait for cores is listed and does not count.
func TestDrift(t *testing.T) {
	at := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	entries := func(predicted ...float64) (out []Entry) {
		for i, v := range predicted {
			out = append(out, Entry{at.Add(time.Duration(i) * time.Hour), "x", "local", "", row("a", "p99", "s", 2, v, math.Abs(v-2) < 0.2)})
		}
		return out
	}
	verdict := func(all []Entry) string { _, _, v := Drift(all); return v }
	for _, c := range []struct {
		all  []Entry
		want string
	}{
		{entries(2.02), "One command more"},
		{entries(2.02, 1.98, 2.03), "have not become worse"},
		{entries(2.02, 1.98, 3), "Predictions have become worse"},
		{entries(2.02, 1.98, 2.1), "may have become worse"},
	} {
		if got := verdict(c.all); !strings.Contains(got, c.want) {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	waited := entries(2.02, 1.98, 3)
	waited[2].Unranked = true
	table, scores, v := Drift(waited)
	if !strings.Contains(v, "have not become worse") || !strings.Contains(strings.Join(table, "\n"), "waited for cores") || strings.Contains(strings.Join(scores, "\n"), "50 %") {
		t.Errorf("%q\n%v\n%v", v, table, scores)
	}
}

// TestMiddle: the median of an even number of values is between the two in the middle.
func TestMiddle(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   float64
	}{{nil, 0}, {[]float64{3}, 3}, {[]float64{5, 1}, 3}, {[]float64{9, 1, 2}, 2}, {[]float64{4, 1, 2, 9}, 3}} {
		if got := middle(c.values); got != c.want {
			t.Errorf("%v: %v, want %v", c.values, got, c.want)
		}
	}
}

// TestHistoryAtOnce: however many commands make the record at once, it has one header and all
// their entries.
func TestHistoryAtOnce(t *testing.T) {
	for range 20 {
		dir := t.TempDir()
		var group sync.WaitGroup
		start := make(chan struct{})
		for range 8 {
			group.Go(func() {
				<-start
				if err := Append(dir, []Entry{{time.Unix(0, 0), "x", "local", "", row("a", "p99", "s", 2, 2, true)}}); err != nil {
					t.Error(err)
				}
			})
		}
		close(start)
		group.Wait()
		if all, err := History(dir); err != nil || len(all) != 8 {
			t.Fatalf("%d entries, %v; want 8", len(all), err)
		}
		if files, _ := os.ReadDir(dir); len(files) != 1 {
			t.Fatalf("left beside it: %v", files)
		}
	}
}
