package run

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/url"
	"strings"
	"time"

	"cnv/experiments/plan"
	"cnv/live/aws/deploy"
)

// Options say what is run and where, how far it may go, and what is kept of it.
type Options struct {
	Where
	Limits
	How
}

// Where says which experiment is run, and where its workers are.
type Where struct {
	Experiment string // a file, or the name of an experiment
	Target     Target
	Workers    []string // of static: HOST:PORT of the first pool, or NAME=HOST:PORT
	Address    string   // of gateway: HOST:PORT
	Worker     string   // the worker program; "": it is built
	Deployment string   // its name
	Region     string   // of AWS; "": that of the environment
	Endpoint   string   // another address of all services, for tests; "": AWS's own
}

// How says how the runs are made, and what is kept of them.
type How struct {
	GatewayUsdPerHour float64 // what the instance costs that this runs on, at least 0

	MaxVcpus int  // of instances at once; 0: as many as Limits.MaxInstances have
	DryRun   bool // only say what would be run
	Yes      bool // with aws: do not ask

	Slow string // with local: auto, or how many times slower than real time, 1 to 1000

	VcpuQuota int // with local: vCPUs that its account may run, at least 1

	Fault []string // with local: what goes wrong there

	Policy     []string      // only these; none: all
	Workload   []string      // only these; none: all
	Seeds      *int          // replications, at least 1; nil: what the file says
	Shadow     string        // another policy: say what it would have done; "": none
	Serve      bool          // no load of our own: serve the first policy until the end of the context
	Keep       bool          // with Serve: leave the instances to the gateway that comes next
	Listen     string        // HOST:PORT of the gateway
	Admin      string        // HOST:PORT of the admin pages
	AdminToken string        // file with the token of those pages; "": one is made up
	AdminCert  string        // file with their certificate, PEM
	AdminKey   string        // file with its key
	Health     string        // path of the workers' health check
	Wait       time.Duration // for the initial workers; 0: 30 s, on AWS 3 min
	Drain      time.Duration // for requests in flight at the end
	Out        string        // folder of results
	Format     string        // of what is printed: table, csv or json
	Requests   bool          // also one row per request
	Journal    bool          // also every decision, for replay and explain
	NoFigures  bool          // no figures and no report
	Fresh      bool          // measure again what a try has left that did not end
	Log        slog.Level    // least level of the log

	Quiet bool // print nothing; errors are returned all the same
}

// Read reads the experiment that the options name. Errors are of unusable input.
func Read(c *Console, o *Options) (*plan.Plan, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	p, err := c.Plan(o.Experiment, plan.Options{Seeds: o.Seeds, Live: true})
	if err != nil {
		return nil, BadInput{err}
	}
	return p, nil
}

// Check says what no experiment could be run with. Errors are of unusable input.
func (o *Options) Check() error {
	check := o.checkRuns
	if o.Target == Gateway {
		check = o.checkDriven
	}
	if o.Seeds != nil && *o.Seeds < 1 {
		return Refuse("cnv: --seeds %d, must be at least 1", *o.Seeds)
	}
	if err := check(); err != nil {
		return BadInput{err}
	}
	return nil
}

// checkRuns checks what runs on a target are made with.
func (o *Options) checkRuns() error {
	if o.Address != "" {
		return fmt.Errorf("cnv: --address %s is for --target gateway only; --target %s finds its workers itself", o.Address, o.Target)
	}
	if err := o.Limits.Check(); err != nil {
		return err
	}
	switch {
	case !(o.GatewayUsdPerHour >= 0) || math.IsInf(o.GatewayUsdPerHour, 0):
		return fmt.Errorf("cnv: --gateway-usd-per-hour %v: want dollars, 0 or more", o.GatewayUsdPerHour)
	case o.Keep && !o.Serve:
		return errors.New("cnv: --keep needs --serve: a measured run ends what it has launched")
	case o.Seeds != nil && o.Serve:
		return fmt.Errorf("cnv: --seeds %d cannot be combined with --serve: a gateway that serves runs no replications", *o.Seeds)
	}
	if o.VcpuQuota < 1 {
		return fmt.Errorf("cnv: --vcpu-quota %d, must be at least 1", o.VcpuQuota)
	}
	if err := deploy.CheckName(o.Deployment); err != nil {
		return fmt.Errorf("cnv: --deployment: %w", err)
	}
	if u, err := url.ParseRequestURI(o.Health); err != nil || !strings.HasPrefix(o.Health, "/") || u.Host != "" || strings.ContainsAny(o.Health, " #") {
		return fmt.Errorf("cnv: --health %q: want a path, such as /readyz", o.Health)
	}
	return nil
}

// checkDriven checks what load is sent to a gateway elsewhere with.
func (o *Options) checkDriven() error {
	if _, _, err := net.SplitHostPort(o.Address); err != nil {
		return fmt.Errorf("cnv: --address %s: want HOST:PORT of the gateway", o.Address)
	}
	if o.Serve || o.Journal || o.Requests || o.Shadow != "" || len(o.Fault) > 0 || o.Format == "json" {
		return errors.New("cnv: --target gateway only sends the load: give --serve, --journal, --shadow and --fault where the gateway is started; --requests and --format json are not possible here")
	}
	return nil
}
