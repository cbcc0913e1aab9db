package main

import (
	"errors"
	"fmt"
	"net"
	"slices"
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

// check says what the cells need that the workers given do not have.
func (cmd *liveCmd) check(cells []plan.Cell) error {
	var problems []string
	need := map[string]string{} // by pool, what lacks most
	most := map[string]int{}
	var pools []string
	for _, cell := range cells {
		cfg := cell.Config(1)
		if len(cfg.Control.Pools) == 0 {
			problems = append(problems, fmt.Sprintf("%s needs functions, which --target static does not have", cell.Policy.Name))
			continue
		}
		if _, exact := cfg.Control.Estimator.(policy.Exact); exact {
			problems = append(problems, fmt.Sprintf("%s: only the simulator knows the exact work of a request", cell.Policy.Name))
		}
		all, err := cmd.addresses(cfg.Control.Pools)
		if err != nil {
			return err
		}
		for i := range cfg.Control.Pools {
			name, n := cfg.Control.Pools[i].Name, max(cfg.Pools[i].Initial, 1)
			if len(all[i]) >= n || n <= most[name] {
				continue
			}
			if most[name] == 0 {
				pools = append(pools, name)
			}
			most[name] = n
			need[name] = fmt.Sprintf("pool %s begins with %d workers (%s on %s), and --workers gives %d: give more, or set initial",
				name, n, cell.Policy.Name, cell.Scenario.Name, len(all[i]))
		}
	}
	for _, name := range pools {
		problems = append(problems, need[name])
	}
	if len(problems) == 0 {
		return nil
	}
	return errors.New("cnv: " + strings.Join(slices.Compact(problems), "\ncnv: "))
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
