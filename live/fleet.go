package live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"cnv/policy"
)

// A Provider starts and ends instances of a deployment; that of live/aws asks
// EC2. Its calls may take seconds, and what it lists may be seconds old.
type Provider interface {
	// Launch asks for instances of one pool. It returns those it got: with
	// fewer than asked for, the error says why. Asking again with the same
	// token gives the same instances.
	Launch(ctx context.Context, p policy.PoolID, n int, token string) ([]Instance, error)
	// List gives the deployment's instances, the ended ones only as long as
	// the provider remembers them.
	List(ctx context.Context) ([]Instance, error)
	Terminate(ctx context.Context, ids ...string) error
}

// An Instance is what a Provider knows of one.
type Instance struct {
	ID      string
	Pool    policy.PoolID // -1: of no pool that this run has
	Zone    uint8
	Old     bool   // of another version: it serves until one of this version can in its place
	Address string // host:port of its worker
	State   InstanceState
	Notice  time.Time // when it will be taken away; zero: nobody said so
}

// InstanceState is how far an instance is.
type InstanceState uint8

// The states. An instance is billed while it runs.
const (
	Booting InstanceState = iota
	Running
	Ended // or about to
)

// FleetOptions are what a Fleet is made of. Zero durations mean the defaults.
type FleetOptions struct {
	Provider Provider
	Workers  *Workers
	Speeds   []float64 // of the pools' cores, relative to the reference vCPU
	Budget   *Budget   // nil: no limit
	Checks   Checks
	Via      http.RoundTripper // makes the checks; nil: a transport of its own
	Log      *slog.Logger
	Run      string // names this run in the tokens of its launches
	// Leads says whether the instances are this fleet's to launch and to end now;
	// nil: they are. While they are not it only watches.
	Leads func() bool

	Period time.Duration // between two listings: 2 s
	Unseen time.Duration // a new instance may be missing from listings for so long: 60 s
	Boot   time.Duration // an instance that is not ready after so long is given up: 5 min
}

// A Fleet is the Driver of instances that a Provider starts and ends. What it
// believes is corrected by listing them: an instance that ended is a lost
// worker, one that nobody here knows (an earlier run's, or one whose launch was
// answered too late) is adopted, or ended if no pool has a use for it.
type Fleet struct {
	o      FleetOptions
	ctx    context.Context
	cancel context.CancelFunc
	group  sync.WaitGroup
	look   chan struct{} // asks for a listing now

	mu   sync.Mutex
	byID map[string]*hand
	// Invariant: exactly the hands of byID in stages joining, serving and draining.
	byWorker map[policy.WorkerID]*hand
	// By pool, instances that replace others and those asked for to do so.
	// Invariant: at least the hands of byID in stage replacing; as many while no
	// launch is under way.
	replacing []int
	launches  int           // so far
	asking    int           // launches under way
	begun     bool          // instances are watched
	closed    bool          // nothing is launched any more
	clean     chan struct{} // not nil: all instances are to end; holds a token once they have
}

// A hand is an instance and the worker it is.
type hand struct {
	Instance
	worker *Worker
	watch  *watcher
	since  time.Time // when it was launched or adopted
	ctx    context.Context
	leave  context.CancelFunc
	stage  stage
	asking bool // a call of Terminate for it is under way
}

// A stage is how far a hand is. It only grows.
type stage uint8

const (
	replacing stage = iota // no worker yet: it becomes one in place of an old instance
	joining                // a worker that is not ready
	serving                // a ready worker
	draining               // a worker that takes no more requests: drained, or told of its end
	ending                 // no worker any more: it is asked to end until a listing says that it has
	ended                  // gone, and no more part of the budget
)

func (s stage) String() string {
	return [...]string{"replacing", "joining", "serving", "draining", "ending", "ended"}[s]
}

// reach moves to a later stage; a stage already passed changes nothing.
func (h *hand) reach(s stage) { h.stage = max(h.stage, s) }

// NewFleet returns a Fleet. Go starts it.
func NewFleet(o FleetOptions) *Fleet {
	slow := o.Workers.brain.clock
	o.Checks.fill(slow)
	if o.Via == nil {
		o.Via = &http.Transport{DisableKeepAlives: true}
	}
	for _, d := range []struct {
		v *time.Duration
		d time.Duration
	}{{&o.Period, 2 * time.Second}, {&o.Unseen, slow.Real(time.Minute)}, {&o.Boot, slow.Real(5 * time.Minute)}} {
		if *d.v == 0 {
			*d.v = d.d
		}
	}
	f := &Fleet{o: o, look: make(chan struct{}, 1), byID: map[string]*hand{}, byWorker: map[policy.WorkerID]*hand{}, replacing: make([]int, len(o.Speeds))}
	f.ctx, f.cancel = context.WithCancel(context.Background())
	return f
}

// Go adopts what is there, launches what is missing to initial instances per
// pool, and begins to watch. An error means that nothing could be listed.
func (f *Fleet) Go(ctx context.Context, initial []int) error {
	list, err := f.o.Provider.List(ctx)
	if err != nil {
		return err
	}
	f.compare(list, true)
	have := make([]int, len(initial))
	f.mu.Lock()
	for _, h := range f.byWorker {
		have[h.Pool]++
	}
	for p, n := range initial {
		f.launch(policy.PoolID(p), n-have[p])
	}
	f.begun = true
	f.mu.Unlock()
	f.group.Go(f.watch)
	return nil
}

// Execute carries out a command.
func (f *Fleet) Execute(cmd policy.Command) {
	f.mu.Lock()
	defer f.mu.Unlock()
	h := f.byWorker[cmd.Worker]
	switch cmd.Kind {
	case policy.Launch:
		f.launch(cmd.Pool, int(cmd.N))
	case policy.Drain:
		if h != nil {
			h.reach(draining)
		}
		f.o.Workers.Find(cmd.Worker).Drain()
	case policy.Terminate:
		if h != nil {
			f.end(h)
		}
	case policy.Probe:
		if h != nil {
			f.group.Go(func() { h.watch.probe(h.ctx, h.worker) })
		}
	}
}

// launch asks for n instances, as far as the budget goes; f.mu is held.
func (f *Fleet) launch(p policy.PoolID, n int) {
	if n <= 0 || f.closed {
		return
	}
	if !f.leads() {
		f.failed(p, n, errUnsure)
		return
	}
	granted, why := f.o.Budget.Reserve(p, n)
	f.failed(p, n-granted, why)
	if granted == 0 {
		return
	}
	f.launches++
	f.asking++
	token := fmt.Sprintf("%s-%d", f.o.Run, f.launches)
	f.group.Go(func() {
		got, err := f.o.Provider.Launch(f.ctx, p, granted, token)
		f.mu.Lock()
		defer f.mu.Unlock()
		f.asking--
		for _, i := range got {
			f.admit(i, policy.Asked)
		}
		f.o.Budget.Release(p, granted-len(got))
		f.failed(p, granted-len(got), err)
		f.again()
	})
}

var errUnsure = errors.New("another gateway may lead now")

func (f *Fleet) leads() bool { return f.o.Leads == nil || f.o.Leads() }

// failed tells of launches that came to nothing.
func (f *Fleet) failed(p policy.PoolID, n int, why error) {
	if n <= 0 || f.ctx.Err() != nil {
		return
	}
	f.o.Log.Warn("launch failed", "pool", p, "instances", n, "err", why)
	f.o.Workers.LaunchFailed(p, n, why)
}

// admit makes a worker of an instance; asked as Workers.Announce has it; f.mu is held.
func (f *Fleet) admit(i Instance, asked int32) {
	h := f.take(i, joining)
	f.announce(h, asked)
	if f.clean != nil {
		f.end(h)
		return
	}
	f.advance(h, i)
}

// take begins to look after an instance, which is no worker yet; f.mu is held.
func (f *Fleet) take(i Instance, s stage) *hand {
	h := &hand{Instance: i, stage: s, since: time.Now(), worker: &Worker{ID: policy.NoWorker}}
	h.State = Booting
	h.ctx, h.leave = context.WithCancel(f.ctx)
	h.watch = newWatcher(f.o.Checks, f.o.Via, i.Address, func(up bool, why error) { f.changed(h, up, why) })
	f.byID[i.ID] = h
	return h
}

// announce makes a worker of an instance; f.mu is held.
func (f *Fleet) announce(h *hand, asked int32) {
	h.worker = f.o.Workers.Announce(h.Pool, h.Zone, asked, h.Address, f.o.Speeds[h.Pool], h.watch.suspect)
	f.byWorker[h.worker.ID] = h
	f.o.Log.Info("instance", "worker", h.worker.ID, "instance", h.ID, "address", h.Address)
}

// advance takes in what the provider says of an instance; f.mu is held.
func (f *Fleet) advance(h *hand, i Instance) {
	if !i.Notice.IsZero() && h.Notice.IsZero() {
		h.Notice = i.Notice
		if h.stage == replacing {
			f.end(h)
			return
		}
		h.reach(draining)
		h.worker.Notice(f.o.Workers.brain.Now() + f.o.Workers.brain.clock.Run(time.Until(i.Notice)))
	}
	switch {
	case i.State == Ended:
		f.ended(h, errEnded)
	case i.State == Running && h.State == Booting:
		h.State = Running
		if h.stage != replacing {
			h.worker.Running()
		}
		f.group.Go(func() { h.watch.run(h.ctx) })
	case h.stage < serving && time.Since(h.since) > f.o.Boot:
		f.lost(h, fmt.Errorf("not ready after %v", f.o.Boot))
		f.end(h)
	}
}

// changed is told by the watcher when a worker became ready or is lost. A
// lost one cannot be trusted any more and costs money: its instance ends.
func (f *Fleet) changed(h *hand, up bool, why error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if h.ctx.Err() != nil {
		return
	}
	if !up {
		f.lost(h, why)
		f.end(h)
		return
	}
	replaces := h.stage == replacing
	if replaces && !f.join(h) {
		return
	}
	h.reach(serving)
	f.o.Log.Info("worker ready", "worker", h.worker.ID, "instance", h.ID)
	h.worker.Ready()
	if replaces {
		f.drainReplaced(h)
	}
	f.group.Go(func() { h.watch.reports(h.ctx, h.worker) })
}

// lost forgets a worker, or one that was to become one; f.mu is held. Its instance
// counts against the budget until a listing says that it has ended. A nil reason
// is a loss that was wanted.
func (f *Fleet) lost(h *hand, why error) {
	if h.stage >= ending {
		return
	}
	if h.stage == replacing {
		f.abandon(h, why)
		return
	}
	switch {
	case why == nil:
	case h.worker.takenAway():
		f.o.Log.Info("worker taken away, as was told", "worker", h.worker.ID, "instance", h.ID)
	default:
		f.o.Log.Warn("worker lost", "worker", h.worker.ID, "instance", h.ID, "err", why)
	}
	h.reach(ending)
	h.leave()
	delete(f.byWorker, h.worker.ID)
	h.worker.Lose(why)
}

// Size is the number of instances that are not ended, as far as is known.
func (f *Fleet) Size() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.byWorker)
}
