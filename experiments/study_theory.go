package main

import (
	"fmt"
	"math"
	"os"

	"cnv/experiments/outcome"
	"cnv/results"
	"cnv/sim"
	"cnv/sim/second"
)

// A knownQueue is a queue of which formulas are known: requests of 100 ms on one worker.
type knownQueue struct {
	name       string
	discipline string
	cores      int
	rate       float64 // requests per second
	size       string  // keys of the law of their work
	mean, p99  float64 // response times, seconds; 0: no formula
}

// knownQueues are Kleinrock's Queueing Systems (1975), by the formulas of Erlang, Pollaczek and
// Khinchine, and of processor sharing, which is insensitive to the law.
func knownQueues() []knownQueue {
	const s = 0.1
	erlang := func(c int, a float64) float64 { // the share that waits
		sum, term := 0.0, 1.0
		for k := range c {
			sum += term
			term *= a / float64(k+1)
		}
		last := term / (1 - a/float64(c))
		return last / (sum + last)
	}
	return []knownQueue{
		{"M/M/1, 70 % load", "fcfs", 1, 7, `size = "exponential"`, s / 0.3, math.Log(100) * s / 0.3},
		{"M/M/4, 80 % load", "fcfs", 4, 32, `size = "exponential"`, s + erlang(4, 3.2)*s/4/0.2, 0},
		{"M/D/1, 70 % load", "fcfs", 1, 7, `size = "constant"`, s + 0.7*s/2/0.3, 0},
		{"M/G/1, 60 % load, cv² = 4", "fcfs", 1, 6, "size = \"lognormal\"\ncv2 = 4", s + 0.6*s*(1+4)/2/0.4, 0},
		{"M/G/1 shared, 70 % load, cv² = 4", "ps", 1, 7, "size = \"lognormal\"\ncv2 = 4", s / 0.3, 0},
	}
}

// studyTheory simulates queues of which formulas are known.
func studyTheory(c *console, cmd *studyCmd) (rows []studyRow, err error) {
	requests, allowed := 1_000_000.0, 0.02
	if cmd.Quick {
		requests, allowed = 200_000, 0.05
	}
	for _, q := range knownQueues() {
		text := fmt.Sprintf(`question = "is it as theory has it?"
seeds = 1
worlds = 0
slo = "1s"
[cluster]
instance = { cores = %d, speed = 1, usd_per_hour = 0.04 }
discipline = %q
initial = 1
max = 1
[[workload]]
name = "w"
generator = "poisson"
rate = %g
duration = "%.0fs"
%s
mean_work = "100ms"
[[policy]]
router = "jsq"
`, q.cores, q.discipline, q.rate, requests/q.rate, q.size)
		p, err := openWorld(text, ".")
		if err != nil {
			return nil, err
		}
		cell := p.Cells()[0]
		row, err := outcome.Simulate(c.ctx, cell, 1, results.NewRun(results.RunInfo{Classes: cell.Classes()}), nil, nil)
		if err != nil {
			return nil, err
		}
		for _, m := range []struct {
			name, column string
			theory       float64
		}{{"mean", "answered_response_mean_s", q.mean}, {"p99", "response_p99_s", q.p99}} {
			if m.theory == 0 {
				continue
			}
			error := row.Value(m.column)/m.theory - 1
			rows = append(rows, studyRow{q.name + ": " + m.name, fmt.Sprintf("%.4g s, theory %.4g s", row.Value(m.column), m.theory), "within " + percent(allowed), !(math.Abs(error) <= allowed)})
		}
	}
	return rows, nil
}

// A tape keeps the requests of a run.
type tape struct {
	*results.Run
	all map[uint64]results.Request
}

// Add implements results.Recorder.
func (t *tape) Add(q *results.Request) {
	t.all[q.ID] = *q
	t.Run.Add(q)
}

// studyTwin runs hidden worlds in both simulators.
func studyTwin(c *console, cmd *studyCmd) ([]studyRow, error) {
	n, same, requests := max(3, cmd.worlds(10)), 0, 0
	for k := range n {
		err := inWorld(k, func(h *hiddenWorld) error {
			cell := h.cell(h.a)
			t := &tape{results.NewRun(results.RunInfo{Classes: cell.Classes()}), map[uint64]results.Request{}}
			src, err := cell.Scenario.Workload.Made.Open(hiddenSeed)
			if err != nil {
				return err
			}
			if _, err := sim.Run(c.ctx, cell.Config(hiddenSeed), src, t); err != nil {
				return err
			}
			if src, err = cell.Scenario.Workload.Made.Open(hiddenSeed); err != nil {
				return err
			}
			for _, q := range second.Run(cell.Config(hiddenSeed), src).Requests {
				requests++
				x := t.all[q.ID]
				if x.Ending == q.Ending && x.Worker == q.Worker && x.Kind == q.Kind && (x.Finish-q.Finish).Abs() < 1000 {
					same++
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return []studyRow{{fmt.Sprintf("requests of %d worlds with one end, place and instant", n), fmt.Sprintf("%d of %d", same, requests), "all", same != requests}}, nil
}

// tracesDir is where public recordings are.
func tracesDir() string {
	if dir := os.Getenv("CNV_TRACES"); dir != "" {
		return dir
	}
	return "../shared/traces"
}
