package predict

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"cnv/experiments/plan"
	"cnv/results"
)

const text = `question = "q?"
seeds = 2
slo = "1s"
[cluster]
instance = { cores = 2, speed = SPEED, usd_per_hour = 0.04 }
initial = 2
max = 6
boot = "10s"
[[workload]]
name = "w"
generator = "poisson"
rate = 10
duration = "2m"
size = "exponential"
mean_work = "200ms"
[[policy]]
name = "jsq"
router = "jsq"
scaler = "demand"
[[policy]]
name = "random"
router = "random"
`

func parsed(t *testing.T, speed string) *plan.Plan {
	t.Helper()
	p, err := plan.Parse("x.toml", t.TempDir(), strings.ReplaceAll(text, "SPEED", speed), plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// lived simulates runs that stand for live ones: of the seeds of a plan, with draws of their own.
func lived(t *testing.T, p *plan.Plan) func(w, pol int) []results.Row {
	return func(w, pol int) (out []results.Row) {
		cell := plan.Cell{Scenario: p.Scenarios[w], Policy: p.Policies[pol]}
		for i := range p.Seeds {
			seed := p.Seed + uint64(i)
			rec := results.NewRun(results.RunInfo{Workload: "w", Policy: cell.Policy.Name, Seed: seed, Classes: cell.Classes()})
			row, err := cell.RunOn(t.Context(), seed, seed+1000, rec, nil)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, row)
		}
		return out
	}
}

// TestPredict: runs of the file's own world lie within what is predicted of them, those of
// machines that are slower by a third do not.
func TestPredict(t *testing.T) {
	p := parsed(t, "1")
	for _, c := range []struct {
		speed string
		off   int // values outside, at least
		most  int
	}{{"1", 0, 1}, {"0.75", 4, 12}} {
		rows, err := Predict(t.Context(), p, lived(t, parsed(t, c.speed)), Options{Level: "L1"})
		if err != nil {
			t.Fatal(err)
		}
		off := 0
		for i := range rows {
			if !rows[i].Within {
				off++
			}
		}
		if len(rows) != 12 || off < c.off || off > c.most {
			t.Errorf("speed %s: %d of %d values are outside, want %d to %d of 12: %+v", c.speed, off, len(rows), c.off, c.most, rows)
		}
		if r := rows[0]; r.Workload != "w" || r.Policy != "jsq" || r.Level != "L1" || r.Runs != 2 || r.Draws != Draws {
			t.Errorf("%+v", r)
		}
	}
}

// TestPredictKeepsItsTime: what takes too long is an error of its own, soon.
func TestPredictKeepsItsTime(t *testing.T) {
	p := parsed(t, "1")
	live := lived(t, p)
	began := time.Now()
	if _, err := Predict(t.Context(), p, live, Options{Draws: 10_000, Within: time.Millisecond}); !errors.Is(err, ErrTooLong) {
		t.Errorf("got %v", err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := Predict(ended, p, live, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
