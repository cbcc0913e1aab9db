package run

import (
	"crypto/tls"
	"errors"
	"fmt"
	"slices"
	"strings"

	"cnv/experiments/plan"
	"cnv/live/admin"
	"cnv/live/host"
	"cnv/policy/nearest"
)

// An Experiment is the runs of an experiment file against real workers.
type Experiment struct {
	Options
	plan     *plan.Plan
	host     host.Host     // nil: this machine
	target   *target       // nil: a gateway elsewhere
	inputs   inputs        // of the workloads that send their own
	slowness slowness      // of all workloads
	access   *admin.Access // to the admin pages
	token    string        // that changes there want, if it was made up
	secure   *tls.Config   // of them; nil: plain HTTP
}

// New is an experiment that can be run as the options say, which are those that the
// plan was read with. It leaves in the plan what they name. Errors are of unusable input.
func New(c *Console, p *plan.Plan, o Options) (*Experiment, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	e := &Experiment{Options: o, plan: p, host: c.Host}
	check := e.drivable
	if o.Target != Gateway {
		e.target = e.on(c)
		check = func() error { return e.check(c) }
	}
	if err := check(); err != nil {
		return nil, BadInput{err}
	}
	return e, nil
}

// Run plays every policy of the file on every workload, or serves the first one.
func (e *Experiment) Run(c *Console) error {
	c = c.oneAtATime()
	if e.target == nil {
		return e.drive(c)
	}
	if e.DryRun {
		return e.preview(c)
	}
	if !e.Serve {
		if err := e.playable(); err != nil {
			return err
		}
	}
	leading, err := e.target.prepare(c, e.plan)
	if err != nil {
		return err
	}
	c = &Console{leading, c.Out, c.Err, c.Shipped, c.Host}
	if e.Serve {
		err = e.serve(c)
	} else {
		err = e.play(c)
	}
	return errors.Join(err, e.target.close())
}

// check says what of the plan cannot be run as the options say.
func (e *Experiment) check(c *Console) error {
	var err error
	p := e.plan
	e.access, e.secure, err = e.adminAccess()
	err = errors.Join(err,
		keep(&p.Policies, e.Policy, "policy", func(p *plan.Policy) string { return p.Name }),
		keep(&p.Scenarios, e.Workload, "workload", func(s *plan.Scenario) string { return s.Name }),
	)
	if err != nil {
		return err
	}
	if err = errors.Join(onlySimulated(p.Cells()), e.target.check(p.Cells()), e.breaks(p.Cells())); err != nil {
		return err
	}
	if err = e.hits(p.Cells()); err != nil {
		return err
	}
	if e.inputs, err = newInputs(p.Cells()); err != nil {
		return err
	}
	if _, err = e.shadow(p.Policies[0].Name, 1, 0); err != nil {
		return err
	}
	e.slowness, err = e.slowed(c)
	return err
}

// keep leaves in the list what is named, if anything is.
func keep[T any](list *[]T, names []string, what string, name func(T) string) error {
	if len(names) == 0 {
		return nil
	}
	var there, kept []string
	for _, x := range *list {
		there = append(there, name(x))
	}
	*list = slices.DeleteFunc(*list, func(x T) bool { return !slices.Contains(names, name(x)) })
	for _, x := range *list {
		kept = append(kept, name(x))
	}
	for _, n := range names {
		if !slices.Contains(kept, n) {
			return fmt.Errorf("cnv: no %s %q: there are %s%s", what, n, strings.Join(there, ", "), nearest.Hint(n, there))
		}
	}
	return nil
}
