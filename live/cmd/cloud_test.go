package main

import (
	"bytes"
	"encoding/csv"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"cnv/internal/testtime"
	"cnv/live/local"
	"cnv/live/run/runtest"
	"cnv/policy/catalog"
)

// rise is a rise in load for seven seconds.
var rise = runtest.Rise

// fixed is the same with as many workers as there are at first.
var fixed = strings.Replace(rise, "scaler = \"demand\"\nscaler_params = { window = \"20s\", period = \"5s\", hold = \"0s\" }\n", "scaler = \"fixed\"\n", 1)

// brief is the same for 3 s.
var brief = strings.NewReplacer(`hold = "4s"`, `hold = "500ms"`, `duration = "7s"`, `duration = "3s"`).Replace(rise)

// children are the processes whose command line has a word.
func children(t *testing.T, word string) (pids []int) {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range all {
		if text, err := os.ReadFile(file); err == nil && strings.Contains(string(text), word) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
			pids = append(pids, pid)
		}
	}
	return pids
}

// TestLocalCloud runs an experiment on a cloud on this machine: requests are
// answered, also by functions, instances come, the results are those of
// compare, replay agrees, and no process is left behind. A second run begins
// with what the first has measured.
func TestLocalCloud(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes some 20 s of real time")
	}
	file, out := filepath.Join(t.TempDir(), "rise.toml"), t.TempDir()
	if err := os.WriteFile(file, []byte(rise), 0o600); err != nil {
		t.Fatal(err)
	}
	tmp := t.TempDir() // where the instances' programs go
	args := []string{file, "--out", out, "--worker", workerProgram(t), "--requests", "--format", "csv", "--journal", "--no-figures", "--gateway-usd-per-hour", "0.36"}
	var errs bytes.Buffer
	for round := range 2 {
		cmd := exec.Command(program(t), args...)
		cmd.Env = append(os.Environ(), "TMPDIR="+tmp, "AWS_ACCESS_KEY_ID=AKIAREALONE", "AWS_SECRET_ACCESS_KEY=secretsecretsecret")
		errs.Reset()
		cmd.Stderr = &errs
		if err := cmd.Run(); err != nil {
			t.Fatalf("%v\n%s", err, errs.String())
		}
		if again := strings.Contains(errs.String(), "measurements that earlier commands have kept (of at most 10 requests a second and class)"); again != (round == 1) {
			t.Errorf("run %d: begins with what earlier runs have measured: %v\n%s", round+1, again, errs.String())
		}
	}
	if !regexp.MustCompile(`scaled out by [1-9]\d*, in by \d+; [1-9]\d* calls of functions`).MatchString(errs.String()) {
		t.Errorf("how it scaled is not said:\n%s", errs.String())
	}
	rows := requests(t, filepath.Join(out, "rise", "requests.csv"))
	kinds := map[string]int{}
	for _, r := range rows {
		kinds[r["kind"]]++
		if r["status"] != "200" {
			t.Errorf("request %s: status %s", r["request"], r["status"])
		}
	}
	if len(rows) < 30 || kinds["vm"] == 0 || kinds["function"] == 0 {
		t.Errorf("%d requests, answered by %v; want machines and functions", len(rows), kinds)
	}
	costs := func(column string) float64 {
		v, err := strconv.ParseFloat(requests(t, filepath.Join(out, "rise", "runs.csv"))[0][column], 64)
		if err != nil {
			t.Errorf("%s: %v", column, err)
		}
		return v
	}
	seconds := costs("duration_s")
	if got, want := costs("cost_gateway_usd"), seconds*0.36/3600; math.Abs(got-want) > 0.01*want {
		t.Errorf("the gateway's own instance cost $%g, want $%g", got, want)
	}
	// A row per second for the fleet and each of at least one worker, and one to two per request.
	if got := costs("cost_store_usd") / catalog.StoreWrite.USD(); got < 2*seconds+20 || got > 10*seconds+2*float64(len(rows)) {
		t.Errorf("the table cost as much as %g writes, in %g s with %d requests", got, seconds, len(rows))
	}
	kept := filepath.Join(out, "rise", "journals", "rise", "both", "seed-1")
	reportsFit(t, kept, time.Second)
	if n := replay(t, kept); n < 50 {
		t.Errorf("%d records replayed", n)
	}
	if left := children(t, tmp); len(left) > 0 {
		t.Errorf("processes left behind: %v", left)
	}
	nothingSecret(t, out, "AKIAREALONE", "secretsecretsecret")
	nothingSecret(t, tmp, "AKIAREALONE", "secretsecretsecret")
	notIn(t, "what was printed", errs.Bytes(), "AKIAREALONE", "secretsecretsecret")
}

// requests reads requests.csv.
func requests(t *testing.T, file string) (out []map[string]string) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = l[i]
		}
		out = append(out, row)
	}
	return out
}

// TestChildrenDieWithTheProgram: whatever ends it, instances and environments
// end too.
func TestChildrenDieWithTheProgram(t *testing.T) {
	t.Parallel()
	file, tmp := filepath.Join(t.TempDir(), "rise.toml"), t.TempDir()
	if err := os.WriteFile(file, []byte(rise), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program(t), file, "--serve", "--out", t.TempDir(), "--worker", workerProgram(t))
	cmd.Env = append(os.Environ(), "TMPDIR="+tmp)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	instances := func() []int { return children(t, filepath.Join(tmp, "cnv-local")) }
	testtime.Until(t, "the start of an instance", func() bool { return len(instances()) > 0 })
	if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	testtime.Until(t, "the end of all whose parent was ended by kill -9", func() bool { return len(instances()) == 0 })
}

// TestDeploymentCommands: deploy, status, doctor and destroy, as they are
// typed, against a local cloud.
func TestDeploymentCommands(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		cloud := m.cloud(t, local.Config{Boot: func(uint64, string) time.Duration { return 10 * time.Millisecond }})
		worker, file := script(t), write(t, rise)
		many := write(t, strings.Replace(rise, "[functions]", "[functions]\nconcurrency = 5000", 1))
		do := func(want int, args ...string) string {
			t.Helper()
			time.Sleep(time.Second) // what the command before has asked to end does
			code, said := m.run(append(args, "--endpoint", cloud.URL(), "--deployment", "demo")...)
			if code != want {
				t.Fatalf("%v: exit %d, want %d\n%s", args, code, want, said)
			}
			return said
		}
		for _, c := range []struct {
			args []string
			code int
			says string
		}{
			{[]string{"status"}, 0, "nothing is there"},
			{[]string{"status", "--dry-run"}, 0, "  EC2 DescribeVolumes\n"},
			{[]string{"doctor", "--dry-run"}, 0, "  EC2 RunInstances (dry run)\n"},
			{[]string{"doctor", "--instances", "20000"}, 1, "FAIL  addresses"},
			{[]string{"doctor"}, 0, "ok    launch       c7g.large: allowed"},
			{[]string{"doctor", file, "--gateway"}, 0, "ok    vCPUs        on demand: 4 c7g.medium, 1 c7g.medium need 5; the account may run 256"},
			{[]string{"doctor", many}, 1, "the account may have 1000 environments at once, the experiment asks for 5000"},
			{[]string{"doctor", "nothing-such"}, 2, "nothing-such"},
			{[]string{"doctor", "--subnet", "main"}, 2, "--subnet \"main\": want an ID"},
			{[]string{"deploy", "--worker", worker, "--dry-run", "--vpc", "main"}, 2, "--vpc \"main\": want an ID"},
			{[]string{"doctor", "--concurrency", "5000"}, 1, "FAIL  functions    the account may have 1000 environments at once, the experiment asks for 5000"},
			{[]string{"deploy", "--worker", worker, "--dry-run"}, 0, "10 steps to do; nothing was changed"},
			{[]string{"deploy", "--worker", worker}, 2, "give --yes"},
			{[]string{"deploy", "--worker", worker, "--yes"}, 0, "doing bake"},
			{[]string{"deploy", "--worker", worker, "--yes"}, 0, "0 steps to do"},
			{[]string{"deploy", "--worker", worker, "--yes"}, 0, "done: deployment "},
			{[]string{"status"}, 0, "0 instances $0.0000, 0 environments kept warm $0.0000, snapshots of 8 GB $0.0005 at most: $0.0005 per hour, $0.01 per day"},
			{[]string{"destroy", "--dry-run"}, 0, "11 steps to do; nothing was changed"},
			{[]string{"destroy", "--yes"}, 0, "nothing is left"},
			{[]string{"destroy", "--yes"}, 0, "0 steps to do"},
			{[]string{"deploy", "--worker", "nowhere"}, 2, "nowhere"},
		} {
			if text := do(c.code, c.args...); !strings.Contains(text, c.says) {
				t.Errorf("%v says, without %q:\n%s", c.args, c.says, text)
			}
		}
		if code, said := m.run("deploy", "--policy", "runner"); code != 0 || !strings.Contains(said, `"lambda:InvokeFunction"`) {
			t.Errorf("deploy --policy runner: %d\n%s", code, said)
		}
	})
}
