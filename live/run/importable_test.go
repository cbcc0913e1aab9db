package run_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cnv/experiments/plan"
	"cnv/live/run"
	"cnv/results/fidelity"
)

// TestImported: another program can run a plan, here against a worker by address.
func TestImported(t *testing.T) {
	worker := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "done") }))
	t.Cleanup(worker.Close)
	p, err := plan.Parse("tiny.toml", ".", `question = "does it run?"
seeds = 1
[cluster]
instance = "c7g.medium"
initial = 1
[[workload]]
generator = "poisson"
rate = 50
size = "constant"
mean_work = "1ms"
duration = "500ms"
[[policy]]
router = "jsq"
`, plan.Options{Live: true})
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	out := t.TempDir()
	c := &run.Console{Ctx: t.Context(), Out: io.Discard, Err: &said}
	e, err := run.New(c, p, run.Options{
		Where:  run.Where{Target: run.Static, Workers: []string{worker.Listener.Addr().String()}, Deployment: "main"},
		Limits: run.Limits{MaxInstances: 1, MaxUsdPerHour: 1, MaxUsd: 1, MaxTime: time.Minute},
		How: run.How{
			Slow: "auto", VcpuQuota: 1, Listen: "127.0.0.1:0", Admin: "127.0.0.1:0", Health: "/readyz", Drain: time.Second,
			Out: out, Format: "csv", NoFigures: true,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Run(c); err != nil {
		t.Fatalf("%v\n%s", err, said.String())
	}
	if rows, err := fidelity.Read(filepath.Join(out, "tiny")); err != nil || len(rows) != 6 || rows[0].Runs != 1 {
		t.Errorf("what the simulator gives beside it: %v (%v)", rows, err)
	}
	if kept, err := fidelity.History(out); err != nil || len(kept) != 6 || kept[0].Target != "static" {
		t.Errorf("kept over time: %v (%v)", kept, err)
	}
	rows, err := os.ReadFile(filepath.Join(out, "tiny", "runs.csv"))
	if err != nil || strings.Count(string(rows), "\n") != 2 || !strings.Contains(said.String(), " sent, ") {
		t.Errorf("%v, %q\n%s", err, rows, said.String())
	}
}
