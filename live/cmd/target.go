package main

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"cnv/experiments/plan"
	"cnv/live"
	"cnv/live/load"
	"cnv/live/store"
	"cnv/policy"
	"cnv/sim"
	"cnv/workloads"
)

// A target is where workers and functions are.
type target interface {
	// check says what the cells need that the target does not have.
	check(cells []plan.Cell) error
	// preview says what a run there would take, and starts nothing.
	preview(c *console, p *plan.Plan) error
	// present says what has to be there before anything runs, and is not.
	present(c *console, p *plan.Plan) error
	// agreed asks whether it may cost what it may cost at most.
	agreed(c *console, p *plan.Plan) error
	// control is the control plane of a run there.
	control(cfg *sim.Config) (policy.Config, error)
	// request makes what is sent for an arrival.
	request(cfg *policy.Config) func(*workloads.Arrival) load.Request
	// lead waits until this gateway is the only one that looks after the
	// instances of the deployment. The context ends when it is not any more.
	lead(ctx context.Context, log *slog.Logger) (leading context.Context, release func(), err error)
	// open begins a run. The brain does not run yet.
	open(ctx context.Context, r *session) (place, error)
	// prepare makes what all runs need, once all else has been checked.
	prepare(c *console) error
	// identity is what of it makes numbers others, once prepared: the worker.
	identity() string
	// command is how the target is named on a command line.
	command() string
	// warnings hold for every result obtained there.
	warnings() []string
	left() error // of what may go on costing; nil: nothing is left
}

// A place is a target during one run.
type place interface {
	live.Driver
	functions() http.RoundTripper    // nil: none
	journals() []live.Journal        // told of every step, the store say
	stored() func() store.Counts     // what the store has done; nil: there is none
	leads() func() bool              // whether the lease is surely ours; nil: there is none
	timeLeft() (time.Duration, bool) // until --max-time ends it; false: there is no such limit
	// Where is what the log calls a worker: its instance, or its address.
	Where(w policy.WorkerID) string
	// begin takes the initial workers of the pools into service, once the
	// brain runs.
	begin(ctx context.Context, initial []int) error
	// end ends what the run began, or leaves it to another gateway, once this
	// one has drained; the brain
	// still runs. end of the place's journals comes with close, when it has
	// stopped.
	end(leave bool)
	// doubt is what could keep workers from being ready.
	doubt() string
	// before is what earlier runs have taken of the same budget, dollars.
	before() float64
	close(ctx context.Context) error
}

// A session is what a place is opened for: one run.
type session struct {
	name    string // of the policy and workload, for people
	like    string // of the experiment and workload: what earlier runs of it have measured is known
	seed    uint64
	motion  motion
	sim     *sim.Config
	cfg     *policy.Config
	workers *live.Workers
	brain   *live.Brain
	checks  live.Checks
	log     *slog.Logger
	giveUp  context.CancelCauseFunc // ends the run early
	spent   func() float64          // what functions and the table have cost so far, dollars
	charged func() float64          // what all has
	warn    func(text string)       // for the reader of the results
	note    func(text string)       // for who watches, once the run is announced
}

// target is the one that the flags name.
func (cmd *liveCmd) target(c *console) (target, error) {
	if cmd.Target == "static" {
		return &staticTarget{workers: cmd.Workers}, nil
	}
	return cmd.cloud(c), nil
}
