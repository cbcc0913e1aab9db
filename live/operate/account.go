package operate

import (
	"cmp"
	"errors"
	"fmt"

	"cnv/live/aws"
	"cnv/live/aws/deploy"
	"cnv/live/run"
	"cnv/policy/catalog"
)

// An Account says which deployment is meant, and where.
type Account struct {
	Deployment string // its name
	Region     string // of AWS; "": that of the environment
	Endpoint   string // another address of all services, for tests; "": AWS's own
}

// Config is the configuration of the SDK for the account.
func (a *Account) Config(c *run.Console) (aws.Config, error) {
	if a.Endpoint != "" {
		return run.On(c.Host, a.Endpoint, a.Region).Config(c.Ctx)
	}
	return aws.Account{Region: a.Region}.Config(c.Ctx)
}

// find looks for what the deployment has.
func (a *Account) find(c *run.Console) (*deploy.Clients, *deploy.Found, error) {
	cfg, err := a.Config(c)
	if err != nil {
		return nil, nil, run.Unusable(err)
	}
	clients := deploy.Connect(cfg)
	f, err := clients.Find(c.Ctx, a.Deployment, "arm64")
	return clients, f, err
}

// everywhere looks for the deployment in all regions. The first error is of regions where it
// is not known what is there, which are in all, too.
func (a *Account) everywhere(c *run.Console) (all []deploy.Regional, unknown, err error) {
	cfg, err := a.Config(c)
	if err != nil {
		return nil, nil, run.Unusable(err)
	}
	if all, err = deploy.Everywhere(c.Ctx, cfg, a.Deployment); err != nil {
		return nil, nil, err
	}
	for _, r := range all {
		if r.Err != nil {
			unknown = errors.Join(unknown, fmt.Errorf("%s: %w", r.Region, r.Err))
		}
	}
	return all, unknown, nil
}

// PrintPolicy prints the IAM policy of who works with the deployment, or of its roles: see deploy.Policies.
func (a *Account) PrintPolicy(c *run.Console, who string) {
	region := cmp.Or(a.Region, "*")
	fmt.Fprintln(c.Out, deploy.Policies(a.Deployment, deploy.In(region, "*"), deploy.Families(arm()))[who])
}

// arm are the types of the catalog that the image runs on.
func arm() []string {
	var out []string
	for _, i := range catalog.Instances() {
		if i.Arch == catalog.ARM {
			out = append(out, i.Name)
		}
	}
	return out
}
