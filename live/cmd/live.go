package main

import (
	"log/slog"
	"time"

	"cnv/live/run"
)

// A liveCmd is `live`. Its flags have the names, types and order of run.Options.
type liveCmd struct {
	whereFlags
	limits
	howFlags
}

// Run plays every policy of the file on every workload, or serves the first one.
func (cmd *liveCmd) Run(c *run.Console) error {
	o := run.Options{Where: run.Where(cmd.whereFlags), Limits: run.Limits(cmd.limits), How: run.How(cmd.howFlags)}
	p, err := run.Read(c, &o)
	if err != nil {
		return err
	}
	e, err := run.New(c, p, o)
	if err != nil {
		return err
	}
	return e.Run(c)
}

// whereFlags are those of run.Where.
type whereFlags struct {
	Experiment string   `arg:"" optional:"" default:"quickstart-live" help:"An experiment file, or the name of one that list shows."`
	Target     string   `help:"Where the workers are: local (a cloud on this machine, for which no account is needed), aws, or static (given by --workers); or gateway, one that serves at --address and is sent the load." enum:"local,aws,static,gateway" default:"${target}"`
	Workers    []string `help:"Addresses of workers, for --target static; those of a second pool as NAME=ADDRESS." placeholder:"HOST:PORT,..."`
	Address    string   `help:"Address of a gateway, for --target gateway." placeholder:"HOST:PORT"`
	Worker     string   `help:"The worker program for Linux on arm64, or for this machine with --target local; else it is built." placeholder:"FILE"`
	Deployment string   `help:"Name of the deployment." default:"main" placeholder:"NAME"`
	Region     string   `help:"AWS region; else that of the environment." placeholder:"NAME"`
	Endpoint   string   `help:"Another address of all services, for tests." hidden:"" env:"CNV_ENDPOINT"`
}

// limits are the flags that hold a run or a gateway, whatever a policy wants.
type limits struct {
	MaxInstances  int           `help:"Instances at once, whatever a policy wants." default:"20"`
	MaxUsdPerHour float64       `help:"What they, the gateway's own instance if it was deployed, calls of functions under way and environments kept warm may cost per hour: what would cost more is not launched, or throttled. Beside it: $0.20 per million calls, and $0.625 per million writes to the table (a second of each worker is one, and up to two a request)." default:"2"`
	MaxUsd        float64       `help:"What all may cost together, the gateway's own instance and the table too: then the run ends. Transfer between zones and out, the log, the lease ($0.001 per hour) and what is stored are not counted." default:"5"`
	MaxTime       time.Duration `help:"How long it may take in all: then the run ends." default:"2h"`
}

// howFlags are those of run.How.
type howFlags struct {
	GatewayUsdPerHour float64 `help:"What the instance costs that this runs on; deploy --gateway says it." hidden:"" placeholder:"USD"`

	MaxVcpus int  `help:"vCPUs of them; 0: as many as --max-instances of the experiment's types have." default:"0" placeholder:"N"`
	DryRun   bool `help:"Only say what would be run and where, and what it may cost."`
	Yes      bool `help:"With --target aws: do not ask."`

	Slow string `help:"With --target local: how many times slower than real time the experiment's clock runs, so that workers that really compute need not wait for this machine's cores; 1: real time. auto: as slow as workloads with inputs need, others sleep instead, in real time." default:"auto" placeholder:"FACTOR"`

	VcpuQuota int `help:"With --target local: vCPUs that its account may run, on demand and spot each. A new account of AWS has 5." default:"256" placeholder:"N"`

	Fault []string `sep:"none" help:"With --target local: what goes wrong there, such as action=Invoke,code=TooManyRequestsException,from=2s,to=5s (or every=N, next=N, delay=1s; action=? lists all calls, code=? their errors); or action=kill or spot,from=2s (code=INSTANCE), action=zone or outage,code=us-east-1a. Repeatable." placeholder:"ACTION"`

	Policy     []string      `help:"Only these policies of the file." placeholder:"NAME"`
	Workload   []string      `help:"Only these workloads of the file." placeholder:"NAME"`
	Seeds      *int          `help:"Replications, instead of what the file says." placeholder:"N"`
	Shadow     string        `help:"Another policy, of the file or a router: say what it would have done." placeholder:"NAME"`
	Serve      bool          `help:"No load of our own: serve the first policy until interrupted. With --target aws one gateway of a deployment serves, others stand by."`
	Keep       bool          `help:"With --serve: leave the instances at the end to the gateway that comes next, unless the budget is spent; without one they end by themselves after 15 min."`
	Listen     string        `help:"Address of the gateway." default:"127.0.0.1:0" placeholder:"HOST:PORT"`
	Admin      string        `help:"Address of the admin pages. Beyond loopback the next three flags are required." default:"127.0.0.1:0" placeholder:"HOST:PORT"`
	AdminToken string        `help:"File with the token that changes by the admin pages want, 32 characters or more, and beyond loopback all pages. Without it --serve makes one up, and prints it." placeholder:"FILE"`
	AdminCert  string        `help:"File with the certificate of the admin pages, PEM." placeholder:"FILE"`
	AdminKey   string        `help:"File with its key." placeholder:"FILE"`
	Health     string        `help:"Path of the workers' health check." default:"/readyz"`
	Wait       time.Duration `help:"For the initial workers to be ready; 0s: 30s, with --target aws 3m." default:"0s"`
	Drain      time.Duration `help:"For requests in flight at the end." default:"30s"`
	Out        string        `help:"Folder for results; each experiment gets one of its name." default:"results/live" placeholder:"DIR"`
	Format     string        `help:"What is printed: table, csv or json." enum:"table,csv,json" default:"table"`
	Requests   bool          `help:"Also write one row per request."`
	Journal    bool          `help:"Also keep a journal of every decision, for replay and explain."`
	NoFigures  bool          `help:"No figures and no report."`
	Fresh      bool          `help:"Measure all runs again, also those that an earlier, interrupted try has finished."`
	Log        slog.Level    `help:"Lowest level of the log on stderr: debug (each request too), info, warn or error." default:"warn"`

	Quiet bool `help:"Print nothing; errors still go to stderr."`
}
