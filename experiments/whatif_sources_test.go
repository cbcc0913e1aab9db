package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cnv/experiments/plan"
)

// small is an experiment of which a journal is made: its [cluster] and first policy take
// what is put in, the second policy is plain.
const small = `question = "what is hidden?"
seeds = 1
worlds = 0
slo = SLO
timeout = "10s"
[cluster]
instance = { cores = 2, speed = 1, usd_per_hour = 0.04 }
initial = 2
max = 6
CLUSTER
[[workload]]
name = "w"
generator = "poisson"
rate = 12
duration = "2m"
size = "exponential"
mean_work = "200ms"
[[policy]]
name = "a"
ROUTER
scaler = "demand"
[[policy]]
name = "b"
router = "p2c"
scaler = "demand"
`

// journalOf runs an experiment and returns the folder of its journals.
func journalOf(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "small.toml")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if code := run([]string{"compare", file, "--journal", "--no-figures", "--out", dir}, &out, &out); code != exitDone {
		t.Fatalf("%s\n%s", text, out.String())
	}
	return filepath.Join(dir, "small", "journals")
}

// filled is the small experiment with what is put in; "" is what is plain.
func filled(slo, cluster, router string) string {
	if slo == "" {
		slo = `"1s"`
	}
	if cluster == "" {
		cluster = `boot = "10s"`
	}
	if router == "" {
		router = `router = "jsq"`
	}
	return strings.NewReplacer("SLO", slo, "CLUSTER", cluster, "ROUTER", router).Replace(small)
}

// TestWhatIfTakesPoliciesOfFiles: a policy of another file that has the name of one of the
// journal's experiment, but other keys, is another one; the journal's own is not tried again.
func TestWhatIfTakesPoliciesOfFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("TestWhatIfFindsTheTruth starts the same goroutines")
	}
	path := filepath.Join(journalOf(t, filled("", "", "")), "w", "a", "seed-1")
	file := filepath.Join(t.TempDir(), "other.toml")
	if err := os.WriteFile(file, []byte(filled("", "", `router = "random"`)), 0o644); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	code := run([]string{"whatif", path, "--policy", file}, &out, &out)
	for _, want := range []string{"What if: \"a of other\" instead of a.", "What if: b instead of a."} {
		if code != exitDone || !strings.Contains(strings.ReplaceAll(out.String(), "\n", " "), want) {
			t.Errorf("exit code %d, no %q in\n%s", code, want, out.String())
		}
	}
}

// TestCalibrateTakesReports: of REPORT lines of AWS Lambda the tables are written with which
// an experiment has their cold starts; a file of anything else is refused.
func TestCalibrateTakesReports(t *testing.T) {
	dir := t.TempDir()
	log, file := filepath.Join(dir, "lambda.log"), filepath.Join(dir, "functions.toml")
	line := "REPORT RequestId: 1\tDuration: 12.50 ms\tBilled Duration: 13 ms\tMemory Size: 1769 MB\tMax Memory Used: 36 MB\tInit Duration: 130.12 ms\n"
	if err := os.WriteFile(log, []byte(strings.Repeat(line, 8)), 0o644); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if code := run([]string{"calibrate", log, "-o", file}, &out, &out); code != exitDone || !strings.Contains(out.String(), "Init Duration of 8 of 8 calls: median 130ms") {
		t.Fatalf("exit code %d\n%s", code, out.String())
	}
	tables, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	whole := filepath.Join(dir, "whole.toml")
	text := strings.Replace(filled("", "", ""), "[[workload]]", string(tables)+"[[workload]]", 1) + "spill = \"busy\"\n"
	if err := os.WriteFile(whole, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if code := run([]string{"compare", whole, "--no-figures", "--quiet", "--out", dir}, &out, &out); code != exitDone {
		t.Errorf("the tables do not make an experiment: exit code %d\n%s", code, out.String())
	}
	if code := run([]string{"calibrate", whole, "-o", filepath.Join(dir, "no.toml")}, &out, &out); code != exitInput || !strings.Contains(out.String(), "has no REPORT line of AWS Lambda and is no record of a smoke test") {
		t.Errorf("exit code %d\n%s", code, out.String())
	}
}

// TestCalibrateTakesOtherSources: the record of a smoke test, and a log with durations, make tables
// with which an experiment is valid.
func TestCalibrateTakesOtherSources(t *testing.T) {
	dir := t.TempDir()
	smoke := `{"version":1,"cloud":"aws","region":"eu-west-1","type":"t4g.small","memory_mb":1769,"began":"2026-11-30T10:00:00Z","poll_s":0.5,"took":[{"what":"launch instance","s":1.8},{"what":"instance runs, from its launch","s":6.25}]}`
	log := "timestamp,duration_ms\n"
	for i := range 200 {
		log += fmt.Sprintf("2026-01-01T00:%02d:%02dZ,%d\n", i/60, i%60, 100+i%7)
	}
	for name, text := range map[string]string{"smoke.json": smoke, "served.csv": log} {
		source, file := filepath.Join(dir, name), filepath.Join(dir, name+".toml")
		if err := os.WriteFile(source, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if code := run([]string{"calibrate", source, "-o", file}, &out, &out); code != exitDone {
			t.Errorf("%s: exit code %d\n%s", name, code, out.String())
			continue
		}
		tables, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		whole := strings.Replace(filled("", "boot = \"10s\"", ""), "[[workload]]", "[XX]", 1)
		switch {
		case name == "smoke.json":
			whole = strings.Replace(whole, "boot = \"10s\"\n", "", 1)
			whole = strings.Replace(whole, "[XX]", string(tables)+"[[workload]]", 1)
		default:
			before, after, _ := strings.Cut(whole, "[XX]")
			_, policies, _ := strings.Cut(after, "[[policy]]")
			whole = before + string(tables) + "[[policy]]" + policies
		}
		if _, err := plan.Parse("whole.toml", dir, whole, plan.Options{}); err != nil {
			t.Errorf("%s: %v\n%s", name, err, whole)
		}
	}
}

// TestWhatIfSaysThatAJournalIsCutOff: what was not read may have answered requests.
func TestWhatIfSaysThatAJournalIsCutOff(t *testing.T) {
	if testing.Short() {
		t.Skip("TestWhatIfFindsTheTruth starts the same goroutines")
	}
	path := filepath.Join(journalOf(t, filled("", "", "")), "w", "a", "seed-1")
	parts, _ := filepath.Glob(filepath.Join(path, "*.journal"))
	text, err := os.ReadFile(parts[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(parts[0], text[:len(text)-50], 0o644); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	run([]string{"whatif", path, "--policy", "b"}, &out, &out)
	if !strings.Contains(out.String(), "the last block is cut off") {
		t.Errorf("no word of the end of the journal in\n%s", out.String())
	}
}

// TestWhatIfTakesEveryFile: of an experiment with several values of a key, in the cluster, at
// the top or in a policy, the journal's own are taken; parts of a launch are kept where too
// few were seen.
func TestWhatIfTakesEveryFile(t *testing.T) {
	if testing.Short() {
		t.Skip("TestWhatIfFindsTheTruth starts the same goroutines")
	}
	for name, c := range map[string]struct{ text, run string }{
		"axis at the top":     {filled(`["1s", "2s"]`, "", ""), "w slo=2s/a"},
		"axis in the cluster": {filled("", `boot = ["10s", "20s"]`, ""), "w boot=20s/a"},
		"axis in the policy":  {filled("", "", `router = ["random", "roundrobin"]`), "w/a router=roundrobin"},
		"parts of a launch":   {filled("", "[cluster.launch]\napi = \"1s\"\npending = \"4s\"\nboot = \"8s\"", ""), "w/a"},
	} {
		var out bytes.Buffer
		code := run([]string{"whatif", filepath.Join(journalOf(t, c.text), c.run, "seed-1"), "--policy", "b", "--policy", "jsq"}, &out, &out)
		if code != exitDone || strings.Count(out.String(), "What if: ") != 2 {
			t.Errorf("%s: exit code %d, want %d and two answers\n%s", name, code, exitDone, out.String())
		}
	}
}
