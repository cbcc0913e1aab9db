package main

import (
	"cnv/live/operate"
	"cnv/live/run"
)

// A doctorCmd is `doctor`.
type doctorCmd struct {
	account
	networkFlags
	needsFlags
}

// needsFlags are those of operate.Needs.
type needsFlags struct {
	Experiment  string   `arg:"" optional:"" help:"An experiment file, or the name of one: what it may need is looked at, in place of --type and --concurrency."`
	Gateway     bool     `help:"Also look at what deploy --gateway needs."`
	GatewayType string   `help:"Instance type of the gateway." default:"c7g.medium" placeholder:"NAME"`
	Type        []string `help:"Instance types that will be launched." default:"c7g.large" placeholder:"NAME"`
	Instances   int      `help:"Most instances at once, as live's --max-instances." default:"20" placeholder:"N"`
	Concurrency int      `help:"Function environments that will be needed at once." default:"100" placeholder:"N"`
	DryRun      bool     `help:"Print the calls that the command would make, and make none."`
}

// Run looks for what could keep a deployment from working.
func (cmd *doctorCmd) Run(c *run.Console) error {
	d := operate.Doctor{Account: operate.Account(cmd.account), Network: cmd.network(), Needs: operate.Needs(cmd.needsFlags)}
	return d.Run(c)
}
