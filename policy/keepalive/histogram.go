package keepalive

import (
	"errors"
	"fmt"
	"math"
	"time"

	"cnv/policy"
)

// Histogram learns of each class how long it is idle between two calls, in bins of Bin, and
// unloads its environments until just before the next call is expected (hybrid histogram):
//
//   - Where fewer than Least idle times are known, or they are too even to tell anything (the
//     coefficient of variation of the bins' counts is below CV), an environment is kept for the
//     whole range, Bins × Bin.
//   - Where more than the share Outside of them lie beyond the range, the next is expected to be
//     their exponential average (weight 0.3; the paper fits an ARIMA model): environments are
//     loaded from 85 % of it on, for 30 % of it.
//   - Else from the quantile Head, rounded down to a bin and less Margin, to the quantile Tail,
//     rounded up to a bin and with Margin more. With a head in the first bin they stay loaded.
//
// A class is idle while none of its calls is in flight. O(Bins) a call.
//
// Source: Shahrad et al., Serverless in the Wild, USENIX ATC 2020, section 4.2: 1-min bins over
// 4 h, 5th and 99th percentiles, margin 10 %, CV 2. Least and Outside are not published; 10 and
// 0.5 are those of two reproductions.
type Histogram struct {
	Bin     time.Duration `toml:"bin" doc:"width of a bin" range:"10s:10m"`
	Bins    int           `toml:"bins" doc:"how many there are, in [2, 10000]" range:"60:480"`
	Head    float64       `toml:"head" doc:"quantile of the idle times before which environments are unloaded, in [0, 1]" range:"0:0.2" set:"yes"`
	Tail    float64       `toml:"tail" doc:"quantile after which they are, in [head, 1]" range:"0.9:1" set:"yes"`
	Margin  float64       `toml:"margin" doc:"share by which both are moved apart, in [0, 1)" range:"0:0.5" set:"yes"`
	CV      float64       `toml:"cv" doc:"least coefficient of variation of the bins' counts, >= 0" range:"0:5" set:"yes"`
	Least   int           `toml:"least" doc:"idle times before any are acted on, >= 1" range:"2:50" set:"yes"`
	Outside float64       `toml:"outside" doc:"share beyond the range from which on the average is used, in [0, 1]" range:"0.2:0.8" set:"yes"`

	classes []idling
}

// An idling is what is known of the idle times of a class.
type idling struct {
	counts  []uint32
	squares float64 // of the counts, added up
	n       int     // idle times within the range
	beyond  int     // and beyond it
	average float64 // of those, s
	busy    int
	ended   time.Duration // when it became idle
	begun   bool          // it has been called
}

// The constants of idle times beyond the range.
const (
	averageWeight = 0.3
	loadedFrom    = 0.85
	loadedFor     = 0.30
)

// NewHistogram returns a Histogram with the constants of its source.
func NewHistogram() *Histogram {
	return &Histogram{Bin: time.Minute, Bins: 240, Head: 0.05, Tail: 0.99, Margin: 0.1, CV: 2, Least: 10, Outside: 0.5}
}

// Validate checks the parameters.
func (p *Histogram) Validate() error {
	var errs []error
	wrong := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	wrong(p.Bin <= 0, "bin = %v, must be positive", p.Bin)
	wrong(p.Bins < 2 || p.Bins > 10_000, "bins = %d, must be in [2, 10000]", p.Bins)
	wrong(!(p.Head >= 0 && p.Head <= p.Tail && p.Tail <= 1), "head = %v, tail = %v, must be 0 <= head <= tail <= 1", p.Head, p.Tail)
	wrong(!(p.Margin >= 0 && p.Margin < 1), "margin = %v, must be in [0, 1)", p.Margin)
	wrong(!(p.CV >= 0), "cv = %v, must not be negative", p.CV)
	wrong(p.Least < 1, "least = %d, must be at least 1", p.Least)
	wrong(!(p.Outside >= 0 && p.Outside <= 1), "outside = %v, must be in [0, 1]", p.Outside)
	return errors.Join(errs...)
}

// Start implements policy.Starter.
func (p *Histogram) Start(e policy.Env) error {
	p.classes = make([]idling, len(e.Classes))
	for i := range p.classes {
		p.classes[i].counts = make([]uint32, p.Bins)
	}
	return nil
}

// Called implements policy.KeepAlive.
func (p *Histogram) Called(v *policy.View, class policy.ClassID, do *policy.Environments) {
	c := &p.classes[class]
	if c.busy == 0 && c.begun {
		c.add(v.Now-c.ended, p.Bin)
	}
	c.busy++
	c.begun = true
	prewarm, keep := p.stay(c)
	do.Keep(class, prewarm, keep)
}

// Ended implements policy.KeepAlive.
func (p *Histogram) Ended(v *policy.View, class policy.ClassID, _ bool, _ *policy.Environments) {
	c := &p.classes[class]
	c.busy = max(c.busy-1, 0)
	c.ended = v.Now
}

// add takes in an idle time.
func (c *idling) add(idle, bin time.Duration) {
	i := int(idle / bin)
	if i >= len(c.counts) {
		c.beyond++
		if c.beyond == 1 {
			c.average = idle.Seconds()
		}
		c.average += averageWeight * (idle.Seconds() - c.average)
		return
	}
	c.squares += float64(2*c.counts[i] + 1)
	c.counts[i]++
	c.n++
}

// stay is how long an environment of a class is unloaded, and then loaded.
func (p *Histogram) stay(c *idling) (prewarm, keep time.Duration) {
	all := time.Duration(p.Bins) * p.Bin
	switch n := c.n + c.beyond; {
	case n < p.Least:
		return 0, all
	case float64(c.beyond) > p.Outside*float64(n):
		return policy.Seconds(loadedFrom * c.average), policy.Seconds(loadedFor * c.average)
	case c.variation() < p.CV:
		return 0, all
	}
	head := time.Duration(c.quantile(p.Head)) * p.Bin
	tail := time.Duration(c.quantile(p.Tail)+1) * p.Bin
	prewarm = policy.Seconds(head.Seconds() * (1 - p.Margin))
	return prewarm, policy.Seconds(tail.Seconds()*(1+p.Margin)) - prewarm
}

// variation is the coefficient of variation of the bins' counts.
func (c *idling) variation() float64 {
	bins := float64(len(c.counts))
	mean := float64(c.n) / bins
	if mean == 0 {
		return 0
	}
	return math.Sqrt(max(c.squares/bins-mean*mean, 0)) / mean
}

// quantile is the bin in which a quantile of the idle times within the range lies.
func (c *idling) quantile(p float64) int {
	sum := 0.0
	for i, n := range c.counts {
		if sum += float64(n); n > 0 && sum >= p*float64(c.n) {
			return i
		}
	}
	return len(c.counts) - 1
}
