package main

import (
	"fmt"
	"net"
	"time"

	"cnv/experiments/scenarios"
	"cnv/live/record"
	"cnv/workloads"
	"cnv/workloads/features"
	"cnv/workloads/trace"
)

// A recordCmd is `trace record`.
type recordCmd struct {
	Worker string        `required:"" help:"The worker to drive, alone on its machine." placeholder:"HOST:PORT"`
	Out    string        `short:"o" required:"" help:"Folder of the new trace." placeholder:"DIR"`
	Scale  float64       `help:"Of the sides of all pictures; 1 is the original's sizes." default:"1"`
	Speed  float64       `help:"Of the worker's cores, relative to the reference vCPU (a c7g core)." default:"1"`
	Mixed  int           `help:"Requests of the mixed scenario." default:"400"`
	Over   time.Duration `help:"How long the mixed scenario lasts." default:"5m"`
	Seed   uint64        `help:"Of the mixed scenario." default:"1"`
}

// Run plays the scenarios and writes what the worker measured.
func (cmd *recordCmd) Run(c *console) error {
	if err := cmd.check(); err != nil {
		return badInput{err}
	}
	in, err := scenarios.Make(cmd.Scale)
	if err != nil {
		return badInput{err}
	}
	var classes []workloads.Class
	for _, k := range features.Kernels {
		classes = append(classes, workloads.Class{
			Name: k.Name, App: "cnv", Trigger: "http", Features: k.Features, Memory: workloads.Unknown, MeanWork: workloads.Unknown,
		})
	}
	tell := startProgress(c.err, "recording", 0, !isTerminal(c.err))
	rows, span, err := record.Run(c.ctx, in.Cases, in.All(cmd.Mixed, cmd.Over, cmd.Seed), classes, record.Options{
		Worker: cmd.Worker, Speed: cmd.Speed, Gap: time.Second, Retry: 600,
	})
	tell.finish()
	if err != nil {
		return err
	}
	counted := "instructions, blocks and calls counted by the metered worker"
	if !metered(rows) {
		counted = "an unmetered worker: CPU time only"
	}
	_, err = trace.Record(cmd.Out, trace.Header{
		Provenance: trace.Provenance{Source: fmt.Sprintf("recorded by cnv trace record from a worker at work; %s; speed %v taken for its cores", counted, cmd.Speed)},
		Notes: []string{
			"recorded on one machine whose cores were taken for " + fmt.Sprint(cmd.Speed) + " of a reference vCPU",
			fmt.Sprintf("made with trace record --scale %v --speed %v --mixed %d --over %v --seed %d on %s", cmd.Scale, cmd.Speed, cmd.Mixed, cmd.Over, cmd.Seed, time.Now().UTC().Format(time.DateOnly)),
		},
	}, span, classes, rows)
	if err != nil {
		return badInput{err}
	}
	return c.written(cmd.Out)
}

func (cmd *recordCmd) check() error {
	if _, _, err := net.SplitHostPort(cmd.Worker); err != nil {
		return fmt.Errorf("cnv: --worker %s: want HOST:PORT", cmd.Worker)
	}
	if !(cmd.Scale > 0 && cmd.Scale <= 10) || !(cmd.Speed > 0 && cmd.Speed <= 100) || cmd.Mixed < 1 || cmd.Mixed > 1_000_000 || cmd.Over <= 0 {
		return fmt.Errorf("cnv: --scale and --speed must be positive, --mixed 1 to 1,000,000, --over positive")
	}
	return nil
}

// metered says whether the worker counted what it executed.
func metered(rows []trace.Recorded) bool {
	return len(rows) > 0 && trace.Attribute(rows[0].Attr, "instructions") != ""
}
