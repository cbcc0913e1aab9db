package plan

import (
	"fmt"
	"math"
	"slices"
	"time"

	"cnv/policy/catalog"
	"cnv/sim"
	"cnv/workloads"
)

// A serviceTable is [cluster.service] or [pool.service]: how workers serve, where they are
// not all alike.
type serviceTable struct {
	ThreadSpeed float64        `toml:"thread_speed" doc:"speed of each of two threads of a core that are both busy, beside one alone; Intel types, and AMD's before the seventh generation, have two threads for each core, Graviton has one. Two together do up to 30 % more than one, which is 0.65 each (Marr et al. 2002, Intel Technology Journal 6(1)); 1: each vCPU is a core of its own; in [0.5, 1]; 1"`
	BusySpeed   []float64      `toml:"busy_speed" doc:"speed of each busy core beside that of one that is busy alone, by how many are: [1, 0.95, 0.9]; the last holds for more; in place of thread_speed; none"`
	Noise       workloads.Dist `toml:"noise" doc:"factor on the CPU time of each attempt, such as { dist = \"lognormal\", mean = 1, cv2 = 0.01 }: its mean is 1; drawn by request and attempt, the same for all policies; 1"`
	SlowShare   float64        `toml:"slow_share" doc:"share of the machines that are slower, drawn by the number of the launch; 0"`
	SlowFactor  float64        `toml:"slow_factor" doc:"CPU time of a request on one of these, beside that on others; 2"`
	Requests    int            `toml:"warmup_requests" doc:"so many requests of a worker that has started are slower; 0"`
	For         time.Duration  `toml:"warmup" doc:"and those that it begins for so long after its application first answered; workers that are there at the start are warm; 0s"`
	Factor      float64        `toml:"warmup_factor" doc:"CPU time of a request during warm-up, beside that after it; 2"`
	StartCores  float64        `toml:"start_cores" doc:"cores that are busy from running until the application answers: they spend CPU credits, and count as at work; 0"`
	MemoryMB    float64        `toml:"memory_mb" doc:"memory that the requests in service at a worker may have together, MiB: if they have more, its application is killed, and they fail with what waits there; 0"`
	Restart     time.Duration  `toml:"restart" doc:"until an application that was killed answers again; connections are refused meanwhile, and the gateway is told nothing; 1s"`

	at func(key string) string // the path of a key in the file; nil: none is given
}

// defaultService is workers that are all alike.
func defaultService() *serviceTable {
	return &serviceTable{ThreadSpeed: 1, Noise: workloads.Constant(1), SlowFactor: 2, Factor: 2, Restart: time.Second}
}

// readService reads how workers serve, if the table says anything of it.
func (r *reader) readService(t table, v variant, otherwise *serviceTable) *serviceTable {
	sub, ok := r.sub(t, "service")
	if !ok {
		return otherwise
	}
	s := *otherwise
	s.at = func(key string) string {
		if !sub.has(key) && otherwise.at != nil {
			return otherwise.at(key)
		}
		return join(sub.path, key)
	}
	r.decode(v.apply(sub), nil, &s)
	has := func(key string) bool { return sub.has(key) }
	if has("busy_speed") && !has("thread_speed") {
		s.ThreadSpeed = 1
	}
	r.wrong(has("busy_speed") && len(s.BusySpeed) == 0, s.at("busy_speed"), "an empty list: give at least one value")
	r.wrong(has("busy_speed") && has("thread_speed"), s.at("thread_speed"), "there is busy_speed too: give one of them")
	r.wrong(has("slow_factor") && s.SlowShare == 0, s.at("slow_factor"), "does nothing: give slow_share")
	r.wrong(has("warmup_factor") && s.Requests == 0 && s.For == 0, s.at("warmup_factor"), "does nothing: give warmup_requests or warmup")
	r.wrong(has("restart") && s.MemoryMB == 0, s.at("restart"), "does nothing, as no application is killed: give memory_mb")
	return &s
}

// Bounds of what a file may say of workers that are not alike.
const (
	leastFactor, mostFactor = 0.01, 1000
	mostMemoryMB            = 1e9
	// oddMean is how far from 1 the mean of noise may be: more is another speed.
	oddMean = 0.01
)

// checkService notes what is wrong with how the workers of a pool serve.
func (r *reader) checkService(p *poolTable, e *Environment) {
	r.checkCredits(p)
	for _, key := range []string{"request_cores", "request_mb"} {
		n, most := e.cluster.Cores, float64(math.MaxInt16)
		if key == "request_mb" {
			n, most = e.cluster.RequestMB, mostMemoryMB
		}
		r.wrong(n.most() > most, join("cluster", key), "%v, must be at most %v", n.most(), most)
		r.wrong(key == "request_cores" && n.given && !n.whole(), join("cluster", key), "%s, must be whole numbers from 1 on", n)
	}
	s := p.served
	if s.at == nil {
		return
	}
	factor := func(key string, x float64) {
		r.wrong(!(x >= leastFactor && x <= mostFactor), s.at(key), "%v, must be in [%v, %v]", x, leastFactor, mostFactor)
	}
	r.wrong(!(s.ThreadSpeed >= 0.5 && s.ThreadSpeed <= 1), s.at("thread_speed"), "%v, must be in [0.5, 1]: two threads of a core are no slower than one", s.ThreadSpeed)
	for _, x := range s.BusySpeed {
		factor("busy_speed", x)
	}
	r.wrong(len(s.BusySpeed) > 0 && s.BusySpeed[0] != 1, s.at("busy_speed"), "begins with %v, must begin with 1: speeds are beside that of a core that is busy alone", slices.Concat(s.BusySpeed, []float64{1})[0])
	r.wrong(math.Abs(s.Noise.Mean()-1) > oddMean, s.at("noise"), "has the mean %v, must have 1: what is slower on average is a matter of speed", s.Noise.Mean())
	r.wrong(!(s.SlowShare >= 0 && s.SlowShare <= 1), s.at("slow_share"), "%v, must be in [0, 1]", s.SlowShare)
	factor("slow_factor", s.SlowFactor)
	factor("warmup_factor", s.Factor)
	r.wrong(s.Requests < 0, s.at("warmup_requests"), "%d, must not be negative", s.Requests)
	r.wrong(s.For < 0, s.at("warmup"), "%v, must not be negative", s.For)
	r.wrong(!(s.StartCores >= 0 && s.StartCores <= math.MaxInt16), s.at("start_cores"), "%v, must be in [0, %d]", s.StartCores, math.MaxInt16)
	r.wrong(!(s.MemoryMB >= 0 && s.MemoryMB <= mostMemoryMB), s.at("memory_mb"), "%v, must be in [0, %v]", s.MemoryMB, mostMemoryMB)
	r.wrong(s.Restart < 0, s.at("restart"), "%v, must not be negative", s.Restart)
	if s.ThreadSpeed < 1 && p.Instance.Threads == 1 {
		r.note(s.at("thread_speed"), "does nothing for %s, each vCPU of which is a core of its own", p.Instance)
	}
}

// creditModes are how a burstable type may use credits.
var creditModes = []string{"standard", "unlimited"}

// checkCredits notes what is wrong with the CPU credits of a pool.
func (r *reader) checkCredits(p *poolTable) {
	none := p.Instance.Credits == catalog.Credits{}
	for _, key := range []string{"credits", "initial_credits"} {
		r.wrong(none && p.sets("instance") && r.read(p, "instance") && p.sets(key), p.at(key), "does nothing, as %s has no CPU credits", p.Instance)
	}
	r.wrong(p.sets("credits") && !contains(creditModes, p.Credits), p.at("credits"), "unknown mode %q%s", p.Credits, hint(p.Credits, creditModes))
	r.wrong(!(p.FirstCredits >= 0) || !none && p.FirstCredits > p.Instance.Credits.Max, p.at("initial_credits"), "%v, must be in [0, %v], as %s keeps no more", p.FirstCredits, p.Instance.Credits.Max, p.Instance)
}

// unlimited says whether instances of the pool borrow credits.
func (p *poolTable) unlimited() bool {
	if p.Credits == "" {
		return p.Instance.Credits.Unlimited
	}
	return p.Credits == "unlimited"
}

// surplus is what a vCPU-hour of borrowed credits costs, US dollars.
func (p *poolTable) surplus() float64 {
	if (p.Instance.Credits == catalog.Credits{}) {
		return 0
	}
	return p.Instance.Credits.Surplus.USD()
}

// threads says whether two threads of a core are slower than two cores.
func (p *poolTable) threads() bool { return p.Instance.Threads > 1 && p.served.ThreadSpeed < 1 }

// uneven is how workers of the pool serve, as the simulated world knows it.
func (p *poolTable) uneven() sim.Uneven {
	s := p.served
	u := sim.Uneven{
		Busy: s.BusySpeed, SlowShare: s.SlowShare, SlowBy: s.SlowFactor, WarmRequests: s.Requests, WarmFor: s.For, WarmBy: s.Factor,
		StartCores: s.StartCores, MemoryKiB: int64(math.Round(1024 * s.MemoryMB)), Restart: s.Restart,
	}
	if p.threads() {
		u.Busy = sim.Threads(p.Instance.Cores, s.ThreadSpeed)
	}
	if s.Noise.Law != nil {
		u.Noise = s.Noise
	}
	if c := p.Instance.Credits; c != (catalog.Credits{}) {
		u.Credits = &sim.Credits{PerHour: c.PerHour, Max: c.Max, First: p.FirstCredits, Unlimited: p.unlimited()}
		if !p.unlimited() {
			u.Credits.Launch = c.Launch
		}
	}
	return u
}

// whole says whether all numbers are whole, from 1 on.
func (n PerClass) whole() bool {
	ok := func(v float64) bool { return v >= 1 && v == math.Floor(v) }
	for _, v := range n.ByClass {
		if !ok(v) {
			return false
		}
	}
	return ok(n.Default) || n.ByClass != nil && n.Default == 0
}

// requests sets what a run's requests use beside time.
func (e *Environment) requests(cfg *sim.Config, classes []workloads.Class) {
	limit := slices.ContainsFunc(e.pools, func(p poolTable) bool { return p.served.MemoryMB > 0 })
	for i := range classes {
		if n := e.cluster.Cores.of(classes[i].Name); n > 1 {
			cfg.Control.Classes[i].Cores = int(n)
		}
		if !limit {
			continue
		}
		kib := classes[i].Memory
		if kib <= 0 {
			kib = int64(math.Round(1024 * e.cluster.RequestMB.of(classes[i].Name)))
		}
		cfg.MemoryKiB = append(cfg.MemoryKiB, kib)
	}
}

// describeService adds to the settings of a pool how it serves, where the file says it: of what it does not say,
// manifests and digests have nothing.
func (p *poolTable) describeService(pool map[string]any) {
	for key, zero := range map[string]bool{"credits": p.Credits == "", "initial_credits": p.FirstCredits == 0} {
		if zero {
			delete(pool, key)
		}
	}
	if p.Instance.Credits != (catalog.Credits{}) {
		pool["credits"] = creditModes[0]
		if p.unlimited() {
			pool["credits"] = creditModes[1]
		}
	}
	if p.served.at != nil {
		pool["service"] = settings(p.served)
	}
}

// servicePremises are what is taken for granted of how the workers of a pool serve.
func (p *poolTable) servicePremises() (out []premise) {
	say := func(format string, args ...any) {
		out = append(out, premise{before: p.Instance.Name + ": " + fmt.Sprintf(format, args...), column: "vm_hours"})
	}
	if i := &p.Instance; i.Name != "" && i.Threads > 1 {
		cores := (i.Cores + i.Threads - 1) / i.Threads
		if p.threads() {
			say("%d vCPUs are threads of %d cores, and two busy threads of one core run at %v of the speed of one alone", i.Cores, cores, p.served.ThreadSpeed)
		} else if len(p.served.BusySpeed) == 0 {
			say("%d vCPUs are threads of %d cores; each is taken as a core of its own", i.Cores, cores)
		}
	}
	if c := p.Instance.Credits; c != (catalog.Credits{}) {
		without := fmt.Sprintf("without credits its vCPUs work at %v %% each from that instant on (EC2 takes some minutes)", 100*c.Baseline)
		if p.unlimited() {
			without = fmt.Sprintf("what it owes beyond %v credits, or at its end, costs $%g per vCPU-hour", c.Max, p.surplus())
		}
		say("%v CPU credits an hour, and %v at the start of those that are there at the start; %s", c.PerHour, p.FirstCredits, without)
	}
	return out
}
