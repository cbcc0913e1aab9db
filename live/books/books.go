// Package books lets others look at the books of a live run while the brain keeps
// them: account.Follower, locked, and what it says in the terms of results.
package books

import (
	"sync"
	"time"

	"cnv/policy"
	"cnv/policy/journal/account"
	"cnv/results"
)

// A Table says what the table of measurements has used so far; nil: there is none.
type Table func() (writes, reads float64)

// Books are kept by the brain's goroutine, as a live.Journal, and read by others.
type Books struct {
	prices account.Prices
	table  Table

	mu      sync.Mutex
	follow  *account.Follower
	sampled account.Totals // at the last sample
	at      time.Duration  // of it
	stored  time.Duration  // when the table was last looked at
}

// New returns empty books.
func New(p account.Prices, t Table) *Books {
	return &Books{prices: p, table: t, follow: account.NewFollower(p)}
}

// Add takes one step.
func (b *Books) Add(now time.Duration, e *policy.Event, cmds []policy.Command) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if now-b.stored >= time.Second {
		b.store(now)
	}
	b.follow.Add(now, e, cmds)
}

// store brings what the table has cost up to date; b.mu is held.
func (b *Books) store(now time.Duration) {
	if b.table == nil {
		return
	}
	writes, reads := b.table()
	b.follow.TableUsed(now, writes, reads)
	b.stored = now
}

// SoFar is the ledger if all ended now, and what each of its lines costs per
// hour, dollars: the instances that run, and functions and the table as in the last minute.
func (b *Books) SoFar(now time.Duration) (l, perHour results.Ledger) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.store(now)
	return b.follow.SoFar(now)
}

// Close ends all bills at the end of the run and adds what the Controller has
// counted; unusable is by pool how long workers have run without being of use.
func (b *Books) Close(end time.Duration, n policy.Counts, unusable []policy.Unusable) (results.Ledger, results.Counts) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.store(end)
	f := b.follow
	f.Close(end)
	c := results.CountsOf(n, &f.Bill, unusable)
	c.Terminations, c.Invocations, c.ColdStarts = f.Terminations, f.Invocations, f.ColdStarts
	c.BusyCoreSeconds, c.CoreSeconds = f.BusyCore, f.Core
	c.Events = n.Arrivals + n.Dispatched + n.Invoked
	return f.Ledger, c
}

// Sample is a point of the timeline; rates are over the time since the last.
func (b *Books) Sample(now time.Duration, c *policy.Controller) results.Sample {
	b.mu.Lock()
	defer b.mu.Unlock()
	f, over := b.follow, max((now-b.at).Seconds(), 1e-9)
	s := results.Sample{
		At: now, ArrivalsPerS: float64(f.Arrived-b.sampled.Arrived) / over, OfferedCores: (f.Predicted - b.sampled.Predicted) / over,
		InFlight: f.Inside.Len(), Queued: c.Queued(), Functions: f.Calls(),
	}
	b.sampled, b.at = f.Totals, now
	v := c.View()
	for p := range b.prices.Pools {
		n, pool := v.Pool(policy.PoolID(p)), &b.prices.Pools[p]
		s.Ready += n.Ready
		s.Booting += n.Booting + n.Launching
		s.Draining += n.Draining + n.Forgotten
		s.Desired += c.Desired(policy.PoolID(p))
		s.CapacityCores += float64(n.Ready*pool.Cores) * pool.Speed
	}
	f.Running(now, func(p *account.Pool, _ time.Duration) {
		s.USDPerHour += p.USDPerHour
		s.BilledCores += float64(p.Cores) * p.Speed
	})
	return s
}
