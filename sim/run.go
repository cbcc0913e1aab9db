package sim

import (
	"context"
	"fmt"
	"math"
	"time"

	"cnv/policy"
	"cnv/policy/journal/account"
	"cnv/results"
	"cnv/workloads"
)

// defaultDrainCap cuts off what is still running long after the last arrival.
const defaultDrainCap = time.Hour

// A Recorder is told what happens in a run; results.Run is the usual one.
// Calls come from one goroutine, in the order of time.
type Recorder interface {
	// Add takes the record of a request, once, when it ends. q is valid
	// during the call.
	Add(q *results.Request)
	// Tick takes a point of the timeline.
	Tick(s results.Sample)
	// Finish takes the bill and the counts and returns the row of results.
	Finish(end time.Duration, l results.Ledger, c results.Counts) results.Row
}

// Run simulates one run: the arrivals of src meet the control plane and the
// modelled world of cfg, and everything that happens is told to rec. It
// returns the row of results. It fails if the configuration is unusable, if
// src does (the error names file:line), or if ctx ends.
func Run(ctx context.Context, cfg Config, src workloads.Source, rec Recorder) (results.Row, error) {
	w, err := newWorld(&cfg, src, rec)
	if err != nil {
		return results.Row{}, err
	}
	if err := w.run(ctx); err != nil {
		return results.Row{}, err
	}
	return w.close(), nil
}

// newWorld sets up the world of a run.
// Timers that exist once are made here, in an order that never changes: among timers of the same
// instant and rank the order of setting decides.
func newWorld(cfg *Config, src workloads.Source, rec Recorder) (*world, error) {
	if len(cfg.Pools) != len(cfg.Control.Pools) {
		return nil, fmt.Errorf("sim: %d pools in the world, %d in the control plane", len(cfg.Pools), len(cfg.Control.Pools))
	}
	w := &world{cfg: cfg, rec: rec, src: src, requests: policy.NewTable[request]()}
	if err := w.newGateways(); err != nil {
		return nil, err
	}
	w.idleNetwork, w.limit, w.apart = cfg.idleNetwork(), cfg.Limit(), cfg.ZoneDelay.Mean() > 0
	w.launching = newLaunching(cfg)
	if cfg.ZoneUSDPerGB > 0 && cfg.Zones > 1 || cfg.Beside.TransferUSDPerGB > 0 {
		w.bodies = [][2]int64{}
	}
	if cfg.Clients != nil {
		w.src = workloads.Retrying(src, *cfg.Clients, cfg.Seed, cfg.Duration)
		w.tries = []try{}
	}
	if w.until = cfg.Duration; w.until == 0 || cfg.Clients != nil { // clients may try again later
		w.until = math.MaxInt64
	}
	w.loop, _ = w.src.(workloads.ClosedSource)
	w.wide, w.carries = cfg.wideClasses(), cfg.carries()
	if cfg.memoryLimits() {
		w.memory = []int64{}
	}
	w.money = account.NewBill(cfg.Prices(&cfg.Control))
	w.fns = newFunctions(cfg.Funcs, cfg.Control.Classes)
	w.store = newStore(cfg.Store, &cfg.Control, w)
	w.draws = draws{
		launch:   LaunchRand(cfg.Seed),
		cold:     policy.NewRand(cfg.Seed, "cold", 0),
		network:  policy.NewRand(cfg.Seed, "network", 0),
		fault:    policy.NewRand(cfg.Seed, "fault", 0),
		capacity: policy.NewRand(cfg.Seed, "capacity", 0),
		gateway:  policy.NewRand(cfg.Seed, "gateway", 0),
		noise:    noiseRand(cfg.Seed), host: hostRand(cfg.Seed),
		probe: policy.NewRand(cfg.Seed, "probe", 0),
	}
	w.startFunctions()
	w.probes = probing{on: w.ctrl.HearsProbes(), due: w.timer(probesMove, 0)}
	w.reportTick = w.timer(telemetry, 0)
	w.reportDue = w.timer(reports, 0)
	w.sampleTick = w.timer(sampleTime, 0)
	w.patience = w.timer(clientGone, 0)
	w.storeDue = w.timer(storeAnswers, 0)
	if cfg.TelemetryPeriod > 0 {
		w.set(w.reportTick, firstReport(cfg))
	}
	w.set(w.sampleTick, w.cfg.SampleEvery())
	for i := range cfg.Faults {
		w.set(w.timer(faultHits, int32(i)), cfg.Faults[i].At)
	}
	for i := range cfg.Hazards {
		w.hazards = append(w.hazards, HazardRand(cfg.Seed, i))
	}
	w.initial()
	return w, nil
}

// An upcoming is the next arrival, fetched ahead from an open source.
type upcoming struct {
	a  workloads.Arrival
	ok bool
}

// run is the event loop: timers in order, arrivals merged in.
// Arrivals are not timers, as there is always exactly one next: the heap stays as small as what is
// under way.
func (w *world) run(ctx context.Context) error {
	w.settlePending()
	w.fetch()
	for n := 0; ; n++ {
		// Some 4,000 events take about a millisecond: looked at each time, the context would cost more
		// than the events.
		if n&0xfff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		at, more := w.nextArrival()
		due := w.heap[0].Key // the timeline's timer is always set
		if !more && w.requests.Len() == 0 && due > w.goesOn() {
			break
		}
		if more && at < due {
			w.now, w.lastArrival = at, at
			w.arrive()
			continue
		}
		if !more && w.requests.Len() > 0 && due > w.givenUp() {
			w.cut = w.givenUp()
			break
		}
		w.fireNext()
	}
	return w.src.Err()
}

// givenUp is when requests are cut off that have not ended, unless one more arrives.
// Without it a policy that lets requests wait for ever would have runs without an end.
func (w *world) givenUp() time.Duration {
	if w.cfg.DrainCap > 0 {
		return w.lastArrival + w.cfg.DrainCap
	}
	return w.lastArrival + defaultDrainCap
}

// calm is the instant before which nothing happens but the timer that has just fired.
func (w *world) calm() time.Duration {
	until := w.second()
	switch at, more := w.nextArrival(); {
	case more:
		return min(until, at)
	case w.requests.Len() > 0:
		return min(until, w.givenUp())
	}
	return min(until, w.goesOn())
}

// goesOn is until when the world goes on that no request waits for: until the end of
// the run, and while VMs work for clients that have left, until the last finish.
func (w *world) goesOn() time.Duration {
	if w.forNobody > 0 {
		return max(w.cfg.Duration, w.lastFinish)
	}
	return w.cfg.Duration
}

// fetch reads the next arrival of an open source.
func (w *world) fetch() {
	if w.loop != nil {
		return
	}
	w.next.ok = w.src.Next(&w.next.a)
}

// nextArrival is the instant of the next arrival, if there is to be one.
func (w *world) nextArrival() (time.Duration, bool) {
	if w.loop != nil {
		w.next.a.At, w.next.ok = w.loop.Peek()
	}
	return w.next.a.At, w.next.ok && w.next.a.At < w.until
}

// fireNext handles the earliest timer.
func (w *world) fireNext() {
	id, seq := w.fire()
	t := w.what[id]
	switch t.kind {
	case vmService:
		w.serve(w.vms[t.index])
	case callStep:
		w.advanceCall(t.index)
	case vmLife:
		w.live(w.vms[t.index])
	case launchKnown:
		w.known(t.index)
	case wakeUp:
		w.tell(uint8(t.index), policy.Event{Kind: policy.Wake})
	case telemetry:
		w.measure()
	case reports:
		w.arriveReports()
	case probesMove:
		w.arriveProbes()
	case fleetNews:
		w.arriveNews()
	case clientGone:
		w.leave()
	case sampleTime:
		w.sample()
	case faultHits:
		w.fail(t.index)
	case envPrepared:
		w.release(id)
		w.fns.prepared(t.index)
	case faultOver:
		w.release(id)
		w.over(w.mishaps[t.index])
	case hazardHits:
		w.befall(id, t.index)
	case storeTries:
		w.store.try()
	case storeAnswers:
		w.answerStored()
	case faultDetected:
		w.detect(t.index)
	case spotTaken:
		w.take(w.vms[t.index])
	case creditsSpent:
		w.spend(w.vms[t.index])
	}
	w.settle(id, seq)
	w.settlePending()
}

// settlePending hands all pending events to their Controllers, and carries out
// the commands, until nothing follows any more.
// A command may cause events at the same instant (a refusal, a drained VM); they are told in the
// order in which they were caused, and never within a step.
func (w *world) settlePending() {
	for w.pending.Len() > 0 {
		e := w.pending.Front()
		g := e.to
		w.step(g, &e.Event)
		w.pending.Drop()
		w.carryOut(g)
	}
}

// step lets the Controller of a gateway take one event.
// The journal gets it before the commands are carried out, as live: what they cause is later.
func (w *world) step(g uint8, e *policy.Event) {
	w.out = w.gateways[g].ctrl.Step(w.now, e, w.out[:0])
	if w.cfg.Journal != nil && g == 0 {
		w.cfg.Journal.Add(w.now, e, w.out)
	}
	if w.store != nil {
		w.store.told(g, w.now, e, w.out)
	}
}

// carryOut executes the commands of the last step, which was that of a gateway.
func (w *world) carryOut(g uint8) {
	for i := range w.out {
		w.execute(g, &w.out[i])
	}
}

// execute carries out a command of a gateway.
// Record and Lookup are the store's, which follows the step itself.
func (w *world) execute(g uint8, cmd *policy.Command) {
	switch cmd.Kind {
	case policy.Dispatch, policy.Invoke:
		w.send(w.newCall(cmd))
	case policy.Deliver:
		w.deliver(cmd)
	case policy.Reject:
		w.reject(cmd)
	case policy.Cancel:
		w.cancel(cmd)
	case policy.WakeAt:
		w.setAs(control, w.gateways[g].wake, max(cmd.At, w.now))
	case policy.Probe:
		w.ask(g, cmd.Worker)
	default:
		if g == 0 {
			w.lead(cmd)
		}
	}
}

// lead carries out a command that counts only where the gateway leads.
func (w *world) lead(cmd *policy.Command) {
	switch cmd.Kind {
	case policy.Launch:
		w.launch(cmd.Pool, int(cmd.N))
	case policy.Drain:
		w.drain(w.vms[cmd.Worker])
	case policy.Terminate:
		w.terminate(w.vms[cmd.Worker])
	case policy.SetConcurrency:
		w.keepWarm(int(cmd.N))
	case policy.SetKeepAlive, policy.SetPrewarm:
		w.fns.setStay(cmd)
	case policy.Unload:
		w.fns.unload(w.now, cmd.Class)
	}
}

// arrive lets the next arrival meet the gateway.
// A closed source makes the arrival only now: it depends on what was answered before.
func (w *world) arrive() {
	if w.loop != nil && !w.loop.Next(&w.next.a) {
		return
	}
	a := &w.next.a
	id := policy.RequestID(w.arrivals)
	w.arrivals++
	s := w.requests.Add(id)
	r := w.requests.At(s)
	*r = request{class: a.Class, work: max(a.Work, 0), arrival: a.At}
	if w.fns != nil {
		r.large = w.fns.tooLarge(a)
	}
	if w.tries != nil {
		w.tries = append(w.tries, make([]try, max(int(s)+1-len(w.tries), 0))...)
		w.tries[s] = try{a.User, a.First, a.Try}
	}
	if w.memory != nil {
		w.hold(s, a.Memory, a.Class)
	}
	if w.bodies != nil {
		w.bodies = append(w.bodies, make([][2]int64, max(int(s)+1-len(w.bodies), 0))...)
		w.bodies[s] = [2]int64{a.BytesIn, a.BytesOut}
	}
	if w.executed != nil || a.Executed.Counted() {
		w.executed = append(w.executed, make([]policy.Executed, max(int(s)+1-len(w.executed), 0))...)
		w.executed[s] = a.Executed
	}
	e := &w.event // its other fields stay zero
	e.Kind, e.Idempotent = policy.Arrival, true
	e.Request, e.Class, e.Key, e.Bytes = id, a.Class, a.Key, a.BytesIn
	e.Truth, e.Features = inSeconds(r.work), a.Features
	if w.cfg.Timeout > 0 {
		e.At = a.At + w.cfg.Timeout
		w.expect(deadline{e.At, id})
	}
	if len(w.gateways) > 1 {
		r.gateway = w.gatewayOf(e, s)
	}
	g := r.gateway
	w.tally.arrived(r.work)
	w.fetch()
	w.step(g, e)
	w.carryOut(g)
	w.settlePending()
}
