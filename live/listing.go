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
			f.o.Log.Warn("instances cannot be listed", "err", err)
			continue
		}
		f.mu.Lock()
		quiet := asking == 0 && f.launches == before
		f.mu.Unlock()
		f.compare(list, quiet)
	}
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
func (f *Fleet) compare(list []Instance, adopt bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	seen := make(map[string]bool, len(list))
	for _, i := range list {
		seen[i.ID] = true
		h := f.byID[i.ID]
		switch {
		case h == nil && (i.State == Ended || !adopt || f.closed):
		case h == nil:
			f.adopt(i)
		case h.doomed && i.State != Ended:
			f.group.Go(func() { f.terminate(i.ID) })
		case f.byWorker[h.worker.ID] == h:
			f.advance(h, i)
		}
	}
	for id, h := range f.byID {
		if !seen[id] && time.Since(h.since) > f.o.Unseen {
			f.lost(h, errGone)
			delete(f.byID, id)
		}
	}
}

var errGone = errors.New("the instance is not listed any more")

// adopt makes a worker of an instance that nobody here launched, or ends it
// if no pool has room for it; f.mu is held.
func (f *Fleet) adopt(i Instance) {
	if i.Pool >= 0 && int(i.Pool) < len(f.o.Speeds) {
		granted, why := f.o.Budget.Reserve(i.Pool, 1)
		if granted == 1 {
			f.o.Log.Info("instance adopted", "instance", i.ID, "pool", i.Pool)
			f.admit(i)
			return
		}
		f.o.Log.Warn("instance of an earlier run ended", "instance", i.ID, "err", why)
	} else {
		f.o.Log.Warn("instance of no pool ended", "instance", i.ID)
	}
	f.byID[i.ID] = &hand{Instance: i, doomed: true, since: time.Now(), worker: &Worker{ID: policy.NoWorker}, leave: func() {}}
	f.group.Go(func() { f.terminate(i.ID) })
}
