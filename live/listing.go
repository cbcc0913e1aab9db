package live

import (
	"errors"
	"time"

	"cnv/policy"
)

// watch lists the instances every period, and soon after something happened.
func (f *Fleet) watch() {
	t := time.NewTicker(f.o.Period)
	defer t.Stop()
	var silent failing
	for {
		select {
		case <-f.ctx.Done():
			return
		case <-t.C:
		case <-f.look:
		}
		f.mu.Lock()
		before, asking := f.launches, f.asking
		f.mu.Unlock()
		list, err := f.o.Provider.List(f.ctx)
		if f.ctx.Err() != nil {
			return
		}
		if err != nil { // what is not known has not changed
			if n := silent.failed(time.Now()); n > 0 {
				f.o.Log.Warn("instances cannot be listed, tried again", "times", n, "err", err)
			}
			continue
		}
		silent = failing{}
		f.mu.Lock()
		quiet := asking == 0 && f.launches == before
		f.mu.Unlock()
		f.compare(list, quiet)
	}
}

// A failing tells of what fails again and again: the first time, then once a
// minute.
type failing struct {
	n    int // since the last was told
	told time.Time
}

// failed is how many failures to tell of now, 0: none.
func (f *failing) failed(now time.Time) int {
	if f.n++; now.Sub(f.told) < time.Minute {
		return 0
	}
	n := f.n
	f.n, f.told = 0, now
	return n
}

// again asks for a listing soon.
func (f *Fleet) again() {
	select {
	case f.look <- struct{}{}:
	default:
	}
}

// compare corrects what is believed by a listing. Unknown instances are
// adopted only if no launch was under way: else they may be its own.
func (f *Fleet) compare(list []Instance, quiet bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	seen := make(map[string]bool, len(list))
	var strangers []Instance
	var late []*hand // that were asked to end
	for _, i := range list {
		seen[i.ID] = true
		switch h := f.byID[i.ID]; {
		case h == nil && i.State != Ended:
			strangers = append(strangers, i)
		case h == nil:
		case i.State == Ended:
			f.ended(h, errEnded)
		case h.stage >= ending:
			late = append(late, h)
		default:
			f.advance(h, i)
		}
	}
	for id, h := range f.byID {
		if !seen[id] && time.Since(h.since) > f.o.Unseen {
			f.ended(h, errGone)
			delete(f.byID, id)
		}
	}
	f.ask(late...)
	switch {
	case f.clean != nil:
		f.clear(strangers, quiet)
	case quiet && !f.closed && f.leads():
		f.adopt(strangers)
		f.replaceOld()
	}
}

var (
	errEnded = errors.New("the instance has ended")
	errGone  = errors.New("the instance is not listed any more")
)

// adopt makes workers of instances that nobody here launched, or ends those for
// which no pool has room; f.mu is held.
func (f *Fleet) adopt(strangers []Instance) {
	asked := policy.Unasked
	if !f.begun { // so many less are launched
		asked = policy.Asked
	}
	var rest []Instance // after those of use, whose room it is
	for _, i := range strangers {
		if i.Pool < 0 || int(i.Pool) >= len(f.o.Speeds) {
			f.o.Log.Warn("instance of no pool ended", "instance", i.ID)
			rest = append(rest, i)
			continue
		}
		if granted, why := f.o.Budget.Reserve(i.Pool, 1); granted == 0 {
			f.o.Log.Warn("instance of an earlier run ended", "instance", i.ID, "err", why)
			rest = append(rest, i)
			continue
		}
		f.o.Log.Info("instance adopted", "instance", i.ID, "pool", i.Pool)
		f.admit(i, asked)
	}
	for _, i := range rest {
		f.endStranger(i)
	}
}
