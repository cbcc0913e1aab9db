package live

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"cnv/policy"
	"cnv/policy/catalog"
)

// Limits bound what a run may take. Those that are 0 do not hold.
type Limits struct {
	Instances  int
	VCPUs      int
	USDPerHour float64       // of instances, the gateway's own too, calls of functions under way, and environments kept warm for them
	USD        float64       // from the start of the run
	Time       time.Duration // likewise
}

// A Budget holds the policies to Limits: what it refuses is not launched,
// whatever they ask for. A nil Budget grants everything.
type Budget struct {
	limits    Limits
	pools     []BudgetPool
	functions BudgetFunctions
	own       float64 // dollars per hour, of the instance that we run on

	mu    sync.Mutex
	began [][]time.Time // when instances were asked for, by pool, in order; the last are of none
	calls int           // of functions under way
	spent float64       // with the first minute of every instance, from the instant it is asked for
	at    time.Time     // of the last change
	start time.Time
}

// A BudgetPool is what one instance of a pool takes.
type BudgetPool struct {
	VCPUs      int
	USDPerHour float64
}

// BudgetFunctions is what functions take. What they have cost is told by Spend.
type BudgetFunctions struct {
	CallUSDPerHour float64 // of one call under way
	WarmUSDPerHour float64 // of all environments that are kept warm
}

// ErrBudget is wrapped by the reasons of a Budget.
var ErrBudget = errors.New("over budget")

// NewBudget returns a Budget of which nothing is spent, with the pools by
// policy.PoolID.
func NewBudget(l Limits, pools []BudgetPool, f BudgetFunctions) *Budget {
	now := time.Now()
	return &Budget{limits: l, functions: f, pools: append(slices.Clip(pools), BudgetPool{}), began: make([][]time.Time, len(pools)+1), at: now, start: now}
}

// Own counts the instance that the gateway itself runs on from now on: it is none
// of Limits.Instances, but it costs. To be called before anybody else has b.
func (b *Budget) Own(usdPerHour float64) { b.own = usdPerHour }

// Reserve takes up to n instances of a pool; the error says why it gave fewer.
func (b *Budget) Reserve(p policy.PoolID, n int) (granted int, why error) {
	if b == nil {
		return n, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.account()
	for granted < n {
		if why = b.over(p); why != nil {
			return granted, why
		}
		b.began[p] = append(b.began[p], b.at)
		b.spent += b.pools[p].least()
		granted++
	}
	return granted, nil
}

// Take counts an instance that is there, whether the limits allow it or not: its
// first minute is paid. One of no pool (-1) has no price that is known, but is one.
func (b *Budget) Take(p policy.PoolID) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.account()
	p = b.of(p)
	b.began[p] = slices.Insert(b.began[p], 0, b.at.Add(-catalog.MinimumStart))
}

// Release gives back instances that were never launched, n of a pool.
func (b *Budget) Release(p policy.PoolID, n int) {
	if b == nil || n <= 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.account()
	b.began[p] = b.began[p][:len(b.began[p])-n]
	b.spent -= float64(n) * b.pools[p].least()
}

// End gives back an instance that has ended and was there at an instant: of
// several the one that was asked for last before it. A minute is paid in any case.
func (b *Budget) End(p policy.PoolID, there time.Time) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.account()
	p = b.of(p)
	i := len(b.began[p]) - 1
	if i < 0 {
		return
	}
	for i > 0 && b.began[p][i].After(there) {
		i--
	}
	b.began[p] = slices.Delete(b.began[p], i, i+1)
}

// of is the pool, or that of those of none.
func (b *Budget) of(p policy.PoolID) policy.PoolID {
	if none := len(b.began) - 1; p < 0 || int(p) > none {
		return policy.PoolID(none)
	}
	return p
}

// least is what one start of an instance costs at least.
func (p *BudgetPool) least() float64 { return catalog.RunningUSD(p.USDPerHour, catalog.MinimumStart) }

// over says why one more instance of a pool would be too much; b.mu is held.
func (b *Budget) over(p policy.PoolID) error {
	instances, vcpus := 1, b.pools[p].VCPUs
	for i, of := range b.began {
		instances += len(of)
		vcpus += len(of) * b.pools[i].VCPUs
	}
	switch {
	case b.limits.Instances > 0 && instances > b.limits.Instances:
		return fmt.Errorf("%w: --max-instances %d is reached", ErrBudget, b.limits.Instances)
	case b.limits.VCPUs > 0 && vcpus > b.limits.VCPUs:
		return fmt.Errorf("%w: --max-vcpus %d is reached", ErrBudget, b.limits.VCPUs)
	}
	if err := b.dear(b.pools[p].USDPerHour); err != nil {
		return err
	}
	if least := b.pools[p].least(); b.limits.USD > 0 && least > 0 && b.spent < b.limits.USD && b.spent+least >= b.limits.USD {
		return fmt.Errorf("%w: --max-usd %g has $%.4f left, and an instance costs at least $%.4f, for one minute", ErrBudget, b.limits.USD, b.limits.USD-b.spent, least)
	}
	return b.exhausted()
}

// dear says why so much more per hour would be too much; b.mu is held.
func (b *Budget) dear(more float64) error {
	const slack = 1e-9 // of sums of prices
	rate := b.rate() + float64(b.calls)*b.functions.CallUSDPerHour + b.functions.WarmUSDPerHour
	if b.limits.USDPerHour > 0 && rate+more > b.limits.USDPerHour+slack {
		return fmt.Errorf("%w: --max-usd-per-hour %g is reached", ErrBudget, b.limits.USDPerHour)
	}
	return nil
}

// exhausted says whether the run has used what it may; b.mu is held.
func (b *Budget) exhausted() error {
	switch {
	case b.limits.USD > 0 && b.spent >= b.limits.USD:
		return fmt.Errorf("%w: --max-usd %g is spent", ErrBudget, b.limits.USD)
	case b.limits.Time > 0 && b.at.Sub(b.start) >= b.limits.Time:
		return fmt.Errorf("%w: --max-time %v is over", ErrBudget, b.limits.Time)
	}
	return nil
}

// Exhausted says that the run has to end, because its money or its time is
// spent; nil while it may go on.
func (b *Budget) Exhausted() error {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.account()
	return b.exhausted()
}

// Spend adds what something other than an instance has cost, dollars.
func (b *Budget) Spend(usd float64) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spent += usd
}

// Used is what counts against the limits of money and of time; Resume goes on
// with it elsewhere.
func (b *Budget) Used() (usd float64, time time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.account()
	return b.spent, b.at.Sub(b.start)
}

// Left is how much of the time is left; ok: there is a limit of it.
func (b *Budget) Left() (left time.Duration, ok bool) {
	if b == nil || b.limits.Time == 0 {
		return 0, false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return max(0, b.limits.Time-time.Since(b.start)), true
}

// Resume goes on with a run of which so much was used before.
func (b *Budget) Resume(usd float64, time time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spent += usd
	b.start = b.start.Add(-time)
}

// Spent is what the run has cost so far, dollars, and what its
// instances cost per hour now, the gateway's own with them. An instance counts from
// its launch, a minute of it at once.
func (b *Budget) Spent() (usd, perHour float64) {
	if b == nil {
		return 0, 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.account()
	return b.spent, b.rate()
}

// account adds what was spent since the last change beyond the first minutes;
// b.mu is held.
func (b *Budget) account() {
	now := time.Now()
	b.spent += catalog.RunningUSD(b.own, now.Sub(b.at))
	for i, of := range b.began {
		for _, began := range of {
			from := began.Add(catalog.MinimumStart)
			if from.Before(b.at) {
				from = b.at
			}
			b.spent += catalog.RunningUSD(b.pools[i].USDPerHour, max(now.Sub(from), 0))
		}
	}
	b.at = now
}

func (b *Budget) rate() float64 {
	sum := b.own
	for i, of := range b.began {
		sum += float64(len(of)) * b.pools[i].USDPerHour
	}
	return sum
}
