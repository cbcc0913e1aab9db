package live

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cnv/live/books"
	"cnv/live/clock"
	"cnv/policy"
	"cnv/policy/route"
	"cnv/results"
	"cnv/sim"
	"cnv/workloads"
)

// A look is what a policy saw when it routed a request.
type look struct {
	inFlight int // on the worker it chose
	fleet    int // on all ready workers
	ready    int
	gap      time.Duration // since the last arrival
	told     []told
}

// A told is what a policy knew of the utilisation of a ready worker.
type told struct {
	worker policy.WorkerID
	asOf   time.Duration // -1: nothing
	age    time.Duration
	cpu    float64
}

// A watched is a router that remembers what it saw.
type watched struct {
	policy.Router
	looks []look
	last  time.Duration
}

func (s *watched) Start(e policy.Env) error {
	if r, ok := s.Router.(policy.Starter); ok {
		return r.Start(e)
	}
	return nil
}

func (s *watched) Route(v *policy.View, r *policy.Request) (policy.WorkerID, bool) {
	w, ok := s.Router.Route(v, r)
	l := look{ready: len(v.Ready()), gap: v.Now - s.last}
	for _, id := range v.Ready() {
		k := v.Worker(id)
		l.fleet += int(k.InFlight)
		l.told = append(l.told, told{id, k.AsOf, v.Now - k.AsOf, k.CPU})
	}
	if ok {
		l.inFlight = int(v.Worker(w).InFlight)
	}
	s.last = v.Now
	s.looks = append(s.looks, l)
	return w, ok
}

// steps is a Scaler that follows a plan.
type steps []int

func (s steps) Period() time.Duration { return 20 * time.Second }
func (s steps) Size(v *policy.ScaleView) policy.Plan {
	i := int(v.Now/s.Period()) - 1
	return policy.Plan{Desired: []int{s[min(i, len(s)-1)]}}
}

// A decisions is what became of a request: its attempts, in order, and its end;
// under ofFleet what became of the workers.
type decisions map[policy.RequestID]string

const ofFleet policy.RequestID = math.MaxInt64

// Add notes the commands of a step.
func (d decisions) Add(now time.Duration, _ *policy.Event, cmds []policy.Command) {
	for _, c := range cmds {
		switch c.Kind {
		case policy.Dispatch:
			d[c.Request] += fmt.Sprintf(" %d:w%d", c.Attempt, c.Worker)
		case policy.Deliver:
			d[c.Request] += fmt.Sprintf(" deliver %d", c.Attempt)
		case policy.Cancel:
			d[c.Request] += fmt.Sprintf(" cancel %d", c.Attempt)
		case policy.Reject:
			d[c.Request] += fmt.Sprintf(" reject %d", c.N)
		case policy.Launch:
			d[ofFleet] += fmt.Sprintf(" %v launch %d", now, c.N)
		case policy.Drain:
			d[ofFleet] += fmt.Sprintf(" %v drain w%d", now, c.Worker)
		}
	}
}

// A scenario is what both worlds play.
type scenario struct {
	name    string
	ps      bool
	timeout time.Duration
	hedge   policy.Hedge
	scaler  policy.Scaler
	faults  []sim.Fault // instants and workers
	retry   policy.Retry
	own     func(*policy.Config) // puts fresh policies into the configuration; nil: none
	some    string               // what several decisions have; "": whatever they are

	telemetry time.Duration              // 0: 5 s
	initial   int                        // workers; 0: parityWorkers
	arrivals  func() []workloads.Arrival // nil: parityArrivals
	slow      clock.Slow                 // of what is live
	books     *books.Books               // of what is live; nil: none are kept
}

func (s *scenario) period() time.Duration { return cmp.Or(s.telemetry, 5*time.Second) }
func (s *scenario) start() int            { return cmp.Or(s.initial, parityWorkers) }
func (s *scenario) come() []workloads.Arrival {
	if s.arrivals != nil {
		return s.arrivals()
	}
	return parityArrivals()
}

const parityWorkers = 4

var backoff = policy.Retry{Max: 3, Budget: 0.2, Backoff: 200 * time.Millisecond}

var scenarios = slices.Concat(roleScenarios, []scenario{
	{name: "plain"},
	{name: "sharing", ps: true},
	{name: "client cancellations", ps: true, timeout: 2500 * time.Millisecond},
	// Copies share processors: in line, both could start, and end, at one instant.
	{name: "hedges", ps: true, hedge: late(2*time.Second + 137*time.Microsecond)},
	// What fails at one instant is tried again at instants drawn for each.
	{name: "crashes and retries", retry: backoff, faults: []sim.Fault{
		{At: 30*time.Second + 300*time.Millisecond, Worker: 1}, {At: 61*time.Second + 700*time.Millisecond, Worker: 3},
	}},
	{name: "hang", retry: backoff, faults: []sim.Fault{ // and it does not report at 35 s
		{At: 34*time.Second + 300*time.Millisecond, Worker: 1, Kind: sim.Hang},
	}},
	{name: "drain and scale out", scaler: steps{4, 2, 3, 1, 2}},
	// Without clients that leave: two copies that end at one instant end in any order.
	{name: "all at once", ps: true, hedge: late(3 * time.Second), scaler: steps{4, 3, 4},
		retry:  backoff,
		faults: []sim.Fault{{At: 70*time.Second + 300*time.Millisecond, Worker: 0}}},
	// Everything that is timed takes as many times longer, and nothing is decided otherwise.
	{name: "cancellations in slow motion", ps: true, timeout: 2500 * time.Millisecond, slow: 4},
	{name: "all at once in slow motion", retry: backoff, scaler: steps{4, 3, 4}, slow: 2, faults: []sim.Fault{
		{At: 30*time.Second + 300*time.Millisecond, Worker: 1}, {At: 64*time.Second + 300*time.Millisecond, Worker: 3, Kind: sim.Hang},
	}},
})

// arrivals are the same for both worlds: 70 % of what the workers can do for
// two minutes, exponential.
func parityArrivals() []workloads.Arrival {
	rng := rand.New(rand.NewPCG(7, 7))
	var out []workloads.Arrival
	for at := 0.5; ; {
		at += rng.ExpFloat64() / (0.7 * parityWorkers)
		if at > 120 {
			return out
		}
		out = append(out, workloads.Arrival{
			At:   time.Duration(at * 1e9),
			Work: time.Duration(math.Ceil(rng.ExpFloat64()*1e6)) * time.Microsecond,
		})
	}
}

// config is the control plane of a scenario with fresh policies.
func (s *scenario) config(r policy.Router) policy.Config {
	cfg := testConfig(parityWorkers)
	cfg.Pools[0].Initial = s.start()
	cfg.PS, cfg.Router, cfg.Hedge, cfg.Scaler, cfg.Retry = s.ps, r, s.hedge, s.scaler, s.retry
	if s.own != nil {
		s.own(&cfg)
	}
	return cfg
}

// parityChecks are how the live gateway watches its workers, and detected and
// looked what that means for the simulator.
var parityChecks = Checks{Period: time.Second, Timeout: 500 * time.Millisecond, Fall: 3}

// looked is from the check that a failed request brings about to the third.
const looked = 200 * time.Millisecond

// detected is how long the regular checks take.
func (s *scenario) detected(f sim.Fault) time.Duration {
	phase := s.slow.Run(time.Duration(f.Worker-parityWorkers) * time.Millisecond) // newFarmWith starts one after the other, then the run begins
	first := (f.At - phase).Truncate(time.Second) + time.Second + phase
	if f.Kind == sim.Hang {
		return first + 3*parityChecks.Timeout - f.At
	}
	return first + looked - f.At
}

// modelled plays a scenario in the simulator.
func (s *scenario) modelled(t *testing.T, r policy.Router) (decisions, results.Row) {
	d := decisions{}
	cfg := s.world(r)
	cfg.Journal = d
	for _, f := range s.faults {
		f.Detected, f.Failed = s.detected(f), looked
		cfg.Faults = append(cfg.Faults, f)
	}
	row, err := sim.Run(context.Background(), cfg, &replayed{arrivals: s.come()}, results.NewRun(results.RunInfo{}))
	if err != nil {
		t.Fatal(err)
	}
	return d, row
}

// world is the modelled world of a scenario.
func (s *scenario) world(r policy.Router) sim.Config {
	return sim.Config{
		Seed: 1, Control: s.config(r), Pools: []sim.Pool{{Initial: s.start()}},
		TelemetryPeriod: s.period(), PS: s.ps, Timeout: s.timeout,
	}
}

// both tells two journals.
type both [2]Journal

func (b both) Add(now time.Duration, e *policy.Event, cmds []policy.Command) {
	b[0].Add(now, e, cmds)
	b[1].Add(now, e, cmds)
}

// A replayed is a Source of given arrivals.
type replayed struct{ arrivals []workloads.Arrival }

func (l *replayed) Err() error { return nil }
func (l *replayed) Next(a *workloads.Arrival) bool {
	if len(l.arrivals) == 0 {
		return false
	}
	*a, l.arrivals = l.arrivals[0], l.arrivals[1:]
	return true
}

// played plays a scenario through the real HTTP stack in virtual time.
func (s *scenario) played(t *testing.T, r policy.Router) decisions {
	d := decisions{}
	var j Journal = d
	if s.books != nil {
		j = both{d, s.books}
	}
	synctest.Test(t, func(t *testing.T) {
		var machines []http.Handler
		for range parityWorkers + 2 { // two more to launch in place of those that crash
			machines = append(machines, &machine{ps: s.ps, slow: s.slow})
		}
		f := newFarmWith(t, s.config(r), j, s.start(), func(o *Options, c *Checks) {
			*c = parityChecks
			c.Telemetry = s.period()
			o.Brain.Slow(s.slow)
			o.Brain.Hold()
		}, machines...)
		defer f.close()
		f.brain.Begin()
		for _, fault := range s.faults {
			time.AfterFunc(s.slow.Real(fault.At-f.brain.Now()), func() {
				w := f.workers.Find(fault.Worker)
				if w.alive.Err() != nil {
					return // its address may be another worker's by now
				}
				i := slices.Index(f.static.pools[0].Addresses, w.Address)
				switch m := machines[i].(*machine); fault.Kind {
				case sim.Hang:
					m.hang()
				case sim.Sick:
					m.be(true)
					time.AfterFunc(s.slow.Real(fault.Lasts), func() { m.be(false) })
				default:
					f.kill(i)
				}
			})
		}
		var group sync.WaitGroup
		for _, a := range s.come() {
			time.Sleep(s.slow.Real(a.At - f.brain.Now()))
			group.Go(func() {
				ctx, cancel := t.Context(), context.CancelFunc(func() {})
				if s.timeout > 0 {
					ctx, cancel = context.WithTimeout(ctx, s.slow.Real(s.timeout))
				}
				defer cancel()
				q, _ := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://gw:80/spin?us=%d", a.Work.Microseconds()), nil)
				if answer, err := f.client.Do(q); err == nil {
					answer.Body.Close()
				}
			})
		}
		group.Wait()
		time.Sleep(s.slow.Real(time.Second))
	})
	return d
}

// TestSameDecisionsAsTheSimulator is the promise of the project: the real
// HTTP stack and the simulator, given the same arrivals, lead the same
// Controller to the same decisions, attempt by attempt.
func TestSameDecisionsAsTheSimulator(t *testing.T) {
	routers := []struct {
		name string
		make func() policy.Router
	}{
		{"roundrobin", func() policy.Router { return &route.RoundRobin{} }},
		{"jsq", func() policy.Router { return &route.JSQ{Tie: route.TieRandom} }},
		{"p2c", func() policy.Router { return &route.PowerOfChoices{Choices: 2} }},
		{"leastwork", func() policy.Router { return &route.LeastWork{} }},
	}
	for i := range scenarios {
		with := routers
		if testing.Short() { // each with one: the goroutines that meet are the same
			with = routers[i%len(routers):][:1]
		}
		for _, r := range with {
			t.Run(scenarios[i].name+"/"+r.name, func(t *testing.T) {
				t.Parallel()
				a, b := &watched{Router: r.make()}, &watched{Router: r.make()}
				want, _ := scenarios[i].modelled(t, a)
				got := scenarios[i].played(t, b)
				compareDecisions(t, want, got)
				if n := got.with(scenarios[i].some); n < 5 {
					t.Errorf("%d decisions have %q", n, scenarios[i].some)
				}
				compareViews(t, a.looks, b.looks)
				compareTold(t, a.looks, b.looks, scenarios[i].period())
			})
		}
	}
}

func compareDecisions(t *testing.T, want, got decisions) {
	if want[ofFleet] != got[ofFleet] {
		t.Errorf("the fleet: simulated%s, live%s", want[ofFleet], got[ofFleet])
	}
	different := 0
	for id := range policy.RequestID(max(len(want), len(got))) {
		if want[id] != got[id] {
			if different++; different <= 5 {
				t.Errorf("request %d: simulated%s, live%s", id, want[id], got[id])
			}
		}
	}
	if different > 0 || len(want) < 200 {
		t.Errorf("%d of %d requests were decided differently", different, len(want))
	}
}

// compareViews reports how far apart what the policies saw was: the
// Kolmogorov-Smirnov distance of each quantity.
func compareViews(t *testing.T, a, b []look) {
	for _, q := range []struct {
		name string
		of   func(look) float64
	}{
		{"in flight on the chosen worker", func(l look) float64 { return float64(l.inFlight) }},
		{"in flight on the fleet", func(l look) float64 { return float64(l.fleet) }},
		{"ready workers", func(l look) float64 { return float64(l.ready) }},
		{"gap between decisions", func(l look) float64 { return l.gap.Seconds() }},
	} {
		d := ks(values(a, q.of), values(b, q.of))
		if d > 0.1 {
			t.Errorf("%s: KS distance %.3f, want at most 0.1", q.name, d)
		}
		t.Logf("%s: KS distance %.4f", q.name, d)
	}
}

func values(looks []look, of func(look) float64) []float64 {
	var out []float64
	for _, l := range looks {
		out = append(out, of(l))
	}
	slices.Sort(out)
	return out
}

// ks is the greatest distance between two empirical distributions.
func ks(a, b []float64) float64 {
	d, i, j := 0.0, 0, 0
	for i < len(a) && j < len(b) {
		x := min(a[i], b[j])
		for i < len(a) && a[i] == x {
			i++
		}
		for j < len(b) && b[j] == x {
			j++
		}
		d = max(d, math.Abs(float64(i)/float64(len(a))-float64(j)/float64(len(b))))
	}
	return d
}
