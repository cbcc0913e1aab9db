package report

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cnv/results/answer"
	"cnv/results/resultstest"
)

var rewrite = flag.Bool("rewrite-report", false, "write testdata again; read the diff")

// TestReport reads the page: what it says is there, all of it is inside the
// file, and names are escaped.
func TestReport(t *testing.T) {
	page := resultstest.Read(t, drawn(t), "report.html")
	for _, want := range []string{
		"each change, &amp; is x &lt; y?", "&lt;script&gt;alert(1)", "go run ./experiments/... compare quickstart",
		"Figure 3.", "build.module", "The router matters little.", `"slo": "2s"`, "4 replications", "over 4 seeds", "within its bound, here 2s",
	} {
		if !strings.Contains(page, want) && !strings.Contains(page, strings.ReplaceAll(want, `"`, "&#34;")) {
			t.Errorf("the report lacks %q", want)
		}
	}
	if n := strings.Count(page, "<svg"); n != 4 {
		t.Errorf("%d figures are inlined, want 4", n)
	}
	if n := strings.Count(page, "<script"); n != 1 {
		t.Errorf("%d scripts, want the one that sorts", n)
	}
	for _, ref := range regexp.MustCompile(`(?:src|href|url)\s*[=(]\s*["']?([^"')> ]+)`).FindAllStringSubmatch(page, -1) {
		if !strings.HasPrefix(ref[1], "figures/") && !strings.HasPrefix(ref[1], "#") {
			t.Errorf("the report refers to %q outside its folder", ref[1])
		}
	}
}

// TestReportTables pins down every number of the tables and every sentence of
// the answer.
func TestReportTables(t *testing.T) {
	s, err := answer.Load(resultstest.Copy(t))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString(strings.Join(s.Answer(s.Spec()), "\n") + "\n")
	for _, tables := range [][]tableView{comparisonTables(s.Found), ledgerTables(s.Found)} {
		for _, table := range tables {
			b.WriteString("\n" + table.Workload + "\n" + tableText(table))
		}
	}
	golden(t, "tables.txt", b.String())
}

// tableText is a table as lines of cells.
func tableText(table tableView) string {
	var b strings.Builder
	for _, h := range table.Head {
		b.WriteString(h.Text + " | ")
	}
	b.WriteString("\n")
	for _, r := range table.Rows {
		b.WriteString(r.Policy + " | ")
		for _, c := range r.Cells {
			b.WriteString(c.Text)
			if c.Small != "" {
				b.WriteString(" [" + c.Small + "]")
			}
			if c.Verdict != "" {
				b.WriteString(" " + c.Verdict)
			}
			b.WriteString(" | ")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// golden compares got with testdata/NAME.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *rewrite {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want := resultstest.Read(t, file)
	if got == want {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Fatalf("%s:%d:\n got %s\nwant %s", file, i+1, g[i], w[i])
		}
	}
	t.Fatalf("%s: got %d lines, want %d", file, len(g), len(w))
}
