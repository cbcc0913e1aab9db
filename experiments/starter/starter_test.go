package starter

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cnv/experiments/plan"
	"cnv/results/answer"
	"cnv/workloads/trace"
)

// TestDesigns: what is chosen for each sort of recording, and that the file which is
// written can be read.
func TestDesigns(t *testing.T) {
	for _, c := range []struct {
		name, kind, text string
		o                Options
		want             []string // in the file
	}{
		{"cpu", "csv", "ts,cpu_ms\n0.5,100\n1.5,300\n2.5,100\n", Options{}, []string{`slo = "5x"`, "# Work: recorded with each request."}},
		{"walls", "csv", "ts,duration_ms\n0.5,100\n1.5,300\n2.5,100\n", Options{}, []string{`work = "min(duration, 310ms)"`, `slo = "310ms"`, "measured under load", "99 % of the recorded durations were at most 300ms, rounded up; the median was 100ms"}},
		{"zeros", "csv", "ts,duration_s\n0.5,0.000\n1.5,0.000\n2.5,0.000\n", Options{}, []string{`slo = "5x"`, "durations were logged too coarsely", `mean_work = "50ms"`, "MADE UP, 50ms in the mean: CPU time was not recorded, and durations too coarsely"}},
		{"some", "csv", "ts,duration_ms\n0.5,100\n1.5,\n2.5,100\n", Options{}, []string{`work = "min(duration, 110ms)"`, `slo = "220ms"`, "twice the median of the recorded durations, 100ms, rounded up to 110ms, as 99 % were at most 100ms", `size = "lognormal"`, `mean_work = "100ms"`}},
		{"bare", "csv", "ts\n0.5\n1.5\n2.5\n", Options{}, []string{`mean_work = "50ms"`, "MADE UP, 50ms in the mean"}},
		{"given", "csv", "ts\n0.5\n1.5\n2.5\n", Options{Work: time.Second}, []string{`mean_work = "1s"`, "as given by --mean-work"}},
		{"llm", "azure-llm", "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,374,44\n2023-11-16 18:15:50.9951690,396,109\n", Options{}, []string{`work = "0.2ms * tokens_in + 5ms * tokens_out"`, "MADE UP of tokens"}},
		{"jobs", "csv", "ts,duration_s\n0,900\n600,950\n1300,900\n", Options{}, []string{`slo = "30m20s"`, `timeout = "1h0m40s"`, "twice the SLO"}},
		{"long work", "csv", "ts\n0\n600\n1300\n", Options{Work: time.Minute}, []string{`slo = "5x"`, `timeout = "10m0s"`}},
		{"short", "csv", "ts,duration_ms\n0.5,100\n1.5,300\n2.5,100\n", Options{}, []string{`timeout = "60s"`, "the idle timeout of an AWS load balancer"}},
		{"counts", "counts", "minute,count\n0,50\n1,400\n2,20\n", Options{}, []string{`mean_work = "50ms"`, "470 requests over 3m, 2.611 per second in the mean, 400 in the busiest bin"}},
		{"cut", "counts", "minute,count\n0,50\n1,400\n2,20\n", Options{Most: 100}, []string{"load = 0.21"}},
	} {
		dir := filepath.Join(t.TempDir(), c.name)
		in := dir + ".csv"
		if err := os.WriteFile(in, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := trace.Import(c.kind, []string{in}, dir, trace.ImportOptions{}); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		p, err := trace.Profiled(dir)
		if err != nil {
			t.Fatal(err)
		}
		c.o.Trace = c.name
		d, err := New(dir, p, c.o)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		file, err := d.File()
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range c.want {
			if !strings.Contains(file, want) {
				t.Errorf("%s: the file lacks %q:\n%s", c.name, want, file)
			}
		}
		if strings.Contains(file, "the busiest part") {
			t.Errorf("%s: nothing was cut, and the file speaks of a part:\n%s", c.name, file)
		}
		e, err := plan.Parse(c.name+".toml", filepath.Dir(dir), file, plan.Options{})
		if err != nil {
			t.Fatalf("%s: what was written cannot be read: %v", c.name, err)
		}
		if len(e.Policies) != 8 || len(e.Contrasts) != 5 {
			t.Errorf("%s: %d policies and %d contrasts, want 8 and 5", c.name, len(e.Policies), len(e.Contrasts))
		}
		if n := e.Cells()[0].Config(1).Pools[0].Initial; n != d.fleet.n {
			t.Errorf("%s: the comment says %d machines at the start, the plan has %d", c.name, d.fleet.n, n)
		}
	}
}

// TestOneArrivalIsNoTraffic: its span says nothing, so that no fleet can be sized for it.
func TestOneArrivalIsNoTraffic(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "one")
	in := dir + ".csv"
	if err := os.WriteFile(in, []byte("ts,duration_s\n0.5,2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := trace.Import("csv", []string{in}, dir, trace.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	p, err := trace.Profiled(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New(dir, p, Options{Trace: "one"}); err == nil || !strings.Contains(err.Error(), "neither rate nor load can be told") {
		t.Errorf("error %v", err)
	}
}

// TestRunsAreBounded: whatever a log has, all runs together are some 10 s of one core, fewer
// replications than leastSeeds are never taken, and worlds are enough or none.
func TestRunsAreBounded(t *testing.T) {
	for _, n := range []int64{40, 1000, 15_000, 30_000, 41_000, MostRequests, 2 * MostRequests} {
		d := &Design{part: &trace.Profile{Records: n}, load: 1}
		d.chooseSeeds()
		d.sayRuns(0)
		all := (int64(d.seeds)*policies + int64(d.worlds)*contrasted) * n
		if all > 8_000_000 || d.seeds < leastSeeds || d.seeds > mostSeeds || d.worlds != 0 && d.worlds < leastWorlds || d.worlds > mostWorlds {
			t.Errorf("%d requests: %d seeds, %d worlds, %d requests in all", n, d.seeds, d.worlds, all)
		}
		if len(d.Choices) != 1 || d.Choices[0].Name != "runs" || (d.worlds > 0) != strings.Contains(d.Choices[0].Text, "draws of what nobody knows") {
			t.Errorf("said %v", d.Choices)
		}
	}
}

// TestFewRequestsAreNoAdvice: what so few requests choose is not to be taken.
func TestFewRequestsAreNoAdvice(t *testing.T) {
	for n, few := range map[int64]bool{1: true, 10: true, 99: true, 100: false, 5000: false} {
		d := &Design{part: &trace.Profile{Records: n}}
		text := strings.Join(d.answer(answer.Choice{Policy: "functions", Text: "Why."}), "\n")
		if got := strings.HasPrefix(text, "Take functions"); got == few {
			t.Errorf("%d requests: %s", n, text)
		}
		if got := strings.Contains(text, fmt.Sprintf("so few requests (%d) tell nothing", n)); got != few {
			t.Errorf("%d requests: %s", n, text)
		}
	}
}

// TestNumbersForPeople: durations are rounded up to two digits, spans lose zeros.
func TestNumbersForPeople(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "0s", 99: "99ns", 101: "110ns", 967 * time.Millisecond: "970ms", 1001 * time.Millisecond: "1.1s"} {
		if got := upTo2(d).String(); got != want {
			t.Errorf("%v up to two digits = %s, want %s", d, got, want)
		}
	}
	for d, want := range map[time.Duration]string{3 * time.Hour: "3h", 90 * time.Minute: "1h30m", 28133338 * time.Microsecond: "28.133s", 600 * time.Second: "10m"} {
		if got := Span(d); got != want {
			t.Errorf("span %v = %s, want %s", d, got, want)
		}
	}
}
