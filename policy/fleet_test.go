package policy

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A twin is the fleet done the dumb way: every question is answered by
// looking at everything.
type twin struct {
	f    *fleet
	view View
	jobs map[WorkerID][]int32 // attempts in flight in order of dispatch
	had  map[int32]float64    // work each attempt had
	at   time.Duration
}

// pass lets time go by: the first `servers` attempts of each worker progress.
func (t *twin) pass(d time.Duration) {
	for id, list := range t.jobs {
		w := &t.f.workers[id]
		n := min(len(list), int(t.f.cfg[w.Pool].servers(t.f.ps)))
		rate := w.Speed * min(1, float64(w.Cores)/float64(max(n, 1)))
		for _, i := range list[:n] {
			t.had[i] += rate * d.Seconds()
		}
	}
	t.at += d
	t.view.Now = t.at
}

func (t *twin) workLeft(id WorkerID) float64 {
	left := 0.0
	list := t.jobs[id]
	n := min(len(list), int(t.f.cfg[t.f.workers[id].Pool].servers(t.f.ps)))
	for k, i := range list {
		est := t.f.attempts.all[i].work
		switch had := t.had[i]; {
		case k >= n, had == 0:
			left += est
		case had < est:
			left += est - had
		default:
			left += had
		}
	}
	return left
}

// check compares every index with a scan.
func (t *twin) check(rt *rapid.T) {
	if what := t.f.broken(); what != "" {
		rt.Fatal(what)
	}
	var ready []WorkerID
	least, most, total := math.MaxInt, -1, 0
	for i := range t.f.workers {
		w := &t.f.workers[i]
		if w.State != StateReady {
			continue
		}
		ready = append(ready, w.ID)
		least = min(least, int(w.InFlight))
		most = max(most, int(w.InFlight))
		total += int(w.InFlight)
	}
	if got := t.view.InFlight(); got != total {
		rt.Fatalf("%d in flight, want %d", got, total)
	}
	if !slices.Equal(ready, t.f.ready) {
		rt.Fatalf("ready = %v, want %v", t.f.ready, ready)
	}
	var tied []WorkerID
	for _, id := range ready {
		if int(t.f.workers[id].InFlight) == least {
			tied = append(tied, id)
		}
	}
	got := slices.Sorted(slices.Values(t.view.Least()))
	if !slices.Equal(got, tied) {
		rt.Fatalf("least = %v, want %v", got, tied)
	}
	if id, ok := t.view.Busiest(math.MaxInt32); ok != (len(ready) > 0) || ok && int(t.f.workers[id].InFlight) != most {
		rt.Fatalf("busiest = %v %v, want one with %d", id, ok, most)
	}
	t.checkFree(rt, ready)
}

func (t *twin) checkFree(rt *rapid.T, ready []WorkerID) {
	best, id := math.Inf(1), NoWorker
	for _, w := range ready {
		want := t.workLeft(w)
		if got := t.f.workLeft(t.at, w); math.Abs(got-want) > 1e-6*(1+want) {
			rt.Fatalf("at %v: work left at %d = %v, want %v", t.at, w, got, want)
		}
		wk := &t.f.workers[w]
		if key := want / (float64(wk.Cores) * wk.Speed); key < best {
			best, id = key, w
		}
	}
	got, ok := t.view.EarliestFree(0)
	if ok != (id != NoWorker) {
		rt.Fatalf("earliest = %v %v, want %v", got, ok, id)
	}
	if ok {
		wk := &t.f.workers[got]
		if key := t.workLeft(got) / (float64(wk.Cores) * wk.Speed); key > best+1e-6*(1+best) {
			rt.Fatalf("earliest free = %d in %v s, but %d in %v s", got, key, id, best)
		}
	}
}

// TestFleetTwin: the indexes of the fleet equal scans, and the predicted work
// left equals one recomputed from the attempts, under random use, both for
// first come, first served and for processor sharing.
func TestFleetTwin(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		cfg := &Config{PS: rapid.Bool().Draw(rt, "ps"), Pools: []Pool{{Cores: rapid.IntRange(1, 3).Draw(rt, "cores"), Speed: 1.5}}}
		if cfg.PS {
			cfg.Pools[0].Slots = rapid.IntRange(0, 5).Draw(rt, "slots")
		}
		c := &Controller{cfg: *cfg, fleet: newFleet(cfg)}
		f := &c.fleet
		tw := &twin{f: f, jobs: map[WorkerID][]int32{}, had: map[int32]float64{}}
		tw.view = View{f: f, c: c}
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			tw.step(rt)
			tw.check(rt)
		}
	})
}

func (t *twin) step(rt *rapid.T) {
	if ms := rapid.IntRange(0, 3000).Draw(rt, "ms"); ms > 0 {
		// Not whole: what is left of a request jumps when it has had what was predicted, and
		// the two sides round differently there.
		t.pass(time.Duration(ms)*time.Millisecond + 137)
	}
	f := t.f
	switch op := rapid.IntRange(0, 9).Draw(rt, "op"); {
	case op == 0 || len(f.ready) == 0:
		id := WorkerID(len(f.workers))
		f.announce(t.at, &Event{Worker: id})
		f.run(t.at, &f.workers[id])
		f.becomeReady(t.at, &f.workers[id])
		f.open(t.at, &f.workers[id])
	case op == 1 && len(f.ready) > 1:
		w := &f.workers[f.ready[rapid.IntRange(0, len(f.ready)-1).Draw(rt, "w")]]
		f.retire(w, StateDraining)
	case op <= 6:
		w := f.ready[rapid.IntRange(0, len(f.ready)-1).Draw(rt, "w")]
		i := f.attempts.alloc()
		f.attempts.all[i] = attempt{worker: w, work: rapid.Float64Range(0, 4).Draw(rt, "work"), prev: -1, next: -1}
		f.book(t.at, i)
		t.jobs[w] = append(t.jobs[w], i)
		t.had[i] = 0
	case op == 7: // as when the first measurement comes
		work := rapid.Float64Range(0, 4).Draw(rt, "measured")
		for _, list := range t.jobs {
			for _, i := range list {
				f.revalue(t.at, i, work)
			}
		}
		f.reorder(t.at)
	default:
		for _, w := range f.ready {
			if list := t.jobs[w]; len(list) > 0 {
				k := rapid.IntRange(0, len(list)-1).Draw(rt, "job")
				i := list[k]
				f.unbook(t.at, i)
				f.attempts.release(i)
				t.jobs[w] = slices.Delete(list, k, k+1)
				break
			}
		}
	}
}

// TestTimersTwin: timers come in the order of (instant, owner, tag), whether
// they were set for an instant or after one of many constant delays, and whatever was
// purged.
func TestTimersTwin(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var ts timers
		var all []timer
		now := time.Duration(0)
		for range rapid.IntRange(1, 200).Draw(rt, "steps") {
			now += time.Duration(rapid.IntRange(0, 5).Draw(rt, "dt"))
			tm := timer{tag: uint64(rapid.IntRange(0, 9).Draw(rt, "tag")), owner: owner(rapid.IntRange(0, 3).Draw(rt, "owner"))}
			switch rapid.IntRange(0, 3).Draw(rt, "op") {
			case 0:
				d := time.Duration(rapid.IntRange(0, 9).Draw(rt, "delay"))
				tm.at = now + d
				if ring := ts.ring(d); ring != nil {
					ring.push(tm)
				} else {
					ts.at(tm.at, tm.owner, tm.tag)
				}
				all = append(all, tm)
			case 1:
				tm.at = now + time.Duration(rapid.IntRange(0, 20).Draw(rt, "at"))
				ts.at(tm.at, tm.owner, tm.tag)
				all = append(all, tm)
			case 3:
				stale := func(u timer) bool { return u.tag == tm.tag }
				ts.purge(stale)
				for i := range ts.rings {
					ts.rings[i].purge(stale)
				}
				all = slices.DeleteFunc(all, stale)
			case 2:
				slices.SortFunc(all, func(a, b timer) int {
					if a.before(b) {
						return -1
					}
					return 1
				})
				got, where, ok := ts.first()
				if ok != (len(all) > 0) || ok && got != all[0] {
					rt.Fatalf("first = %+v %v, want %+v", got, ok, all)
				}
				if ok {
					ts.drop(where)
					i := slices.Index(all, got)
					all = slices.Delete(all, i, i+1)
				}
			}
		}
	})
}
