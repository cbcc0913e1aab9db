package policy

import (
	"math"
	"slices"
	"time"
)

// warmth is what a gateway believes of the function environments: each
// answer leaves one idle, each call takes the one used last, and one that
// was idle for longer than the keep-alive is gone. Nobody tells a gateway
// more than that, so it is never certain.
//
// Invariant: busy >= 0; each list of since ascends.
type warmth struct {
	busy   int // calls that the service has not ended, cancelled ones included
	space  space
	per    bool
	stays  []stay       // of those that become idle, by class (or one for all)
	idles  [][]idleTime // those that are, by class (or one for all), in the order in which they became idle
	varied bool         // stays have changed: Invariant: unless it is set, idles are loaded, and end in order
}

// A stay is how long an idle environment is unloaded first, and then loaded.
type stay struct{ prewarm, keep time.Duration }

// An idleTime is when an idle environment is loaded, both ends included.
type idleTime struct{ from, until time.Duration }

// idle is the time of one that becomes idle now.
func (s stay) idle(now time.Duration) idleTime {
	from := later(now, s.prewarm)
	return idleTime{from, later(from, s.keep)}
}

// later is so long after an instant, or the last one there is.
func later(at, d time.Duration) time.Duration {
	if d > math.MaxInt64-at {
		return math.MaxInt64
	}
	return at + d
}

func newWarmth(cfg *Config) warmth {
	w := warmth{}
	if cfg.Functions == nil {
		return w
	}
	w.per = cfg.Functions.PerClass
	n := 1
	if w.per {
		n = len(cfg.Classes)
	}
	w.idles, w.stays = make([][]idleTime, n), make([]stay, n)
	for i := range w.stays {
		w.stays[i].keep = cfg.Functions.KeepAlive
	}
	return w
}

// group is the class as which a class counts: 0 where all share the environments.
func (w *warmth) group(c ClassID) ClassID {
	if !w.per {
		return 0
	}
	return c
}

func (w *warmth) pool(c ClassID) *[]idleTime { return &w.idles[w.group(c)] }
func (w *warmth) stay(c ClassID) *stay       { return &w.stays[w.group(c)] }

// idle is the number of environments believed to be warm.
// Those that have expired are dropped as they are looked at: there is no timer for them.
func (w *warmth) idle(now time.Duration, c ClassID) int {
	p := w.pool(c)
	old := 0
	for old < len(*p) && now > (*p)[old].until {
		old++
	}
	if old > 0 {
		*p = append((*p)[:0], (*p)[old:]...)
	}
	if !w.varied {
		return len(*p)
	}
	n := 0
	for _, e := range *p {
		if e.from <= now && now <= e.until {
			n++
		}
	}
	return n
}

// taken is which idle environment a call takes: the last that is loaded, else the last
// that was to be; -1: there is none.
func (w *warmth) taken(now time.Duration, p []idleTime) int {
	if !w.varied {
		return len(p) - 1
	}
	next := -1
	for i := len(p) - 1; i >= 0; i-- {
		switch e := p[i]; {
		case now > e.until:
		case e.from <= now:
			return i
		case next < 0:
			next = i
		}
	}
	return next
}

// unload has the environment go that has been idle for longest.
func (w *warmth) unload(now time.Duration, c ClassID) bool {
	p := w.pool(c)
	i := slices.IndexFunc(*p, func(e idleTime) bool { return now <= e.until })
	if i < 0 {
		return false
	}
	*p = slices.Delete(*p, i, i+1)
	return true
}

// call takes an environment, if one is believed to be warm.
// The service takes the environment used last, so the oldest expire.
func (w *warmth) call(now time.Duration, c ClassID) {
	w.busy++
	w.space.call(now, w.idle(now, c) > 0)
	p := w.pool(c)
	if i := w.taken(now, *p); i >= 0 {
		*p = slices.Delete(*p, i, i+1)
	}
}

// answer leaves an environment idle, and says whether it did; a throttled call never had
// one, and the service ends that of a call that took too long.
func (w *warmth) answer(now time.Duration, c ClassID, s Status) (left bool) {
	w.busy--
	if s == Throttled {
		w.space.refused(now)
		return false
	}
	w.space.answered()
	if s == Timeout {
		return false
	}
	p := w.pool(c)
	*p = append(*p, w.stay(c).idle(now))
	return true
}

// room says whether one more call can be made: it is within the concurrency,
// and the service is believed to have space for it.
func (w *warmth) room(now time.Duration, f *Functions) bool {
	return (f.Concurrency <= 0 || w.busy < f.Concurrency) && w.space.free(now)
}

// roomWarm says whether one more call of a class can be made that finds an environment
// warm: it needs no space for a new one, of which another class was refused. Where all
// classes share the environments none was idle when a call was refused for want of one.
func (w *warmth) roomWarm(now time.Duration, f *Functions, c ClassID) bool {
	return w.per && (f.Concurrency <= 0 || w.busy < f.Concurrency) && w.idle(now, c) > 0
}
