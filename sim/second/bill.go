package second

import (
	"math"
	"slices"
	"time"

	"cnv/policy"
	"cnv/results"
	"cnv/sim"
)

func launchRand(seed, k uint64) *policy.Rand { return sim.LaunchRand(seed).At(k) }

// billCalls bills the calls of functions, by the millisecond.
func (w *world) billCalls() {
	l := &w.out.Ledger
	for _, c := range w.service.calls {
		f := c.of
		price := f.USDPerGBs
		if c.kept {
			price = f.ProvUSDPerGBsUsed
		}
		ms := (max(c.until-c.since, 0) + time.Millisecond - 1) / time.Millisecond
		l.FunctionTime += float64(f.MemoryMB) / 1024 * float64(ms) / 1000 * price
		l.FunctionCalls += f.USDPerCall
		l.Logs += w.cfg.Beside.CallLogBytes / 1e9 * w.cfg.Beside.LogUSDPerGB
	}
}

// billKept bills the environments of a function that were kept warm since that was last changed.
func (w *world) billKept(o *own) {
	n := float64(o.keep * len(o.groups))
	steps := math.Ceil((w.now - o.since).Minutes() / 5)
	w.out.Ledger.Provisioned += n * steps * 300 * float64(o.MemoryMB) / 1024 * o.ProvUSDPerGBs
	o.since = w.now
}

// cut stops all work.
func (w *world) cut() {
	for _, v := range w.vms {
		v.serving, v.line = nil, nil
	}
	for i := range w.service.calls {
		c := w.service.calls[i]
		c.until = min(c.until, w.now)
	}
}

// bill adds up what machines cost.
func (w *world) bill(end time.Duration) {
	l, c := &w.out.Ledger, &w.out.Counts
	w.billCalls()
	for _, o := range w.service.owns {
		w.billKept(o)
		if o.Snapshot {
			l.Provisioned += end.Seconds() * float64(o.MemoryMB) / 1024 * o.SnapshotUSDPerGBs
		}
	}
	l.Provisioned += w.service.billed
	l.Gateway = float64(1+len(w.cfg.Gateways.Others)) * w.cfg.Beside.GatewayUSDPerHour * end.Hours()
	for _, q := range w.requests {
		if q.record.Ending == results.Answered && q.BytesOut > 0 {
			l.Transfer += float64(q.BytesOut) / 1e9 * w.cfg.Beside.TransferUSDPerGB
		}
	}
	if w.cfg.Store != nil {
		l.Store += w.cfg.Store.USDPerHour * end.Hours()
	}
	w.surplus()
	c.IdleSeconds = w.idleTime(end).Seconds()
	for _, v := range w.vms {
		if v.runs < 0 {
			continue
		}
		until := end
		if v.gone >= 0 {
			until = v.gone
		}
		hours := (until - v.runs).Hours()
		seconds := (max(until-v.runs, time.Minute) + time.Second - 1) / time.Second
		paid := float64(seconds) / 3600
		if until == v.runs {
			continue
		}
		p := &w.cfg.Pools[v.pool]
		if v.reclaimed && hours < 1 {
			l.Instances += 0
		} else {
			l.Instances += paid * p.USDPerHour * w.zoneFactor(v.pool, v.zone)
		}
		l.IPv4 += paid * p.IPv4USDPerHour
		l.EBS += paid * p.EBSUSDPerHour
	}
	n := w.c.Counts()
	c.Adaptations, c.Dropped = n.Adaptations, n.Forgotten
	c.Ejections, c.Hedges, c.Probes = n.Ejections, n.Hedges, n.Probes
	c.Retries, c.Throttles = n.Retries, n.Throttled
	c.Keyed, c.Recognised = n.Keyed, n.Recognised
	for p, of := range w.c.Unusable(end) {
		k := &w.cfg.Pools[p]
		perHour := k.USDPerHour + k.IPv4USDPerHour + k.EBSUSDPerHour
		c.DroppedUSD += of.Dropped.Hours() * perHour
		c.BootUSD += of.Booting.Hours() * perHour
	}
	c.WorkPrice = w.workPrice()
	c.Arriving = w.cfg.Span
}

// zoneFactor is what the price of a machine is times in a zone.
func (w *world) zoneFactor(p policy.PoolID, zone int) float64 {
	if factors := w.cfg.Pools[p].ZoneFactor; factors != nil {
		return factors[zone]
	}
	return 1
}

// leastFactor is that of the cheapest zone.
func (w *world) leastFactor(p int) float64 {
	if factors := w.cfg.Pools[p].ZoneFactor; factors != nil {
		return slices.Min(factors)
	}
	return 1
}

// workPrice is the least that a second of work on the reference vCPU can cost.
func (w *world) workPrice() (least float64) {
	least = -1
	for p := range w.cfg.Pools {
		k, of := &w.cfg.Pools[p], &w.ctl.Pools[p]
		x := (k.USDPerHour*w.leastFactor(p) + k.IPv4USDPerHour + k.EBSUSDPerHour) / 3600 / (float64(of.Cores) * of.Speed)
		if least < 0 || x < least {
			least = x
		}
	}
	for _, f := range w.service.owns {
		x := float64(f.MemoryMB) / 1024 * f.USDPerGBs / f.Share
		if least < 0 || x < least {
			least = x
		}
	}
	return max(least, 0)
}
