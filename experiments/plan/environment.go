package plan

import (
	"maps"
	"slices"
	"time"

	"cnv/policy"
	"cnv/results"
	"cnv/results/compare"
	"cnv/sim"
)

// An Environment is what all policies meet alike: machines, functions,
// telemetry, retries, the SLO. Each choice of values on the axes of these
// tables is one.
type Environment struct {
	label     string // " boot=25s", behind the names of workloads; "" without axes
	top       topTable
	cluster   clusterTable
	pools     []poolTable
	functions *functionsTable // nil: none
	telemetry telemetryTable
	retry     retryTable
	client    clientTable
	store     *storeTable // nil: none
	bill      billTable
	gateways  *gatewaysTable // nil: one, which counts its own
	account   *accountTable  // nil: no limits
	faults    []faultTable
	classes   int                // of the workload with the most
	axes      []string           // paths of its keys that are axes of the file
	world     map[string]float64 // the constants that were drawn for it, by name; nil: it is as in the file
}

// A topTable is the keys that stand before the first table of the file.
type topTable struct {
	Question   string        `toml:"question" axis:"no" doc:"what the experiment is to answer; required"`
	Hypothesis string        `toml:"hypothesis" axis:"no" doc:"what is expected, and why"`
	Seeds      int           `toml:"seeds" axis:"no" doc:"replications; 10"`
	LiveSeeds  int           `toml:"live_seeds" axis:"no" doc:"replications in real time, of live; 0: as seeds"`
	Seed       uint64        `toml:"seed" axis:"no" doc:"of the first replication, the others count up; 1"`
	SLO        SLO           `toml:"slo" doc:"response time allowed: \"2s\", \"5x\" the idle service time, or a table by class; 5x"`
	Prior      Prior         `toml:"prior" axis:"no" doc:"what is known of the mean work before anything ran: \"none\", \"200ms\", a table by class, { train = \"10m\" } (of the beginning of a recording, which is then not replayed, or of other arrivals of a generator), { trace = \"path\" } (of another recording); it counts as five measurements of its class; none"`
	Replicate  string        `toml:"replicate" axis:"no" doc:"what differs between replications of a recorded trace: \"local\" (short blocks, each from near its own place in time and in rate), \"blocks\" (whole windows in any order), \"thin\" (as local, and of all arrivals a share is kept), \"none\", or \"draws\" (nothing, and the question is about these arrivals: intervals are about what policies and machines draw); local"`
	Block      time.Duration `toml:"block" axis:"no" doc:"length of the blocks of \"local\" and the windows of \"blocks\"; as long as correlation wants, and a twentieth of the trace"`
	Thin       float64       `toml:"thin" axis:"no" doc:"share of arrivals kept under replicate = \"thin\"; 0.5"`
	Worlds     int           `toml:"worlds" axis:"no" doc:"draws of what is not known for certain (boots, speeds, cold starts, prices, telemetry), in which each finding about a contrast is tried with one seed; 0: none; 20"`
	Timeout    time.Duration `toml:"timeout" doc:"clients leave after so long; 0s: never"`
	After      time.Duration `toml:"after" axis:"no" doc:"when the disturbance is over: goodput_after_per_s, attainment_after and recovery_s count from then on; 0s: they are not measured"`
	Steady     bool          `toml:"steady" axis:"no" doc:"the question is about the steady state: warm-ups are left out (steady_* metrics), one long run has intervals; false"`
	Primary    []string      `toml:"primary" axis:"no" doc:"metrics that answer the question: their intervals hold together, all others are exploratory; miss_avoidable and cost_per_1000_in_slo_usd"`
	Delta      Delta         `toml:"delta" axis:"no" doc:"smallest difference that matters, by metric, as a fraction: of shares the difference itself, of all else relative to the policy that is compared to; { miss_avoidable = 0.01, cost_per_1000_in_slo_usd = 0.02 }, likewise for others"`
	USDPerMiss float64       `toml:"usd_per_miss" axis:"no" doc:"what an avoidable miss costs, US$: --tune then chooses the least cost with misses; 0: the least cost among those that keep the bounds of [[require]], or 1 % misses on each workload where it has none"`
	DrainCap   time.Duration `toml:"drain_cap" doc:"what is unfinished so long after the last arrival is cut off; 1h"`
}

// A telemetryTable is [telemetry]: how workers report their processor use.
type telemetryTable struct {
	Period time.Duration `toml:"period" doc:"between two reports of a worker, each over exactly this time, at its multiples; 0s: none; 10s"`
	Delay  time.Duration `toml:"delay" doc:"from the instant described to the gateway, which has it after decisions of that instant even if this is 0s; 0s"`
	phase  time.Duration // of a drawn world: reports come so long after multiples of the period
}

// A retryTable is [retry]: repeated attempts of failed requests.
type retryTable struct {
	Max     int           `toml:"max" doc:"attempts after the first, of requests that may be executed twice; after a 429 of the function service only where it is given; 0 none; 1"`
	Unsent  int           `toml:"unsent" doc:"repeats of attempts that certainly never ran (refused, reset before anything arrived), of any request; max and budget do not count them; 7"`
	Budget  float64       `toml:"budget" doc:"retries per arrival over time, and 10 more that are available from the start and fill up again; 0 none; 0.1"`
	Backoff time.Duration `toml:"backoff" doc:"before the first retry, doubling; half of it to all of it is waited, by chance; below 100ms it is 100ms after a 429 of the function service; 100ms"`
	// Timeout is policy.Retry.AttemptTimeout.
	Timeout time.Duration `toml:"attempt_timeout" doc:"an attempt that takes longer is cancelled and counts as failed; 0s: never"`

	// pass is policy.Retry.PassRefusals: by default a 429 is an answer.
	pass bool
}

// defaultEnvironment is what a file that says nothing of it has.
func defaultEnvironment() *Environment {
	return &Environment{
		top:       defaultTop(),
		cluster:   clusterTable{Discipline: "ps", Abandoned: sim.Stops.String()},
		telemetry: telemetryTable{Period: 10 * time.Second},
		retry:     retryTable{Max: 1, Unsent: 7, Budget: 0.1, Backoff: 100 * time.Millisecond, pass: true},
		client:    clientTable{Backoff: 100 * time.Millisecond, Jitter: 0.5},
	}
}

func defaultTop() topTable {
	return topTable{
		Seeds: 10, Seed: 1, Worlds: 20, SLO: SLO{Default: Bound{Factor: defaultFactor}},
		Replicate: "local", Thin: 0.5, DrainCap: time.Hour, Primary: compare.DefaultPrimary(),
	}
}

// readEnvironments reads everything that policies meet alike, once for each
// combination of axes.
func (r *reader) readEnvironments() []*Environment {
	var out []*Environment
	for _, v := range r.cross(r.environmentAxes()) {
		out = append(out, r.readEnvironment(v))
	}
	if slices.ContainsFunc(out, (*Environment).spot) {
		return out
	}
	for _, f := range out[0].faults { // they are no axis
		r.wrong(f.Kind == "spot", join(f.path, "kind"), `"spot" hits spot instances, of which there are none: give a pool market = "spot"`)
	}
	return out
}

// spot says whether there are spot instances.
func (e *Environment) spot() bool {
	return slices.ContainsFunc(e.pools, func(p poolTable) bool { return p.Market == "spot" })
}

// environmentAxes finds the axes that cross everything.
func (r *reader) environmentAxes() []axis {
	axes := r.axes(r.root, &topTable{})
	add := func(parent table, name string, targets ...any) {
		if t, ok := r.sub(parent, name); ok {
			axes = append(axes, r.axes(t, targets...)...)
		}
	}
	pools := r.list(r.root, "pool")
	if cluster, ok := r.sub(r.root, "cluster"); ok {
		axes = append(axes, r.axes(cluster, &clusterTable{}, &poolTable{})...)
		pools = append(pools, cluster)
	}
	for _, pool := range pools {
		if pool.path != "cluster" {
			axes = append(axes, r.axes(pool, &poolTable{})...)
		}
		add(pool, "launch", &launchTable{})
		add(pool, "service", &serviceTable{})
	}
	add(r.root, "functions", &functionsTable{})
	for _, t := range r.list(r.root, "function") {
		axes = append(axes, r.axes(t, &functionsTable{}, &functionTable{})...)
	}
	add(r.root, "telemetry", &telemetryTable{})
	add(r.root, "retry", &retryTable{})
	add(r.root, "client", &clientTable{})
	add(r.root, "store", &storeTable{})
	add(r.root, "bill", &billTable{})
	add(r.root, "gateways", &gatewaysTable{})
	add(r.root, "account", &accountTable{})
	return axes
}

// rootTables are the tables an experiment file may have.
var rootTables = []string{"cluster", "pool", "functions", "function", "telemetry", "retry", "client", "store", "bill", "gateways", "account", "fault", "workload", "policy", "contrast", "threshold", "share", "reference", "require"}

// leastPeriod bounds how often workers report: more reports than that say
// nothing more, and a run would have little else to do.
const leastPeriod = 10 * time.Millisecond

// readEnvironment reads one environment and checks it.
func (r *reader) readEnvironment(v variant) *Environment {
	e := defaultEnvironment()
	e.label, e.axes = v.label, slices.Sorted(maps.Keys(v.values))
	r.decode(v.apply(r.root), rootTables, &e.top)
	r.checkTop(&e.top)
	r.readPools(e, v)
	r.readFunctions(e, v)
	if t, ok := r.sub(r.root, "telemetry"); ok {
		r.decode(v.apply(t), nil, &e.telemetry)
		r.wrong(e.telemetry.Period < 0 || e.telemetry.Period > 0 && e.telemetry.Period < leastPeriod, "telemetry.period", "%v, must be 0s or at least %v", e.telemetry.Period, leastPeriod)
		r.wrong(e.telemetry.Delay < 0, "telemetry.delay", "%v, must not be negative", e.telemetry.Delay)
	}
	if t, ok := r.sub(r.root, "retry"); ok {
		t = v.apply(t)
		r.decode(t, nil, &e.retry)
		e.retry.pass = !t.has("max")
		r.wrong(e.retry.Unsent < 0 || e.retry.Unsent > 200, "retry.unsent", "%d, must be in [0, 200]", e.retry.Unsent)
		r.wrong(e.retry.Max < 0 || e.retry.Max > 200, "retry.max", "%d, must be in [0, 200]", e.retry.Max)
		r.wrong(!(e.retry.Budget >= 0), "retry.budget", "%v, must not be negative", e.retry.Budget)
		r.wrong(e.retry.Backoff < 0, "retry.backoff", "%v, must not be negative", e.retry.Backoff)
		r.wrong(e.retry.Timeout < 0, "retry.attempt_timeout", "%v, must not be negative", e.retry.Timeout)
	}
	r.readClient(e, v)
	r.readStore(e, v)
	r.readBill(e, v)
	r.readGateways(e, v)
	r.readAccount(e, v)
	r.readZones(e)
	r.readFaults(e)
	r.wrong(len(e.faults) > 0 && len(e.pools) == 0, "fault", "there are no workers that could fail: give [cluster]")
	r.wrong(len(e.pools) == 0 && e.functions == nil, "", `neither workers nor functions: give [cluster] with instance = "c7g.large", or [functions]`)
	return e
}

// maxSeeds bounds the replications.
const maxSeeds = 100_000

// checkTop checks the keys before the first table.
func (r *reader) checkTop(t *topTable) {
	r.wrong(t.Question == "", "question", "missing: say first what the experiment is to answer")
	r.wrong(t.Seeds < 1 || t.Seeds > maxSeeds, "seeds", "%d, must be in [1, %d]", t.Seeds, maxSeeds)
	r.wrong(t.LiveSeeds < 0 || t.LiveSeeds > maxSeeds, "live_seeds", "%d, must be in [0, %d]", t.LiveSeeds, maxSeeds)
	r.wrong(t.Worlds < 0 || t.Worlds > maxWorlds, "worlds", "%d, must be in [0, %d]", t.Worlds, maxWorlds)
	r.wrong(!contains(replications, t.Replicate), "replicate", "unknown kind %q%s", t.Replicate, hint(t.Replicate, replications))
	r.wrong(t.Block < 0, "block", "%v, must be positive", t.Block)
	r.wrong(!(t.Thin > 0 && t.Thin <= 1), "thin", "%v, must be in (0, 1]", t.Thin)
	r.wrong(t.Timeout < 0, "timeout", "%v, must not be negative", t.Timeout)
	r.wrong(t.After < 0, "after", "%v, must not be negative", t.After)
	r.checkPrimary(t.Primary)
	for _, m := range t.Primary {
		r.checkAfter(m, "primary", t.After)
	}
	for _, m := range sortedNames(t.Delta) {
		r.checkAfter(m, "delta", t.After)
	}
	r.wrong(t.DrainCap <= 0, "drain_cap", "%v, must be positive", t.DrainCap)
}

// checkAfter refuses a metric that has no value without the key after.
func (r *reader) checkAfter(metric, path string, after time.Duration) {
	r.wrong(after == 0 && results.NeedsAfter(metric), path, "%s counts from the instant that the key after names, which is missing: give after, such as after = \"1m\"", metric)
}

// checkPrimary checks the metrics that answer the question.
func (r *reader) checkPrimary(primary []string) {
	metrics := results.MetricNames()
	r.wrong(len(primary) == 0, "primary", "an empty list: name a column of runs.csv, such as slo_attainment")
	for i, m := range primary {
		r.wrong(!contains(metrics, m), "primary", "unknown metric %q%s", m, hint(m, metrics))
		r.wrong(contains(primary[:i], m), "primary", "%q is there twice", m)
	}
}

// control is the part of the control plane's configuration that the
// environment decides, for requests of the given classes.
func (e *Environment) control(classes []policy.Class) policy.Config {
	c := policy.Config{
		Classes: classes,
		Retry: policy.Retry{
			Max: e.retry.Max, Budget: e.retry.Budget, Unsent: e.retry.Unsent, PassRefusals: e.retry.pass,
			Backoff: e.retry.Backoff, AttemptTimeout: e.retry.Timeout,
		},
	}
	for i := range e.pools {
		c.Pools = append(c.Pools, e.pools[i].control())
	}
	for i := range e.pools {
		for _, name := range e.pools[i].Instead {
			c.Pools[i].Instead = append(c.Pools[i].Instead, policy.PoolID(e.pool(name)))
		}
	}
	if e.functions != nil {
		c.Functions = e.functions.controlAll(c.Classes)
	}
	if e.store != nil {
		c.Store, c.LearnByStore = true, e.store.Learn == "store"
	}
	return c
}
