package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"cnv/experiments/outcome"
)

// TestGoesOn: runs that a try has finished before it was ended are not measured
// again, and results say so. Once all are there, another try measures all.
func TestGoesOn(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]syscall.Signal{"killed": syscall.SIGKILL, "interrupted": syscall.SIGINT} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, na := worker(t)
			b, nb := worker(t)
			file, out := write(t, experiment), t.TempDir()
			begin := func(more ...string) (*exec.Cmd, *lines) {
				said := &lines{}
				cmd := exec.Command(program, append(more, file, "--workers", a+","+b, "--out", out, "--no-figures", "--requests", "--format", "csv")...)
				cmd.Stderr = said
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { cmd.Process.Kill() })
				return cmd, said
			}
			cmd, said := begin("--fresh") // nothing is used of an earlier try, and as much is kept
			said.wait(t, "steady / rr, seed 1: gateway")
			if err := cmd.Process.Signal(end); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err == nil {
				t.Fatal("it ended well although somebody ended it")
			}
			if end == syscall.SIGINT && !strings.Contains(said.text(), "interrupted: no results were written; 1 of 2 runs are kept: the same command without --fresh goes on") {
				t.Errorf("it said\n%s", said.text())
			}
			for round, want := range []struct {
				kept     bool
				requests int64
			}{{true, 200}, {false, 400}} {
				na.Store(0)
				nb.Store(0)
				cmd, said := begin()
				if err := cmd.Wait(); err != nil {
					t.Fatalf("%v\n%s", err, said.text())
				}
				if kept := strings.Contains(said.text(), "1 of 2 runs are kept of an earlier try"); kept != want.kept {
					t.Errorf("try %d after that: kept runs %v, want %v:\n%s", round+1, kept, want.kept, said.text())
				}
				if n := na.Load() + nb.Load(); n < want.requests*3/4 || n > want.requests*5/4 {
					t.Errorf("try %d after that: %d requests, want about %d", round+1, n, want.requests)
				}
				if n := len(requests(t, filepath.Join(out, "tiny", "requests.csv"))); n < 300 || n > 500 {
					t.Errorf("%d requests are in the results, want about 400 of two runs", n)
				}
			}
		})
	}
}

// TestOneBudget: all runs of a command share one budget, and what does not fit
// into its time is not begun.
func TestOneBudget(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes some 10 s of real time")
	}
	file := write(t, strings.NewReplacer(`hold = "4s"`, `hold = "500ms"`, `duration = "7s"`, `duration = "3s"`).Replace(rise))
	var out, errs bytes.Buffer
	if code := run([]string{file, "--worker", workerProgram(t), "--seeds", "4", "--max-time", "11s", "--out", t.TempDir()}, &out, &errs); code != exitInput ||
		!strings.Contains(errs.String(), "4 runs: about 12s of arrivals, more than --max-time 11s") {
		t.Errorf("exit %d:\n%s", code, errs.String())
	}
	c := &console{ctx: t.Context(), out: &out, err: &errs}
	cmd := &liveCmd{
		Experiment: file, Target: "local", Worker: workerProgram(t), Deployment: "main", Out: t.TempDir(), NoFigures: true, Quiet: true,
		limits: limits{MaxInstances: 4, MaxUsdPerHour: 2, MaxUsd: 5, MaxTime: time.Hour},
		Listen: "127.0.0.1:0", Admin: "127.0.0.1:0", Health: "/readyz", Wait: 30 * time.Second, Drain: 5 * time.Second, VcpuQuota: 256,
	}
	target := cmd.cloud(c).(*cloudTarget)
	p, err := cmd.plan(c, target)
	if err != nil {
		t.Fatal(err)
	}
	if err := target.prepare(c); err != nil {
		t.Fatal(err)
	}
	measure := func() error {
		o, err := outcome.Begin(p, outcome.Options{Out: cmd.Out, Fresh: true, Quiet: true})
		if err != nil {
			t.Fatal(err)
		}
		defer o.Discard()
		return cmd.runOne(c, target, p, o, cmd.left(p, o)[0])
	}
	target.used.USD = 1
	if err := measure(); err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	if u := target.used; u.USD <= 1 || u.USD > 1.1 || u.Time < 3*time.Second || u.Time > time.Minute {
		t.Errorf("after a run of 3 s, and $1 before it, %+v of the budget is used", u)
	}
	cfg := p.Cells()[0].Config(1)
	if minute := hourlyOf(&cfg.Pools[0]) / 60; target.used.USD < 1+minute {
		t.Errorf("$%g of the budget is used, and one launch alone is billed $%g", target.used.USD-1, minute)
	}
	target.used.USD = 5 - hourlyOf(&cfg.Pools[0])/120 // half a minute of an instance
	if err := measure(); !errors.Is(err, errSpent) {
		t.Errorf("nothing was left for the next run, and it gave %v", err)
	}
	if left, err := os.ReadDir(filepath.Join(cmd.Out, ".runs")); err == nil && len(left) > 0 {
		t.Errorf("runs are kept although nobody asked for it: %v", left)
	}
}

// TestServedJournals: a gateway that is begun anew keeps a journal of its own.
func TestServedJournals(t *testing.T) {
	t.Parallel()
	a, _ := worker(t)
	b, _ := worker(t)
	file, out := write(t, experiment), t.TempDir()
	for range 2 {
		said := &lines{}
		cmd := exec.Command(program, file, "--workers", a+","+b, "--out", out, "--serve", "--journal")
		cmd.Stdout, cmd.Stderr = said, said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { cmd.Process.Kill() })
		said.wait(t, "journal in")
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Fatalf("%v\n%s", err, said.text())
		}
	}
	kept, err := filepath.Glob(filepath.Join(out, "tiny.served", "*"))
	if err != nil || len(kept) != 2 {
		t.Fatalf("%v, want two journals (%v)", kept, err)
	}
	for _, dir := range kept {
		replay(t, dir)
	}
}
