package trace

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestValidateFindsChanges: a changed file, a wrong total, an unlisted file.
func TestValidateFindsChanges(t *testing.T) {
	dir := countsTrace(t)
	name := filepath.Join(dir, "trace.json")
	text, _ := os.ReadFile(name)
	os.WriteFile(name, bytes.Replace(text, []byte(`"records": 4560`), []byte(`"records": 4561`), 1), 0o644)
	os.WriteFile(filepath.Join(dir, "classes.csv"), []byte("class,name\n0,web\n1,cron\n"), 0o644)
	errs := fmt.Sprint(Validate(dir))
	for _, want := range []string{"classes.csv: its SHA-256", "4560 arrivals, trace.json says 4561"} {
		if !strings.Contains(errs, want) {
			t.Errorf("problems %v do not mention %q", errs, want)
		}
	}
}

// rewritten is countsTrace with other counts, uncompressed.
func rewritten(t testing.TB, counts string) string {
	dir := countsTrace(t)
	if err := os.Remove(filepath.Join(dir, "counts.csv.gz")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "counts.csv"), []byte(counts), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestValidateReportsAll: every bad line is reported, not only the first, and
// 20 at most.
func TestValidateReportsAll(t *testing.T) {
	path := file(t, "x.csv", "arrival_us,class,work_us\n0,a,1\n5,a,x\n4,a,1\n3,a,1\n6,a\n7,,1\n8,a,1\n")
	errs := Validate(path)
	text := fmt.Sprint(errs)
	for _, want := range []string{":3: work_us", ":4: arrival_us", ":5: arrival_us", ":6: 2 cells", ":7: class"} {
		if !strings.Contains(text, want) {
			t.Errorf("problems %v do not mention %q", errs, want)
		}
	}
	if len(errs) != 5 {
		t.Errorf("%d problems, want 5: %v", len(errs), errs)
	}
	many := file(t, "x.csv", "arrival_us,class\n"+strings.Repeat("x,a\n", 100))
	if n := len(Validate(many)); n != maxProblems {
		t.Errorf("%d problems, want %d", n, maxProblems)
	}
	if errs := Validate(file(t, "x.csv", "arrival_us,class\n\n1,a\n")); len(errs) != 1 {
		t.Errorf("an empty line: %v", errs)
	}
}

// TestValidateCounts: bad lines of counts, a file trace.json does not know, one
// that is gone.
func TestValidateCounts(t *testing.T) {
	errs := fmt.Sprint(Validate(rewritten(t, "bin,class,count\n0,0,x\n1,9,1\n")))
	for _, want := range []string{"counts.csv.gz: no such file", "counts.csv: not listed", "counts.csv:2: count", "counts.csv:3: class"} {
		if !strings.Contains(errs, want) {
			t.Errorf("problems %v do not mention %q", errs, want)
		}
	}
}

// TestValidateFields: trace.json must not claim what is not there, nor pass
// over what is.
func TestValidateFields(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "x")
	w, err := create(dir, Header{Kind: Events, Recorded: []string{"arrival_us", "work_us"}})
	if err != nil {
		t.Fatal(err)
	}
	w.classes = []class{one("a", "")}
	a := bare(5)
	a.Status = 200
	w.event(&a, nil)
	if _, err := w.close(); err != nil {
		t.Fatal(err)
	}
	errs := Validate(dir)
	text := fmt.Sprint(errs)
	if len(errs) != 2 || !strings.Contains(text, "names work_us, which no arrival has") || !strings.Contains(text, "1 arrivals have status") {
		t.Errorf("problems: %v", errs)
	}
}

// TestBadHeaders: what is wrong with trace.json is named with its key.
func TestBadHeaders(t *testing.T) {
	for from, c := range map[string]struct{ to, want string }{
		`"schema_version": 1`:  {`"schema_version": 2`, "schema_version 2, this program reads 1"},
		`"kind": "counts"`:     {`"kind": "count"`, `kind "count"`},
		`"bin_us": 60000000`:   {`"bin_us": 7`, "bin_us = 7: span_us (600000000) must be a whole number of bins"},
		`"span_us": 600000000`: {`"span_us": -1`, "span_us = -1"},
		`"records": 4560`:      {`"records": -1`, "records = -1"},
		`"name":`:              {`"name" "`, "trace.json: invalid character"},
	} {
		dir := countsTrace(t)
		name := filepath.Join(dir, "trace.json")
		text, err := os.ReadFile(name)
		if err != nil || !bytes.Contains(text, []byte(from)) {
			t.Fatalf("%s: no %s (%v)", name, from, err)
		}
		os.WriteFile(name, bytes.Replace(text, []byte(from), []byte(c.to), 1), 0o644)
		if errs := Validate(dir); len(errs) != 1 || !strings.Contains(errs[0].Error(), c.want) {
			t.Errorf("%s: problems %v, want %q", c.to, errs, c.want)
		}
	}
}
