package report

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cnv/results/compare"
	"cnv/results/resultstest"
	"cnv/results/stat"
)

// testDPI keeps the tests quick.
const testDPI = 60

// drawn is a folder of results with figures and report.
func drawn(t testing.TB) string {
	t.Helper()
	dir := resultstest.Copy(t)
	if err := Draw(dir, Options{DPI: testDPI}); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestDrawAgain: the same stored files give the same bytes, in place of
// whatever was there, and no other file is touched or left behind. On the way
// it checks that every figure is there as SVG that parses and as PNG of the
// asked size.
func TestDrawAgain(t *testing.T) {
	dir := drawn(t)
	before := resultstest.Snapshot(t, dir)
	for _, name := range []string{"response", "cost", "capacity"} {
		resultstest.WellFormed(t, resultstest.Read(t, dir, "figures", name+".svg"))
		p, err := png.DecodeConfig(strings.NewReader(resultstest.Read(t, dir, "figures", name+".png")))
		if err != nil || p.Width != 7*testDPI {
			t.Errorf("%s.png: %d dots wide, %v; want %d", name, p.Width, err, 7*testDPI)
		}
	}
	for _, name := range []string{"figures/response.svg", "figures/cost.png", "figures/old.svg"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("broken"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := Draw(dir, Options{DPI: testDPI}); err != nil {
		t.Fatal(err)
	}
	after := resultstest.Snapshot(t, dir)
	for name, b := range before {
		if !bytes.Equal(b, after[name]) {
			t.Errorf("%s differs when drawn again", name)
		}
	}
	for name := range after {
		if _, ok := before[name]; !ok {
			t.Errorf("%s was left behind", name)
		}
	}
}

// TestOddExperiments: names that are markup, many policies, many workloads,
// one policy with one run: every figure is drawn, and nothing panics.
func TestOddExperiments(t *testing.T) {
	odd := resultstest.Plan()
	odd.Policies, odd.Workloads, odd.Replications, odd.Contrasts = []string{`<b>"&`}, []string{`w & <i>`}, 1, nil
	odd.Over = []string{stat.OverNothing}
	many := resultstest.Plan()
	many.Policies, many.Workloads, many.Over, many.Replications, many.Contrasts = nil, nil, nil, 1, nil
	for i := range 11 {
		many.Policies = append(many.Policies, fmt.Sprintf("policy-number-%d", i))
	}
	for i := range 7 {
		many.Workloads, many.Over = append(many.Workloads, fmt.Sprintf("rate=%d", i)), append(many.Over, stat.OverSeeds)
	}
	for name, c := range map[string]struct {
		plan  compare.Plan
		files int
	}{"one": {odd, 3}, "many": {many, 1 + 1 + 2}} {
		t.Run(name, func(t *testing.T) {
			dir := resultstest.Write(t, c.plan)
			if err := Draw(dir, Options{DPI: 40}); err != nil {
				t.Fatal(err)
			}
			svgs, err := filepath.Glob(filepath.Join(dir, "figures", "*.svg"))
			if err != nil || len(svgs) != c.files {
				t.Errorf("%d figures %v, want %d", len(svgs), svgs, c.files)
			}
			for _, f := range svgs {
				resultstest.WellFormed(t, resultstest.Read(t, f))
			}
		})
	}
}

// TestDrawErrors: what is missing is named, and a report that is there stays.
func TestDrawErrors(t *testing.T) {
	dir := resultstest.Copy(t)
	page := filepath.Join(dir, "report.html")
	if err := os.WriteFile(page, []byte("earlier"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "comparison.csv")); err != nil {
		t.Fatal(err)
	}
	if err := Draw(dir, Options{}); err == nil || !strings.Contains(err.Error(), "comparison.csv") {
		t.Errorf("error %v does not name the missing file", err)
	}
	if got := resultstest.Read(t, page); got != "earlier" {
		t.Errorf("the earlier report was replaced by %.40q", got)
	}
	if err := Draw(t.TempDir(), Options{}); err == nil || !strings.Contains(err.Error(), "holds no results") {
		t.Errorf("an empty folder: %v", err)
	}
}

// BenchmarkDraw is the time from stored files to figures and report.
func BenchmarkDraw(b *testing.B) {
	dir := resultstest.Copy(b)
	for b.Loop() {
		if err := Draw(dir, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// TestLook copies the drawn folder to $CNV_LOOK, for a human to look at.
func TestLook(t *testing.T) {
	to := os.Getenv("CNV_LOOK")
	if to == "" {
		t.Skip("CNV_LOOK names no folder to copy the figures to")
	}
	dir := resultstest.Copy(t)
	if err := errors.Join(Draw(dir, Options{}), os.CopyFS(to, os.DirFS(dir))); err != nil {
		t.Fatal(err)
	}
}
