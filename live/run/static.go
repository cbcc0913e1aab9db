package run

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"cnv/experiments/plan"
	"cnv/live"
	"cnv/live/host"
	"cnv/live/load"
	"cnv/policy"
	"cnv/policy/nearest"
	"cnv/policy/spill"
	"cnv/sim"
)

// A staticTarget is workers given by address.
type staticTarget struct {
	workers []string
	host    host.Host // nil: this machine
}

// addresses are the workers' by pool: the plain ones are the first pool's.
func (t *staticTarget) addresses(pools []policy.Pool) ([][]string, error) {
	out := make([][]string, len(pools))
	var errs []error
	seen := map[string]bool{}
	for _, w := range t.workers {
		at, address := 0, w
		if name, rest, ok := strings.Cut(w, "="); ok {
			names := poolNames(pools)
			at, address = slices.Index(names, name), rest
			if at < 0 {
				errs = append(errs, fmt.Errorf("cnv: --workers %s: no pool is called %q%s", w, name, nearest.Hint(name, names)))
				continue
			}
		}
		address = plain(address)
		_, port, err := net.SplitHostPort(address)
		if n, nerr := strconv.ParseUint(port, 10, 16); err != nil || nerr != nil || n == 0 {
			errs = append(errs, fmt.Errorf("cnv: --workers %s: want HOST:PORT, with a port from 1 to 65535", w))
			continue
		}
		if seen[address] {
			errs = append(errs, fmt.Errorf("cnv: --workers names %s twice", address))
			continue
		}
		seen[address] = true
		if at < len(out) {
			out[at] = append(out[at], address)
		}
	}
	return out, errors.Join(errs...)
}

// plain is the HOST:PORT of a worker's address, with or without its pool.
func plain(worker string) string {
	if _, rest, ok := strings.Cut(worker, "="); ok {
		worker = rest
	}
	return strings.TrimSuffix(strings.TrimPrefix(worker, "http://"), "/")
}

// check says what the cells need that the workers given do not have.
func (t *staticTarget) check(cells []plan.Cell) error {
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
		if cfg.Control.LearnByStore {
			problems = append(problems, fmt.Sprintf(`%s learns from a store, which --target static does not have: take --target local, or learn = "answer"`, cell.Policy.Name))
			continue
		}
		all, err := t.addresses(cfg.Control.Pools)
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
			need[name] = fmt.Sprintf("pool %s begins with %s (%s on %s), and --workers gives %d: give more, or set initial",
				name, policy.Count(n, "worker"), cell.Policy.Name, cell.Scenario.Name, len(all[i]))
		}
	}
	for _, name := range pools {
		problems = append(problems, need[name])
	}
	return problem(problems)
}

// control is the control plane of a run on the workers given: no pool is
// larger than they are many, and there are no functions.
func (t *staticTarget) control(cfg *sim.Config) (policy.Config, error) {
	c := cfg.ControlPlane()
	c.Functions, c.Store = nil, false
	all, err := t.addresses(c.Pools)
	if err != nil {
		return c, err
	}
	for i := range c.Pools {
		p := &c.Pools[i]
		p.Max = min(p.Max, len(all[i]))
		p.Min = min(p.Min, p.Max)
	}
	return c, nil
}

// open takes the workers for a run.
func (t *staticTarget) open(_ context.Context, r *session) (*place, error) {
	if _, never := r.sim.Control.Spill.(*spill.Never); r.sim.Control.Functions != nil && r.sim.Control.Spill != nil && !never {
		r.warn("workers given by address have no functions: nothing is spilled to them, whatever the policy's spill says")
	}
	all, err := t.addresses(r.cfg.Pools)
	if err != nil {
		return nil, err
	}
	var pools []live.StaticPool
	for i := range r.cfg.Pools {
		pools = append(pools, live.StaticPool{Addresses: all[i], Speed: r.cfg.Pools[i].Speed})
	}
	static := live.NewStatic(pools, r.workers, r.checks, host.Transport(t.host), r.log)
	return &place{
		Driver: static, where: static.Where, end: func(bool) { static.Close() }, doubt: func() string { return doubtful(host.Or(t.host), all) },
		request:  load.Spin(r.cfg.Classes, speedOf(r.cfg)), // keeps a core busy for as long as the work takes
		timeLeft: func() (time.Duration, bool) { return 0, false },
		begin: func(_ context.Context, initial []int) error {
			for i, n := range initial {
				static.Initial(policy.PoolID(i), n)
			}
			return nil
		},
		close: func(context.Context) error { return nil },
	}, nil
}

// speedOf is the speed of the first pool's cores; 1 without any.
func speedOf(cfg *policy.Config) float64 {
	if len(cfg.Pools) == 0 {
		return 1
	}
	return cfg.Pools[0].Speed
}

// target is what the experiment sees of them.
func (t *staticTarget) target() *target {
	workers := strings.Join(t.workers, ",")
	return &target{
		command:  "--target static --workers " + workers,
		here:     len(t.workers) > 0 && !slices.ContainsFunc(t.workers, func(w string) bool { return !isHere(w) }),
		warnings: []string{"costs are what the experiment's instances would cost at AWS, not what these workers do"},
		check:    t.check, control: t.control, open: t.open,
		preview: func(c *Console, _ *plan.Plan) error {
			fmt.Fprintf(c.Out, "Target static: the workers %s, which are there already.\n", strings.Join(t.workers, ", "))
			return nil
		},
		prepare: func(c *Console, _ *plan.Plan) (context.Context, error) { return c.Ctx, nil }, // ours alone
		close:   func() error { return nil },
	}
}

// dialWithin opens a connection in time, or not.
func dialWithin(h host.Host, most time.Duration, address string) (net.Conn, error) {
	ctx, end := context.WithTimeout(context.Background(), most)
	defer end()
	return h.Dial(ctx, "tcp", address)
}

// doubtful names the first address where nobody answers.
func doubtful(h host.Host, addresses [][]string) string {
	for _, a := range slices.Concat(addresses...) {
		c, err := dialWithin(h, time.Second, a)
		if err != nil {
			return fmt.Sprintf("nobody listens at %s: %v", a, errors.Unwrap(err))
		}
		c.Close()
	}
	return "they listen: is their health check at another path (--health)?"
}
