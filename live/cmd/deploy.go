package main

import (
	"cnv/live/aws/deploy"
	"cnv/live/operate"
	"cnv/live/run"
)

// account is the flags of operate.Account.
type account struct {
	Deployment string `help:"Name of the deployment." default:"main" placeholder:"NAME"`
	Region     string `help:"AWS region. Without it the region of the environment is used." placeholder:"NAME"`
	Endpoint   string `help:"Address used for all AWS services, for tests." hidden:"" env:"CNV_ENDPOINT"`
}

// Validate is called once flags are read.
func (a *account) Validate() error { return deploy.CheckName(a.Deployment) }

// A deployCmd is `deploy`.
type deployCmd struct {
	account
	wantedFlags
	networkFlags
	gatewayFlags
	limits
	pagesFlags
	Policy string `help:"Print an IAM policy instead: deployer and deployer-roles (who deploys needs both), runner, or boundary (of the roles that deploy makes)." enum:",deployer,deployer-roles,runner,boundary" default:"" placeholder:"WHO"`
}

// wantedFlags are those of operate.Wanted.
type wantedFlags struct {
	Experiment string `arg:"" optional:"" help:"An experiment file, or the name of one, for the memory and time-out of its functions, and for the gateway."`
	Worker     string `help:"The worker program for Linux on arm64. Without it the program is built." placeholder:"FILE"`
	DryRun     bool   `help:"Print what would be done, and do nothing."`
	Yes        bool   `help:"Do not ask."`
	Builder    string `help:"Instance type that bakes the images." default:"t4g.small" placeholder:"TYPE"`
}

// networkFlags say in which network.
type networkFlags struct {
	Vpc    string   `help:"VPC of the deployment, by its ID. Without it, and without --subnet, the default VPC of the region is used." placeholder:"ID"`
	Subnet []string `help:"Subnet of the deployment, by its ID; repeatable. Without it all subnets of the VPC are used. One of them needs a route to an internet gateway or a NAT gateway." placeholder:"ID"`
}

func (n *networkFlags) network() deploy.Network {
	return deploy.Network{VPC: n.Vpc, Subnets: n.Subnet}
}

// gatewayFlags are those of operate.GatewayFlags.
type gatewayFlags struct {
	Wanted  bool   `name:"gateway" help:"Also launch an instance that runs live --serve with the experiment's first policy, in the workers' network."`
	Type    string `name:"gateway-type" help:"Instance type of the gateway." default:"c7g.medium" placeholder:"NAME"`
	Program string `help:"The live program for Linux on arm64. Without it the program is built." placeholder:"FILE"`
	Allow   string `help:"Addresses that may send requests to the gateway, such as 203.0.113.0/24. By default only its own network may." placeholder:"CIDR"`
}

// pagesFlags are those of operate.Pages.
type pagesFlags struct {
	Allow string `name:"admin-allow" help:"Addresses that may see the gateway's admin pages, on port 8443; give the next three flags too. By default no address may." placeholder:"CIDR"`
	Token string `name:"admin-token" help:"File with the token of the admin pages, 32 characters or more. It and the key are stored in the gateway's package and image: use them for nothing else." placeholder:"FILE"`
	Cert  string `name:"admin-cert" help:"File with the certificate of the admin pages, PEM." placeholder:"FILE"`
	Key   string `name:"admin-key" help:"File with the key of that certificate, PEM." placeholder:"FILE"`
}

// Run makes a deployment, or what it lacks.
func (cmd *deployCmd) Run(c *run.Console) error {
	here := operate.Account(cmd.account)
	if cmd.Policy != "" {
		here.PrintPolicy(c, cmd.Policy)
		return nil
	}
	d := operate.Deploy{
		Account: here, Network: cmd.network(), Wanted: operate.Wanted(cmd.wantedFlags),
		Gateway: operate.Gateway{
			GatewayFlags: operate.GatewayFlags(cmd.gatewayFlags), Limits: run.Limits(cmd.limits), Pages: operate.Pages(cmd.pagesFlags),
		},
	}
	return d.Run(c)
}

// A destroyCmd is `destroy`.
type destroyCmd struct {
	account
	AllRegions bool `help:"Remove it in all regions that the account has enabled."`
	DryRun     bool `help:"Print what would be done, and do nothing."`
	Yes        bool `help:"Do not ask."`
}

// Run removes all that a deployment has, its measurements too.
func (cmd *destroyCmd) Run(c *run.Console) error {
	d := operate.Destroy{Account: operate.Account(cmd.account), AllRegions: cmd.AllRegions, DryRun: cmd.DryRun, Yes: cmd.Yes}
	return d.Run(c)
}

// A statusCmd is `status`.
type statusCmd struct {
	account
	AllRegions bool `help:"Look in all regions that the account has enabled."`
	DryRun     bool `help:"Print the calls that the command would make, and make none."`
}

// Run shows what a deployment has.
func (cmd *statusCmd) Run(c *run.Console) error {
	s := operate.Status{Account: operate.Account(cmd.account), AllRegions: cmd.AllRegions, DryRun: cmd.DryRun}
	return s.Run(c)
}
