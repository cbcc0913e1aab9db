package run

import (
	"log/slog"
	"time"
)

// Options say what is run and where, how far it may go, and what is kept of it.
type Options struct {
	Where
	Limits
	How
}

// Where says which experiment is run, and where its workers are.
type Where struct {
	Experiment string   // a file, or the name of an experiment
	Target     string   // local, aws, static or gateway
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
