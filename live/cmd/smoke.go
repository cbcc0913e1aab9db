package main

import (
	"cnv/live/aws/deploy"
	"cnv/live/operate"
	"cnv/live/run"
)

// A smokeCmd is `smoke`.
type smokeCmd struct {
	Deployment string `help:"Name of the deployment that is made and removed." default:"smoke" placeholder:"NAME"`
	Region     string `help:"AWS region. Without it the region of the environment is used." placeholder:"NAME"`
	Endpoint   string `help:"Address used for all AWS services, for tests." hidden:"" env:"CNV_ENDPOINT"`
	networkFlags
	trialFlags
}

// trialFlags are those of operate.Trial.
type trialFlags struct {
	MaxUsd float64 `help:"Most dollars that it may cost. Nothing is made where it may cost more." default:"0.10" placeholder:"USD"`
	Worker string  `help:"The worker program for Linux on arm64. Without it the program is built." placeholder:"FILE"`
	Out    string  `help:"Folder for the record of what was seen." default:"results/smoke" placeholder:"DIR"`
	DryRun bool    `help:"Print what would be done, and do nothing."`
	Yes    bool    `help:"Do not ask."`
}

// Validate is called once flags are read.
func (cmd *smokeCmd) Validate() error { return deploy.CheckName(cmd.Deployment) }

// Run tries the account with the least of everything, and removes it.
func (cmd *smokeCmd) Run(c *run.Console) error {
	s := operate.Smoke{
		Account: operate.Account{Deployment: cmd.Deployment, Region: cmd.Region, Endpoint: cmd.Endpoint},
		Network: cmd.network(), Trial: operate.Trial(cmd.trialFlags),
	}
	return s.Run(c)
}
