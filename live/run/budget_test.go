package run

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"cnv/experiments/outcome"
	"cnv/live/run/runtest"
)

// write makes a file of an experiment.
func write(t *testing.T, text string) string {
	file := filepath.Join(t.TempDir(), "tiny.toml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// workerProgram is the worker, without meters: it is built faster.
func workerProgram(t *testing.T) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "worker")
	if text, err := exec.Command("go", "build", "-ldflags=-s -w", "-o", out, "cnv/worker/cmd").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return out
}

// TestOneBudget: all runs of a command share one budget.
func TestOneBudget(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some 10 s of real time")
	}
	var out, errs bytes.Buffer
	c := &Console{Ctx: t.Context(), Out: &out, Err: &errs}
	o := Options{
		Where:  Where{Experiment: write(t, runtest.Brief()), Target: Local, Worker: workerProgram(t), Deployment: "main"},
		Limits: Limits{MaxInstances: 4, MaxUsdPerHour: 2, MaxUsd: 5, MaxTime: time.Hour},
		How: How{
			Out: t.TempDir(), NoFigures: true, Quiet: true, Slow: "auto",
			Listen: "127.0.0.1:0", Admin: "127.0.0.1:0", Health: "/readyz", Wait: 30 * time.Second, Drain: 5 * time.Second, VcpuQuota: 256,
		},
	}
	p, err := Read(c, &o)
	if err != nil {
		t.Fatal(err)
	}
	e, err := New(c, p, o)
	if err != nil {
		t.Fatal(err)
	}
	target := e.cloud(c)
	e.target = target.target()
	if err := e.target.check(p.Cells()); err != nil {
		t.Fatal(err)
	}
	if _, err := e.target.prepare(c, p); err != nil {
		t.Fatal(err)
	}
	measure := func() error {
		o, err := outcome.Begin(p, outcome.Options{Out: e.Out, Fresh: true, Quiet: true})
		if err != nil {
			t.Fatal(err)
		}
		defer o.Discard()
		return e.runOne(c, o, e.left(o)[0])
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
	if err := measure(); !errors.Is(err, ErrSpent) {
		t.Errorf("nothing was left for the next run, and it gave %v", err)
	}
	if left, err := os.ReadDir(filepath.Join(e.Out, ".runs")); err == nil && len(left) > 0 {
		t.Errorf("runs are kept although nobody asked for it: %v", left)
	}
}
