package run

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/live"
	"cnv/live/aws/deploy"
	"cnv/live/load"
	"cnv/policy"
	"cnv/policy/journal/shadow"
	"cnv/results"
	"cnv/sim"
	"cnv/workloads"
)

// runOne plays one cell under one seed, in real time.
func (e *Experiment) runOne(c *Console, o *outcome.Outcome, r job) error {
	cell, seed := r.Cell, r.seed
	src, err := cell.Scenario.Workload.Made.Open(seed)
	if err != nil {
		return err
	}
	dir := ""
	if e.Journal {
		dir = o.Journal(r.workload, r.policy, seed)
	}
	world, err := e.start(c, cell, seed, dir)
	if err != nil {
		return err
	}
	rec, err := o.Set.Open(r.workload, r.policy, r.replication, seed, classNames(world.cfg.Classes))
	if err != nil {
		return errors.Join(err, world.stop(context.Background(), 0))
	}
	e.say(c, "%s / %s, seed %d: gateway http://%s, admin pages %s", cell.Scenario.Name, cell.Policy.Name, seed, world.address, world.pages)
	for _, note := range world.notes {
		e.say(c, "  %s", note)
	}
	if err := world.ready(world.ctx, e.patience()); err != nil {
		return errors.Join(err, world.stop(context.Background(), 0))
	}
	scfg := cell.Config(seed)
	world.brain.Begin()
	clock := world.brain.Clock()
	stopSampling := world.sample(rec, min(scfg.SampleEvery(), time.Second))
	watching := watch(e.target.here, clock)
	stopBreaking := e.breaking(c, world, &scfg)
	seen := &recording{world: world, cfg: &scfg, rec: rec, limit: scfg.Limit(), late: &lateness{share: e.share(&scfg), clock: clock}}
	request := e.inputs.of(cell.Scenario.Workload)
	if seen.late.sleeps = request == nil && e.Target == Local; request == nil {
		request = world.place.request
	}
	src = until(src, scfg.Duration)
	if scfg.Clients != nil {
		src = workloads.Retrying(src, *scfg.Clients, seed, 0) // src ends there already
	}
	report, err := load.Run(world.ctx, load.Target{
		Transport: over(e.host), Address: world.address, Timeout: scfg.Timeout, Seed: seed, Request: request, Clock: clock,
	}, world.brain.Start(), src, seen.add)
	end := max(world.brain.Now(), scfg.Duration)
	waited := watching.end()
	stopBreaking()
	stopSampling()
	n, launched, unusable := world.counts(end)
	cause := context.Cause(world.ctx)
	stopErr := world.stop(context.WithoutCancel(c.Ctx), clock.Real(e.Drain))
	if err = errors.Join(err, cause, stopErr); err != nil {
		return err
	}
	rec.Info.Warnings = world.warnings
	if why := report.Limited(); why != "" {
		rec.Info.Warnings = append(rec.Info.Warnings, "limited by the load generator: "+why)
	}
	rec.Info.Unranked = e.unranked(seen.late, world.starts(), &report, waited)
	e.say(c, "  %s", summary(&report))
	if world.shadow != nil && !e.Quiet {
		report := world.shadow.Report()
		fmt.Fprint(c.Err, report.Text(cell.Policy.Name))
	}
	ledger, counts := world.books.Close(end, n, unusable)
	e.say(c, "  scaled out by %d, in by %d; %s of functions", counts.Launches, counts.Terminations, policy.Count(int(counts.Invocations), "call"))
	counts.WorkPrice, counts.Arriving, counts.LaunchedIn = scfg.WorkPrice(), scfg.Span, launched
	return o.Add(r.workload, r.policy, seed, rec, rec.Finish(end, ledger, counts))
}

// summary says what the load generator saw.
func summary(r *load.Report) string {
	if r.Answered == 0 {
		return fmt.Sprintf("%d sent, none answered; lag of sending: 99th percentile %v", r.Sent, load.Round(r.LagP99))
	}
	return fmt.Sprintf("%d sent, %d answered; response time of those answered: median %v, 99th percentile %v (the table's are of all arrivals); lag of sending: 99th percentile %v",
		r.Sent, r.Answered, load.Round(r.ResponseP50), load.Round(r.ResponseP99), load.Round(r.LagP99))
}

// patience is how long the initial workers are waited for: an instance of EC2
// takes some 40 s until it is ready.
func (e *Experiment) patience() time.Duration {
	switch {
	case e.Wait > 0:
		return e.Wait
	case e.Target == AWS:
		return 3 * time.Minute
	}
	return 30 * time.Second
}

// say tells how things go, unless that is not wanted.
func (e *Experiment) say(c *Console, format string, args ...any) {
	if !e.Quiet {
		fmt.Fprintf(c.Err, format+"\n", args...)
	}
}

// A recording turns what the load generator saw into records of requests.
type recording struct {
	world *world
	cfg   *sim.Config
	rec   *results.Run
	limit time.Duration // sim.Config.Limit
	late  *lateness
}

// add takes one request that has ended; one at a time.
func (r *recording) add(s *load.Sent) {
	class := &r.world.cfg.Classes[s.Arrival.Class]
	work := max(s.Arrival.Work, 0)
	service := time.Duration(float64(work) / speedOf(&r.world.cfg))
	r.late.add(s, service)
	q := results.Request{
		ID: s.ID, Class: uint16(s.Arrival.Class), Cold: s.Cold, Attempts: uint8(min(s.Attempts, 255)),
		Status: status(s), Worker: s.Worker, Arrival: s.Due, Start: results.Never, Finish: s.Finish,
		User: s.ID, First: s.Due, Work: work, Predicted: s.Expected.Seconds(), Known: s.Known,
		Measured: measured(s), Ideal: service, Bound: allowed(class, service), Limit: r.limit,
	}
	if r.cfg.Clients != nil {
		q.User, q.Try, q.First = s.Arrival.User, s.Arrival.Try, s.Arrival.First
	}
	switch s.Kind {
	case "vm":
		q.Kind = results.KindVM
	case "function":
		q.Kind = results.KindFunction
	}
	q.Ending, q.Reason = ending(s), reason(s)
	if q.Ending != results.Answered {
		q.Finish = results.Never
	}
	r.world.recording.Lock()
	defer r.world.recording.Unlock()
	r.rec.Add(&q)
}

// measured is the work that an answer took; -1: it does not say.
func measured(s *load.Sent) time.Duration {
	if s.Measured == 0 {
		return -1
	}
	return s.Measured
}

// allowed is the response time that the SLO allows; 0: any.
func allowed(class *policy.Class, service time.Duration) time.Duration {
	if class.Bound == 0 {
		return time.Duration(class.Factor * float64(service))
	}
	return class.Bound
}

// status is the one that a row has: of a client that left 499, as in the simulator.
func status(s *load.Sent) int32 {
	if s.Class == load.Timeout {
		return 499
	}
	return int32(s.Status)
}

// reason is why a request has no answer: as the gateway says, if it has.
func reason(s *load.Sent) policy.Reason {
	if said, ok := policy.ReasonOf(s.Reason); ok && s.Class == load.Status {
		return said
	}
	switch s.Class {
	case "":
		return policy.ReasonNone
	case load.Timeout:
		return policy.ReasonClient
	case load.Dropped, load.Invalid:
		return policy.ReasonUnsent
	case load.Interrupted:
		return policy.ReasonRuns
	case load.Status:
		if s.Status == http.StatusServiceUnavailable {
			return policy.ReasonCapacity
		}
	}
	return policy.ReasonError
}

// ending is how a request ended.
func ending(s *load.Sent) results.Ending {
	switch {
	case s.Class == load.Timeout:
		return results.TimedOut
	case s.Class == load.Dropped, s.Class == load.Interrupted:
		return results.Unfinished
	case s.Class == load.Status && (s.Status == 429 || s.Status == 503):
		return results.Rejected
	case s.Class != "":
		return results.Failed
	}
	return results.Answered
}

// sample adds points to the timeline until the function it returns is called.
func (w *world) sample(rec *results.Run, every time.Duration) (stop func()) {
	done := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		t := time.NewTicker(w.brain.Clock().Real(every))
		defer t.Stop()
		for {
			select {
			case <-done:
				return
			case <-t.C:
			}
			w.brain.Do(func(c *policy.Controller) {
				point := w.books.Sample(w.brain.Now(), c)
				w.recording.Lock()
				defer w.recording.Unlock()
				rec.Tick(point)
			})
		}
	})
	return func() { close(done); group.Wait() }
}

// shadow makes the policy that is asked what it would have done in place of
// the current one; nil if none is.
func (e *Experiment) shadow(current string, seed uint64, gateway int) (*shadow.Shadow, error) {
	if e.Shadow == "" {
		return nil, nil
	}
	router, spill, err := plan.Other(e.plan.Policies, current, e.Shadow)
	if err != nil {
		return nil, err
	}
	return shadow.New(shadow.Other{Name: e.Shadow, Router: router, Spill: spill}, seed, gateway), nil
}

// until ends a source at an instant; 0: where it ends itself.
func until(src workloads.Source, end time.Duration) workloads.Source {
	if end == 0 {
		return src
	}
	if closed, ok := src.(workloads.ClosedSource); ok {
		return &endingLoop{closed, end}
	}
	return &endingSource{src, end}
}

type endingSource struct {
	workloads.Source
	end time.Duration
}

func (s *endingSource) Next(a *workloads.Arrival) bool { return s.Source.Next(a) && a.At < s.end }

type endingLoop struct {
	workloads.ClosedSource
	end time.Duration
}

func (s *endingLoop) Peek() (time.Duration, bool) {
	at, ok := s.ClosedSource.Peek()
	return at, ok && at < s.end
}

// serve runs the first policy of the file without a load, until interrupted, or
// until another gateway leads.
func (e *Experiment) serve(c *Console) error {
	p := e.plan
	cell := p.Cells()[0]
	dir := ""
	if e.Journal {
		dir = filepath.Join(e.Out, p.Name+".served", fmt.Sprintf("%s-%d", time.Now().UTC().Format("20060102T150405"), os.Getpid()))
	}
	w, err := e.start(c, cell, p.Seed, dir)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Out, "%s / %s: %s%s, admin pages %s\n", cell.Scenario.Name, cell.Policy.Name, deploy.Serves, w.address, w.pages)
	for _, note := range w.notes {
		e.say(c, "  %s", note)
	}
	if e.token != "" && !e.Quiet {
		file, err := keepSecret("token", e.token)
		if err != nil {
			return errors.Join(err, w.stop(context.Background(), 0))
		}
		defer os.Remove(file)
		fmt.Fprintf(c.Out, "to change its scaling: curl -X POST -H \"Authorization: Bearer $(cat %s)\" %s/pause (or /resume, /set?n=3, /set?name=max&value=8; %s/settings lists what can be set, and the command set does it)\n", file, w.pages, w.pages)
	}
	if dir != "" {
		fmt.Fprintf(c.Out, "journal in %s; replay and explain read it\n", dir)
	}
	e.say(c, "try: curl -i -H 'Cnv-Class: %s' 'http://%s%s'; end it with Ctrl-C", w.cfg.Classes[0].Name, w.address, w.place.request(&workloads.Arrival{Work: 100 * time.Millisecond}).Path)
	if here, err := onLoopback(e.Listen); err == nil && !here {
		e.say(c, "warning: --listen %s: the gateway answers anybody who reaches this machine, and asks nobody who they are", e.Listen)
	}
	stopBreaking := e.breakServed(c, w, cell.Config(p.Seed))
	<-w.ctx.Done()
	stopBreaking()
	e.say(c, "draining")
	cause := context.Cause(w.ctx)
	w.leave = e.Keep && !errors.Is(cause, ErrSpent) // nobody comes next when the budget is spent
	spent := w.spend(0).USD
	err = w.shutdown(context.WithoutCancel(c.Ctx), e.Drain)
	answers, failures := w.watch.Served()
	e.say(c, "%s answered, %d of them with a status of 500 or above; $%.4f", policy.Count(answers, "request"), failures, spent)
	if c.Ctx.Err() == nil || errors.Is(cause, errLostLease) { // nobody has asked for the end
		err = errors.Join(cause, err)
	}
	return err
}

// notice is how long clients are asked to connect elsewhere before the
// gateway goes.
const notice = 2 * time.Second

// shutdown drains the gateway without a failed request.
func (w *world) shutdown(ctx context.Context, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience+notice)
	defer cancel()
	err := live.Shutdown(ctx, w.server, w.gateway, w.guard, notice)
	return errors.Join(err, w.stop(ctx, patience))
}
