package calibrate

import (
	"math"
	"strings"
	"testing"
	"time"

	"cnv/results/words"
)

// TestReports: lines as CloudWatch has them, plain, behind a prefix or as JSON, are read;
// other lines are not, and the law of cold starts is that of their Init Durations.
func TestReports(t *testing.T) {
	log := strings.Join([]string{
		"START RequestId: 1 Version: $LATEST",
		"REPORT RequestId: 1\tDuration: 12.50 ms\tBilled Duration: 13 ms\tMemory Size: 1769 MB\tMax Memory Used: 36 MB\tInit Duration: 130.12 ms\t",
		"2026-01-01T00:00:00Z 2026/01/01/[$LATEST]ab REPORT RequestId: 2\tDuration: 2.00 ms\tBilled Duration: 2 ms\tMemory Size: 1769 MB\tMax Memory Used: 36 MB",
		`{"time":"2026-01-01T00:00:00Z","type":"platform.report","record":{"requestId":"3","metrics":{"durationMs":7.5,"billedDurationMs":8,"memorySizeMB":1769,"maxMemoryUsedMB":36,"initDurationMs":250},"status":"success"}}`,
		"REPORT RequestId: 4\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 1769 MB\tMax Memory Used: 36 MB\tStatus: timeout",
	}, "\n")
	all, err := ReadReports(strings.NewReader(log))
	if err != nil || len(all) != 4 {
		t.Fatalf("%v, %v", all, err)
	}
	near := func(a, b float64) bool { return math.Abs(a-b) < 1e-9 }
	if x := all[0]; !near(x.Duration, 0.0125) || !near(x.Init, 0.13012) || x.MemoryMB != 1769 || x.Failed {
		t.Errorf("the first: %+v", x)
	}
	if x := all[1]; !near(x.Duration, 0.002) || !math.IsNaN(x.Init) {
		t.Errorf("the second: %+v", x)
	}
	if x := all[2]; !near(x.Duration, 0.0075) || !near(x.Init, 0.25) {
		t.Errorf("the third: %+v", x)
	}
	if !all[3].Failed {
		t.Errorf("the fourth: %+v", all[3])
	}
	if _, err := ReadReports(strings.NewReader("REPORT RequestId: 1 and no more")); err == nil {
		t.Error("a line without numbers is read")
	}
	var many []Report
	for i := range 40 {
		x := Report{Duration: 0.01, Init: math.NaN(), MemoryMB: 512}
		if i%4 == 0 {
			x.Init = 0.2 + float64(i)/1000
		}
		many = append(many, x)
	}
	f := FitReports(append(many, Report{MemoryMB: 128, Init: 9}), "x-")
	if got := f.Samples["x-cold.csv"]; len(got) != 10 || got[0] != 0.2 {
		t.Errorf("cold starts are %v", got)
	}
	text, err := f.Fragment("lines")
	for _, want := range []string{"memory_mb = 512", "x-cold.csv", "not identifiable: functions.keep_alive", "1 of 41 calls had other memory"} {
		if err != nil || !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s (%v)", want, text, err)
		}
	}
}

// TestReportsTellLives: of lines with their instants, which calls had an INIT tells how long idle
// environments stay: one call each time, warm after 100 s and cold after 200 s.
func TestReportsTellLives(t *testing.T) {
	var lines []string
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 30 {
		init := ""
		if i == 0 || i%3 == 2 {
			init = "\tInit Duration: 100.00 ms"
		}
		at = at.Add(time.Duration(words.IfElse(i%3 == 2, 200, 100)) * time.Second)
		lines = append(lines, at.Format("2006-01-02T15:04:05.000000+00:00")+" 2026/01/01/[$LATEST]ab REPORT RequestId: 1\tDuration: 900.00 ms\tMemory Size: 512 MB"+init)
	}
	all, err := ReadReports(strings.NewReader(strings.Join(lines, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	text, err := FitReports(all, "x-").Fragment("lines")
	if want := "100s to 199s"; err != nil || !strings.Contains(text, "keep_alive = \"2m29s\"") && !strings.Contains(text, want) {
		t.Errorf("%v, no keep-alive between in\n%s", err, text)
	}
}
