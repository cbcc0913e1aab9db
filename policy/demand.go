package policy

import "time"

const (
	demandBin  = 10 * time.Second // resolution of ScaleView.Demand
	demandBins = 128              // more than 20 minutes of them
)

// demand counts what arrived, in bins, and how predictions compared with
// what was measured.
type demand struct {
	bins                [demandBins]demandCount
	last                int64   // index of the newest bin
	predicted, measured float64 // decayed sums over answered requests, CPU-seconds
}

// A demandCount is the demand of one bin; works are CPU-seconds.
type demandCount struct {
	arrivals                float64
	unknown                 float64 // arrivals of which nothing was known
	work, spilled, rejected float64
}

// add counts the work of an arrival.
func (b *demandCount) add(work float64, unknown bool) {
	b.work += work
	if unknown {
		b.unknown++
	}
}

// foresee gives the arrivals of which nothing was known the work that the first
// measurement lets expect.
func (d *demand) foresee(work float64) {
	for i := range d.bins {
		b := &d.bins[i]
		b.work += b.unknown * work
		b.unknown = 0
	}
}

// bin returns the current bin, clearing those that time passed over.
func (d *demand) bin(now time.Duration) *demandCount {
	i := int64(now / demandBin)
	for n := 0; d.last < i && n < demandBins; n++ {
		d.last++
		d.bins[d.last%demandBins] = demandCount{}
	}
	d.last = max(d.last, i)
	return &d.bins[i%demandBins]
}

// learn compares the predicted with the measured work of an answered request.
func (d *demand) learn(predicted, measured float64) {
	const keep = 1 - 1.0/500
	d.predicted = d.predicted*keep + predicted
	d.measured = d.measured*keep + measured
}

// over is ScaleView.Demand.
func (d *demand) over(now, window time.Duration) Demand {
	d.bin(now)
	n := min(max(int64(window/demandBin), 1), demandBins-1)
	first := max(d.last-n, 0)
	var sum demandCount
	for i := first; i <= d.last; i++ {
		b := &d.bins[i%demandBins]
		sum.arrivals += b.arrivals
		sum.unknown += b.unknown
		sum.work += b.work
		sum.spilled += b.spilled
		sum.rejected += b.rejected
	}
	span := (now - time.Duration(first)*demandBin).Seconds()
	if span <= 0 {
		return Demand{}
	}
	bias := 1.0
	if d.predicted > 0 && d.measured > 0 {
		bias = d.measured / d.predicted
	}
	return Demand{
		Arrivals: sum.arrivals / span,
		Unknown:  sum.unknown / span,
		Work:     bias * sum.work / span,
		Spilled:  bias * sum.spilled / span,
		Rejected: bias * sum.rejected / span,
	}
}
