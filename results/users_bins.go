package results

import (
	"math"
	"slices"
	"time"
)

// Bins of users, by the arrival of their first try, and what they say of when a service
// is healthy.

// A userBin is the users of a span of time, and those of them that were served within the
// bound.
type userBin struct{ all, served float64 }

// share is the part of them that was served; NaN of none.
func (b userBin) share() float64 { return b.served / b.all }

// plus is both.
func (b userBin) plus(o userBin) userBin { return userBin{b.all + o.all, b.served + o.served} }

// userSpan is over what span of time users are counted; it doubles where a run would
// have too many.
const userSpan = 5 * time.Second

// maxUserBins is how many there are at most, so that memory does not grow with the length
// of a run: 5.7 hours of spans of 5 s.
const maxUserBins = 4096

// userBins are users by spans of equal length, from an instant on.
type userBins struct {
	width time.Duration
	bins  []userBin
}

// at is the bin of an instant, which is since the first bin and not negative.
func (u *userBins) at(at time.Duration) *userBin {
	if u.width == 0 {
		u.width = userSpan
	}
	for int(at/u.width) >= maxUserBins {
		u.halve()
	}
	i := int(at / u.width)
	for len(u.bins) <= i {
		u.bins = append(u.bins, userBin{})
	}
	return &u.bins[i]
}

// halve doubles the width of the bins.
func (u *userBins) halve() {
	u.width *= 2
	n := (len(u.bins) + 1) / 2
	for i, b := range u.bins {
		if i%2 == 0 {
			u.bins[i/2] = b
			continue
		}
		u.bins[i/2] = u.bins[i/2].plus(b)
	}
	u.bins = u.bins[:n]
}

// sum is all users.
func (u *userBins) sum() (all userBin) {
	for _, b := range u.bins {
		all = all.plus(b)
	}
	return all
}

// fewUsers is below how many users one that is not served says nothing of the others:
// bins are pooled until they have as many.
const fewUsers = 20

// A pooledBin is neighbouring bins with enough users, from the begin of the first that has
// any to the end of the last, s.
type pooledBin struct {
	userBin
	from, to float64
}

// pooled are the bins, each of fewUsers at least. The last one, which the end of the
// arrivals cuts, and what is left over are joined to the one before.
func (u *userBins) pooled() (out []pooledBin) {
	open := pooledBin{}
	last := len(u.bins) - 1
	for i, b := range u.bins {
		if open.all == 0 {
			open.from = float64(i) * u.width.Seconds()
		}
		open.userBin, open.to = open.plus(b), float64(i+1)*u.width.Seconds()
		if open.all >= fewUsers && i < last {
			out = append(out, open)
			open = pooledBin{}
		}
	}
	if n := len(out); n > 0 {
		out[n-1].userBin, out[n-1].to = out[n-1].plus(open.userBin), open.to
		return out
	}
	return append(out, open)
}

// usual is the median share that is served of the bins; NaN without any.
// The median, so that one bad moment before the disturbance does not lower what is usual.
func (u *userBins) usual() float64 {
	if len(u.bins) == 0 {
		return math.NaN()
	}
	var shares []float64
	for _, b := range u.pooled() {
		if b.all > 0 {
			shares = append(shares, b.share())
		}
	}
	if len(shares) == 0 {
		return math.NaN()
	}
	slices.Sort(shares)
	return shares[len(shares)/2]
}

const (
	// healthy is which part of what is usual a healthy service serves.
	healthy = 0.9
	// LeastUsual is the least that counts as usual: of a service that serves fewer before
	// the instant, nothing is known of what it serves undisturbed, and all is taken.
	LeastUsual = 0.5
	// healthySpan is for how long a service must stay healthy to have recovered, s; or
	// half of the time that is watched, where that is shorter.
	healthySpan = 60
)

// A recovery is when a service was healthy again, s after the instant that is asked
// about: infinite if never; and how often it was unhealthy once more after that.
type recovery struct{ in, relapses float64 }

// recovers finds it in the users from the instant on, by what was usual before: NaN, or too
// little of it, is taken for all. There is a bin at least. Healthy for a whole span, not in
// one bin: a service that swings is healthy for moments.
func (u *userBins) recovers(usual float64) recovery {
	if !(usual >= LeastUsual) {
		usual = 1
	}
	bins, least := u.pooled(), healthy*usual
	span := min(healthySpan, bins[len(bins)-1].to/2)
	out, well := recovery{math.Inf(1), 0}, false
	for i := range bins {
		over, whole := userBin{}, false
		for k := i; k < len(bins) && !whole; k++ {
			over = over.plus(bins[k].userBin)
			whole = bins[k].to-bins[i].from >= span
		}
		// Less than a span is left of the run: nothing is said of it.
		if !whole {
			break
		}
		switch stays := over.served >= least*over.all; {
		case well && !stays:
			well = false
			out.relapses++
		case !well && stays && bins[i].served >= least*bins[i].all:
			if well = true; math.IsInf(out.in, 1) {
				out.in = bins[i].from
			}
		}
	}
	return out
}
