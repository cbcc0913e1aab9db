package plan

import (
	"time"

	"cnv/policy"
	"cnv/policy/catalog"
	"cnv/sim"
	"cnv/workloads"
)

// A functionsTable is [functions]: the function service. Without the table
// there is none.
type functionsTable struct {
	MemoryMB       int           `toml:"memory_mb" doc:"of an environment; the processor share follows from it; 1769 (one vCPU)"`
	Runtime        string        `toml:"runtime" doc:"decides the cold start; go"`
	Arch           string        `toml:"arch" doc:"\"x86_64\" or \"arm64\": cold start and price; x86_64"`
	Concurrency    int           `toml:"concurrency" doc:"calls at once; 1000"`
	Full           string        `toml:"full" doc:"a call beyond the concurrency: \"refuse\" (429, which [retry] repeats) or \"wait\" at the gateway until there is room; wait with gateway_queue or slots, else refuse"`
	ScaleStep      int           `toml:"scale_step" doc:"new environments per 10 s; 0 no limit; a request that waits for one tries again after 0.1 to 1 s, so it may get it 1 s late; 1000"`
	KeepAlive      time.Duration `toml:"keep_alive" doc:"an environment idle for longer is gone; 640s"`
	SpareKeepAlive time.Duration `toml:"spare_keep_alive" doc:"an environment idle for longer is gone if it is not the last of its function (or class, with per_class); in the simulator; as keep_alive"`
	Lifetime       time.Duration `toml:"lifetime" doc:"an environment so old ends, if it serves a call after that; AWS documents some hours, 2 h were seen (2021); in the simulator; 0s never"`
	Warm           int           `toml:"warm" doc:"environments idle at the start, and new then, with per_class of each class; unlike provisioned ones they cost nothing and end as others do; in the simulator; 0"`
	Cold           *Lag          `toml:"cold" doc:"INIT of a new environment: a duration is the median, with an assumed spread of 20 %; as recorded for the runtime"`
	Restore        *Lag          `toml:"restore" doc:"SnapStart: how long a new environment takes to be restored from a snapshot, in place of cold; not billed by its time: the snapshot is, and each restore (cost_provisioned_usd); of Java, Python and .NET; in the simulator; none"`
	Floor          time.Duration `toml:"floor" doc:"part of a call that does not shrink with memory; 0s"`
	Provisioned    int           `toml:"provisioned" doc:"environments kept warm from the start; 0"`
	PerClass       bool          `toml:"per_class" doc:"an environment serves one class only; false"`
	Ramp           *Lag          `toml:"ramp" doc:"from when environments are asked to be kept warm (provisioned: at the start) until the first is made; then they are made at scale_step per 10 s, and none serves until all are, as AWS does after a minute or two; in the simulator; none: they are there from the start, and later ones each after a cold start"`
	Timeout        time.Duration `toml:"timeout" doc:"a call ends with an error (504) after so long, and is billed for it; the spills busy and slo send no request there that the estimator expects to take longer, nor one of a class of which less than half would fit; live in whole seconds; 900s"`

	// Of a drawn world: relative speed, and price per GB-second; 0: as the catalog says.
	speed, usdPerGBs float64

	one    functionTable    // which of several it is; the zero value: the only one
	others []functionsTable // of the first of several

	where Problem // of timeout in the file
}

// defaultFunctions is a function service of which the file says nothing but
// that it is there.
func defaultFunctions() functionsTable {
	return functionsTable{
		MemoryMB: catalog.FunctionMBPerVCPU, Runtime: "go", Arch: catalog.X86.String(),
		Concurrency: catalog.FunctionConcurrency, ScaleStep: catalog.FunctionScaleStep,
		KeepAlive: catalog.FunctionKeepAlive, Timeout: catalog.FunctionTimeout,
	}
}

// readFunctions reads [functions], if it is there.
func (r *reader) readFunctions(e *Environment, v variant) {
	t, ok := r.sub(r.root, "functions")
	several := len(r.list(r.root, "function")) > 0
	if !ok && !several {
		return
	}
	f := defaultFunctions()
	t = v.apply(t)
	r.decode(t, nil, &f)
	at := func(key string) string { return join(t.path, key) }
	r.wrong(f.Concurrency < 1 || f.Concurrency > maxWorkers, at("concurrency"), "%d, must be in [1, %d]", f.Concurrency, maxWorkers)
	r.wrong(t.has("full") && !r.blamed(at("full")) && !contains(fullRules, f.Full), at("full"), "unknown rule %q: want \"refuse\" or \"wait\"", f.Full)
	r.wrong(f.Provisioned > f.Concurrency && !r.blamed(at("concurrency")), at("provisioned"), "%d, must be in [0, concurrency = %d]", f.Provisioned, f.Concurrency)
	if several {
		e.functions = r.readSeveral(f, t, v)
		return
	}
	r.checkFunction(&f, t, t)
	e.functions = &f
}

// checkFunction checks what may differ from function to function: of own, else of common.
func (r *reader) checkFunction(f *functionsTable, own, common table) {
	at := func(key string) string {
		if own.has(key) {
			return join(own.path, key)
		}
		return join(common.path, key)
	}
	if err := catalog.CheckMemory(f.MemoryMB); err != nil {
		r.problem(at("memory_mb"), "%s", withoutKey(err.Error(), "memory_mb"))
	}
	_, known := f.arch()
	r.wrong(!known, at("arch"), "unknown architecture %q%s", f.Arch, hint(f.Arch, architectures()))
	if _, err := catalog.ColdStartOf(f.Runtime, catalog.X86); err != nil {
		r.problem(at("runtime"), "unknown runtime %q%s", f.Runtime, hint(f.Runtime, catalog.Runtimes()))
	}
	r.wrong(f.ScaleStep < 0 || f.ScaleStep > maxWorkers, at("scale_step"), "%d, must be in [0, %d]", f.ScaleStep, maxWorkers)
	r.wrong(f.KeepAlive < 0, at("keep_alive"), "%v, must not be negative", f.KeepAlive)
	r.wrong(f.Floor < 0, at("floor"), "%v, must not be negative", f.Floor)
	r.wrong(f.Provisioned < 0, at("provisioned"), "%d, must not be negative", f.Provisioned)
	r.wrong(f.Ramp != nil && f.Provisioned == 0, at("ramp"), "does nothing, as no environment is kept warm: give provisioned")
	r.checkSnapshot(f, at)
	r.checkLife(f, own.has("spare_keep_alive") || common.has("spare_keep_alive"), at)
	f.where = Problem{r.file, r.lines.line(at("timeout")), plain(at("timeout")), ""}
	if f.Timeout > 0 && f.Timeout%time.Second != 0 {
		r.note(at("timeout"), "%v acts in the simulator; live needs whole seconds, as Lambda's time-out is", f.Timeout)
	}
	r.wrong(f.Timeout <= 0 || f.Timeout > catalog.FunctionTimeout, at("timeout"), "%v, must be positive and at most %v, the longest that Lambda allows", f.Timeout, catalog.FunctionTimeout)
}

// fullRules are what may become of a call beyond the concurrency.
var fullRules = []string{"refuse", "wait"}

// full is what becomes of a call beyond the concurrency: it waits where the
// gateway keeps a queue or the file says how many slots a VM has, unless it
// says otherwise. A policy may say whether there is a queue; nil: the pools do.
func (e *Environment) full(p *Policy) policy.Full {
	waits := e.functions.Full == "wait"
	for i := range e.pools {
		queue := e.pools[i].GatewayQueue
		if p != nil && p.keys.Queue != nil {
			queue = *p.keys.Queue
		}
		waits = waits || e.functions.Full == "" && (queue || e.pools[i].sets("slots"))
	}
	if waits {
		return policy.Wait
	}
	return policy.Refuse
}

// architectures is their names.
func architectures() []string { return []string{catalog.X86.String(), catalog.ARM.String()} }

// arch is the architecture by its name.
func (f *functionsTable) arch() (catalog.Arch, bool) {
	if f.Arch == catalog.ARM.String() {
		return catalog.ARM, true
	}
	return catalog.X86, f.Arch == catalog.X86.String()
}

// cold is the distribution of INIT.
func (f *functionsTable) cold() workloads.Dist {
	if f.Restore != nil {
		return f.Restore.Dist
	}
	if f.Cold != nil {
		return f.Cold.Dist
	}
	arch, _ := f.arch()
	recorded, err := catalog.ColdStartOf(f.Runtime, arch)
	if err != nil {
		return workloads.Dist{} // readFunctions has refused the runtime
	}
	values := make([]float64, len(recorded.Quantiles))
	for i, q := range recorded.Quantiles {
		values[i] = q.Seconds()
	}
	return workloads.Dist{Law: workloads.Empirical{P: catalog.ColdStartLevels[:], Values: values}}
}

// prices is what functions cost by the GB-second: on demand, provisioned
// while idle, provisioned while used.
func (f *functionsTable) prices() (onDemand, kept, used catalog.Item) {
	if arch, _ := f.arch(); arch == catalog.ARM {
		return catalog.FunctionTimeARM, catalog.ProvisionedARM, catalog.ProvisionedTimeARM
	}
	return catalog.FunctionTimeX86, catalog.ProvisionedX86, catalog.ProvisionedTimeX86
}

// share is the speed of an environment relative to the reference vCPU.
func (f *functionsTable) share() float64 {
	if f.speed > 0 {
		return f.speed
	}
	share, _ := catalog.FunctionShare(f.MemoryMB)
	return share
}

// usd is the price of a GB-second of a call on demand.
func (f *functionsTable) usd() float64 {
	if f.usdPerGBs > 0 {
		return f.usdPerGBs
	}
	onDemand, _, _ := f.prices()
	return onDemand.USD()
}

// control is the function service as the control plane knows it.
func (f *functionsTable) control() *policy.Functions {
	return &policy.Functions{
		Share: f.share(), Floor: f.Floor, Cold: time.Duration(f.cold().Mean() * 1e9), KeepAlive: f.KeepAlive,
		Concurrency: f.Concurrency, Timeout: f.Timeout, MaxBytes: catalog.FunctionMaxBytes, PerClass: f.PerClass, Reserved: f.one.Reserved,
		USDPerSecond: catalog.FunctionSecondUSD(f.MemoryMB, f.usd()), USDPerRequest: catalog.FunctionCall.USD(),
	}
}

// world is the function service as the simulated world knows it.
func (f *functionsTable) world() *sim.Functions {
	_, kept, used := f.prices()
	w := &sim.Functions{
		MaxBytes: catalog.FunctionMaxBytes, Reserved: f.one.Reserved,
		MemoryMB: f.MemoryMB, Share: f.share(), Floor: f.Floor, Cold: f.cold(), KeepAlive: f.KeepAlive, Life: f.life(),
		Concurrency: f.Concurrency, ScaleStep: f.ScaleStep, Provisioned: f.Provisioned, PerClass: f.PerClass,
		Timeout: f.Timeout, USDPerGBs: f.usd(), USDPerCall: catalog.FunctionCall.USD(),
		ProvUSDPerGBs: kept.USD(), ProvUSDPerGBsUsed: used.USD(),
	}
	if f.Ramp != nil {
		w.Ramp = &f.Ramp.Dist
	}
	f.snapshot(w)
	return w
}

// HasFunctions says whether there is a function service.
func (e *Environment) HasFunctions() bool { return e.functions != nil }

// Calls is how many calls functions take at once; 0: there are none.
func (e *Environment) Calls() int {
	if e.functions == nil {
		return 0
	}
	return e.functions.Concurrency
}
