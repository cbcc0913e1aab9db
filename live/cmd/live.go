package main

import (
	"log/slog"
	"time"

	"cnv/live/operate"
	"cnv/live/run"
)

// A liveCmd is `live`. Its flags have the names, types and order of run.Options.
type liveCmd struct {
	whereFlags
	limits
	howFlags
	LogGroup string `help:"Log group of CloudWatch Logs that also gets what is printed and logged; deploy --gateway sets it." hidden:"" placeholder:"NAME"`
}

// Run plays every policy of the file on every workload, or serves the first one.
func (cmd *liveCmd) Run(c *run.Console) error {
	o := run.Options{Where: run.Where(cmd.whereFlags), Limits: run.Limits(cmd.limits), How: run.How(cmd.howFlags)}
	p, err := run.Read(c, &o)
	if err != nil {
		return err
	}
	here := operate.Account{Deployment: cmd.Deployment, Region: cmd.Region, Endpoint: cmd.Endpoint}
	keep, err := here.KeepLog(c, cmd.LogGroup)
	if err != nil {
		return run.Unusable(err)
	}
	e, err := run.New(c, p, o)
	if err == nil {
		err = e.Run(c)
	}
	return keep(err)
}

// whereFlags are those of run.Where.
type whereFlags struct {
	Experiment string     `arg:"" optional:"" default:"quickstart-live" help:"An experiment file, or the name of one that list shows."`
	Target     run.Target `help:"Where the workers are: local (a cloud on this machine, without an account), aws, or static (the addresses in --workers). With gateway the program only sends the load to a gateway that serves at --address." enum:"local,aws,static,gateway" default:"${target}"`
	Workers    []string   `help:"Addresses of workers, for --target static. Write those of a second pool as NAME=ADDRESS." placeholder:"HOST:PORT"`
	Address    string     `help:"Address of a gateway, for --target gateway." placeholder:"HOST:PORT"`
	Worker     string     `help:"The worker program for Linux on arm64, or for this machine with --target local. Without it the program is built." placeholder:"FILE"`
	Deployment string     `help:"Name of the deployment." default:"main" placeholder:"NAME"`
	Region     string     `help:"AWS region. Without it the region of the environment is used." placeholder:"NAME"`
	Endpoint   string     `help:"Address used for all AWS services, for tests." hidden:"" env:"CNV_ENDPOINT"`
}

// limits are the flags that hold a run or a gateway, whatever a policy wants.
type limits struct {
	MaxInstances  int           `help:"Most instances at once, whatever a policy wants." default:"20"`
	MaxUsdPerHour float64       `help:"Most dollars per hour for instances (with the gateway's own, if it was deployed), calls of functions in flight and environments kept warm. Above it launches are refused and calls are throttled. Not included: $0.20 per million calls, and $0.625 per million writes to the table (one for each second of a worker, and up to two for each request)." default:"2"`
	MaxUsd        float64       `help:"Most dollars for everything together, with the gateway's own instance and the table. The run ends there. Transfer between zones and out, the log, the lease ($0.001 per hour) and what is stored are not counted." default:"5"`
	MaxTime       time.Duration `help:"Longest time that the command may take. The run ends there." default:"2h"`
}

// howFlags are those of run.How.
type howFlags struct {
	GatewayUsdPerHour float64 `help:"Dollars per hour of the instance that this program runs on; deploy --gateway sets it." hidden:"" placeholder:"USD"`

	MaxVcpus int  `help:"Most vCPUs of all instances at once; 0: as many as --max-instances of the experiment's types have." default:"0" placeholder:"N"`
	DryRun   bool `help:"Print what would be run, where, and what it may cost; run nothing."`
	Yes      bool `help:"With --target aws: do not ask."`

	Slow string `help:"With --target local: how many times slower than real time the experiment's clock runs, so that workers that really compute need not wait for this machine's cores; 1 is real time. auto: workloads with inputs run as slowly as they need; workers of the others sleep instead of computing, in real time." default:"auto" placeholder:"FACTOR"`

	VcpuQuota int `help:"With --target local: most vCPUs of its account, for on-demand and spot instances each. A new account of AWS has 5." default:"256" placeholder:"N"`

	Fault []string `sep:"none" help:"With --target local: a fault to inject, such as action=Invoke,code=TooManyRequestsException,from=2s,to=5s (or every=N, next=N, delay=1s; action=? lists all calls, code=? their errors); or action=kill or spot,from=2s (code=INSTANCE), action=zone or outage,code=us-east-1a. Repeatable." placeholder:"ACTION"`

	Policy     []string      `help:"Only these policies of the file." placeholder:"NAME"`
	Workload   []string      `help:"Only these workloads of the file." placeholder:"NAME"`
	Seeds      *int          `help:"Replications, instead of what the file says." placeholder:"N"`
	Shadow     string        `help:"Also report what this policy would have decided: a policy of the file, or a router." placeholder:"NAME"`
	Serve      bool          `help:"Send no load: serve the first policy until interrupted. With --target aws one gateway of a deployment serves, others stand by."`
	Keep       bool          `help:"With --serve: at the end keep the instances for the next gateway, unless the budget is spent. Without a next gateway they end by themselves after 15 min."`
	Listen     string        `help:"Address of the gateway." default:"127.0.0.1:0" placeholder:"HOST:PORT"`
	Admin      string        `help:"Address of the admin pages. Beyond loopback the next three flags are required." default:"127.0.0.1:0" placeholder:"HOST:PORT"`
	AdminToken string        `help:"File with the token that the admin pages ask for, 32 characters or more: for changes, and beyond loopback for all pages. Without it --serve makes a token and prints it." placeholder:"FILE"`
	AdminCert  string        `help:"File with the certificate of the admin pages, PEM." placeholder:"FILE"`
	AdminKey   string        `help:"File with the key of that certificate, PEM." placeholder:"FILE"`
	Health     string        `help:"Path of the workers' health check." default:"/readyz"`
	Wait       time.Duration `help:"Longest wait for the initial workers to be ready; 0s means 30s, and 3m with --target aws." default:"0s"`
	Drain      time.Duration `help:"Longest wait for requests in flight at the end." default:"30s"`
	Out        string        `help:"Folder for results; each experiment gets one of its name." default:"results/live" placeholder:"DIR"`
	Format     string        `help:"Output format: table, csv or json." enum:"table,csv,json" default:"table"`
	Requests   bool          `help:"Also write one row per request."`
	Journal    bool          `help:"Also keep a journal of every decision, for replay and explain."`
	NoFigures  bool          `help:"No figures and no report."`
	Fresh      bool          `help:"Measure all runs again, also those that an earlier, interrupted command has finished."`
	Log        slog.Level    `help:"Lowest level of the log on stderr: debug (each request too), info, warn or error." default:"warn"`

	Quiet bool `help:"Print nothing; errors still go to stderr."`
}
