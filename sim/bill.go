package sim

import (
	"time"

	"cnv/policy"
	"cnv/policy/journal/account"
	"cnv/results"
)

// Prices are what things cost in the run of a control plane: that of Control, or of a
// target that has made it otherwise.
// Dollars per hour, per GB-second, per call and per unit of the table. Nothing here multiplies:
// what a thing costs is account's and catalog's to say, in both worlds.
func (c *Config) Prices(control *policy.Config) account.Prices {
	var p account.Prices
	for i := range c.Pools {
		pool, machine := &c.Pools[i], &control.Pools[i]
		p.Pools = append(p.Pools, account.Pool{
			Cores: machine.Cores, Speed: machine.Speed,
			USDPerHour: pool.USDPerHour, IPv4USDPerHour: pool.IPv4USDPerHour, EBSUSDPerHour: pool.EBSUSDPerHour, SurplusUSD: pool.SurplusUSD, ZoneFactor: pool.ZoneFactor,
		})
	}
	if f := c.Funcs; f != nil && control.Functions != nil {
		first := f.prices()
		for k := range f.Others {
			first.Others = append(first.Others, f.Others[k].prices())
		}
		for i := range control.Classes {
			first.ByClass = append(first.ByClass, control.Classes[i].Function)
		}
		p.Functions = &first
	}
	if c.Store != nil {
		p.USDPerWrite, p.USDPerRead, p.TableUSDPerHour = c.Store.USDPerWrite, c.Store.USDPerRead, c.Store.USDPerHour
	}
	p.GatewayUSDPerHour, p.TransferUSDPerGB = float64(1+len(c.Gateways.Others))*c.Beside.GatewayUSDPerHour, c.Beside.TransferUSDPerGB
	p.LogUSDPerGB, p.CallLogBytes = c.Beside.LogUSDPerGB, c.Beside.CallLogBytes
	p.ZoneUSDPerGB = c.ZoneUSDPerGB
	return p
}

// prices are those of one function.
func (f *Functions) prices() account.Functions {
	return account.Functions{
		MemoryMB: f.MemoryMB, USDPerGBs: f.USDPerGBs, USDPerCall: f.USDPerCall,
		Provisioned: f.Provisioned, ProvUSDPerGBs: f.ProvUSDPerGBs, ProvUSDPerGBsUsed: f.ProvUSDPerGBsUsed,
		Snapshot: f.Snapshot, SnapshotUSDPerGBs: f.SnapshotUSDPerGBs, RestoreUSDPerGB: f.RestoreUSDPerGB,
	}
}

// sendOut bills the answer in a slot, which leaves AWS. That a size is unknown is told at the end.
func (w *world) sendOut(s int32) {
	if bytes := w.bodies[s][1]; bytes >= 0 {
		w.money.Transferred(bytes)
	} else {
		w.unsized = true
	}
}

// cutCalls takes off the bill what calls of functions would have cost after the
// instant at which the run was cut off.
// A call that ran on after it was cancelled is among them: its bill is fixed at its start.
func (w *world) cutCalls() {
	for i := range w.calls {
		c := &w.calls[i]
		if c.vm != policy.NoWorker || c.place != onFunction && c.place != abandoned {
			continue
		}
		left := w.heap[w.pos[c.timer]].Key - w.cut
		_, kept := w.fns.kept[c.env]
		w.money.CutCall(w.function(c).number, c.billed, left, kept)
	}
}

// close bills what still runs and returns the row of results. Money counts to the
// end of the run: the nominal duration, or, if later, the last finish or the instant
// at which the run was cut off, after which nothing works.
func (w *world) close() results.Row {
	end := max(w.cfg.Duration, w.lastFinish, w.cut)
	w.cutOff(end)
	w.forgetShortages(forGood)
	w.now = max(w.now, end)
	worked := w.now
	if w.cut > 0 {
		worked = w.cut
		w.cutCalls()
	}
	for _, v := range w.alive {
		v.advance(worked)
		v.rest(end - worked)
		w.money.Worker(v.pool, v.zone, end-v.runs)
		w.tally.retire(v, end)
		w.closeCredits(v)
	}
	idle := time.Duration(0)
	if w.fns != nil {
		for k := range w.fns.fns {
			fn := &w.fns.fns[k]
			w.money.Kept(k, fn.environments(), max(end-fn.since, 0))
		}
		w.money.Snapshotted(end)
		idle = w.fns.idleTime(worked, end)
	}
	w.store.tell(w)
	if w.unsized {
		w.spare("some answers have no recorded size: cost_transfer_usd lacks them")
	}
	w.money.Stood(end)
	c := results.CountsOf(w.counted(), &w.money, w.ctrl.Unusable(end))
	c.Terminations, c.Invocations, c.ColdStarts = w.tally.terminated, w.tally.calls, w.tally.cold
	c.IdleSeconds = idle.Seconds()
	c.BusyCoreSeconds, c.CoreSeconds = w.tally.busy, w.tally.cores
	c.LaunchedIn = w.ctrl.LaunchedIn()
	c.Events, c.WorkPrice, c.Arriving, c.Spared = w.fired+w.arrivals, w.cfg.WorkPrice(), w.cfg.Span, w.spared
	return w.rec.Finish(end, w.money.Ledger, c)
}

// cutOff records what is still in the system as unfinished.
// Leaving them out would favour a policy that never answers: the slowest requests would not count.
func (w *world) cutOff(end time.Duration) {
	w.requests.Each(func(s int32) {
		if r := w.requests.At(s); !r.ended {
			r.ended = true
			w.record(s, results.Unfinished, w.gateways[r.gateway].ctrl.Waiting(w.requests.ID(s)), 0, &answer{begun: results.Never, worker: -1}, results.Never)
		}
	})
}
