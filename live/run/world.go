package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/live"
	"cnv/live/admin"
	"cnv/live/books"
	"cnv/live/host"
	"cnv/live/journals"
	"cnv/live/local"
	"cnv/live/wire"
	"cnv/policy"
	"cnv/policy/journal"
	"cnv/policy/journal/shadow"
	"cnv/sim"
	"cnv/workloads/features"
)

// A world is everything that runs around the Controller of one run.
type world struct {
	cfg       policy.Config
	brain     *live.Brain
	place     *place
	gateway   *live.Gateway
	books     *books.Books
	recording sync.Mutex       // records of requests and points of the timeline take turns
	journal   *journals.Writer // nil: none
	shadow    *shadow.Shadow   // nil: none
	server    *http.Server
	admin     *http.Server
	guard     *live.Guard
	address   string // of the gateway
	pages     string // of the admin pages
	watch     *admin.Watch
	initial   []int
	ctx       context.Context // ends when the run has to
	giveUp    context.CancelCauseFunc
	leave     bool     // instances are left to another gateway
	warnings  []string // for the reader of the results, once stopped
	notes     []string // for who watches
}

// start builds the world of a run and takes the initial workers into service.
func (e *Experiment) start(c *Console, cell plan.Cell, seed uint64, journalDir string) (*world, error) {
	p, scfg := e.plan, cell.Config(seed)
	cfg, err := e.target.control(&scfg)
	if err != nil {
		return nil, BadInput{err}
	}
	w := &world{cfg: cfg}
	w.defaultHealth(cell.Policy.Names("health"))
	w.books = books.New(e.prices(&scfg, &cfg), w.storeUnits)
	if w.shadow, err = e.shadow(cell.Policy.Name, seed, cfg.Gateway); err != nil {
		return nil, BadInput{err}
	}
	if w.shadow != nil {
		w.cfg.Witness = w.shadow
	}
	ctrl, err := policy.New(w.cfg)
	if err != nil {
		return nil, BadInput{err}
	}
	if journalDir != "" {
		if w.journal, err = w.openJournal(c, p, cell, seed, journalDir); err != nil {
			return nil, err
		}
	}
	w.ctx, w.giveUp = context.WithCancelCause(c.Ctx)
	kept := &recorders{w.books}
	log := newLog(c.Err, e.Log)
	w.brain = live.NewBrain(ctrl, kept, mailbox)
	how := e.slowness.of[cell.Scenario]
	w.brain.Slow(how.clock)
	if !e.Serve {
		w.brain.Hold() // until the initial workers are ready
	}
	ws := live.NewWorkers(w.brain, log)
	w.place, err = e.target.open(c.Ctx, &session{
		name: cell.Scenario.Name + " / " + cell.Policy.Name, like: p.Name + "/" + cell.Scenario.Name, seed: seed, motion: how, sim: &scfg, cfg: &w.cfg, workers: ws, brain: w.brain, giveUp: w.giveUp, spent: w.metered, charged: w.charged,
		warn:   func(text string) { w.warnings = append(w.warnings, text); log.Warn(text) },
		note:   func(text string) { w.notes = append(w.notes, text) },
		checks: live.Checks{Path: e.Health, Telemetry: telemetry(scfg.TelemetryPeriod)}, log: log,
	})
	if err != nil {
		return nil, errors.Join(err, w.discard())
	}
	if w.journal != nil {
		*kept = append(*kept, w.journal)
	}
	w.watch = admin.NewWatch(poolNames(w.cfg.Pools), ctrl.View())
	w.watch.Why = ws.Why
	*kept = append(append(*kept, w.place.journals...), w.watch)
	transport := over(e.host) // nil: the gateway's own
	if w.place.cloud != nil && ctrl.TakesUnready() {
		transport = &wire.Transport{Dial: local.Dialer(e.host, how.clock)}
	}
	w.serve(e, ws, p, cell, &scfg, log, transport)
	if w.address, err = serve(e.host, w.server, "--listen", e.Listen, w.guard.Over); err == nil {
		w.pages, err = serve(e.host, w.admin, "--admin", e.Admin, func(l net.Listener) net.Listener { return l })
		w.pages = map[bool]string{true: "https://", false: "http://"}[e.secure != nil] + w.pages
	}
	w.brain.Go(w.place.Driver)
	if err != nil {
		return nil, errors.Join(BadInput{err}, w.stop(context.Background(), 0))
	}
	for i := range scfg.Pools {
		w.initial = append(w.initial, scfg.Pools[i].Initial)
	}
	if err := w.place.begin(w.ctx, w.initial); err != nil {
		return nil, errors.Join(context.Cause(w.ctx), err, w.stop(context.Background(), 0))
	}
	return w, nil
}

// over connects over a host's network; nil of this machine.
func over(h host.Host) *wire.Transport {
	if h == nil {
		return nil
	}
	return &wire.Transport{Dial: h.Dial}
}

// serve makes the gateway and the admin pages. transport is to workers.
func (w *world) serve(e *Experiment, ws *live.Workers, p *plan.Plan, cell plan.Cell, scfg *sim.Config, log *slog.Logger, transport *wire.Transport) {
	metrics := admin.NewMetrics(classNames(w.cfg.Classes))
	w.gateway = live.NewGateway(live.Options{
		Transport: transport,
		Brain:     w.brain, Workers: ws, Functions: w.place.functions, Classes: classes(&w.cfg), Log: log,
		Timeout: scfg.Timeout, Observe: observe(metrics, w.watch, log, w.cfg.Classes),
	})
	state := &admin.State{Brain: w.brain, Gateway: w.gateway, Name: cell.Policy.Name, Title: p.Name + " / " + cell.Policy.Name + " on " + e.Target.String(), Watch: w.watch, Where: w.place.where, Store: w.place.stored, Leads: w.place.leads, TimeLeft: w.place.timeLeft,
		Spend: func() admin.Spend { return w.spend(w.place.budget.Dollars(e.MaxUsd)) }, Budget: w.place.budget, Log: log}
	if w.journal != nil {
		state.Note, state.Journal = w.journal.Note, w.journal.Health
	}
	if w.cfg.Scaler != nil {
		state.Scales = w.cfg.Scaler.Period()
	}
	w.guard = &live.Guard{}
	state.Guard = w.guard
	metrics.Watch(state)
	w.server = live.NewServer(w.gateway, nil)
	w.admin = admin.Server(admin.Handler(metrics, state, func() bool { return !w.gateway.Draining() }, e.access), e.secure)
}

// discard closes what a world has that never began. A journal that could not be written is
// a warning: what was measured stands.
func (w *world) discard() error {
	if w.journal == nil {
		return nil
	}
	err := w.journal.Close()
	if _, lost := w.journal.Health(); err != nil || lost > 0 {
		w.warnings = append(w.warnings, fmt.Sprintf("the journal lacks %s: the run cannot be replayed to its end", policy.Count(int(lost), "record")))
	}
	return nil
}

// mailbox is how many arrivals may wait for a decision.
const mailbox = 10_000

// recorders are told every step, one after the other.
type recorders []live.Journal

func (r *recorders) Add(now time.Duration, e *policy.Event, cmds []policy.Command) {
	for _, j := range *r {
		j.Add(now, e, cmds)
	}
}

// openJournal begins the journal of a run.
func (w *world) openJournal(c *Console, p *plan.Plan, cell plan.Cell, seed uint64, dir string) (*journals.Writer, error) {
	return journals.Create(dir, journal.Header{
		Build: outcome.BuildStrings(), Experiment: p.Text, Policy: cell.Policy.Name, Workload: cell.Scenario.Name,
		Seed: seed, Config: journal.Settings(w.cfg),
	}, journals.Options{Stopped: func(err error) {
		fmt.Fprintf(c.Err, "warning: the journal in %s has stopped, so this run cannot be replayed to its end: %v\n", dir, err)
	}})
}

// serve listens and serves in a goroutine that ends with the server.
func serve(h host.Host, s *http.Server, flag, address string, over func(net.Listener) net.Listener) (string, error) {
	l, err := host.Or(h).Listen(address)
	if err != nil {
		return "", fmt.Errorf("cnv: %s %s: %w", flag, address, err)
	}
	l = over(l)
	if s.TLSConfig != nil {
		go s.ServeTLS(l, "", "")
	} else {
		go s.Serve(l)
	}
	return pasteable(l.Addr().String()), nil
}

// pasteable is an address that can be called from this machine.
func pasteable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsUnspecified() {
		return address
	}
	return net.JoinHostPort("127.0.0.1", port)
}

// newLog writes JSON lines: what happens to workers; at level debug each
// request and failed attempt too.
func newLog(out io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level}))
}

// observe counts requests, and tells of each if the log is to have them.
func observe(m *admin.Metrics, watch *admin.Watch, log *slog.Logger, classes []policy.Class) func(*live.Answered) {
	return func(a *live.Answered) {
		m.Observe(a)
		watch.Observe(a)
		if !log.Enabled(context.Background(), slog.LevelDebug) {
			return
		}
		log.Debug("request", "request", a.Request, "class", classes[a.Class].Name, "decision", a.Decision, "status", a.Status,
			"attempts", a.Attempts, "kind", a.Kind, "worker", a.Worker, "took_s", a.Took.Seconds(), "gone", a.Gone, "broken", a.Broken)
	}
}

// metered is what functions and the table have cost so far, dollars.
func (w *world) metered() float64 {
	l, _ := w.books.SoFar(w.brain.Now())
	return l.FunctionTime + l.FunctionCalls + l.Provisioned + l.Logs + l.Store
}

// storeUnits is what was written to the table and read of it so far.
func (w *world) storeUnits() (writes, reads float64) {
	if w.place.stored == nil {
		return 0, 0
	}
	units := w.place.stored().Units
	return units.Writes, units.Reads
}

// charged is what all has cost so far, dollars.
func (w *world) charged() float64 {
	l, _ := w.books.SoFar(w.brain.Now())
	return l.Total()
}

// spend is what the run has cost so far.
func (w *world) spend(budget float64) admin.Spend {
	l, rate := w.books.SoFar(w.brain.Now())
	before := w.place.before
	s := admin.Spend{USD: before + l.Total(), PerHour: rate.Total(), Budget: budget}
	for _, line := range []admin.Line{
		{Name: "runs before", USD: before}, {Name: "instances", USD: l.Instances, PerHour: rate.Instances}, {Name: "public IPv4", USD: l.IPv4, PerHour: rate.IPv4},
		{Name: "volumes", USD: l.EBS, PerHour: rate.EBS}, {Name: "function time", USD: l.FunctionTime, PerHour: rate.FunctionTime},
		{Name: "function calls", USD: l.FunctionCalls, PerHour: rate.FunctionCalls}, {Name: "provisioned", USD: l.Provisioned, PerHour: rate.Provisioned},
		{Name: "logs", USD: l.Logs, PerHour: rate.Logs}, {Name: "table", USD: l.Store, PerHour: rate.Store}, {Name: "gateway", USD: l.Gateway, PerHour: rate.Gateway},
	} {
		if line.USD > 0 {
			s.Lines = append(s.Lines, line)
		}
	}
	return s
}

func poolNames(pools []policy.Pool) []string {
	var out []string
	for i := range pools {
		out = append(out, pools[i].Name)
	}
	return out
}

// telemetry is the period of the workers' reports as Checks take it.
func telemetry(period time.Duration) time.Duration {
	if period == 0 {
		return -1
	}
	return period
}

// classes are the classes as the gateway knows them: our own kernels only
// compute, so their requests may be repeated.
func classes(cfg *policy.Config) []live.Class {
	var out []live.Class
	for i := range cfg.Classes {
		class := &cfg.Classes[i]
		_, ours := features.Find(class.Name)
		out = append(out, live.Class{Name: class.Name, Pure: ours, Features: class.Features, SLO: func(work float64) time.Duration {
			return allowed(class, time.Duration(work/speedOf(cfg)*float64(time.Second)))
		}})
	}
	return out
}

func classNames(all []policy.Class) []string {
	var out []string
	for i := range all {
		out = append(out, all[i].Name)
	}
	return out
}

// ready waits until the initial workers are.
func (w *world) ready(ctx context.Context, patience time.Duration) error {
	deadline := time.Now().Add(patience)
	for {
		missing := ""
		w.brain.Do(func(c *policy.Controller) {
			for i, n := range w.initial {
				if have := c.View().Pool(policy.PoolID(i)).Ready; have < n {
					missing += fmt.Sprintf(" %d of %d in pool %s", n-have, n, w.cfg.Pools[i].Name)
				}
			}
		})
		switch {
		case missing == "":
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case time.Now().After(deadline):
			return fmt.Errorf("cnv: after %v workers are not ready:%s; %s", patience, missing, w.place.doubt())
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// stop takes the world away: requests in flight have until patience is over.
func (w *world) stop(ctx context.Context, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := live.Shutdown(ctx, w.server, w.gateway, w.guard, 0)
	w.server.Close()
	w.admin.Close()
	w.place.end(w.leave || errors.Is(context.Cause(w.ctx), errLostLease))
	w.brain.Stop()
	w.giveUp(nil)
	return errors.Join(err, w.place.close(context.WithoutCancel(ctx)), w.discard())
}

// counts is what the Controller has counted, the pools that it launched workers of, and
// by pool how long workers have run after the router dropped them.
func (w *world) counts(end time.Duration) (n policy.Counts, launched []string, unusable []policy.Unusable) {
	w.brain.Do(func(c *policy.Controller) {
		n, launched, unusable = c.Counts(), c.LaunchedIn(), c.Unusable(end)
	})
	return n, launched, unusable
}
