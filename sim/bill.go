package sim

import (
	"time"

	"cnv/policy"
	"cnv/policy/catalog"
	"cnv/results"
)

// A bill adds up what the run costs, line by line.
type bill struct {
	ledger results.Ledger
	vmTime time.Duration // running, all VMs
	writes float64       // units of the table
	reads  float64
}

// wrote bills units written to the table, read those read.
func (b *bill) wrote(s *Store, units float64) {
	b.writes += units
	b.ledger.Store += units * s.USDPerWrite
}

func (b *bill) read(s *Store, units float64) {
	b.reads += units
	b.ledger.Store += units * s.USDPerRead
}

// vm bills a VM that ran for so long: per second, a minute at least, from the
// instant it ran to its termination.
func (b *bill) vm(p *Pool, ran time.Duration) {
	b.ledger.Instances += catalog.InstanceUSD(p.USDPerHour, ran)
	b.beside(p, ran)
}

// usdPerHour is the price of an instance and of what is beside it.
func (p *Pool) usdPerHour() float64 { return p.USDPerHour + p.IPv4USDPerHour + p.EBSUSDPerHour }

// reclaimed bills a spot VM that was taken away after it ran for so long.
func (b *bill) reclaimed(p *Pool, ran time.Duration) {
	b.ledger.Instances += catalog.ReclaimedUSD(p.USDPerHour, ran)
	b.beside(p, ran)
}

// beside bills what a VM that ran for so long has cost beside the instance.
func (b *bill) beside(p *Pool, ran time.Duration) {
	b.vmTime += max(ran, 0)
	b.ledger.IPv4 += catalog.InstanceUSD(p.IPv4USDPerHour, ran)
	b.ledger.EBS += catalog.InstanceUSD(p.EBSUSDPerHour, ran)
}

// call bills one call of a function, INIT included.
func (b *bill) call(f *functions, took time.Duration, provisioned bool) {
	b.ledger.FunctionTime += f.usd(took, provisioned)
	b.ledger.FunctionCalls += f.cfg.USDPerCall
}

// usd is what the time of a call costs: by the millisecond.
func (f *functions) usd(took time.Duration, provisioned bool) float64 {
	billed := (took + time.Millisecond - 1) / time.Millisecond
	gbs := float64(billed) / 1000 * float64(f.cfg.MemoryMB) / 1024
	if provisioned {
		return gbs * f.cfg.ProvUSDPerGBsUsed
	}
	return gbs * f.cfg.USDPerGBs
}

// cutCalls takes off the bill what calls of functions would have cost after the
// instant at which the run was cut off.
func (w *world) cutCalls() {
	for i := range w.calls {
		c := &w.calls[i]
		if c.vm != policy.NoWorker || c.place != onFunction && c.place != abandoned {
			continue
		}
		left := w.heap[w.pos[c.timer]].at - w.cut
		_, kept := w.fns.kept[c.env]
		w.money.ledger.FunctionTime += w.fns.usd(c.billed-left, kept) - w.fns.usd(c.billed, kept)
	}
}

// provisioned bills the environments kept warm, for so long.
func (b *bill) provisioned(f *functions, span time.Duration) {
	n := float64(f.keep * len(f.pools))
	b.ledger.Provisioned += n * span.Seconds() * float64(f.cfg.MemoryMB) / 1024 * f.cfg.ProvUSDPerGBs
}

// close bills what still runs and returns the row of results. Money counts to the
// end of the run: the nominal duration, or, if later, the last finish or the instant
// at which the run was cut off, after which nothing works.
func (w *world) close() results.Row {
	end := max(w.cfg.Duration, w.lastFinish, w.cut)
	w.cutOff(end)
	w.now = max(w.now, end)
	worked := w.now
	if w.cut > 0 {
		worked = w.cut
		w.cutCalls()
	}
	for _, v := range w.alive {
		v.advance(worked)
		w.money.vm(&w.cfg.Pools[v.pool], end-v.runs)
		w.tally.retire(v, end)
	}
	if w.fns != nil {
		w.money.provisioned(w.fns, max(end-w.fns.since, 0))
	}
	n, dropped := w.ctrl.Counts(), 0.0
	for p := range w.cfg.Pools {
		dropped += w.ctrl.ForgottenFor(policy.PoolID(p), end).Hours() * w.cfg.Pools[p].usdPerHour()
	}
	return w.rec.Finish(end, w.money.ledger, results.Counts{
		Launches: n.Launched, Terminations: w.tally.terminated, Adaptations: n.Adaptations,
		Sent: n.Dispatched + n.Invoked, Invocations: w.tally.calls, ColdStarts: w.tally.cold, Retries: n.Retries, Throttles: n.Throttled,
		Dropped: n.Forgotten, DroppedUSD: dropped, BadRoutes: n.BadRoutes, Events: w.fired + w.arrivals,
		VMSeconds: w.money.vmTime.Seconds(), BusyCoreSeconds: w.tally.busy, CoreSeconds: w.tally.cores,
		Keyed: n.Keyed, Recognised: n.Recognised, StoreWrites: w.money.writes, StoreReads: w.money.reads,
		WorkPrice: w.cfg.WorkPrice(), Arriving: w.cfg.Span,
	})
}

// cutOff records what is still in the system as unfinished.
func (w *world) cutOff(end time.Duration) {
	w.requests.Each(func(s int32) {
		if r := w.requests.At(s); !r.ended {
			r.ended = true
			w.record(s, results.Unfinished, w.ctrl.Waiting(w.requests.ID(s)), 0, &answer{begun: results.Never, worker: -1}, results.Never)
		}
	})
}
