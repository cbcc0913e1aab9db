package trace

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cnv/workloads"
	"cnv/workloads/logs"
)

// azureDayFiles are the original files of a day: three functions of two apps,
// f0 without durations.
func azureDayFiles(t *testing.T, counts [3]int) []string {
	var inv, dur strings.Builder
	inv.WriteString("HashOwner,HashApp,HashFunction,Trigger")
	for i := range azureMinutes {
		fmt.Fprintf(&inv, ",%d", i+1)
	}
	for f, app := range []string{"a", "a", "b"} {
		fmt.Fprintf(&inv, "\no,%s,f%d,%s", app, f, []string{"http", "timer", "queue"}[f])
		for i := range azureMinutes {
			n := 0
			if i%100 == f {
				n = counts[f]
			}
			fmt.Fprintf(&inv, ",%d", n)
		}
	}
	inv.WriteString("\n")
	dur.WriteString("HashOwner,HashApp,HashFunction,Average,Count,Minimum,Maximum," + strings.Join(azureQuantiles, ",") + "\n")
	dur.WriteString("o,b,f2,100,15000,1,200,1,2,50,100,150,199,200\no,a,f1,10,30,1,20,1,2,5,10,15,19,20\n")
	memory := "HashOwner,HashApp,SampleCount,AverageAllocatedMb\no,a,5,100\no,b,5,64\no,other,5,1\n"
	return []string{file(t, "inv.csv", inv.String()), file(t, "dur.csv", dur.String()), file(t, "mem.csv", memory)}
}

// TestAzureDay: the original files of a day, by hand.
func TestAzureDay(t *testing.T) {
	out := filepath.Join(t.TempDir(), "day")
	h, err := Import("azure2019", azureDayFiles(t, [3]int{3, 2, 1000}), out, ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if want := int64(15*3 + 15*2 + 15*1000); h.Records != want || h.SpanUS != 1403*60e6 {
		t.Errorf("%d arrivals over %v, want %d over 1403 min", h.Records, micros(h.SpanUS), want)
	}
	if n := strings.Count(h.Provenance.SHA256, ", "); n != 2 || h.Provenance.Path != "inv.csv, dur.csv, mem.csv" {
		t.Errorf("provenance %+v: want three files", h.Provenance)
	}
	classes, err := readClasses(filepath.Join(out, "classes.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if c := classes[1]; c.Name != "f1" || c.App != "a" || c.Trigger != "timer" || c.Memory != 50*1024 || c.durations[3] != 0.01 {
		t.Errorf("class 1 = %+v", c)
	}
	if classes[0].durations != nil || classes[2].Memory != 64*1024 {
		t.Errorf("classes = %+v", classes)
	}
}

// TestAzureDayInAnyOrder: the files are told apart by what is in them.
func TestAzureDayInAnyOrder(t *testing.T) {
	in := azureDayFiles(t, [3]int{3, 2, 1000})
	var first string
	for _, order := range [][3]int{{0, 1, 2}, {2, 1, 0}, {1, 0, 2}} {
		out := filepath.Join(t.TempDir(), "day")
		done, err := ImportFiles("", []string{in[order[0]], in[order[1]], in[order[2]]}, out, ImportOptions{})
		if err != nil {
			t.Fatal(err)
		}
		sum := done.Header.Files["counts.csv.gz"] + done.Header.Files["classes.csv"]
		if first == "" {
			first = sum
		}
		if sum != first || done.Kind.Name != "azure2019" {
			t.Errorf("order %v: %s, of kind %s, want %s", order, sum, done.Kind.Name, first)
		}
	}
	for want, files := range map[string][]string{"both hold durations": {in[1], in[1]}, "no file of invocations": {in[1], in[2]}, "no file of functions": {in[0], in[2]}} {
		if _, err := Import("azure2019", files, filepath.Join(t.TempDir(), "x"), ImportOptions{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %s", files, err, want)
		}
	}
}

// TestAzureDayScrambled: the function with most invocations has the least
// recorded total.
func TestAzureDayScrambled(t *testing.T) {
	_, err := Import("azure2019", azureDayFiles(t, [3]int{3, 1000, 2}), filepath.Join(t.TempDir(), "x"), ImportOptions{})
	if err == nil || !strings.Contains(err.Error(), "correlate by -1.000") {
		t.Errorf("error = %v", err)
	}
}

// TestImportCSV: any columns and units; classes whose names are numbers are
// names, when imported and when read.
func TestImportCSV(t *testing.T) {
	in := file(t, "in.csv", "cpu,when,kind\n1.5,100.0,2\n,100.25,0\n0.25,101,2\n")
	out := filepath.Join(t.TempDir(), "x")
	_, err := Import("csv", []string{in}, out, ImportOptions{Options: logs.Options{Arrival: "when", Class: []string{"kind"}, Work: "cpu", WorkUnit: "ms"}})
	if err != nil {
		t.Fatal(err)
	}
	size, err := workloads.NewSize("constant", time.Second, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	w, err := Open(out, Options{Replicate: None, Size: size})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []workloads.Arrival{
		{At: 0, Class: 0, Work: 1500 * time.Microsecond},
		{At: 250 * time.Millisecond, Class: 1, Work: time.Second},
		{At: time.Second, Class: 0, Work: 250 * time.Microsecond},
	} {
		if a := all(t, w, 1)[i]; a.At != want.At || a.Class != want.Class || a.Work != want.Work {
			t.Errorf("arrival %d = %+v, want %+v", i, a, want)
		}
	}
	if w.Classes[0].Name != "2" || w.Classes[1].Name != "0" {
		t.Errorf("classes = %+v", w.Classes)
	}
}

// TestNumericNames: in a bare file, classes called by numbers keep their names.
func TestNumericNames(t *testing.T) {
	w, err := Open(file(t, "x.csv", "arrival_us,class,work_us\n0,1,1\n1,0,1\n2,1,1\n"), Options{Replicate: None})
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range all(t, w, 1) {
		if want := []string{"1", "0", "1"}[i]; w.Classes[a.Class].Name != want {
			t.Errorf("arrival %d is of class %q, want %q", i, w.Classes[a.Class].Name, want)
		}
	}
}

// TestImportCounts: missing bins are counted as 0 and reported, instants off
// the grid join the nearest bin, and the total stays.
func TestImportCounts(t *testing.T) {
	in := file(t, "in.csv", "timestamp,value\n2014-04-10 00:00:00,94.0\n2014-04-10 00:05:00,6\n2014-04-10 00:10:00,1\n2014-04-10 00:11:00,2\n2014-04-10 00:20:00,7\n2014-04-10 00:25:00,8\n")
	out := filepath.Join(t.TempDir(), "x")
	h, err := Import("nab", []string{in}, out, ImportOptions{Name: "elb"})
	if err != nil {
		t.Fatal(err)
	}
	if h.Records != 118 || h.BinUS != 300e6 || h.SpanUS != 6*300e6 || *h.Epoch != "2014-04-10T00:00:00Z" || h.Name != "elb" {
		t.Errorf("header = %+v", h)
	}
	notes := strings.Join(h.Notes, "; ")
	if !strings.Contains(notes, "1 of 6 bins are not in the file") || !strings.Contains(notes, "1 instants are not at whole multiples of 5m0s") {
		t.Errorf("notes = %s", notes)
	}
	if errs := Validate(out); len(errs) > 0 {
		t.Error(errs)
	}
}

// TestCountsAreSorted: in any order, by instants and by numbers of bins; the
// epoch is the first instant. Two counts of one bin are an error.
func TestCountsAreSorted(t *testing.T) {
	for text, epoch := range map[string]string{
		"timestamp,value\n2014-04-10 00:05:00,6\n2014-04-10 00:00:00,94\n2014-04-10 00:10:00,1\n": "2014-04-10T00:00:00Z",
		"minute,count\n1,6\n0,94\n2,1\n": "",
	} {
		out := filepath.Join(t.TempDir(), "x")
		h, err := Import("counts", []string{file(t, "in.csv", text)}, out, ImportOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if h.Records != 101 || h.SpanUS != 3*h.BinUS || (h.Epoch != nil) != (epoch != "") || h.Epoch != nil && *h.Epoch != epoch {
			t.Errorf("%+v", h)
		}
		if errs := Validate(out); len(errs) > 0 {
			t.Error(errs)
		}
	}
	_, err := Import("counts", []string{file(t, "in.csv", "minute,count\n1,6\n1,94\n")}, filepath.Join(t.TempDir(), "x"), ImportOptions{})
	if err == nil || !strings.Contains(err.Error(), "two counts of one instant or bin") {
		t.Errorf("error = %v", err)
	}
}

// TestBadImports: what is wrong is named, and nothing is left behind.
func TestBadImports(t *testing.T) {
	for name, c := range map[string]struct {
		kind, text string
		o          ImportOptions
		want       string
	}{
		"unknown kind":  {"azur", "a\n1\n", ImportOptions{}, `no importer "azur"`},
		"no column":     {"azure-llm", "a\n1\n", ImportOptions{}, `in.csv:1: arrival: no column "TIMESTAMP" (nearest valid name "a"; there are: a)`},
		"negative":      {"csv", "t\n-5\n", ImportOptions{Options: logs.Options{Arrival: "t"}}, `in.csv:2: t: "-5"`},
		"infinite":      {"csv", "t\n5\n+Inf\n", ImportOptions{Options: logs.Options{Arrival: "t"}}, `in.csv:3: t: "+Inf"`},
		"late":          {"csv", "t\n0\n1e300\n", ImportOptions{Options: logs.Options{Arrival: "t"}}, `in.csv:3: t: "1e300" is not an instant`},
		"much work":     {"csv", "t,w\n0,1e300\n", ImportOptions{Options: logs.Options{Arrival: "t", Work: "w"}}, `in.csv:2: w: "1e300" is not a duration from 0 to 104 days`},
		"unit":          {"csv", "t\n5\n", ImportOptions{Options: logs.Options{Arrival: "t", ArrivalUnit: "min"}}, `unit "min"`},
		"no arrival":    {"csv", "x\n5\n", ImportOptions{}, "--arrival"},
		"nothing":       {"csv", "t\n", ImportOptions{Options: logs.Options{Arrival: "t"}}, "no arrivals in it"},
		"counts":        {"counts", "second,n\n", ImportOptions{}, "no counts in it"},
		"many counts":   {"counts", "second,n\n1,99999999999\n", ImportOptions{}, "in.csv:2: count"},
		"fractions":     {"counts", "second,n\n1,2.5\n", ImportOptions{}, "in.csv:2: count"},
		"unknown width": {"counts", "slot,n\n2014-04-10 00:00:00,2\n", ImportOptions{}, "width of a bin is unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			parent := t.TempDir()
			_, err := Import(c.kind, []string{file(t, "in.csv", c.text)}, filepath.Join(parent, "x"), c.o)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error = %v, want it to contain %q", err, c.want)
			}
			if left, _ := filepath.Glob(filepath.Join(parent, "*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
			if left, _ := filepath.Glob(filepath.Join(parent, ".*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// TestImportCSVIsStrict: a line that is not like the header, a number that no
// log has, a name that cannot be shown, are named by line.
func TestImportCSVIsStrict(t *testing.T) {
	for text, want := range map[string]string{
		"ts,c\n1,a\n2\n3,b\n":   "x.csv:3: 1 cells, the header has 2",
		"ts,c\n1,a\n2,a,b\n":    "x.csv:3: 3 cells, the header has 2",
		"ts,c\n0x1p4,a\n":       `x.csv:2: ts: "0x1p4" is not an instant`,
		"ts,c\n1_000,a\n":       `x.csv:2: ts: "1_000" is not an instant`,
		"ts,c\n1,\x1b[31mred\n": "printable",
		"ts,c\n1,\xff\xfe\n":    "printable",
	} {
		_, err := Import("csv", []string{file(t, "x.csv", text)}, filepath.Join(t.TempDir(), "out"), ImportOptions{Options: logs.Options{Arrival: "ts", Class: []string{"c"}}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}
