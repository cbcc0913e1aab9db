package live

import (
	"context"
	"slices"
	"time"

	"cnv/policy"
)

// end asks for the end of an instance until a listing says that it has ended;
// f.mu is held.
func (f *Fleet) end(h *hand) {
	f.lost(h, nil)
	f.ask(h)
}

// endStranger ends an instance that is no worker here; f.mu is held. It counts against
// the budget like any other, whether there is room for it or not.
func (f *Fleet) endStranger(i Instance) {
	f.o.Budget.Take(i.Pool)
	h := &hand{Instance: i, stage: ending, since: time.Now(), worker: &Worker{ID: policy.NoWorker}}
	f.byID[i.ID] = h
	f.ask(h)
}

// ended takes note that an instance has ended, once; f.mu is held.
func (f *Fleet) ended(h *hand, why error) {
	f.lost(h, why)
	if h.stage < ended {
		h.reach(ended)
		f.o.Budget.End(h.Pool, h.since)
	}
}

// ask asks for the end of instances, of each once at a time; f.mu is held. What
// fails, or may not be done now, is asked again when the next listing still has it.
func (f *Fleet) ask(hands ...*hand) {
	hands = slices.DeleteFunc(hands, func(h *hand) bool { return h.asking })
	if len(hands) == 0 || !f.leads() {
		return
	}
	var ids []string
	for _, h := range hands {
		h.asking = true
		ids = append(ids, h.ID)
	}
	f.group.Go(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(f.ctx), patience)
		defer cancel()
		err := f.o.Provider.Terminate(ctx, ids...)
		f.mu.Lock()
		defer f.mu.Unlock()
		if err != nil && f.ctx.Err() != nil {
			f.o.Log.Warn("termination failed", "instances", ids, "err", err)
		} else if err != nil {
			f.o.Log.Warn("termination failed, tried again later", "instances", ids, "err", err)
		}
		for _, h := range hands {
			h.asking = false
		}
	})
}

// patience is how long the end of an instance is waited for.
const patience = 30 * time.Second

// Close ends the watching; what is there runs on, unless end is set: then it
// waits for launches under way and until a listing says that all instances have
// ended, half a minute at most, and returns what is left.
func (f *Fleet) Close(end bool) (left []string) {
	f.mu.Lock()
	f.closed = true
	wait := end && f.begun
	if wait {
		f.clean = make(chan struct{}, 1)
		var hands []*hand
		for _, h := range f.byID {
			if h.stage < ending {
				hands = append(hands, h)
				f.lost(h, nil)
			}
		}
		f.ask(hands...)
	}
	f.mu.Unlock()
	if wait {
		f.again()
		select {
		case <-f.clean:
		case <-time.After(patience):
			left = f.left()
		}
	}
	f.cancel()
	f.group.Wait()
	return left
}

// clear ends what a listing has that is not known here, and says when nothing
// is left; f.mu is held.
func (f *Fleet) clear(strangers []Instance, quiet bool) {
	for _, i := range strangers {
		f.endStranger(i)
	}
	for _, h := range f.byID {
		if h.stage < ended {
			return
		}
	}
	if !quiet {
		return
	}
	select {
	case f.clean <- struct{}{}:
	default:
	}
}

// left is the instances that have not ended, as far as is known.
func (f *Fleet) left() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var ids []string
	for id, h := range f.byID {
		if h.stage < ended {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}
