package plan

import (
	"math"
	"time"

	"cnv/policy"
	"cnv/results/answer"
	"cnv/sim"
	"cnv/workloads"
)

// A clientTable is [client]: what clients do that were not served.
type clientTable struct {
	Retry   int           `toml:"retry" doc:"tries after the first, each an arrival of its own, where a client got no answer within timeout, or 429 or 5xx; 0"`
	Backoff time.Duration `toml:"backoff" doc:"before the second try, doubling up to 20s; 100ms"`
	Jitter  float64       `toml:"jitter" doc:"share of that wait that is drawn: 0 none, 1 all of it; 0.5"`
	Budget  *float64      `toml:"budget" doc:"repeated tries of all clients together, per request of their own over time, and 10 more that are there from the start and fill up again, so that 0 allows 10; no limit"`
}

// readClient reads [client], if it is there.
func (r *reader) readClient(e *Environment, v variant) {
	t, ok := r.sub(r.root, "client")
	if !ok {
		return
	}
	c := &e.client
	r.decode(v.apply(t), nil, c)
	r.wrong(c.Retry < 0 || c.Retry > 200, "client.retry", "%d, must be in [0, 200]", c.Retry)
	r.wrong(c.Backoff < 0, "client.backoff", "%v, must not be negative", c.Backoff)
	r.wrong(!(c.Jitter >= 0 && c.Jitter <= 1), "client.jitter", "%v, must be in [0, 1]", c.Jitter)
	r.wrong(c.Budget != nil && !(*c.Budget >= 0), "client.budget", "must not be negative; leave it out for no limit")
	if c.Budget != nil && *c.Budget == 0 && c.Retry > 0 {
		r.note("client.budget", "0 allows 10 repeated tries all the same: give retry = 0 for none")
	}
}

// world is how patient clients are; nil: none tries again.
func (c *clientTable) world() *workloads.Patience {
	if c.Retry == 0 {
		return nil
	}
	p := &workloads.Patience{Retry: c.Retry, Backoff: c.Backoff, Jitter: c.Jitter, Budget: math.Inf(1)}
	if c.Budget != nil {
		p.Budget = *c.Budget
	}
	return p
}

// abandonedNames are what workers may do with cancelled requests.
func abandonedNames() []string {
	return []string{sim.Stops.String(), sim.Finishes.String(), sim.RunsOn.String()}
}

// abandoned is it as the simulator knows it.
func (c *clusterTable) abandoned() sim.Abandoned {
	for i, name := range abandonedNames() {
		if name == c.Abandoned {
			return sim.Abandoned(i)
		}
	}
	return sim.Stops
}

// leaving is what its clients do that are not served, and what becomes of the
// work for those that have left, if any work can be abandoned at a machine.
func (s *Scenario) leaving(policies []*Policy) answer.Leaving {
	e := s.Env
	l := answer.Leaving{Workload: s.Name, Retry: e.client.Retry, Patient: e.top.Timeout == 0}
	for _, p := range policies {
		l.Attempts = l.Attempts || e.endsAttempts(p) && !p.leaves()
		l.Functions = l.Functions || e.functions != nil && p.names["spill"] != "never"
		if e.abandons(p) {
			l.Abandoned = e.cluster.Abandoned
		}
	}
	return l
}

// abandons says whether work may be cancelled at a machine under the policy.
// Functions always run to their end.
func (e *Environment) abandons(p *Policy) bool {
	return (e.top.Timeout > 0 || e.endsAttempts(p) && !p.leaves()) && e.machines(p) && !e.functionsAlone(p)
}

// functionsAlone says whether no machine ever takes a request: functions take them all.
// What no function takes, a body that is too large, is not known before a run.
func (e *Environment) functionsAlone(p *Policy) bool {
	_, insists := p.part("spill").(policy.Insistent)
	return insists && e.functions != nil
}

// machines says whether any machine can exist under the policy.
func (e *Environment) machines(p *Policy) bool {
	most := func(pool *poolTable) int {
		if p.keys.Max != nil {
			return *p.keys.Max
		}
		return pool.Max
	}
	for i := range e.pools {
		if n := p.initial(&e.pools[i]); n.Auto || n.N > 0 || most(&e.pools[i]) > 0 {
			return true
		}
	}
	return false
}
