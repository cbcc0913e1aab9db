package live

import (
	"math"
	"sync"
	"sync/atomic"
	"time"

	"cnv/live/clock"
	"cnv/policy"
)

// A Driver carries out the commands that are not about one request: it
// launches, drains, terminates and probes workers. It is called by the
// brain's goroutine and must not wait.
type Driver interface {
	Execute(cmd policy.Command)
}

// A Journal is told every step; journals.Writer is the usual one.
type Journal interface {
	Add(now time.Duration, e *policy.Event, cmds []policy.Command)
}

// A Brain owns a Controller: one goroutine takes events from a mailbox in the
// order in which they were posted, reads the clock just before each Step, and
// passes the commands on. Arrivals that find too many others waiting are
// refused; all other events are facts that already happened and are never
// dropped.
type Brain struct {
	ctrl    *policy.Controller
	driver  Driver
	journal Journal // nil: none
	made    time.Time
	from    atomic.Int64  // nanoseconds after made at which the run begins; negative: not yet
	begun   chan struct{} // closed when it has
	clock   clock.Slow
	limit   int

	mu      sync.Mutex
	mailbox []posted
	waiting int // arrivals in the mailbox
	shed    int32
	stopped bool
	awake   chan struct{} // holds one token when there is something to do
	done    chan struct{}

	// Of the brain's goroutine.
	timer *time.Timer
	wakes time.Duration // when the Controller wants to be woken; never: it does not
	next  policy.RequestID
	steps uint64 // so far
	table policy.Table[flight]
	out   []policy.Command
}

// A party is one side of a request: it takes the commands about it, with the
// number of the step that gave them, and must not wait.
type party interface {
	command(cmd *policy.Command, step uint64)
}

// A flight is a request that commands may still come for.
type flight struct {
	party party
	live  int  // attempts that have not ended
	over  bool // delivered, rejected or gone
}

// A posted is an event in the mailbox. Events about a request name its
// party's ticket, because IDs are given when arrivals are taken out.
type posted struct {
	event  policy.Event
	ticket *ticket
	do     func(*policy.Controller) // instead of an event
}

// A ticket connects a request's goroutines with its ID.
type ticket struct {
	party party
	id    policy.RequestID // of the brain's goroutine
}

// NewBrain returns a Brain whose clock runs from now on and whose goroutine
// does not run yet; limit is how many arrivals may wait for a decision.
func NewBrain(c *policy.Controller, j Journal, limit int) *Brain {
	b := &Brain{
		ctrl: c, journal: j, limit: limit, made: time.Now(), begun: make(chan struct{}), wakes: never,
		awake: make(chan struct{}, 1), done: make(chan struct{}), table: policy.NewTable[flight](),
	}
	close(b.begun)
	return b
}

// Now is the time since the start of the run.
func (b *Brain) Now() time.Duration {
	from := b.from.Load()
	if from < 0 {
		return 0
	}
	return b.clock.Run(time.Since(b.made) - time.Duration(from))
}

// Slow makes the run's clock slower than real time, before Go: all instants of
// events, commands and the journal are of that clock.
func (b *Brain) Slow(s clock.Slow) { b.clock = s }

// Clock is how much slower the run's clock is than real time.
func (b *Brain) Clock() clock.Slow { return b.clock }

// after is a channel that gets something when so much of the run has passed.
func (b *Brain) after(d time.Duration) <-chan time.Time { return time.After(b.clock.Real(d)) }

// Start is the instant the run's time is counted from.
func (b *Brain) Start() time.Time { return b.made.Add(time.Duration(max(b.from.Load(), 0))) }

// Hold stops the clock at 0 until Begin, before Go: what a run begins with is
// there at its time 0, as in the simulator, however long it takes to boot.
// Timers that are set meanwhile fire early, when nothing is due yet.
func (b *Brain) Hold() {
	b.from.Store(-1)
	b.begun = make(chan struct{})
}

// Begin is time 0, of a brain that was held.
func (b *Brain) Begin() {
	if b.from.Swap(int64(time.Since(b.made))) < 0 {
		close(b.begun)
	}
}

// Go starts the brain's goroutine, which ends with Stop.
func (b *Brain) Go(d Driver) {
	b.driver = d
	b.timer = time.NewTimer(time.Hour)
	go b.run()
}

// Stop ends the goroutine after what is in the mailbox, and waits for that.
func (b *Brain) Stop() {
	b.mu.Lock()
	b.stopped = true
	b.mu.Unlock()
	b.wake()
	<-b.done
}

// Post hands over a fact that is not about a request.
func (b *Brain) Post(e policy.Event) { b.post(posted{event: e}) }

// Do runs f on the brain's goroutine, after what was posted before, and waits
// for it; it does nothing once the brain has stopped.
func (b *Brain) Do(f func(c *policy.Controller)) {
	ran := make(chan struct{})
	b.post(posted{do: func(c *policy.Controller) { f(c); close(ran) }})
	select {
	case <-ran:
	case <-b.done:
	}
}

// arrive hands over an arrival; false says that too many wait already.
func (b *Brain) arrive(e *policy.Event, t *ticket) bool {
	b.mu.Lock()
	if b.waiting >= b.limit || b.stopped {
		b.mu.Unlock()
		b.refuse()
		return false
	}
	b.waiting++
	b.mailbox = append(b.mailbox, posted{event: *e, ticket: t})
	b.mu.Unlock()
	b.wake()
	return true
}

// refuse counts an arrival that was refused without asking.
func (b *Brain) refuse() {
	b.mu.Lock()
	b.shed++
	b.mu.Unlock()
	b.wake()
}

// tell hands over a fact about a request.
func (b *Brain) tell(t *ticket, e policy.Event) { b.post(posted{event: e, ticket: t}) }

func (b *Brain) post(p posted) {
	b.mu.Lock()
	b.mailbox = append(b.mailbox, p)
	b.mu.Unlock()
	b.wake()
}

func (b *Brain) wake() {
	select {
	case b.awake <- struct{}{}:
	default:
	}
}

// run takes events until Stop.
func (b *Brain) run() {
	defer close(b.done)
	defer b.timer.Stop()
	var batch []posted
	for {
		select {
		case <-b.awake:
		case <-b.timer.C:
			b.rouse()
		}
		for stopped := false; ; {
			batch, stopped = b.take(batch)
			if len(batch) == 0 && stopped {
				return
			}
			if len(batch) == 0 {
				break
			}
			for i := range batch {
				b.handle(&batch[i])
			}
		}
	}
}

// take swaps the mailbox for an empty one.
func (b *Brain) take(empty []posted) (full []posted, stopped bool) {
	clear(empty)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.shed > 0 {
		b.mailbox = append(b.mailbox, posted{event: policy.Event{Kind: policy.Shed, N: b.shed}})
		b.shed = 0
	}
	full, b.mailbox = b.mailbox, empty[:0]
	b.waiting = 0
	return full, b.stopped
}

// never is the instant of what does not happen.
const never = time.Duration(math.MaxInt64)

// rouse wakes the Controller.
func (b *Brain) rouse() {
	b.wakes = never
	b.step(&policy.Event{Kind: policy.Wake})
}

// handle takes one thing out of the mailbox. What is due by now comes first,
// however late the timer is: a report of an instant, which crosses a network,
// must not overtake the decision of that instant.
func (b *Brain) handle(p *posted) {
	if b.wakes <= b.Now() {
		b.rouse()
	}
	if p.do != nil {
		p.do(b.ctrl)
		return
	}
	if t := p.ticket; t != nil {
		if p.event.Kind == policy.Arrival {
			t.id = b.next
			b.next++
			*b.table.At(b.table.Add(t.id)) = flight{party: t.party}
		}
		p.event.Request = t.id
	}
	b.step(&p.event)
	if p.ticket == nil {
		return
	}
	if s := b.table.Find(p.ticket.id); s >= 0 {
		f := b.table.At(s)
		switch p.event.Kind {
		case policy.Done:
			f.live--
		case policy.Gone:
			f.over = true
		}
		b.settle(s)
	}
}

// settle forgets a request for which no command can come any more.
func (b *Brain) settle(s int32) {
	if f := b.table.At(s); f.over && f.live == 0 {
		f.party = nil
		b.table.Remove(s)
	}
}

// step lets the Controller take one event and passes its commands on.
func (b *Brain) step(e *policy.Event) {
	now := b.Now()
	b.steps++
	b.out = b.ctrl.Step(now, e, b.out[:0])
	if b.journal != nil {
		b.journal.Add(now, e, b.out)
	}
	for i := range b.out {
		b.pass(&b.out[i])
	}
}

// pass hands one command to whom it concerns.
func (b *Brain) pass(cmd *policy.Command) {
	switch cmd.Kind {
	case policy.WakeAt:
		b.wakes = cmd.At
		b.timer.Reset(b.clock.Real(max(0, cmd.At-b.Now())))
	case policy.Dispatch, policy.Invoke, policy.Deliver, policy.Cancel, policy.Reject:
		s := b.table.Find(cmd.Request)
		if s < 0 {
			return
		}
		f := b.table.At(s)
		switch cmd.Kind {
		case policy.Dispatch, policy.Invoke:
			f.live++
		case policy.Deliver, policy.Reject:
			f.over = true
		}
		f.party.command(cmd, b.steps)
		b.settle(s)
	default:
		b.driver.Execute(*cmd)
	}
}
