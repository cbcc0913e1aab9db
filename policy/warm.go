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
// Invariant: busy >= 0 is the sum of calls; each list of idles ascends.
type warmth struct {
	busy   int     // calls that the service has not ended, cancelled ones included
	calls  []int   // of them, by function
	spaces []space // by function
	of     []int   // function of a class; nil: there is one, and it reserves nothing
	groups []ClassID
	per    bool         // environments of some function serve one class only
	stays  []stay       // of those that become idle, by group
	idles  [][]idleTime // those that are, by group, in the order in which they became idle
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
	f := cfg.Functions
	n := 1 + len(f.Others)
	w.calls, w.spaces = make([]int, n), make([]space, n)
	first := make([]int, n) // class of a function
	for i := range cfg.Classes {
		k := cfg.Classes[i].Function
		if first[k] == 0 {
			first[k] = i + 1
		}
		group := ClassID(first[k] - 1)
		if f.At(k).PerClass {
			w.per, group = true, ClassID(i)
		}
		w.of, w.groups = append(w.of, k), append(w.groups, group)
		w.stays = append(w.stays, stay{keep: f.At(k).KeepAlive})
	}
	if n == 1 && f.Reserved == 0 {
		w.of = nil
	}
	w.idles = make([][]idleTime, len(cfg.Classes))
	return w
}

// group is the class as which a class counts: the first of those that share its environments.
func (w *warmth) group(c ClassID) ClassID { return w.groups[c] }

// function is the function that calls of a class go to; there are functions.
func (c *Controller) function(class ClassID) *Functions {
	return c.cfg.Functions.At(c.warm.function(class))
}

// function is the number of the function of a class.
func (w *warmth) function(c ClassID) int {
	if w.of == nil {
		return 0
	}
	return w.of[c]
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
	k := w.function(c)
	w.calls[k]++
	w.spaces[k].call(now, w.idle(now, c) > 0)
	p := w.pool(c)
	if i := w.taken(now, *p); i >= 0 {
		*p = slices.Delete(*p, i, i+1)
	}
}

// answer leaves an environment idle, and says whether it did; a throttled call never had
// one, and the service ends that of a call that took too long.
func (w *warmth) answer(now time.Duration, c ClassID, s Status) (left bool) {
	w.busy--
	k := w.function(c)
	w.calls[k]--
	if s == Throttled {
		w.spaces[k].refused(now)
		return false
	}
	w.spaces[k].answered()
	if s == Timeout {
		return false
	}
	p := w.pool(c)
	*p = append(*p, w.stay(c).idle(now))
	return true
}

// room says whether one more call can be made, whatever its class: it is within the
// concurrency, and the service is believed to have space for it.
func (w *warmth) room(now time.Duration, f *Functions) bool {
	for k := range w.spaces {
		if !w.within(f, k) || !w.spaces[k].free(now) {
			return false
		}
	}
	return true
}

// within says whether one more call of a function is within the concurrency.
func (w *warmth) within(f *Functions, k int) bool {
	if w.of == nil {
		return f.Concurrency <= 0 || w.busy < f.Concurrency
	}
	if r := f.At(k).Reserved; r > 0 {
		return w.calls[k] < r
	}
	most, shared := f.Shared(), 0
	for i, n := range w.calls {
		if f.At(i).Reserved == 0 {
			shared += n
		}
	}
	return most < 0 || shared < most
}

// differs says whether there may be room for calls of one class and none for those of
// another: they go to several functions, or have environments of their own while there is
// no space for new ones.
func (w *warmth) differs() bool { return len(w.spaces) > 1 || w.per && w.spaces[0].short }

// roomFor says whether one more call of a class can be made: its function has room, or
// an environment that is warm, which needs no space for a new one, of which another class was
// refused. Where all classes share the environments none was idle when a call was refused for
// want of one.
func (w *warmth) roomFor(now time.Duration, f *Functions, c ClassID) bool {
	k := w.function(c)
	return w.within(f, k) && (w.spaces[k].free(now) || f.At(k).PerClass && w.idle(now, c) > 0)
}
