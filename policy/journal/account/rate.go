package account

import (
	"time"

	"cnv/policy/catalog"
)

// lately is how far back the price of functions and of the table per hour looks.
// Shorter would jump with each call; longer would show a burst that is over.
const lately = time.Minute

// An expense is a call of a function that has ended, or some use of the table.
type expense struct {
	at                      time.Duration
	time, call, logs, store float64 // dollars
}

// spent notes an expense, and forgets those that are no longer recent.
func (f *Follower) spent(now time.Duration, x expense) {
	f.forget(now)
	x.at = now
	f.recent = append(f.recent, x)
}

func (f *Follower) forget(now time.Duration) {
	n := 0
	for n < len(f.recent) && now-f.recent[n].at > lately {
		n++
	}
	f.recent = f.recent[n:]
}

// TableUsed says how many units were written to the table of measurements and read of
// it so far, as it has counted itself: a gateway that is not told of each write.
func (f *Follower) TableUsed(now time.Duration, writes, reads float64) {
	was := f.Ledger.Store
	f.Table(writes-f.Writes, reads-f.Reads)
	f.spent(now, expense{store: f.Ledger.Store - was})
}

// SoFar is the ledger if all ended now, and what each of its lines costs per hour,
// dollars: the instances that run, and functions and the table as in the last minute.
// Calls in flight are not in it: their price is known when they end.
func (f *Follower) SoFar(now time.Duration) (sum, perHour Ledger) {
	sum = f.Ledger
	sum.Gateway, perHour.Gateway = catalog.RunningUSD(f.prices.GatewayUSDPerHour, now), f.prices.GatewayUSDPerHour
	sum.Store += catalog.RunningUSD(f.prices.TableUSDPerHour, now)
	perHour.Store = f.prices.TableUSDPerHour
	if p := f.prices.Functions; p != nil {
		for k, n := range f.keep {
			sum.Provisioned += p.At(k).KeptUSD(n, now-f.since[k])
			perHour.Provisioned += p.At(k).KeptUSD(n, time.Hour)
		}
	}
	f.forget(now)
	for _, x := range f.recent {
		perHour.FunctionTime += x.time * float64(time.Hour/lately)
		perHour.FunctionCalls += x.call * float64(time.Hour/lately)
		perHour.Logs += x.logs * float64(time.Hour/lately)
		perHour.Store += x.store * float64(time.Hour/lately)
	}
	f.Running(now, func(p *Pool, ran time.Duration) {
		sum.Instances += catalog.InstanceUSD(p.USDPerHour, ran)
		sum.IPv4 += catalog.InstanceUSD(p.IPv4USDPerHour, ran)
		sum.EBS += catalog.InstanceUSD(p.EBSUSDPerHour, ran)
		perHour.Instances += p.USDPerHour
		perHour.IPv4 += p.IPv4USDPerHour
		perHour.EBS += p.EBSUSDPerHour
	})
	return sum, perHour
}
