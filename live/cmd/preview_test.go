package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cnv/live/local"
)

// TestDryRun: on every target it says what would be run and what it may cost,
// and runs nothing.
func TestDryRun(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		cloud := m.cloud(t, local.Config{})
		file := write(t, rise)
		aws := []string{"--target", "aws", "--endpoint", cloud.URL(), "--worker", script(t)}
		missing := []string{"create    function", "bake      image", "deploy it first: go run ./experiments/... deploy " + file + " --deployment main"}
		for _, c := range []struct {
			about  string
			args   []string
			before []string // a command before it
			says   []string
		}{
			{"local", []string{"--seeds", "2"}, nil, []string{
				"2 runs in real time, about 14s of arrivals: policies both; workloads rise; 2 seeds from 1 on", "Target local", "nothing is billed",
				"pool vm: c7g.medium, $0.0372 per hour each, 1 at first, then 1 to 4", "functions: 1769 MB, $0.1037 per hour and call",
				"At worst: $2.00 per hour (at most 4 instances and 4 vCPUs $0.15, functions $103.65, held to --max-usd-per-hour 2), which is $48 per day; but all ends at $5.00 or after 2h0m0s, so at $4.00 at most.",
			}},
			{"local, to serve", []string{"--serve", "--max-vcpus", "3"}, nil, []string{"Serves rise / both until interrupted", "4 instances and 3 vCPUs"}},
			{"local, few", []string{"--max-instances", "2"}, nil, []string{"2 instances and 2 vCPUs $0.07, "}},
			{"static", []string{"--workers", "127.0.0.1:1"}, nil, []string{"Target static: the workers 127.0.0.1:1"}},
			{"aws, not deployed", aws, nil, missing},
			{"aws, deployed", aws, []string{"deploy", file, "--yes", "--endpoint", cloud.URL(), "--worker", script(t)}, []string{"The deployment is complete", "No other gateway leads", "At worst: $2.00"}},
		} {
			if c.before != nil {
				if code, said := m.run(c.before...); code != exitDone {
					t.Fatal(said)
				}
				time.Sleep(time.Second) // the builder ends
			}
			dir := filepath.Join(t.TempDir(), "results")
			i := m.begin(append([]string{file, "--dry-run", "--out", dir}, c.args...)...)
			code := i.end()
			for _, want := range append(c.says, "Nothing was started") {
				if code != exitDone || !strings.Contains(i.printed.text(), want) {
					t.Errorf("%s: exit %d, without %q:\n%s", c.about, code, want, i.text())
				}
			}
			if _, err := os.Stat(dir); err == nil {
				t.Errorf("%s: a folder for results was made", c.about)
			}
		}
		if n, _ := cloud.Processes(); n != 0 {
			t.Errorf("%d processes were started", n)
		}
	})
}

// TestNotDeployed: a run on AWS is refused before anything is asked or waited
// for, with the command that it lacks.
func TestNotDeployed(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		cloud := m.cloud(t, local.Config{})
		file := write(t, rise)
		for _, flags := range [][]string{{"--yes"}, {}, {"--serve", "--yes"}} {
			args := append([]string{file, "--target", "aws", "--endpoint", cloud.URL(), "--worker", script(t), "--out", t.TempDir()}, flags...)
			if code, said := m.run(args...); code != exitFailed || !strings.Contains(said, "deploy it first: go run ./experiments/... deploy "+file) || strings.Contains(said, "ResourceNotFound") {
				t.Errorf("%v: exit %d:\n%s", flags, code, said)
			}
		}
	})
}

// TestCallsThrottledByTheBudget: what functions may not cost per hour goes to
// machines, and the results say so.
func TestCallsThrottledByTheBudget(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		args := []string{write(t, rise), "--worker", script(t), "--no-figures", "--requests", "--format", "csv", "--out", t.TempDir()}
		code, said := m.run(append(args, "--max-usd-per-hour", "0.15")...) // 0.037 for a machine, 0.104 for a call
		if code != exitDone || !strings.Contains(said, "calls of functions were throttled as --max-usd-per-hour 0.15") {
			t.Errorf("exit %d:\n%s", code, said)
		}
		for _, r := range requests(t, filepath.Join(args[len(args)-1], "tiny", "requests.csv")) {
			if r["status"] != "200" {
				t.Errorf("request %s: status %s", r["request"], r["status"])
			}
		}
		code, said = m.run(append([]string{write(t, strings.Replace(rise, "memory_mb = 1769", "memory_mb = 1769\nprovisioned = 100", 1))}, args[1:]...)...)
		if code != exitInput || !strings.Contains(said, "keeps warm cost $") {
			t.Errorf("exit %d:\n%s", code, said)
		}
	})
}
