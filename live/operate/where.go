package operate

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"cnv/live/aws/deploy"
	"cnv/live/run"
)

// finish says what a deployment is good for now: where its gateway is, or what
// to do without one.
func (d *Deploy) finish(c *run.Console, clients *deploy.Clients, s *deploy.Spec, done []deploy.Step) error {
	here := "--deployment " + s.Name
	if d.Region != "" {
		here += " --region " + d.Region
	}
	experiment := d.Experiment
	if experiment == "" {
		experiment = "EXPERIMENT"
	}
	const program = "go run ./experiments/..."
	if s.Gateway == nil {
		fmt.Fprintf(c.Out, "done: deployment %s is there. Next, from inside its network: %s live %s --target aws %s; from elsewhere: %s deploy %s %s --gateway\n",
			s.Name, program, experiment, here, program, experiment, here)
		return nil
	}
	launched := slices.ContainsFunc(done, func(s deploy.Step) bool { return s.Do == "launch" && s.What == "gateway" })
	if launched {
		fmt.Fprintln(c.Out, "waiting until the gateway serves, as its console tells")
	}
	f, i, err := clients.Await(c.Ctx, s, launched)
	if err != nil {
		return err
	}
	sayGateway(c.Out, f, &i)
	fmt.Fprintf(c.Out, "done: it runs; until its first worker runs, requests wait or go to functions. Try: curl -i '%s/spin?ms=100'\nMeasure: %s live %s --address %s; look: %s status %s; end it: %s destroy %s\n",
		urlOf(&i), program, experiment, strings.TrimPrefix(urlOf(&i), "http://"), program, here, program, here)
	return nil
}

// hostOf is where an instance is called from outside, if it can be.
func hostOf(i *deploy.FoundInstance) string {
	if i.Public != "" {
		return i.Public
	}
	return i.Address
}

func urlOf(i *deploy.FoundInstance) string {
	return fmt.Sprintf("http://%s:%d", hostOf(i), deploy.GatewayPort)
}

// sayGateway says where a gateway is, and who may call it.
func sayGateway(w io.Writer, f *deploy.Found, i *deploy.FoundInstance) {
	who := "nobody outside its network (deploy with --allow YOUR.ADDRESS/32)"
	if len(f.Allowed) > 0 {
		who = strings.Join(f.Allowed, ", ")
	}
	fmt.Fprintf(w, "gateway %s: %s, for %s; inside its network http://%s:%d\n", i.ID, urlOf(i), who, i.Address, deploy.GatewayPort)
	if len(f.AllowedAdmin) > 0 {
		fmt.Fprintf(w, "  its admin pages: https://%s:%d/, for %s, with the token\n", hostOf(i), deploy.AdminPort, strings.Join(f.AllowedAdmin, ", "))
	}
}
