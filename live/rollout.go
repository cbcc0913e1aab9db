package live

import (
	"fmt"
	"slices"

	"cnv/policy"
)

// Instances of another version serve on. For each a replacement is launched, of
// which the policies hear when it can serve: at the same instant the old one is
// drained. So they neither see too many workers while replacements boot, and drain
// those that serve, nor too few.

// replaceOld launches a replacement for each old instance that has none, as far as
// the budget goes; f.mu is held. What does not fit is tried again after each listing.
func (f *Fleet) replaceOld() {
	for p := range f.replacing {
		p := policy.PoolID(p)
		missing := -f.replacing[p]
		for _, h := range f.byWorker {
			if h.Old && h.stage < draining && h.Pool == p {
				missing++
			}
		}
		if missing <= 0 {
			continue
		}
		granted, why := f.o.Budget.Reserve(p, missing)
		if granted < missing {
			f.o.Log.Warn("instances of another version serve on, as there is no room for new ones beside them", "pool", p, "instances", missing-granted, "err", why)
		}
		if granted > 0 {
			f.launchReplacements(p, granted)
		}
	}
}

// launchReplacements asks for n replacements; f.mu is held.
func (f *Fleet) launchReplacements(p policy.PoolID, n int) {
	f.launches++
	f.asking++
	f.replacing[p] += n
	token := fmt.Sprintf("%s-%d", f.o.Run, f.launches)
	f.group.Go(func() {
		got, err := f.o.Provider.Launch(f.ctx, p, n, token)
		f.mu.Lock()
		defer f.mu.Unlock()
		f.asking--
		f.replacing[p] -= n - len(got)
		f.o.Budget.Release(p, n-len(got))
		if len(got) < n && f.ctx.Err() == nil {
			f.o.Log.Warn("launch failed, tried again later", "pool", p, "instances", n-len(got), "err", err)
		}
		for _, i := range got {
			h := f.take(i, replacing)
			if f.clean != nil {
				f.end(h)
				continue
			}
			f.advance(h, i)
		}
		f.again()
	})
}

// join makes a worker of a replacement that can serve; f.mu is held. If no old
// instance is left, a policy has wanted fewer meanwhile, and it ends.
func (f *Fleet) join(h *hand) bool {
	if f.old(h.Pool) == nil {
		f.end(h)
		return false
	}
	h.reach(joining)
	f.replacing[h.Pool]--
	f.announce(h, policy.Unasked)
	h.worker.Running()
	return true
}

// drainReplaced drains an old instance, in the place of which h serves; f.mu is held.
func (f *Fleet) drainReplaced(h *hand) {
	old := f.old(h.Pool)
	old.reach(draining)
	f.o.Log.Info("instance of another version replaced", "instance", old.ID, "by", h.ID)
	old.worker.Replaced()
}

// old is the first of the old instances of a pool that serve; nil: none.
func (f *Fleet) old(p policy.PoolID) *hand {
	var ids []policy.WorkerID
	for id, h := range f.byWorker {
		if h.Old && h.stage < draining && h.Pool == p {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return f.byWorker[slices.Min(ids)]
}

// abandon forgets a replacement that will not serve; f.mu is held.
func (f *Fleet) abandon(h *hand, why error) {
	h.reach(ending)
	if why != nil {
		f.o.Log.Warn("a new instance will not serve", "instance", h.ID, "err", why)
	}
	h.leave()
	f.replacing[h.Pool]--
}
