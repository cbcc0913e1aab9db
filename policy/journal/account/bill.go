package account

import (
	"time"

	"cnv/policy"
	"cnv/policy/catalog"
)

// A Pool is what its workers are and cost.
type Pool struct {
	Cores                                     int
	Speed                                     float64   // of a core, relative to the reference vCPU
	USDPerHour, IPv4USDPerHour, EBSUSDPerHour float64   // of the instance, its address, its volume
	SurplusUSD                                float64   // per vCPU-hour of CPU credits that it owes
	ZoneFactor                                []float64 // of USDPerHour, by zone; nil: 1 in each
}

// factor is that of a zone.
func (p *Pool) factor(zone uint8) float64 {
	if int(zone) < len(p.ZoneFactor) {
		return p.ZoneFactor[zone]
	}
	return 1
}

// HourUSD is the price of an hour of a running instance and of what is beside it.
func (p *Pool) HourUSD() float64 { return p.USDPerHour + p.IPv4USDPerHour + p.EBSUSDPerHour }

// LeastHourUSD is HourUSD in the cheapest zone.
func (p *Pool) LeastHourUSD() float64 {
	least := 1.0
	for i, factor := range p.ZoneFactor {
		if i == 0 || factor < least {
			least = factor
		}
	}
	return p.USDPerHour*least + p.IPv4USDPerHour + p.EBSUSDPerHour
}

// Functions is what calls of functions cost, and the environments kept warm for them.
type Functions struct {
	MemoryMB              int
	USDPerGBs, USDPerCall float64
	Provisioned           int     // environments kept warm at first
	ProvUSDPerGBs         float64 // for keeping them
	ProvUSDPerGBsUsed     float64 // of a call on one, instead of USDPerGBs
	Snapshot              bool    // environments are restored from one
	SnapshotUSDPerGBs     float64 // for keeping it
	RestoreUSDPerGB       float64 // for an environment made from it
	Others                []Functions
	ByClass               []int // function of a class; nil: all classes have the first
}

// At is the function of a number, as in policy.Class.Function.
func (f *Functions) At(number int) *Functions {
	if number == 0 {
		return f
	}
	return &f.Others[number-1]
}

// TimeUSD is what the time of a call costs, INIT included; warm: on an environment
// that is kept warm.
func (f *Functions) TimeUSD(took time.Duration, warm bool) float64 {
	price := f.USDPerGBs
	if warm {
		price = f.ProvUSDPerGBsUsed
	}
	return catalog.FunctionTimeUSD(f.MemoryMB, took, price)
}

// KeptUSD is what n environments kept warm for so long cost.
func (f *Functions) KeptUSD(n int, span time.Duration) float64 {
	return catalog.KeptUSD(n, f.MemoryMB, span, f.ProvUSDPerGBs)
}

// Prices are what things cost in a run.
type Prices struct {
	Pools                   []Pool     // by policy.PoolID
	Functions               *Functions // nil: there are none
	USDPerWrite, USDPerRead float64    // of units of the table of measurements
	ZoneUSDPerGB            float64    // at each end, of bodies that go from zone to zone
	TableUSDPerHour         float64    // of its provisioned capacity; 0: on demand
	GatewayUSDPerHour       float64    // of the instance that the gateway runs on; 0: none
	TransferUSDPerGB        float64    // of answers that leave AWS; 0: none does
	LogUSDPerGB             float64    // of what calls of functions log
	CallLogBytes            float64    // what each of them logs

	Telemetry time.Duration // what a report of a worker is about; 0: the time since the report before
}

// logUSD is what a call of a function costs that logs what each does.
func (p *Prices) logUSD() float64 { return catalog.BytesUSD(p.CallLogBytes, p.LogUSDPerGB) }

// A Bill adds up what a run costs, line by line, of facts that somebody knows: a
// Follower from what the gateway was told, the simulator from what its world did.
type Bill struct {
	Ledger     Ledger
	WorkerTime time.Duration // running, all workers whose bill has ended
	CallTime   time.Duration // of the calls of functions that were billed, INIT included

	// Units of the table of measurements.
	Writes, Reads float64

	prices Prices
}

// NewBill returns an empty bill.
func NewBill(p Prices) Bill { return Bill{prices: p} }

// Worker bills a worker that ran for so long: per second, a minute at least, from the
// instant it ran to its termination. zone is the one it was in.
func (b *Bill) Worker(p policy.PoolID, zone uint8, ran time.Duration) {
	pool := &b.prices.Pools[p]
	b.Ledger.Instances += catalog.InstanceUSD(pool.USDPerHour*pool.factor(zone), ran)
	b.beside(pool, ran)
}

// Reclaimed bills a spot worker that was taken away after it ran for so long.
func (b *Bill) Reclaimed(p policy.PoolID, zone uint8, ran time.Duration) {
	pool := &b.prices.Pools[p]
	b.Ledger.Instances += catalog.ReclaimedUSD(pool.USDPerHour*pool.factor(zone), ran)
	b.beside(pool, ran)
}

// beside bills what a worker that ran for so long has cost beside the instance.
func (b *Bill) beside(p *Pool, ran time.Duration) {
	b.WorkerTime += max(ran, 0)
	b.Ledger.IPv4 += catalog.InstanceUSD(p.IPv4USDPerHour, ran)
	b.Ledger.EBS += catalog.InstanceUSD(p.EBSUSDPerHour, ran)
}

// Surplus bills CPU credits that a worker owed, one for each vCPU-minute.
func (b *Bill) Surplus(p policy.PoolID, credits float64) {
	b.Ledger.Surplus += catalog.SurplusUSD(credits, b.prices.Pools[p].SurplusUSD)
}

// PartUSD is what workers of a pool cost in a part of the time that they ran, at the price of
// no zone. It is part of what Worker bills, unless AWS takes them away in their first hour.
func (b *Bill) PartUSD(p policy.PoolID, ran time.Duration) float64 {
	return catalog.RunningUSD(b.prices.Pools[p].HourUSD(), ran)
}

// Call bills one call of a function and returns what its time costs.
func (b *Bill) Call(function int, took time.Duration, warm bool) (usd float64) {
	f := b.prices.Functions.At(function)
	usd = f.TimeUSD(took, warm)
	b.Ledger.FunctionTime += usd
	b.CallTime += took
	b.Ledger.FunctionCalls += f.USDPerCall
	b.Ledger.Logs += b.prices.logUSD()
	return usd
}

// CutCall takes off the bill what a call that was billed would have cost in its last
// part, left.
func (b *Bill) CutCall(function int, billed, left time.Duration, warm bool) {
	f := b.prices.Functions.At(function)
	left = min(left, billed)
	b.CallTime -= left
	b.Ledger.FunctionTime += f.TimeUSD(billed-left, warm) - f.TimeUSD(billed, warm)
}

// Kept bills n environments of a function kept warm for so long.
func (b *Bill) Kept(function, n int, span time.Duration) {
	if f := b.prices.Functions; f != nil {
		b.Ledger.Provisioned += f.At(function).KeptUSD(n, span)
	}
}

// Transferred bills an answer of so many bytes.
func (b *Bill) Transferred(bytes int64) {
	b.Ledger.Transfer += catalog.BytesUSD(float64(bytes), b.prices.TransferUSDPerGB)
}

// Crossed bills bytes that went from zone to zone.
func (b *Bill) Crossed(bytes int64) {
	b.Ledger.Transfer += catalog.ZoneTransferUSD(bytes, b.prices.ZoneUSDPerGB)
}

// Stood bills what stood there for so long, whether or not it was used: the gateway's
// instance and the capacity of the table. It is called once, at the end.
func (b *Bill) Stood(span time.Duration) {
	b.Ledger.Gateway = catalog.RunningUSD(b.prices.GatewayUSDPerHour, span)
	b.Ledger.Store += catalog.RunningUSD(b.prices.TableUSDPerHour, span)
}

// Restored bills an environment of a function that was made, which costs where it is made from
// a snapshot.
func (b *Bill) Restored(function int) {
	if b.prices.Functions == nil {
		return
	}
	if f := b.prices.Functions.At(function); f.Snapshot {
		b.Ledger.Provisioned += catalog.RestoreUSD(f.MemoryMB, f.RestoreUSDPerGB)
	}
}

// Snapshotted bills the snapshots, if there are any, for a run of so long.
func (b *Bill) Snapshotted(span time.Duration) {
	first := b.prices.Functions
	if first == nil {
		return
	}
	for k := range 1 + len(first.Others) {
		if f := first.At(k); f.Snapshot {
			b.Ledger.Provisioned += catalog.SnapshotUSD(f.MemoryMB, span, f.SnapshotUSDPerGBs)
		}
	}
}

// Table bills units written to the table of measurements and read of it.
func (b *Bill) Table(writes, reads float64) {
	b.Writes += writes
	b.Reads += reads
	b.Ledger.Store += catalog.TableUSD(writes, reads, b.prices.USDPerWrite, b.prices.USDPerRead)
}
