package run

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"cnv/experiments/plan"
	"cnv/live"
	"cnv/live/load"
	"cnv/live/local"
	"cnv/live/store"
	"cnv/policy"
	"cnv/policy/catalog"
	"cnv/policy/journal/account"
	"cnv/sim"
	"cnv/workloads"
)

// A target is where workers and functions are: what is known of it, and what is
// done there. Runs are opened once it is prepared, one after the other.
type target struct {
	command  string   // how it is named on a command line
	here     bool     // workers share this machine's cores with the gateway and the load generator
	identity string   // what of it makes numbers others, once prepared: the worker; "" nobody knows
	warnings []string // hold for every result obtained there, once prepared

	// check says what the cells need that it does not have.
	check func(cells []plan.Cell) error
	// preview says what a run there would take, and starts nothing.
	preview func(c *Console, p *plan.Plan) error
	// prepare has all that runs need, and asks whether they may cost what they may
	// cost. The context ends when this gateway is not any more the only one that looks
	// after the instances of the deployment.
	prepare func(c *Console, p *plan.Plan) (leading context.Context, err error)
	// control is the control plane of a run there.
	control func(cfg *sim.Config) (policy.Config, error)
	// open begins a run. The brain does not run yet.
	open func(ctx context.Context, r *session) (*place, error)
	// close gives up what prepare has taken; the error is of what may go on costing.
	close func() error
}

// A place is a target during one run.
type place struct {
	live.Driver
	request   func(*workloads.Arrival) load.Request // makes what is sent for an arrival
	functions http.RoundTripper                     // nil: none
	journals  []live.Journal                        // told of every step, the store say
	stored    func() store.Counts                   // what the store has done; nil: there is none
	leads     func() bool                           // whether the lease is surely ours; nil: there is none
	timeLeft  func() (time.Duration, bool)          // until --max-time ends it; false: there is no such limit
	budget    *live.Budget                          // what holds it; nil: nothing does
	before    float64                               // what earlier runs have taken of the same budget, dollars
	cloud     *local.Cloud                          // on this machine; nil: none
	faults    *breakable                            // nil: workers are not ours to break

	// where is what the log calls a worker: its instance, or its address.
	where func(w policy.WorkerID) string
	// begin takes the initial workers of the pools into service, once the brain runs.
	begin func(ctx context.Context, initial []int) error
	// end ends what the run began, or leaves it to another gateway, once this one has
	// drained; the brain still runs. end of the place's journals comes with close, when
	// it has stopped.
	end func(leave bool)
	// doubt is what could keep workers from being ready.
	doubt func() string
	close func(ctx context.Context) error
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

// on is the target that the options name.
func (e *Experiment) on(c *Console) *target {
	if e.Target == Static {
		return (&staticTarget{workers: e.Workers, host: e.host}).target()
	}
	return e.cloud(c).target()
}

// prices are what things cost in a run: the table of measurements is DynamoDB's.
func (e *Experiment) prices(s *sim.Config, c *policy.Config) account.Prices {
	p := s.Prices(c)
	p.Telemetry = s.TelemetryPeriod
	p.GatewayUSDPerHour, p.USDPerWrite, p.USDPerRead = e.GatewayUsdPerHour, catalog.StoreWrite.USD(), catalog.StoreRead.USD()
	p.TableUSDPerHour = 0 // it is on demand
	return p
}
