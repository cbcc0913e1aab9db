package main

import (
	"errors"
	"fmt"
	"net"
	"strings"

	"cnv/experiments/plan"
	"cnv/live"
	"cnv/policy"
	"cnv/sim"
)

// addresses are the workers' by pool: the plain ones are the first pool's.
func (cmd *liveCmd) addresses(pools []policy.Pool) ([][]string, error) {
	out := make([][]string, len(pools))
	var errs []error
	for _, w := range cmd.Workers {
		at, address := 0, w
		if name, rest, ok := strings.Cut(w, "="); ok {
			at, address = -1, rest
			for i := range pools {
				if pools[i].Name == name {
					at = i
				}
			}
			if at < 0 {
				errs = append(errs, fmt.Errorf("cnv: --workers %s: no pool is called %q", w, name))
				continue
			}
		}
		address = strings.TrimSuffix(strings.TrimPrefix(address, "http://"), "/")
		if _, _, err := net.SplitHostPort(address); err != nil {
			errs = append(errs, fmt.Errorf("cnv: --workers %s: want HOST:PORT", w))
			continue
		}
		if at < len(out) {
			out[at] = append(out[at], address)
		}
	}
	return out, errors.Join(errs...)
}

// check says what a cell needs that the workers given do not have.
func (cmd *liveCmd) check(cell plan.Cell) error {
	cfg := cell.Config(1)
	if len(cfg.Control.Pools) == 0 {
		return fmt.Errorf("cnv: %s needs functions, which --target static does not have", cell.Policy.Name)
	}
	if _, exact := cfg.Control.Estimator.(policy.Exact); exact {
		return fmt.Errorf("cnv: %s: only the simulator knows the exact work of a request", cell.Policy.Name)
	}
	all, err := cmd.addresses(cfg.Control.Pools)
	if err != nil {
		return err
	}
	for i := range cfg.Control.Pools {
		if n := len(all[i]); n < max(cfg.Pools[i].Initial, 1) {
			err = errors.Join(err, fmt.Errorf("cnv: %s on %s: pool %s begins with %d workers, and --workers gives %d: give more, or set initial",
				cell.Policy.Name, cell.Scenario.Name, cfg.Control.Pools[i].Name, cfg.Pools[i].Initial, n))
		}
	}
	return err
}

// control is the control plane of a run on the workers given: no pool is
// larger than they are many, and there are no functions.
func (cmd *liveCmd) control(cfg *sim.Config) (policy.Config, []live.StaticPool, error) {
	c := cfg.Control
	c.Seed, c.Leader, c.PS, c.Functions = cfg.Seed, true, cfg.PS, nil
	all, err := cmd.addresses(c.Pools)
	if err != nil {
		return c, nil, err
	}
	var static []live.StaticPool
	for i := range c.Pools {
		p := &c.Pools[i]
		p.Max = min(p.Max, len(all[i]))
		p.Min = min(p.Min, p.Max)
		static = append(static, live.StaticPool{Addresses: all[i], Speed: p.Speed})
	}
	return c, static, nil
}
