package run

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"cnv/experiments/plan"
	"cnv/policy"
	"cnv/sim"
)

// problem is what is wrong, each once; nil if nothing is.
func problem(all []string) error {
	var errs []error
	for i, text := range all {
		if !slices.Contains(all[:i], text) {
			errs = append(errs, errors.New("cnv: "+text))
		}
	}
	return errors.Join(errs...)
}

// onlySimulated says which policies know or set what nobody does live.
func onlySimulated(cells []plan.Cell) error {
	var exact, keepers, others []string
	if slices.ContainsFunc(cells, func(c plan.Cell) bool { f := c.Config(1).Funcs; return f != nil && f.Snapshot }) {
		return errors.New("cnv: restore of [functions] works in the simulator only: live deploys functions without snapshots: leave it out")
	}
	if slices.ContainsFunc(cells, func(c plan.Cell) bool { return c.Functions() > 0 }) {
		return errors.New("cnv: [[function]] works in the simulator only: live deploys one function, which serves all classes: give [functions] alone")
	}
	if slices.ContainsFunc(cells, plan.Cell.Shares) {
		return errors.New("cnv: [gateways] works in the simulator only: live, one gateway works and counts what it has sent, and others stand by for its lease: leave count and sight out")
	}
	for _, c := range cells {
		to := &others
		control := c.Config(1).Control
		if _, is := control.Estimator.(policy.Exact); is {
			to = &exact
		} else if control.KeepAlive != nil {
			to = &keepers
		}
		if !slices.Contains(*to, c.Policy.Name) {
			*to = append(*to, c.Policy.Name)
		}
	}
	var texts []string
	if len(exact) > 0 {
		texts = append(texts, strings.Join(exact, ", ")+": only the simulator knows the exact work of a request")
	}
	if len(keepers) > 0 {
		texts = append(texts, strings.Join(keepers, ", ")+": keepalive works in the simulator only, as AWS Lambda decides itself how long an idle environment lives")
	}
	if len(texts) == 0 {
		return nil
	}
	text := strings.Join(texts, "; ")
	if len(others) > 0 {
		text += "; the others: --policy " + strings.Join(others, ",")
	}
	return errors.New("cnv: " + text)
}

// unlike says what of the experiment is otherwise live than in the simulator.
func unlike(r *session) (out []string) {
	if r.sim.PS {
		out = append(out, `discipline = "ps": live, a worker serves one request per core and the rest wait in line, as under "fcfs"`)
	}
	if a := r.sim.Abandoned; a != sim.Stops {
		out = append(out, fmt.Sprintf("abandoned = %q: live, a worker stops working for a client that has left, as under %q", a, sim.Stops))
	}
	for i := range r.sim.Pools {
		u, name := r.sim.Pools[i].Uneven, r.cfg.Pools[i].Name
		if u.Credits != nil {
			out = append(out, fmt.Sprintf("pool %s: CPU credits: live, an instance is in the mode that the account has for its type, and what it owes is not on the bill here", name))
		}
		if u.Credits = nil; u.Acts() {
			out = append(out, fmt.Sprintf("pool %s: [cluster.service]: live, machines serve as they do, and nothing of it acts", name))
		}
	}
	if slices.ContainsFunc(r.sim.Control.Classes, func(c policy.Class) bool { return c.Cores > 1 }) {
		out = append(out, "request_cores: live, a worker serves a request with one core")
	}
	for i := range r.cfg.Pools {
		if p := &r.cfg.Pools[i]; p.Slots > 0 && p.Slots != p.Cores {
			out = append(out, fmt.Sprintf("pool %s: slots = %d: live, a worker serves as many requests at once as it has cores, %d", p.Name, p.Slots, p.Cores))
		}
	}
	if d := r.sim.TelemetryDelay; d > 0 && r.sim.TelemetryPeriod > 0 {
		out = append(out, fmt.Sprintf("telemetry.delay = %v: live, a report takes as long as the network does", d))
	}
	if f := r.sim.Funcs; f != nil && f.PerClass {
		out = append(out, "functions.per_class: live, one function serves all classes, so environments are shared")
	}
	if f := r.sim.Funcs; f != nil && f.Ramp != nil {
		out = append(out, "functions.ramp: live, a run begins once all environments of provisioned are there")
	}
	return append(out, unlikeZones(r.sim)...)
}
