package trace

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cnv/workloads"
	"cnv/workloads/logs"
)

// formula is a formula that can be read.
func formula(t *testing.T, text string) *Formula {
	t.Helper()
	f, err := ParseFormula(text)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestFormulas: what formulas come out at, by hand.
func TestFormulas(t *testing.T) {
	a := workloads.Arrival{Wall: 300 * time.Millisecond, BytesIn: 1000, BytesOut: workloads.Unknown, Memory: 2048}
	a.Features[0], a.Features[1] = 100, 10
	features := []string{"tokens_in", "tokens_out"}
	for text, want := range map[string]float64{
		"duration":                                0.3,
		"duration - 5ms":                          0.295,
		"min(duration - 5ms, 200ms)":              0.2,
		"max(duration - 1s, 0s)":                  0,
		"duration - 1s":                           -0.7, // which is taken for 0
		"0.2ms * tokens_in + 30ms * tokens_out":   0.32,
		" 2 * (1ms*bytes_in) + 1us * memory_kib ": 2.002048,
		"1s - 0.1s - 0.2s":                        0.7, // from left to right
		"0.5 * duration":                          0.15,
	} {
		got, ok := formula(t, text).of(&a, features, &values{})
		if !ok || math.Abs(got-want) > 1e-12 {
			t.Errorf("%s = %v (known: %v), want %v", text, got, ok, want)
		}
	}
	if _, ok := formula(t, "1us * bytes_out").of(&a, features, &values{}); ok {
		t.Error("bytes_out is not known of the arrival, so neither is its work")
	}
}

// TestBadFormulas: errors name the column and what was wanted.
func TestBadFormulas(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "column 1: want a number, a duration such as 5ms, or a name",
		"5":                      "it comes out as a number, want a time",
		"duration * 5ms":         "column 10: two times cannot be multiplied",
		"duration + 5":           "column 10: a time and a plain number cannot be added",
		"min(duration, 5)":       "column 1: min of a time and a plain number",
		"min(duration 5ms)":      "column 14: want a comma: min(a, b)",
		"(duration":              "column 10: want )",
		"duration / 2":           `column 10: "/" is one too many`,
		"5mss * a":               `column 1: "5mss" is neither a number nor a duration`,
		"duration +":             "column 11: want a number",
		strings.Repeat("(", 100): "nested deeper than 50",
		strings.Repeat("1", 1e4): "a formula of 10000 bytes",
	} {
		if _, err := ParseFormula(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: error = %v, want %q", text, err, want)
		}
	}
}

// TestWorkOfDurations: durations less a floor become work, at most a cap; results
// warn that they were measured under load. Recorded work stays, and a request
// without a duration takes the size.
func TestWorkOfDurations(t *testing.T) {
	name := filepath.Join(t.TempDir(), "t.csv")
	if err := os.WriteFile(name, []byte("arrival_us,class,work_us,dur_us\n0,a,,105000\n1,a,,9000000\n2,a,7,500000\n3,a,,\n4,a,,1000\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w, err := Open(name, Options{Replicate: None, Work: formula(t, "min(duration - 5ms, 2s)"), Size: workloads.Constant(3)})
	if err != nil {
		t.Fatal(err)
	}
	var got []time.Duration
	for _, a := range all(t, w, 1) {
		got = append(got, a.Work)
	}
	want := []time.Duration{100 * time.Millisecond, 2 * time.Second, 7 * time.Microsecond, 3 * time.Second, 0}
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			t.Fatalf("work = %v, want %v", got, want)
		}
	}
	notes := strings.Join(w.Notes, "\n")
	for _, want := range []string{"the work of 3 of 5 requests was not recorded", "measured under load", "of 1 it could not be made, and is drawn from the size"} {
		if !strings.Contains(notes, want) {
			t.Errorf("notes %q lack %q", notes, want)
		}
	}
}

// FuzzFormula: no text makes the parser panic, and what it reads can be computed.
func FuzzFormula(f *testing.F) {
	for _, s := range []string{"min(duration - 5ms, 2s)", "0.2ms*a+(b)*1s", "((((", "1e999s", "é*1s", "max(1s,2s)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParseFormula(text)
		if err != nil {
			return
		}
		a := workloads.Arrival{Wall: time.Second}
		p.of(&a, p.names, &values{})
	})
}

// TestFormulasOfNothingAreSaid: a note tells where a formula makes no work of most requests.
func TestFormulasOfNothingAreSaid(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "x")
	file := dir + ".csv"
	if err := os.WriteFile(file, []byte("ts,took_ms\n1,10\n2,20\n3,30\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Import("csv", []string{file}, dir, ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"duration - 1s":   "it comes to 0 for all of them",
		"duration - 25ms": "it comes to 0 for 2 of them",
		"duration - 15ms": "",
		"duration":        "",
	} {
		w, err := Open(dir, Options{Work: formula(t, text)})
		if err != nil {
			t.Fatal(err)
		}
		notes := strings.Join(w.Notes, "\n")
		if strings.Contains(notes, "it comes to 0") != (want != "") || !strings.Contains(notes, want) {
			t.Errorf("%s: notes %q, want %q", text, notes, want)
		}
	}
}

// TestFieldsAreNoFeatures: no feature of a log can hide a field or a function of formulas,
// and where a trace has such a feature a formula means the field.
func TestFieldsAreNoFeatures(t *testing.T) {
	names := []string{"min", "max"}
	for _, f := range formulaFields {
		names = append(names, f.name)
	}
	for _, name := range names {
		if logs.CheckFeature(name) == nil {
			t.Errorf("a feature may be called %s", name)
		}
	}
	f, err := ParseFormula("duration")
	if err != nil {
		t.Fatal(err)
	}
	a, room := workloads.Arrival{Wall: 2 * time.Second}, values(nil)
	a.Features[0] = 7
	if w, ok := f.of(&a, []string{"duration"}, &room); !ok || w != 2 {
		t.Errorf("duration = %v, known %v; want 2, the field", w, ok)
	}
}
