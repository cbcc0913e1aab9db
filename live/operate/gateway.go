package operate

import (
	"fmt"
	"io"
	"net/netip"
	"time"

	"cnv/experiments/plan"
	"cnv/live/aws"
	"cnv/live/aws/deploy"
	"cnv/live/run"
	"cnv/policy/catalog"
)

// A Gateway is the instance that a deployment may have, which serves an experiment's first policy.
type Gateway struct {
	GatewayFlags
	Limits run.Limits
	Pages  Pages
}

// GatewayFlags are what the gateway's instance is launched with.
type GatewayFlags struct {
	Wanted  bool   // else there is none, and only addresses are checked
	Type    string // of the instance
	Program string // the live program for Linux on arm64; "": it is built
	Allow   string // addresses that may send requests to it, a CIDR; "": its own network's
}

// open says which addresses are those of everybody.
func (g *Gateway) open() (out []string) {
	for _, x := range []struct{ flag, addresses, what string }{
		{"--allow", g.Allow, "may call the gateway, which asks nobody who they are, and have it launch workers up to its budget"},
		{"--admin-allow", g.Pages.Allow, "may try to guess the token of its admin pages"},
	} {
		if p, err := netip.ParsePrefix(x.addresses); err == nil && p.Bits() == 0 {
			out = append(out, fmt.Sprintf("warning: %s %s: anybody on the internet %s", x.flag, x.addresses, x.what))
		}
	}
	return out
}

// check refuses addresses that are none, before anything is built.
func (g *Gateway) check() error {
	for _, x := range []struct{ flag, addresses string }{{"--allow", g.Allow}, {"--admin-allow", g.Pages.Allow}} {
		if x.addresses == "" {
			continue
		}
		if err := deploy.CheckAddresses(x.addresses); err != nil {
			return fmt.Errorf("cnv: %s %w", x.flag, err)
		}
	}
	return nil
}

// spec is the gateway that the flags ask for; its program is one for here, or for
// instances of AWS.
func (g *Gateway) spec(c *run.Console, worker, experiment string, here bool) (*deploy.Gateway, error) {
	if err := g.Limits.Check(); err != nil {
		return nil, err
	}
	p, err := c.Plan(experiment, plan.Options{})
	if err != nil {
		return nil, err
	}
	if err := deploy.CheckType("--gateway-type", g.Type, "arm64"); err != nil {
		return nil, fmt.Errorf("cnv: %w", err)
	}
	if own := deploy.Outside(g.Type); own >= g.Limits.MaxUsdPerHour {
		return nil, fmt.Errorf("cnv: the gateway's own instance, a %s, costs $%.4f per hour, --max-usd-per-hour is %g: allow more", g.Type, own, g.Limits.MaxUsdPerHour)
	}
	for _, s := range p.Scenarios {
		if s.Workload.Recorded() {
			return nil, fmt.Errorf("cnv: workload %s is a trace, which deploy does not copy to the gateway: give an experiment with generated workloads", s.Name)
		}
		if file := s.Env.FaultFile(); file != "" {
			return nil, fmt.Errorf("cnv: faults are read from %s, which deploy does not copy to the gateway, and a gateway that serves makes none: leave that [[fault]] out", file)
		}
	}
	program := g.Program
	if program == "" {
		if program, err = run.BuildLive(c, here); err != nil {
			return nil, err
		}
	}
	pages, err := g.Pages.read()
	if err != nil {
		return nil, err
	}
	out := &deploy.Gateway{
		Admin: g.Pages.Allow,
		Type:  g.Type, Allow: g.Allow, Types: types(p), Life: g.Limits.MaxTime + 15*time.Minute,
		Flags: []string{
			"--max-instances", fmt.Sprint(g.Limits.MaxInstances), "--max-usd-per-hour", fmt.Sprint(g.Limits.MaxUsdPerHour), "--max-usd", fmt.Sprint(g.Limits.MaxUsd), "--max-time", g.Limits.MaxTime.String(),
			"--gateway-usd-per-hour", fmt.Sprintf("%.6f", deploy.Outside(g.Type)),
		},
	}
	if out.Package, err = deploy.PackGateway(program, worker, []byte(p.Text), pages); err != nil {
		return nil, fmt.Errorf("cnv: the gateway's package: %w", err)
	}
	return out, nil
}

// printCosts says what the gateway may cost at worst, if there is to be one.
func (g *Gateway) printCosts(w io.Writer) {
	if g.Wanted {
		fmt.Fprintf(w, "The gateway launches workers and calls functions by itself: at worst $%.2f per hour, $%.0f per day, with its own instance, beside $%.2f per million calls and $%.3f per million writes to the table; it ends them and itself at $%.2f or after %v. If it dies, workers end after %v, and EventBridge Scheduler, which costs nothing for that, ends after %v what is left of them, of environments kept warm and of its own instance.\n",
			g.Limits.MaxUsdPerHour, 24*g.Limits.MaxUsdPerHour, 1e6*catalog.FunctionCall.USD(), 1e6*catalog.StoreWrite.USD(), g.Limits.MaxUsd, g.Limits.MaxTime, aws.Lonely, aws.Orphaned)
	}
}

// types are those of the pools' instances.
func types(p *plan.Plan) []string {
	var out []string
	seen := map[string]bool{}
	for _, c := range p.Cells() {
		for _, name := range c.Instances() {
			if !seen[name] {
				out, seen[name] = append(out, name), true
			}
		}
	}
	return out
}
