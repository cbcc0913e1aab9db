package policy

import "time"

// warmth is what a gateway believes of the function environments: each
// answer leaves one idle, each call takes the one used last, and one that
// was idle for longer than the keep-alive is gone. Nobody tells a gateway
// more than that, so it is never certain.
//
// Invariant: busy >= 0; each list of since ascends.
type warmth struct {
	busy  int // calls that the service has not ended, cancelled ones included
	space space
	keep  time.Duration
	per   bool
	since [][]time.Duration // since when idle, by class (or one for all), oldest first
}

func newWarmth(cfg *Config) warmth {
	w := warmth{}
	if cfg.Functions == nil {
		return w
	}
	w.keep, w.per = cfg.Functions.KeepAlive, cfg.Functions.PerClass
	n := 1
	if w.per {
		n = len(cfg.Classes)
	}
	w.since = make([][]time.Duration, n)
	return w
}

func (w *warmth) pool(c ClassID) *[]time.Duration {
	if !w.per {
		c = 0
	}
	return &w.since[c]
}

// idle is the number of environments believed to be warm.
// Those that have expired are dropped as they are looked at: there is no timer for them.
func (w *warmth) idle(now time.Duration, c ClassID) int {
	p := w.pool(c)
	old := 0
	for old < len(*p) && now-(*p)[old] > w.keep {
		old++
	}
	if old > 0 {
		*p = append((*p)[:0], (*p)[old:]...)
	}
	return len(*p)
}

// keepFor changes how long idle environments live.
func (w *warmth) keepFor(now, d time.Duration) {
	for i := range w.since {
		w.idle(now, ClassID(i)) // what is gone stays so
	}
	w.keep = d
}

// call takes an environment, if one is believed to be warm.
// The service takes the environment used last, so the oldest expire.
func (w *warmth) call(now time.Duration, c ClassID) {
	w.busy++
	warm := w.idle(now, c) > 0
	w.space.call(now, warm)
	if warm {
		p := w.pool(c)
		*p = (*p)[:len(*p)-1]
	}
}

// answer leaves an environment idle; a throttled call never had one, and the service
// ends that of a call that took too long.
func (w *warmth) answer(now time.Duration, c ClassID, s Status) {
	w.busy--
	if s == Throttled {
		w.space.refused(now)
		return
	}
	w.space.answered()
	if s == Timeout {
		return
	}
	p := w.pool(c)
	*p = append(*p, now)
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
