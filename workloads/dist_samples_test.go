package workloads

import (
	"compress/gzip"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cnv/policy"
)

func samplesFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if strings.HasSuffix(name, ".gz") {
		z := gzip.NewWriter(f)
		defer z.Close()
		_, err = z.Write([]byte(text))
	} else {
		_, err = f.WriteString(text)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// TestSamplesAreDrawn: files in the forms that people have come out at the same
// values, and draws are of them, each as often.
func TestSamplesAreDrawn(t *testing.T) {
	for _, c := range []struct {
		name, text, column, unit string
	}{
		{"plain.txt", "0.1\n0.2\n\n0.3\n0.4\n", "", ""},
		{"header.csv", "cpu_ms\n100\n200\n300\n400\n", "", ""},
		{"unit.csv", "x\n100\n200\n300\n400\n", "", "ms"},
		{"durations.txt", "# measured\n100ms\n0.2s\n300ms\n400000us\n", "", ""},
		{"several.csv", "id,\"cpu_us\",status\n1,100000,200\n2,200000,200\n3,300000,500\n4,400000,200\n", "cpu_us", ""},
		{"number.tsv", "1\t0.1\n2\t0.2\n3\t0.3\n4\t0.4\n", "2", ""},
		{"quoted.csv", "path,cpu_s\n\"/a,b\",0.4\n\"/c\"\"d;\",0.3\n/e,\"0.2\"\n/f;g,0.1\n", "cpu_s", ""},
		{"empty.tsv", "a\tb\tc\n\t0.4\t\n\t0.3\t1\n2\t0.2\t\n\t0.1\t\n", "b", ""},
		{"digit.csv", "99th_ms\n100\n200\n300\n400\n", "99th_ms", ""},
		{"value.tsv", "2\t0.1\n2\t0.2\n3\t0.3\n4\t0.4\n", "2", ""},
		{"third.csv", "3,2,0.4\n1,1,0.3\n2,2,0.2\n3,3,0.1\n", "3", ""},
		{"called.csv", "id,2\n9,0.4\n8,0.3\n7,0.2\n6,0.1\n", "2", ""},
		{"first.csv", "2,id\n0.4,9\n0.3,8\n0.2,7\n0.1,6\n", "2", ""},
		{"semicolons.csv.gz", "a;b\n;0.4\n;0.3\n;0.2\n;0.1\n", "b", ""},
	} {
		s, err := ReadSamples(samplesFile(t, c.name, c.text), c.column, c.unit)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if len(s.Values) != 4 || math.Abs(s.Values[0]-0.1) > 1e-12 || math.Abs(s.Mean()-0.25) > 1e-12 || math.Abs(s.CV2()-0.2) > 1e-12 {
			t.Errorf("%s: values %v, mean %v, cv2 %v; want 0.1 to 0.4, 0.25, 0.2", c.name, s.Values, s.Mean(), s.CV2())
		}
		seen, r := map[float64]int{}, policy.NewRand(1, "samples", 0)
		for id := range uint64(4000) {
			seen[s.Draw(r.At(id))]++
		}
		for _, v := range s.Values {
			if n := seen[v]; n < 880 || n > 1120 { // 1000 within four standard deviations
				t.Errorf("%s: %v was drawn %d times of 4000, want some 1000", c.name, v, n)
			}
		}
	}
}

// TestBadSamples: errors name file, line and column, and the nearest name.
func TestBadSamples(t *testing.T) {
	for _, c := range []struct {
		text, column, unit, want string
	}{
		{"", "", "", "no values in it"},
		{"x\n", "", "", "no values in it"},
		{"1\n2\nthree\n", "", "", `f.csv:3:1: "three" is neither a number from 0 on nor a duration such as 12ms`},
		{"1\n-2\n", "", "", `f.csv:2:1: "-2" is neither`},
		{"1\nNaN\n", "", "", `f.csv:2:1: "NaN" is neither`},
		{"a,b\n1,2\n", "", "", "f.csv:1: 2 columns: say which with column, a name or a number from 1 (there are: a, b)"},
		{"cpu,b\n1,2\n", "cpo", "", `no column "cpo" (nearest valid name "cpu"; there are: cpu, b)`},
		{"a,b\n1,2\n3\n", "b", "", "f.csv:3: 1 columns, want 2"},
		{"id;cpu_ms\n1;12,5\n", "cpu_ms", "", `f.csv:2:2: "12,5" is neither`},
		{"1;12,5\n2;13,5\n", "2", "", `f.csv:1:2: "12,5" is neither`},
		{"a,b\n1,2,3\n", "b", "", "f.csv:2: 3 columns, want 2"},
		{"a,b\n1,\"2\n", "b", "", "f.csv:2: "},
		{"-5\n1\n", "", "", `f.csv:1:1: "-5" is neither`},
		{"nan\n1\n", "", "", `f.csv:1:1: "nan" is neither`},
		{"12 ms\n13 ms\n", "", "", `f.csv:1:1: "12 ms" is neither`},
		{"1,-5\n1,2\n", "2", "", `f.csv:1:2: "-5" is neither`},
		{",3\n1,2\n", "1", "", `f.csv:1:1: "" is neither`},
		{"1\n", "", "min", `unit: "min", want s, ms, us or ns`},
		{strings.Repeat("1", 100_000), "", "", "f.csv:1: a line of more than 65536 bytes"},
	} {
		if _, err := ReadSamples(samplesFile(t, "f.csv", c.text), c.column, c.unit); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.20q: error = %v, want %q", c.text, err, c.want)
		}
	}
}

// TestSamplesAsDistribution: the table of an experiment file, and what is wrong
// with one.
func TestSamplesAsDistribution(t *testing.T) {
	path := samplesFile(t, "t.csv", "cpu_ms\n100\n300\n")
	d, errs := ParseDist(map[string]any{"dist": "empirical", "samples": path})
	if errs != nil || d.Mean() != 0.2 || d.Times(2).Median() != 0.6 {
		t.Errorf("mean %v, twice the median %v, errors %v; want 0.2 and 0.6", d.Mean(), d.Times(2).Median(), errs)
	}
	if !strings.HasPrefix(d.String(), "empirical(samples=t.csv n=2 hash=") {
		t.Errorf("it is written %s", d)
	}
	for _, c := range []struct {
		table map[string]any
		want  string
	}{
		{map[string]any{"dist": "empirical", "samples": path, "values": []any{}}, "values: cannot be combined with samples"},
		{map[string]any{"dist": "empirical", "samples": path, "unit": 3}, "unit: 3, want a text"},
		{map[string]any{"dist": "empirical", "samples": 3}, "samples: 3, want the name of a file"},
		{map[string]any{"dist": "empirical", "sampels": path}, `unknown parameter "sampels" (nearest valid name "samples")`},
		{map[string]any{"dist": "empirical"}, "needs p and values, or samples, a file"},
		{map[string]any{"dist": "empirical", "samples": path + ".no"}, "no such file"},
	} {
		if _, errs := ParseDist(c.table); errs == nil || !strings.Contains(errs[len(errs)-1].Error()+errs[0].Error(), c.want) {
			t.Errorf("%v: errors %v, want %q", c.table, errs, c.want)
		}
	}
	var k SizeKey
	if err := k.UnmarshalTOML(map[string]any{"dist": "constant", "value": 0.0}); err == nil || !strings.Contains(err.Error(), "must be positive") {
		t.Errorf("a size of 0: error %v", err)
	}
	if _, err := (SizeKey{Dist: &d}).Law(1, 0, 0); err == nil || !strings.Contains(err.Error(), "mean_work: cannot be combined with size") {
		t.Errorf("mean_work beside a distribution: error %v", err)
	}
}

// FuzzSamples: no file makes the reader panic, and what it reads is a distribution.
func FuzzSamples(f *testing.F) {
	f.Add([]byte("cpu_ms\n1\n2ms\n"), "", "")
	f.Add([]byte("a;b\n;1\n"), "b", "us")
	f.Add([]byte("\x1f\x8b\x08"), "", "")
	f.Fuzz(func(t *testing.T, text []byte, column, unit string) {
		path := filepath.Join(t.TempDir(), "f")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := ReadSamples(path, column, unit)
		if err != nil {
			return
		}
		if errs := s.Validate(); len(errs) > 0 {
			t.Errorf("%v", errs)
		}
	})
}
