package policy

import "time"

const (
	// Bins of fixed width forget exactly, in O(1) for an arrival and without keeping any of them. A decayed
	// sum would never quite forget a burst.
	demandBin  = 10 * time.Second // resolution of ScaleView.Demand
	demandBins = 128              // more than 20 minutes of them
)

// demand counts what arrived, in bins, and how predictions compared with
// what was measured.
//
// Invariant: last never decreases; bins of before last - demandBins are cleared when they come again.
type demand struct {
	speed               float64 // of a core that does the work
	bins                [demandBins]demandCount
	last                int64         // index of the newest bin
	until               time.Duration // its end
	long                []longWork    // requests predicted to take longer than a bin
	free                []int32       // of them, numbers that may be used again: index + 1
	widest              time.Duration // the widest window that was asked for
	predicted, measured float64       // decayed sums over answered requests, CPU-seconds
}

// A demandCount is the demand of one bin; works are CPU-seconds.
type demandCount struct {
	arrivals float64
	unknown  float64 // arrivals of which nothing was known
	work     [demandKinds]float64
}

// A demandKind is a kind of work that is counted.
type demandKind uint8

const (
	offeredWork  demandKind = iota // of all arrivals
	spilledWork                    // of them, sent to functions
	rejectedWork                   // of them, turned away
	demandKinds
)

// demandSpeed is the speed of the cores that would do the work: those of the first
// pool, or those of functions.
func demandSpeed(cfg *Config) float64 {
	if len(cfg.Pools) > 0 {
		return cfg.Pools[0].Speed
	}
	return cfg.Functions.Share
}

// bin returns the current bin.
// Its counts are of [until - demandBin, until).
func (d *demand) bin(now time.Duration) *demandCount {
	if now >= d.until {
		d.pass(now)
	}
	return &d.bins[uint64(d.last)%demandBins]
}

// pass moves on to the bin of an instant, clearing those that time passed over.
func (d *demand) pass(now time.Duration) {
	d.prune(now)
	i := int64(now / demandBin)
	for n := 0; d.last < i && n < demandBins; n++ {
		d.last++
		d.bins[d.last%demandBins] = demandCount{}
	}
	d.last = i
	d.until = time.Duration(i+1) * demandBin
}

// arrive counts a request and returns the number of its longWork.
func (d *demand) arrive(now time.Duration, work float64, unknown bool) int32 {
	b := d.bin(now)
	b.arrivals++
	if unknown {
		b.unknown++
	}
	b.work[offeredWork] += work
	return d.keep(now, offeredWork, work, longOpen)
}

// spill counts the work of a request that was sent to a function.
// Once for a request, however often it is tried on functions.
func (d *demand) spill(now time.Duration, r *request) {
	d.bin(now).work[spilledWork] += r.Work
	r.long[1] = d.keep(now, spilledWork, r.Work, longOpen)
}

// reject counts the work of a request that was turned away. Of one that takes
// longer than a bin and ran before, nothing is left.
func (d *demand) reject(now time.Duration, r *request) {
	if i := r.long[0]; i > 0 && d.long[i-1].took > 0 {
		return
	}
	d.bin(now).work[rejectedWork] += r.Work
	d.keep(now, rejectedWork, r.Work, longPromised)
}

// reveal gives a request in flight, of which nothing was known, its work.
func (d *demand) reveal(r *request) {
	if b := d.binOf(r.Arrived); b != nil && b.unknown > 0 {
		b.unknown--
		b.work[offeredWork] += r.Work
	}
	r.long[0] = d.keep(r.Arrived, offeredWork, r.Work, longOpen)
}

// binOf is the bin of an instant; nil where it is too long ago.
func (d *demand) binOf(at time.Duration) *demandCount {
	i := int64(at / demandBin)
	if i > d.last || i <= d.last-demandBins {
		return nil
	}
	return &d.bins[uint64(i)%demandBins]
}

// foresee gives the arrivals of which nothing was known, and which are over, the
// work that the first measurement lets expect.
func (d *demand) foresee(work float64) {
	for i := max(d.last-demandBins+1, 0); i <= d.last; i++ {
		b := &d.bins[i%demandBins]
		b.work[offeredWork] += b.unknown * work
		for ; b.unknown > 0; b.unknown-- {
			d.keep(time.Duration(i)*demandBin, offeredWork, work, longPromised)
		}
	}
}

// learn compares the predicted with the measured work of an answered request that
// is no longWork: there the one takes the place of the other.
// The weights halve every 350 answers: slow enough not to follow chance, and fast enough for a day's
// change of what requests need.
func (d *demand) learn(predicted, measured float64) {
	const keep = 1 - 1.0/500
	d.predicted = d.predicted*keep + predicted
	d.measured = d.measured*keep + measured
}

// bias is by how much predictions fell short of what was measured.
// 1 until something was measured. The ratio of sums weighs long requests more, as the load does.
func (d *demand) bias() float64 {
	if d.predicted > 0 && d.measured > 0 {
		return d.measured / d.predicted
	}
	return 1
}

// over is ScaleView.Demand without what is overdue. Work that takes longer than
// the window is taken out of the bins, and is one core as long as it takes.
// The window begins at a bin's border, so that it is up to 10 s longer than asked for: rates are
// divided by its true length.
func (d *demand) over(now, window time.Duration) Demand {
	d.widest = min(max(d.widest, window), demandBin*demandBins)
	d.bin(now)
	n := min(max(int64(window/demandBin), 1), demandBins-1)
	first := max(d.last-n, 0)
	begin := time.Duration(first) * demandBin
	span := inSeconds(now - begin)
	if span <= 0 {
		return Demand{}
	}
	var sum demandCount
	for i := first; i <= d.last; i++ {
		b := &d.bins[i%demandBins]
		sum.arrivals += b.arrivals
		sum.unknown += b.unknown
		for k, work := range b.work {
			sum.work[k] += work
		}
	}
	var cores [demandKinds]float64
	d.addLong(now, begin, window, &sum, &cores)
	rate := func(k demandKind) float64 {
		return d.bias()*max(sum.work[k], 0)/span + cores[k]
	}
	return Demand{
		Arrivals: sum.arrivals / span,
		Unknown:  sum.unknown / span,
		Work:     rate(offeredWork),
		Spilled:  rate(spilledWork),
		Rejected: rate(rejectedWork),
	}
}
