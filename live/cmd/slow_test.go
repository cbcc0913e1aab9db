package main

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"cnv/experiments/scenarios"
	"cnv/results/compare"
)

// burst is pictures that arrive at once at two workers, with functions beside them.
const burst = `question = "Does a router that uses functions serve a burst better?"
slo = "100ms"
seeds = 1
[telemetry]
period = "1s"
[cluster]
instance = "c7g.medium"
discipline = "fcfs"
initial = 2
max = 2
[functions]
memory_mb = 1769
[[workload]]
name = "burst"
trace = "burst.csv"
inputs = 0.5
replicate = "none"
[[policy]]
name = "original"
router = "nova-original"
scaler = "fixed"
[[policy]]
name = "functions"
router = "jsq"
scaler = "fixed"
spill = "busy"
`

// bursts writes the experiment and its trace: n blurs of one picture, which take 25 to
// 30 ms, in 5 ms.
func bursts(t *testing.T, n int) string {
	t.Helper()
	in, err := scenarios.Make(0.5)
	if err != nil {
		t.Fatal(err)
	}
	file := write(t, burst)
	var csv strings.Builder
	csv.WriteString("arrival_us,class,work_us,attr\n")
	for i := range n {
		fmt.Fprintf(&csv, "%d,%s,27000,key=%x\n", 5000*i/n, in.Cases[0].Class, uint64(in.Cases[0].Key))
	}
	if err := os.WriteFile(filepath.Join(filepath.Dir(file), "burst.csv"), []byte(csv.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// A measuredRun is what a run of a policy came to.
type measuredRun struct{ mean, median, misses float64 }

// runsOf reads runs.csv by policy.
func runsOf(t *testing.T, dir string) map[string]measuredRun {
	t.Helper()
	out := map[string]measuredRun{}
	for _, r := range requests(t, filepath.Join(dir, "runs.csv")) {
		number := func(column string) float64 {
			v, err := strconv.ParseFloat(r[column], 64)
			if err != nil {
				t.Fatalf("%s: %v", column, err)
			}
			return v
		}
		out[r["policy"]] = measuredRun{number("answered_response_mean_s"), number("answered_response_p50_s"), number("miss_avoidable")}
	}
	return out
}

// verdictsOf are those of comparison.csv.
func verdictsOf(t *testing.T, dir string) map[string]int {
	t.Helper()
	out := map[string]int{}
	for _, r := range requests(t, filepath.Join(dir, "comparison.csv")) {
		if r["against"] != "" {
			out[r["verdict"]]++
		}
	}
	return out
}

// simulatedRuns is the same file in the simulator.
func simulatedRuns(t *testing.T, file string) map[string]measuredRun {
	t.Helper()
	cnv, out := filepath.Join(programs, "cnv"), t.TempDir()
	if text, err := exec.Command("go", "build", "-ldflags=-s -w", "-o", cnv, "cnv/experiments").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if text, err := exec.Command(cnv, "compare", file, "--quiet", "--no-figures", "--out", out).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return runsOf(t, filepath.Join(out, "tiny"))
}

// playBurst plays the file live and returns where the results are and what was said.
func playBurst(t *testing.T, start func(func() error) error, file string, args ...string) (dir, said string) {
	t.Helper()
	out := t.TempDir()
	cmd := exec.Command(program(t), append([]string{file, "--out", out, "--worker", workerScript(t), "--no-figures"}, args...)...)
	var text bytes.Buffer
	cmd.Stdout, cmd.Stderr = &text, &text
	if err := start(cmd.Run); err != nil {
		t.Fatalf("%v\n%s", err, text.String())
	}
	return filepath.Join(out, "tiny"), text.String()
}

// nearMedians says whose median response is not near to the simulator's; "" nobody's.
func nearMedians(got, want map[string]measuredRun) string {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if ratio := got[name].median / want[name].median; !(ratio > 0.6 && ratio < 1.7) { // CPU time grows by a half where others use the same cores
			return fmt.Sprintf("%s: median response %.3f s live, %.3f s simulated", name, got[name].median, want[name].median)
		}
	}
	return ""
}

// TestSlowMotionRanksAsTheSimulator: pictures that are really blurred, by more workers
// and functions than this machine has cores, order the policies as the simulator does,
// with medians near to its, and the run may rank.
func TestSlowMotionRanksAsTheSimulator(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some 25 s of real time")
	}
	file := bursts(t, 10)
	want := simulatedRuns(t, file)
	var dir, said string
	for _, slow := range []string{"50", "100", "200"} { // as a refusal advises, where others keep this machine very busy
		dir, said = playBurst(t, func(run func() error) error { return run() }, file, "--slow", slow)
		if verdictsOf(t, dir)[compare.NotRanked] == 0 && nearMedians(runsOf(t, dir), want) == "" {
			break
		}
	}
	got := runsOf(t, dir)
	for _, of := range []struct {
		name string
		it   func(measuredRun) float64
	}{{"mean response", func(r measuredRun) float64 { return r.mean }}, {"misses", func(r measuredRun) float64 { return r.misses }}} {
		w, g := of.it(want["original"])-of.it(want["functions"]), of.it(got["original"])-of.it(got["functions"])
		t.Logf("%s: original less functions is %.4f simulated, %.4f live", of.name, w, g)
		if !(w > 0 && g > 0) {
			t.Errorf("%s: original less functions is %.3f simulated and %.3f live, want both above 0; all: %v and %v", of.name, w, g, want, got)
		}
	}
	if off := nearMedians(got, want); off != "" {
		t.Error(off)
	}
	if v := verdictsOf(t, dir); v[compare.NotRanked] > 0 {
		t.Errorf("verdicts %v, want none that is not ranked\n%s", v, said)
	}
}

// TestContentionIsNotRanked: the same burst in real time on a single core says
// nothing of policies, and the results say so, and what to do.
func TestContentionIsNotRanked(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some 10 s of real time")
	}
	dir, said := playBurst(t, confined, bursts(t, 10), "--slow", "1")
	if v := verdictsOf(t, dir); len(v) != 1 || v[compare.NotRanked] == 0 {
		t.Errorf("verdicts %v, want %q alone", v, compare.NotRanked)
	}
	text := strings.Join(strings.Fields(said), " ")
	for _, want := range []string{"On burst no policy is ranked", "NOT RANKED: ", "say --slow ", "burst (not ranked)"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not said:\n%s", want, said)
		}
	}
}

// TestCrowdedWorkersAreNotRanked: workers that somebody has started on this machine, and
// that waited for its cores, rank nobody either.
func TestCrowdedWorkersAreNotRanked(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		for wall, want := range map[int]bool{1: false, 3: true} {
			address, s := m.serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/spin" {
					return
				}
				time.Sleep(50 * time.Millisecond)
				w.Header().Set("Cnv-Cpu-Us", "20000")
				w.Header().Set("Cnv-Wall-Us", fmt.Sprint(20000*wall))
			}))
			text := strings.NewReplacer("rate = 100", "rate = 20", "initial = 2", "initial = 1", "[telemetry]\nperiod = \"500ms\"\n", "").Replace(experiment)
			out := t.TempDir()
			code, said := m.run(write(t, text), "--workers", address, "--out", out, "--no-figures", "--slow", "auto")
			s.Close()
			if code != exitDone {
				t.Fatalf("exit %d\n%s", code, said)
			}
			if got := strings.Contains(strings.Join(strings.Fields(said), " "), "at their worker than on a core of its own, up to 3.0 times as long"); got != want || want && verdictsOf(t, filepath.Join(out, "tiny"))[compare.NotRanked] == 0 {
				t.Errorf("a wall time of %d times the CPU time: not ranked for it: %v, want %v\n%s", wall, got, want, said)
			}
		}
	})
}

// TestSlowIsRefused: where it means nothing.
func TestSlowIsRefused(t *testing.T) {
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"--slow", "0.5"}, "want auto, or a number from 1 to 1000"},
		{[]string{"--slow", "fast"}, "want auto, or a number from 1 to 1000"},
		{[]string{"--slow", "2", "--workers", "127.0.0.1:1,127.0.0.1:2"}, "--slow 2 needs --target local"},
		{[]string{"--slow", "2", "--serve"}, "--slow 2 cannot be combined with --serve"},
	} {
		var out, errs bytes.Buffer
		if code := command(append([]string{"live", write(t, experiment)}, c.args...), &out, &errs); code != 2 || !strings.Contains(errs.String(), c.says) {
			t.Errorf("%v: exit %d, want 2 and %q\n%s", c.args, code, c.says, errs.String())
		}
	}
}
