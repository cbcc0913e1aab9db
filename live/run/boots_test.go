package run

import (
	"context"
	"testing"
	"time"

	"cnv/experiments/plan"
	"cnv/policy"
	"cnv/results"
	"cnv/sim"
)

// launchLog keeps when each worker that was launched began to be known, to run
// and to be ready.
type launchLog struct {
	at map[policy.EventKind][]time.Duration
}

func (l *launchLog) Add(now time.Duration, e *policy.Event, _ []policy.Command) {
	if now > 0 {
		l.at[e.Kind] = append(l.at[e.Kind], now)
	}
}

// TestLocalBootsAreTheSimulators: the first launch takes as long on local
// endpoints as in the simulator, part by part, by the same law of the same file.
func TestLocalBootsAreTheSimulators(t *testing.T) {
	p, err := plan.Parse("f.toml", ".", `question = "q"
[cluster]
instance = "c7g.large"
initial = 1
boot = "25s"
[[workload]]
generator = "poisson"
rate = 1
size = "constant"
mean_work = "100ms"
duration = "2m"
[[policy]]
router = "jsq"
scaler = "fixed"
scaler_params = { n = 2 }
`, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := p.Cells()[0]
	src, err := c.Scenario.Workload.Made.Open(7)
	if err != nil {
		t.Fatal(err)
	}
	cfg, log := c.Config(7), &launchLog{map[policy.EventKind][]time.Duration{}}
	cfg.Journal = log
	if _, err := sim.Run(context.Background(), cfg, src, results.NewRun(results.RunInfo{})); err != nil {
		t.Fatal(err)
	}
	boot := boots(7, 2, map[string]sim.Launch{"c7g.large": cfg.Pools[0].Launch}) // the builder and one more are there
	if got := boot(2, "c7g.large"); got != (sim.LaunchTimes{}) {
		t.Errorf("what is there boots for %+v", got)
	}
	took := boot(3, "c7g.large")
	known, runs, ready := log.at[policy.WorkerPending][0], log.at[policy.WorkerRunning][0], log.at[policy.WorkerReady][0]
	if runs-known != took.Pending || ready-runs != took.Boot+took.Start {
		t.Errorf("local: %+v; simulator: pending %v, then %v until ready", took, runs-known, ready-runs)
	}
	if whole := took.API + took.Pending + took.Boot + took.Start; whole == 25*time.Second || took.Boot == 0 || whole < 15*time.Second || whole > 40*time.Second {
		t.Errorf("a boot of 25 s took %v, want about as long", whole)
	}
}
