package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"cnv/policy"
	"cnv/policy/journal"
	"cnv/policy/journal/shadow"
	"cnv/results/words"
)

// An explainCmd is `explain`.
type explainCmd struct {
	Journal string `arg:"" help:"Folder of a journal, or one of its files."`
	What    string `arg:"" name:"request|time" help:"Number of a request (Cnv-Request of its answer), or an instant since the start, such as 12.5s."`
}

// Run replays the journal and shows what was seen and decided.
func (cmd *explainCmd) Run(c *console) error {
	r, cfg, err := openJournal(cmd.Journal)
	if err != nil {
		return badInput{err}
	}
	defer r.Close()
	n, err := strconv.ParseUint(cmd.What, 10, 64) // first: "0" is a duration, too
	if err != nil {
		if at, err := time.ParseDuration(cmd.What); err == nil {
			return explainInstant(c, r, cfg, at)
		}
		return refuse("cnv: %q is neither the number of a request nor a time such as 12.5s", cmd.What)
	}
	return explainRequest(c, r, cfg, policy.RequestID(n))
}

// A narrator is a Witness that tells of one request.
type narrator struct {
	c      *console
	id     policy.RequestID
	router policy.Router
	asked  shadow.Other // the Spill of the run made once more, to ask it what it would do
	cfg    policy.Config
	ctrl   *policy.Controller
	rec    *journal.Record // being stepped
	told   bool            // what has happened, in this step
	placed bool            // where the request goes was decided, in this step

	work       float64 // predicted when it was last asked about
	known      string  // and how that is known
	class      policy.ClassID
	orFunction bool // its Spill allows it a function
}

// tell tells once a step what has happened.
func (n *narrator) tell() {
	if !n.told {
		n.told = true
		n.c.printf("%s: %s\n", instant(n.rec.At), n.ctrl.View().Tell(&n.rec.Event))
	}
}

// Start implements policy.Starter.
func (n *narrator) Start(e policy.Env) error { return n.asked.Start(e, n.cfg.Seed, n.cfg.Gateway) }

// Done implements policy.Observer.
func (n *narrator) Done(v *policy.View, o *policy.Outcome) { n.asked.Done(v, o) }

// WorkerChanged implements policy.WorkerObserver.
func (n *narrator) WorkerChanged(v *policy.View, w policy.WorkerID) { n.asked.WorkerChanged(v, w) }

// change has the Spill that is asked follow what an operator changes. Of the policies made
// once more nothing else is started, so nothing else may be told.
func (n *narrator) change(e *policy.Event) {
	for i := range n.cfg.Settings {
		if s := &n.cfg.Settings[i]; e.Kind == policy.Change && s.Key() == e.Key && strings.HasPrefix(s.Name, "spill_params.") && n.ctrl.CheckSetting(s.Name, e.Work) == nil {
			s.Set(e.Work)
		}
	}
}

// Decided implements policy.Witness.
func (n *narrator) Decided(v *policy.View, r *policy.Request, p policy.Placement) {
	if r.ID != n.id {
		return
	}
	n.tell()
	n.placed, n.class = true, r.Class
	if n.known == "" || r.Work != n.work {
		n.work, n.known = r.Work, known(v, r)
	}
	n.orFunction = v.WouldSpill(n.asked.Spill, r, p.Asked)
	known := n.known
	if r.Attempts > 0 {
		known += ", after " + policy.Count(int(r.Attempts), "attempt")
	}
	n.c.printf("  %s\n  the policies saw:\n%s", known, describeView(v))
	if e, ok := n.router.(policy.Explainer); ok && len(v.Ready()) > 0 {
		n.c.printf("  the router counted:\n")
		for _, line := range e.Explain(v, r) {
			n.c.printf("    %s\n", line)
		}
	}
	n.c.printf("%s%s", named(v, r, p), compared(n.asked.Spill, v, r, p.Asked))
	if n.orFunction && p.Choice != policy.ToFunction {
		n.c.printf("%s", tooLong(v, r))
	}
	n.c.printf("  and chose %s: %s\n", shadow.Name(p.Choice, p.Worker), shadow.Saw(v, r, p.Choice, p.Worker))
}

// named says which worker the router named for a request that does not go to it.
func named(v *policy.View, r *policy.Request, p policy.Placement) string {
	at := p.Choice == policy.ToWorker && p.Worker >= 0
	switch {
	case p.Routed >= 0 && p.Choice == policy.ToWorker && p.Worker == p.Routed, len(v.Ready()) == 0:
		return ""
	case p.Routed < 0 && at:
		return "  the router named no worker; one with a free slot takes the request all the same\n"
	case p.Routed < 0:
		return "  the router named no worker\n"
	case p.Asked != p.Routed:
		return fmt.Sprintf("  the router named worker %d, where an attempt of it has failed; the spill was asked about worker %d\n", p.Routed, p.Asked)
	case at && v.Full(p.Routed):
		return fmt.Sprintf("  worker %d, the router's choice, is full; worker %d has a free slot\n", p.Routed, p.Worker)
	case at && v.Busy(p.Routed) && !v.Busy(p.Worker):
		return fmt.Sprintf("  worker %d, the router's choice, is busy; worker %d has a free slot\n", p.Routed, p.Worker)
	case v.Busy(p.Routed):
		return fmt.Sprintf("  the router named worker %d, which is busy\n", p.Routed)
	}
	return fmt.Sprintf("  the router named worker %d, which has a free slot\n", p.Routed)
}

// known says what is known of the work of a request, and from where.
func known(v *policy.View, r *policy.Request) string {
	work := fmt.Sprintf("predicted work %.4g s ", r.Work)
	switch {
	case r.Repeat:
		return work + "(measured on an equal request)"
	case r.Known:
		return work + "(by the estimator)"
	case r.Work == 0:
		return fmt.Sprintf("nothing is known of its work, so it counts as %g s", policy.UnknownWork)
	case v.Classes()[r.Class].Prior > 0:
		return work + words.IfElse(v.Measured(r.Class), "(the mean of its class and its prior)", "(the prior of its class)")
	case v.Measured(r.Class):
		return work + "(the mean of its class)"
	}
	return work + "(the mean of all classes: none of its own was measured)"
}

// waits says why a request waits at the gateway; "" it does not. orFunction: it waits for
// a worker or a function, whichever is free first.
func waits(v *policy.View, class policy.ClassID, why policy.Reason, orFunction bool) string {
	switch {
	case why == policy.ReasonWaitsFunction:
		return "for a function: " + noFunction(v, class)
	case why != policy.ReasonWaitsMachine:
		return ""
	case orFunction:
		return "for a worker or a function: " + noWorker(v) + ", and " + noFunction(v, class)
	}
	return "for a worker: " + noWorker(v)
}

// noWorker says why no worker takes a request now.
func noWorker(v *policy.View) string {
	switch {
	case len(v.Ready()) == 0:
		return "no worker is ready"
	case !v.AnyFree():
		return "every worker is busy"
	}
	return "one is being launched"
}

// classOf is " (class X)" for an arrival; other events do not say it.
func classOf(v *policy.View, e *policy.Event) string {
	if e.Kind != policy.Arrival || int(e.Class) >= len(v.Classes()) {
		return ""
	}
	return fmt.Sprintf(" (class %s)", v.Classes()[e.Class].Name)
}

// explainRequest tells a request's whole story.
func explainRequest(c *console, r *journal.Reader, cfg policy.Config, id policy.RequestID) error {
	again := cfg
	if err := freshPolicies(&r.Header, &again); err != nil {
		return badInput{err}
	}
	policy.Couple(again.Router, again.Spill)
	n := &narrator{c: c, id: id, router: cfg.Router, asked: shadow.Other{Spill: again.Spill}, cfg: again}
	cfg.Witness = n
	ctrl, err := policy.New(cfg)
	if err != nil {
		return badInput{err}
	}
	n.ctrl = ctrl
	found := false
	var out []policy.Command
	err = records(r, func(rec *journal.Record) bool {
		n.rec, n.told, n.placed = rec, false, false
		if requestOf(&rec.Event) && rec.Event.Request == id {
			if !found {
				c.printf("Request %d%s of %s / %s, seed %d\n", id, classOf(ctrl.View(), &rec.Event), r.Header.Workload, r.Header.Policy, r.Header.Seed)
			}
			found = true
			n.tell()
		}
		n.change(&rec.Event)
		out = ctrl.Step(rec.At, &rec.Event, out[:0])
		quiet := rec.Event.Kind == policy.Done && n.told
		for i := range out {
			if out[i].Request == id && requestCommand(&out[i]) {
				n.tell()
				quiet = false
				c.printf("  -> %s\n", ctrl.View().TellCommand(&out[i]))
			}
		}
		if quiet && ctrl.Waiting(id) == policy.ReasonRuns {
			c.printf("  -> request %d: another attempt goes on, or follows\n", id)
		}
		if why := waits(ctrl.View(), n.class, ctrl.Waiting(id), n.orFunction); n.placed && why != "" {
			c.printf("  -> request %d: wait at the gateway %s\n", id, why)
		}
		return false
	})
	if err == nil && !found {
		n := ctrl.Counts().Arrivals
		if n == 0 {
			return refuse("cnv: no request %d: the journal has none", id)
		}
		return refuse("cnv: no request %d: the journal has %s (0 to %d)", id, policy.Count(int(n), "request"), n-1)
	}
	return err
}

// explainInstant shows the state at an instant, and the first step from there on.
func explainInstant(c *console, r *journal.Reader, cfg policy.Config, at time.Duration) error {
	ctrl, err := policy.New(cfg)
	if err != nil {
		return badInput{err}
	}
	c.printf("%s / %s, seed %d, at %v\n", r.Header.Workload, r.Header.Policy, r.Header.Seed, at)
	var out []policy.Command
	shown := false
	err = records(r, func(rec *journal.Record) bool {
		if rec.At < at {
			out = ctrl.Step(rec.At, &rec.Event, out[:0])
			return false
		}
		shown = true
		c.printf("The policies saw:\n%s", describeView(ctrl.View()))
		c.printf("The next step, %s: %s\n", instant(rec.At), ctrl.View().Tell(&rec.Event))
		out = ctrl.Step(rec.At, &rec.Event, out[:0])
		for i := range out {
			c.printf("  -> %s\n", ctrl.View().TellCommand(&out[i]))
		}
		return true
	})
	if err == nil && !shown {
		c.printf("The journal ends before. At its end the policies saw:\n%s", describeView(ctrl.View()))
	}
	return err
}

func requestOf(e *policy.Event) bool {
	return e.Kind == policy.Arrival || e.Kind == policy.Head || e.Kind == policy.Done || e.Kind == policy.Gone
}

func requestCommand(c *policy.Command) bool {
	return c.Kind >= policy.Dispatch && c.Kind <= policy.Reject || c.Kind == policy.Record || c.Kind == policy.Lookup
}
