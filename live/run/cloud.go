package run

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"slices"
	"time"

	"cnv/experiments/plan"
	"cnv/live"
	"cnv/live/aws"
	"cnv/live/aws/deploy"
	"cnv/live/host"
	"cnv/live/load"
	"cnv/live/store"
	"cnv/policy"
	"cnv/policy/catalog"
	"cnv/sim"
	"cnv/workloads"
)

// A cloudTarget is workers that EC2 launches and functions of Lambda: on AWS
// itself, or on loopback by the services of live/local.
type cloudTarget struct {
	exp     *Experiment
	say     func(format string, args ...any)
	worker  []byte // the package
	arch    string // of the worker, as Lambda names it
	types   map[string][]string
	foreign []string   // what AWS could not launch, and loopback does
	lease   *aws.Lease // nil: on loopback
	release func()     // lets another gateway lead
	costs   error      // instances could not be ended
	used    aws.Use    // of the budget, by runs before, or a gateway that died
	began   int64      // when the first run did, Unix milliseconds; 0: none has
	known   map[string]store.Known
	keys    string // the file that has the keys of a cloud that stays; "": there is none
}

// cloud is the target that --target local and aws name.
func (e *Experiment) cloud(c *Console) *cloudTarget {
	t := &cloudTarget{exp: e, arch: "arm64", types: map[string][]string{}, known: map[string]store.Known{}}
	t.say = func(format string, args ...any) { e.say(c, format, args...) }
	return t
}

// target is what the experiment sees of it.
func (t *cloudTarget) target() *target {
	out := &target{
		command: "--target " + t.exp.Target.String(), here: t.exp.Target == Local || Rehearses(t.exp.Endpoint),
		check: t.check, preview: t.preview, control: t.control, open: t.open, close: t.close,
	}
	out.prepare = func(c *Console, p *plan.Plan) (context.Context, error) {
		leading, err := t.prepare(c, p)
		out.identity, out.warnings = t.identity(), t.warnings()
		return leading, err
	}
	return out
}

// prepare packs the worker, looks for the deployment, asks, and waits until this
// gateway leads. Without an account nothing is built.
func (t *cloudTarget) prepare(c *Console, p *plan.Plan) (context.Context, error) {
	if t.exp.Target != Local {
		if _, err := t.account().Config(c.Ctx); err != nil {
			return nil, BadInput{err}
		}
	}
	if err := t.pack(c); err != nil {
		return nil, BadInput{err}
	}
	if err := t.present(c, p); err != nil {
		return nil, err
	}
	if err := t.agreed(c, p); err != nil {
		return nil, err
	}
	return t.lead(c.Ctx, newLog(c.Err, t.exp.Log))
}

// close lets another gateway lead. The error is why the command fails although it
// is done.
func (t *cloudTarget) close() error {
	t.release()
	if t.keys != "" {
		os.Remove(t.keys)
	}
	return t.costs
}

// pack packs the worker.
func (t *cloudTarget) pack(c *Console) error {
	program, err := WorkerFor(c, t.exp.Worker, t.exp.Target == Local || Rehearses(t.exp.Endpoint))
	if err == nil {
		t.worker, err = deploy.Pack(program)
	}
	return err
}

// check says what a cell needs that cannot be had live.
func (t *cloudTarget) check(cells []plan.Cell) error {
	problems := append(nameless(cells), broken(cells)...)
	if t.exp.Target == Local {
		t.foreign = foreign(cells)
	} else {
		problems = append(problems, foreign(cells)...)
	}
	for _, c := range cells {
		cfg := c.Config(1)
		types := c.Instances()
		for i := range cfg.Control.Pools {
			t.types[cfg.Control.Pools[i].Name] = []string{types[i]}
		}
		if lacks := t.beyond(&cfg); lacks != "" && !slices.Contains(problems, lacks) {
			problems = append(problems, lacks)
		}
	}
	if warm := warmest(cells); warm > t.exp.MaxUsdPerHour-t.exp.GatewayUsdPerHour {
		problems = append(problems, fmt.Sprintf("the environments that functions.provisioned keeps warm cost $%.2f per hour, --max-usd-per-hour is %g: keep fewer, or allow more", warm, t.exp.MaxUsdPerHour))
	}
	return problem(problems)
}

// warmest is what environments kept warm cost per hour at most, dollars.
func warmest(cells []plan.Cell) (usd float64) {
	for _, c := range cells {
		usd = max(usd, functionBudget(c.Config(1).Funcs).WarmUSDPerHour)
	}
	return usd
}

// agreed asks whether the run may cost what it may cost at most. Nobody is
// asked about a cloud on this machine.
func (t *cloudTarget) agreed(c *Console, p *plan.Plan) error {
	if t.exp.Target == Local {
		return nil
	}
	if !t.exp.Serve {
		t.exp.describeRuns(c)
	}
	t.sayAtWorst(c, p.Cells())
	fmt.Fprintln(c.Out, "This has never been run on AWS. The gateway must run inside the workers' network (security group", "cnv-"+t.exp.Deployment+"-gateway).")
	return c.Confirm(t.exp.Yes, "Go on?")
}

// control is the control plane of a run there.
func (t *cloudTarget) control(cfg *sim.Config) (policy.Config, error) {
	c := cfg.ControlPlane()
	c.Store = true
	if c.Functions != nil {
		f := *c.Functions
		f.MaxBytes, f.FixedKeepAlive = aws.MaxBytes, true
		c.Functions = &f
	}
	return c, nil
}

// request is as long as the work takes. On loopback workers sleep, as they
// would otherwise wait for each other's share of this machine's cores.
func (t *cloudTarget) request(cfg *policy.Config) func(*workloads.Arrival) load.Request {
	if t.exp.Target == Local {
		return load.Sleep(cfg.Classes, speedOf(cfg))
	}
	return load.Spin(cfg.Classes, speedOf(cfg))
}

// identity is the worker and the deployment.
func (t *cloudTarget) identity() string {
	return fmt.Sprintf("%x %s %s", sha256.Sum256(t.worker), t.exp.Deployment, t.exp.Region)
}

// warnings hold for all results.
func (t *cloudTarget) warnings() []string {
	out := []string{"transfer, the log, the lease and what the table stores are not in the cost"}
	items := []catalog.Item{catalog.StoreWrite, catalog.StoreRead}
	if t.exp.GatewayUsdPerHour > 0 {
		items = append(items, catalog.EBSVolume, catalog.PublicIPv4)
	}
	for _, i := range items {
		if w := i.Warning(); w != "" {
			out = append(out, w)
		}
	}
	if t.exp.Target != Local {
		return out
	}
	what := "requests sleep for the time that their work takes"
	switch {
	case len(t.exp.inputs) == 0:
	case t.exp.slowness.blind:
		what = "the scenes and pictures that were sent take longer the more of them there are"
	default:
		what = "runs were in slow motion: " + t.exp.slowness.told() + ", and scenes and pictures were held for as long as they take on a core of their own"
	}
	out = append(out, "the cloud was on loopback: workers share this machine's cores, so "+what+"; boot and cold starts are those of the experiment file, prices those of the catalog")
	for i, text := range t.foreign {
		if !slices.Contains(t.foreign[:i], text) {
			out = append(out, text+"; on loopback, where it ran here, only its cores and its price are its own")
		}
	}
	return out
}

// open begins a run: it deploys what is not there yet, and reads what earlier
// runs have measured.
func (t *cloudTarget) open(ctx context.Context, r *session) (_ *place, err error) {
	if lacks := t.beyond(r.sim); lacks != "" { // now that other runs have taken some
		return nil, fmt.Errorf("%w: %s", ErrSpent, lacks)
	}
	p := &cloudPlace{
		like: r.like, note: r.note,
		target: t, log: r.log, brain: r.brain, used: t.used.USD, budget: t.budget(r), spent: r.spent, charged: r.charged, giveUp: r.giveUp, warn: r.warn,
		rest: func() {},
	}
	defer func() {
		if err != nil && p.cloud != nil {
			p.cloud.Close()
		}
	}()
	account := t.account()
	if t.exp.Target == Local {
		if p.cloud, err = t.startLocal(r); err != nil {
			return nil, err
		}
		account = On(t.exp.host, p.cloud.URL(), "")
		t.tell(p.cloud.URL())
	}
	cfg, err := account.Config(ctx)
	if err != nil {
		return nil, err
	}
	for _, text := range unlike(r) {
		r.warn(text)
	}
	spec := t.spec(r.sim)
	found, err := t.deployed(ctx, deploy.Connect(cfg), spec)
	if err != nil {
		return nil, err
	}
	template, err := spec.Template(found, t.pools(r))
	if err != nil {
		return nil, err
	}
	p.instances = aws.NewInstances(cfg, template)
	options := live.FleetOptions{
		Provider: p.instances, Workers: r.workers, Speeds: speeds(r), Budget: p.budget,
		Checks: r.checks, Log: r.log, Via: host.Transport(t.exp.host), Run: fmt.Sprintf("%s-%d", spec.Name, time.Now().UnixNano()), Period: t.period(),
	}
	if t.lease != nil {
		options.Leads = t.lease.Sure
		p.deadline = aws.NewDeadline(cfg, spec.Name, deploy.Schedules(spec.Name), found.DeadlineRole, r.log)
	}
	p.Fleet = live.NewFleet(options)
	if r.cfg.Functions != nil {
		p.warm = int32(r.sim.Funcs.Provisioned)
		p.fn = aws.NewFunctions(cfg, spec.Function(), spec.FunctionVersion(found), atOnce(r.cfg.Functions.Concurrency), r.motion.clock.Real(catalog.FunctionInitTimeout+spec.Timeout))
		p.fn.Until(p.deadline)
		p.held = &live.Calls{Function: p.fn, Budget: p.budget}
	}
	p.store = store.New(store.Options{
		Table: aws.NewTable(cfg, deploy.Table(spec.Name)), Classes: scoped(r.like, r.cfg.Classes), Pools: r.cfg.Pools, Since: t.since(), Post: r.brain.Post, Log: r.log,
		Origin: func(at time.Duration) int64 { return r.motion.clock.At(r.brain.Start(), at).UnixMilli() },
		Run:    fmt.Sprintf("%d", r.brain.Start().UnixMilli()), Observe: r.cfg.LearnByStore, Recalls: r.cfg.Recalls(),
		About: map[string]string{
			"run": r.name, "experiment": t.exp.Experiment, "seed": fmt.Sprint(r.seed), "target": t.exp.Target.String(), "worker": spec.Version(),
		},
	})
	return p.place(t.request(r.cfg)), nil
}

// scoped are the names of classes in the store: what another workload's
// requests have taken says nothing of those of this one.
func scoped(like string, all []policy.Class) []string {
	var out []string
	for _, name := range classNames(all) {
		out = append(out, like+"/"+name)
	}
	return out
}

// since is when this command has begun its first run, Unix milliseconds.
func (t *cloudTarget) since() int64 {
	if t.began == 0 {
		t.began = time.Now().UnixMilli()
	}
	return t.began
}

// knows is what the store knew of a workload before this command began: each of
// its runs begins with that, so that no policy is better off for coming later.
func (t *cloudTarget) knows(ctx context.Context, like string, s *store.Store) (store.Known, error) {
	if known, ok := t.known[like]; ok {
		return known, nil
	}
	known, err := s.Recall(ctx, warm)
	if err == nil {
		t.known[like] = known
	}
	return known, err
}

// spec is the deployment that a run needs.
func (t *cloudTarget) spec(cfg *sim.Config) *deploy.Spec {
	s := &deploy.Spec{
		Name: t.exp.Deployment, Region: t.exp.Region, Package: t.worker, Arch: t.arch, Builder: deploy.Builder(t.arch),
		MemoryMB: 1769, Timeout: time.Minute, LogDays: 7, Life: 12 * time.Hour,
	}
	if f := cfg.Funcs; f != nil {
		s.MemoryMB = int32(f.MemoryMB)
		if f.Timeout > 0 {
			s.Timeout = f.Timeout.Round(time.Second)
		}
	}
	return s
}

// deployed finds the deployment. On loopback it is made if it is not there; on
// AWS that is a command of its own, as it costs money.
func (t *cloudTarget) deployed(ctx context.Context, c *deploy.Clients, s *deploy.Spec) (*deploy.Found, error) {
	if err := s.Validate(); err != nil {
		return nil, fmt.Errorf("cnv: %w", err)
	}
	f, err := c.Find(ctx, s.Name, s.Arch)
	if err != nil {
		return nil, err
	}
	lacks := deploy.Lacks(s, f)
	if len(lacks) == 0 {
		return f, nil
	}
	if t.exp.Target != Local {
		return nil, t.undeployed(lacks)
	}
	if err := c.Apply(ctx, s, f, deploy.Plan(s, f), func(deploy.Step) {}); err != nil {
		return nil, err
	}
	return c.Find(ctx, s.Name, s.Arch)
}

// pools are what the run's instances are.
func (t *cloudTarget) pools(r *session) []aws.Pool {
	var out []aws.Pool
	for i := range r.cfg.Pools {
		name := r.cfg.Pools[i].Name
		pool := aws.Pool{Name: name, Type: t.types[name][0]}
		if s := &r.sim.Pools[i]; s.Spot {
			pool.Spot, pool.Most = true, s.USDPerHour
		}
		out = append(out, pool)
	}
	return out
}

func speeds(r *session) []float64 {
	var out []float64
	for i := range r.cfg.Pools {
		out = append(out, r.cfg.Pools[i].Speed)
	}
	return out
}

// period is how often instances are listed. AWS allows some 20 a second.
func (t *cloudTarget) period() time.Duration {
	if t.exp.Target == Local {
		return 200 * time.Millisecond
	}
	return 0
}
