// Package books counts what a live run costs and does, from the same events
// and commands that the control plane saw: what the simulator counts in its
// world is counted here from what the gateway was told.
package books

import (
	"sync"
	"time"

	"cnv/policy"
	"cnv/policy/catalog"
	"cnv/results"
)

// A Pool is what its workers are and cost.
type Pool struct {
	Cores                                     int
	Speed                                     float64 // of a core, relative to the reference vCPU
	USDPerHour, IPv4USDPerHour, EBSUSDPerHour float64
}

// Functions is what calls of functions cost, and the environments kept warm
// for them: each call goes to one of those if one is free, as the service does it.
type Functions struct {
	MemoryMB              int
	USDPerGBs, USDPerCall float64
	Provisioned           int     // environments kept warm at first
	ProvUSDPerGBs         float64 // for keeping them
	ProvUSDPerGBsUsed     float64 // of a call on one, instead of USDPerGBs
}

// Beside is what costs money beside workers and functions; the zero value does not.
type Beside struct {
	GatewayUSDPerHour float64        // of the instance that the gateway runs on
	StoreUSD          func() float64 // what the table of measurements has cost so far; nil: there is none
	StoreUnits        func() (writes, reads float64)
}

// Books are kept by the brain's goroutine, as a live.Journal, and read by
// others.
type Books struct {
	pools     []Pool
	functions *Functions // nil: none
	beside    Beside

	mu      sync.Mutex
	workers map[policy.WorkerID]*worker
	calls   map[call]calling // of functions
	warm    int              // calls on environments kept warm
	keep    int              // environments kept warm
	since   time.Duration    // so many were
	ledger  results.Ledger
	counts  results.Counts
	arrived float64 // requests since the last sample
	work    float64 // predicted, seconds, since the last sample
	last    time.Duration
	inside  int
	recent  []expense
	stored  time.Duration // when the table was last looked at
}

type worker struct {
	pool   policy.PoolID
	runs   time.Duration // -1 not yet
	notice time.Duration // when it is going to be taken away; -1: nobody said so
	ours   bool          // it was told to terminate
}

type call struct {
	id policy.RequestID
	n  uint8
}

// A calling is a call under way.
type calling struct {
	began time.Duration
	warm  bool // on an environment kept warm
}

// New returns empty books.
func New(pools []Pool, f *Functions, beside Beside) *Books {
	b := &Books{pools: pools, functions: f, beside: beside, workers: map[policy.WorkerID]*worker{}, calls: map[call]calling{}}
	if f != nil {
		b.keep = f.Provisioned
	}
	return b
}

// Add takes one step.
func (b *Books) Add(now time.Duration, e *policy.Event, cmds []policy.Command) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if now-b.stored >= time.Second {
		b.store(now)
	}
	switch e.Kind {
	case policy.Arrival:
		b.arrived++
		b.inside++
	case policy.WorkerPending:
		b.workers[e.Worker] = &worker{pool: e.Pool, runs: -1, notice: -1}
	case policy.WorkerRunning:
		if w := b.workers[e.Worker]; w != nil && w.runs < 0 {
			w.runs = now
		}
	case policy.WorkerNotice:
		if w := b.workers[e.Worker]; w != nil && w.notice < 0 {
			w.notice = e.At
		}
	case policy.WorkerLost:
		b.lost(e.Worker, now)
	case policy.Done:
		b.done(now, e)
	case policy.Returned:
		b.returned(now, e)
	case policy.Gone:
		b.inside--
	}
	for i := range cmds {
		switch c := &cmds[i]; c.Kind {
		case policy.Invoke:
			x := calling{began: now, warm: b.warm < b.keep}
			if x.warm {
				b.warm++
			}
			b.calls[call{c.Request, c.Attempt}] = x
			b.counts.Invocations++
		case policy.SetConcurrency:
			b.ledger.Provisioned += b.kept(now - b.since)
			b.keep, b.since = int(c.N), now
		case policy.Terminate:
			b.counts.Terminations++
			if w := b.workers[c.Worker]; w != nil {
				w.ours = true
			}
		case policy.Deliver, policy.Reject:
			b.inside--
		case policy.Dispatch:
			if c.Attempt == 0 {
				b.work += c.Work
			}
		}
	}
}

// done counts an attempt that has ended.
func (b *Books) done(now time.Duration, e *policy.Event) {
	if _, isCall := b.calls[call{e.Request, e.Attempt}]; !isCall {
		b.counts.BusyCoreSeconds += e.Work // on the reference vCPU, put right in Close
	} else if e.Status != policy.Cancelled || e.Unstarted {
		b.returned(now, e)
	}
}

// returned counts a call that the function service has ended: one that was
// cancelled is billed until then.
func (b *Books) returned(now time.Duration, e *policy.Event) {
	key := call{e.Request, e.Attempt}
	x, isCall := b.calls[key]
	if !isCall {
		return
	}
	delete(b.calls, key)
	price := 0.0
	if b.functions != nil {
		price = b.functions.USDPerGBs
	}
	if x.warm {
		b.warm--
		price = b.functions.ProvUSDPerGBsUsed
	}
	if e.Cold {
		b.counts.ColdStarts++
	}
	if e.Status == policy.Throttled || e.Unstarted {
		b.counts.Invocations-- // it never was one
		return
	}
	if f := b.functions; f != nil {
		billed := (now - x.began + time.Millisecond - 1) / time.Millisecond
		usd := float64(billed) / 1000 * float64(f.MemoryMB) / 1024 * price
		b.ledger.FunctionTime += usd
		b.ledger.FunctionCalls += f.USDPerCall
		b.forget(now)
		b.recent = append(b.recent, expense{at: now, time: usd, call: f.USDPerCall})
	}
}

// store brings what the table has cost up to date; b.mu is held.
func (b *Books) store(now time.Duration) {
	if b.beside.StoreUSD == nil {
		return
	}
	usd := b.beside.StoreUSD()
	b.recent = append(b.recent, expense{at: now, store: usd - b.ledger.Store})
	b.ledger.Store, b.stored = usd, now
}

// lately is how far back the price of functions and of the table per hour looks.
const lately = time.Minute

// An expense is a call of a function that has ended, or some use of the table.
type expense struct {
	at                time.Duration
	time, call, store float64 // dollars
}

// forget drops what is no longer recent; b.mu is held.
func (b *Books) forget(now time.Duration) {
	n := 0
	for n < len(b.recent) && now-b.recent[n].at > lately {
		n++
	}
	b.recent = b.recent[n:]
}

// early is how much sooner than it was told an instance may be taken away: the
// instant of the notice is "approximate" (EC2 user guide, instance-action).
const early = 10 * time.Second

// lost ends the bill of a worker that is gone. One whose notice is over, and which
// nobody here has told to terminate, was taken away.
func (b *Books) lost(id policy.WorkerID, now time.Duration) {
	w := b.workers[id]
	if w == nil || w.runs < 0 || w.ours || w.notice < 0 || now < w.notice-early {
		b.stop(id, now, catalog.InstanceUSD)
		return
	}
	b.stop(id, max(min(now, w.notice), w.runs), catalog.ReclaimedUSD)
}

// stop ends the bill of a worker, whose instance costs what usd says of its price
// per hour and its time.
func (b *Books) stop(id policy.WorkerID, now time.Duration, usd func(float64, time.Duration) float64) {
	w := b.workers[id]
	if w == nil {
		return
	}
	delete(b.workers, id)
	if w.runs < 0 || int(w.pool) >= len(b.pools) {
		return
	}
	p, ran := &b.pools[w.pool], now-w.runs
	b.ledger.Instances += usd(p.USDPerHour, ran)
	b.ledger.IPv4 += catalog.InstanceUSD(p.IPv4USDPerHour, ran)
	b.ledger.EBS += catalog.InstanceUSD(p.EBSUSDPerHour, ran)
	b.counts.VMSeconds += ran.Seconds()
	b.counts.CoreSeconds += ran.Seconds() * float64(p.Cores)
}

// SoFar is the ledger if all ended now, and what each of its lines costs per
// hour, dollars: the instances that run, and functions and the table as in the last minute.
func (b *Books) SoFar(now time.Duration) (l, perHour results.Ledger) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.store(now)
	l = b.ledger
	l.Gateway, perHour.Gateway = b.beside.GatewayUSDPerHour*now.Hours(), b.beside.GatewayUSDPerHour
	perHour.Provisioned = b.kept(time.Hour)
	l.Provisioned += b.kept(now - b.since)
	b.forget(now)
	for _, c := range b.recent {
		perHour.FunctionTime += c.time * float64(time.Hour/lately)
		perHour.FunctionCalls += c.call * float64(time.Hour/lately)
		perHour.Store += c.store * float64(time.Hour/lately)
	}
	for _, w := range b.workers {
		if w.runs < 0 || int(w.pool) >= len(b.pools) {
			continue
		}
		p, ran := &b.pools[w.pool], now-w.runs
		l.Instances += catalog.InstanceUSD(p.USDPerHour, ran)
		l.IPv4 += catalog.InstanceUSD(p.IPv4USDPerHour, ran)
		l.EBS += catalog.InstanceUSD(p.EBSUSDPerHour, ran)
		perHour.Instances += p.USDPerHour
		perHour.IPv4 += p.IPv4USDPerHour
		perHour.EBS += p.EBSUSDPerHour
	}
	return l, perHour
}

// kept is what environments kept warm cost for so long, dollars.
func (b *Books) kept(long time.Duration) float64 {
	f := b.functions
	if f == nil {
		return 0
	}
	return float64(b.keep) * long.Seconds() * float64(f.MemoryMB) / 1024 * f.ProvUSDPerGBs
}

// Close ends all bills at the end of the run and adds what the Controller has
// counted; dropped is by pool how long workers have run after the router dropped them.
func (b *Books) Close(end time.Duration, n policy.Counts, dropped ...time.Duration) (results.Ledger, results.Counts) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for id := range b.workers {
		b.stop(id, end, catalog.InstanceUSD)
	}
	b.ledger.Provisioned += b.kept(end - b.since)
	b.store(end)
	b.ledger.Gateway = b.beside.GatewayUSDPerHour * end.Hours()
	c := b.counts
	c.Launches, c.Adaptations = n.Launched, n.Adaptations
	c.Retries, c.Throttles, c.Dropped = n.Retries, n.Throttled, n.Forgotten
	c.Sent, c.Passed = n.Dispatched+n.Invoked, n.Passed
	for p, d := range dropped {
		c.DroppedUSD += d.Hours() * (b.pools[p].USDPerHour + b.pools[p].IPv4USDPerHour + b.pools[p].EBSUSDPerHour)
	}
	c.Keyed, c.Recognised = n.Keyed, n.Recognised
	if b.beside.StoreUnits != nil {
		c.StoreWrites, c.StoreReads = b.beside.StoreUnits()
	}
	c.Events = n.Arrivals + c.Sent
	if len(b.pools) > 0 {
		c.BusyCoreSeconds /= b.pools[0].Speed
	}
	return b.ledger, c
}

// Sample is a point of the timeline; rates are over the time since the last.
func (b *Books) Sample(now time.Duration, c *policy.Controller) results.Sample {
	b.mu.Lock()
	defer b.mu.Unlock()
	over := max((now - b.last).Seconds(), 1e-9)
	s := results.Sample{
		At: now, ArrivalsPerS: b.arrived / over, OfferedCores: b.work / over, InFlight: b.inside,
		Queued: c.Queued(), Functions: len(b.calls),
	}
	b.arrived, b.work, b.last = 0, 0, now
	v := c.View()
	for p := range b.pools {
		n := v.Pool(policy.PoolID(p))
		s.Ready += n.Ready
		s.Booting += n.Booting + n.Launching
		s.Draining += n.Draining + n.Forgotten
		s.Desired += c.Desired(policy.PoolID(p))
		s.CapacityCores += float64(n.Ready*b.pools[p].Cores) * b.pools[p].Speed
	}
	for _, w := range b.workers {
		if w.runs >= 0 {
			s.USDPerHour += b.pools[w.pool].USDPerHour
			s.BilledCores += float64(b.pools[w.pool].Cores) * b.pools[w.pool].Speed
		}
	}
	return s
}
