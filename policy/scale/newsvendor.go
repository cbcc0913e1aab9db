package scale

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"cnv/policy"
)

// leastBilled is the time of an instance that is billed at least: see catalog.
const leastBilled = time.Minute

// Newsvendor sizes the first pool by prices, for a fleet beside functions that take what it
// has no room for (spill busy, say). It wants the workers that would have paid for themselves over Window: those
// of whose slots, filled one worker after another, a larger share was in use than a slot costs of
// what a function costs for the same work. That is the newsvendor's rule: with a slot per
// worker, N with P(D > N) = c_vm / c_fn, D being the requests in the system. Where a slot costs no
// less than a function that is none.
//
// With Rent it follows changes, as one who rents skis and buys them once the rent has come to the price. For
// each worker beyond the fleet it adds up what functions have cost that this worker would
// have taken, forgetting it over a boot and the least time billed (60 s), and launches it when
// that is the price of so much time. A worker beyond what Window asks for goes when it has not
// paid for itself for as long. Among rules that do not know the future none costs less than
// twice the best in the worst case (Karlin, Manasse, Rudolph, Sleator 1988, doi:10.1007/BF01762111).
//
// Without functions they cost more than anything: it wants a slot for all that was in the
// system at once. Other pools stay as they are. O(samples · log) per decision, and workers
// that the load would fill.
type Newsvendor struct {
	Window time.Duration `toml:"window" doc:"requests in the system that the size follows from, sampled at each decision" range:"5m:6h"`
	Rent   bool          `toml:"rent" doc:"beside it, launch a worker when functions in its place have cost as much, and take it away likewise" set:"yes"`
	Every  time.Duration `toml:"period" doc:"time between decisions" range:"1s:1m"`

	begun   bool
	seen    []float64 // requests in the system, a ring
	n       int       // so many were sampled
	sorted  []float64
	sums    []float64 // of sorted, up to each
	have    int       // workers that were launched by rent, and that the run began with
	owed    []float64 // by worker, in order, what functions have cost in its place, US$
	unused  []time.Duration
	desired []int
}

// NewNewsvendor returns the defaults.
func NewNewsvendor() *Newsvendor {
	return &Newsvendor{Window: 30 * time.Minute, Rent: true, Every: 5 * time.Second}
}

// Validate checks the parameters.
func (p *Newsvendor) Validate() error {
	var window error
	if p.Every > 0 && (p.Window < p.Every || p.Window/p.Every > 100_000) {
		window = fmt.Errorf("window = %v, must be from one period (%v) to 100,000", p.Window, p.Every)
	}
	return errors.Join(window, period(p.Every))
}

// Period implements policy.Scaler.
func (p *Newsvendor) Period() time.Duration { return p.Every }

// StartsFromNone implements policy.LateStarter.
func (p *Newsvendor) StartsFromNone(pool policy.PoolID) bool { return pool == 0 }

// Size implements policy.Scaler.
func (p *Newsvendor) Size(v *policy.ScaleView) policy.Plan {
	if len(v.Pools()) == 0 {
		return policy.Plan{}
	}
	pool := &v.Pools()[0]
	if !p.begun {
		p.begun, p.have = true, v.Pool(0).Wanted()
		p.seen = make([]float64, p.Window/p.Every)
	}
	d := float64(v.InFlight())
	p.seen[p.n%len(p.seen)] = d
	p.n++
	t := p.trade(v, pool)
	want := min(p.base(t), pool.Max)
	if p.Rent {
		want = p.rent(t, d, want, pool.Max, v.Boot(0)+leastBilled)
	}
	if v.Queued() > 0 { // what no function takes
		want = max(want, 1)
	}
	p.desired = others(v, append(p.desired[:0], want))
	return policy.Plan{Desired: p.desired}
}

// A trade is what a worker costs and what it saves.
type trade struct {
	slots    float64
	worker   float64 // US$ a second
	function float64 // US$ a second of one slot's work; infinite without functions
}

// ratio is the share of a worker's slots that has to be in use for it to pay for itself.
func (t trade) ratio() float64 {
	if t.worker == 0 {
		return 0
	}
	return t.worker / (t.slots * t.function)
}

// trade is by the prices of now.
func (p *Newsvendor) trade(v *policy.ScaleView, pool *policy.Pool) trade {
	t := trade{slots: float64(slots(pool)), worker: pool.USDPerHour / 3600, function: math.Inf(1)}
	if f := v.Functions(); f != nil {
		t.function = f.USDPerSecond * pool.Speed / f.Share
		if d := v.Demand(10 * time.Minute); d.Work > 0 && d.Arrivals > 0 {
			t.function += f.USDPerRequest * pool.Speed * d.Arrivals / d.Work
		}
	}
	return t
}

// base is how many workers have paid for themselves. The use of each is no more than that of
// the one before it, so that the first that has not is found by halves.
func (p *Newsvendor) base(t trade) int {
	p.sorted = append(p.sorted[:0], p.seen[:min(p.n, len(p.seen))]...)
	slices.Sort(p.sorted)
	p.sums = append(p.sums[:0], 0)
	for i, d := range p.sorted {
		p.sums = append(p.sums, p.sums[i]+d)
	}
	ratio := t.ratio()
	low, high := 0, int(math.Ceil(p.sorted[len(p.sorted)-1]/t.slots))
	for low < high {
		mid := (low + high) / 2
		if p.used(float64(mid+1)*t.slots)-p.used(float64(mid)*t.slots) > ratio*t.slots*(1+1e-9) {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

// used is how many of the first x slots were in use, on average over the samples.
func (p *Newsvendor) used(x float64) float64 {
	below, _ := slices.BinarySearch(p.sorted, x)
	n := len(p.sorted)
	return (p.sums[below] + x*float64(n-below)) / float64(n)
}

// rent is the size with the workers that have been paid for by what functions cost, where base
// are wanted anyway; d is the requests in the system.
func (p *Newsvendor) rent(t trade, d float64, base, most int, span time.Duration) int {
	use := func(i int) float64 { return min(max(d-float64(i)*t.slots, 0), t.slots) }
	price, keep := t.worker*span.Seconds(), math.Exp(-float64(p.Every)/float64(span))
	p.have = min(max(p.have, base), most)
	for len(p.owed) < most && float64(len(p.owed))*t.slots < d || len(p.owed) < p.have {
		p.owed, p.unused = append(p.owed, 0), append(p.unused, 0)
	}
	for i := range p.owed {
		switch u := use(i); {
		case i < p.have:
			p.owed[i] = 0
			if p.unused[i] += p.Every; u > 0 && u >= t.ratio()*t.slots {
				p.unused[i] = 0
			}
		default:
			p.unused[i] = 0
			if p.owed[i] *= keep; u > 0 {
				p.owed[i] += u * t.function * p.Every.Seconds()
			}
			if i == p.have && p.owed[i] > 0 && p.owed[i] >= price {
				p.have, p.owed[i] = p.have+1, 0
			}
		}
	}
	for p.have > base && p.unused[p.have-1] >= span {
		p.have--
	}
	return p.have
}
