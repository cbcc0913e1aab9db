package second

import (
	"time"

	"cnv/policy"
	"cnv/sim"
)

// A faultState is what a fault has done to a machine.
type faultState struct {
	*sim.Fault
	looks bool
}

// fault lets the i-th fault happen.
func (w *world) fault(i int) {
	f := &w.cfg.Faults[i]
	switch f.Kind {
	case sim.NoCapacity: // which launches look for themselves
		return
	case sim.ZoneLost:
		w.loseZone(f)
		return
	}
	v := w.victim(i)
	if v == nil || v.gone >= 0 || v.hung {
		return
	}
	switch f.Kind {
	case sim.Crash:
		w.crash(v, f)
	case sim.Hang:
		v.fault = &faultState{Fault: f}
		v.hung = true
		w.at(w.now+f.Detected, func() { w.terminate(v) })
	case sim.Sick:
		v.sick = max(v.sick, f.Over())
	case sim.Interrupt:
		if v.onNotice || !w.cfg.Pools[v.pool].Spot {
			return
		}
		v.onNotice = true
		end := w.now + f.Notice
		w.at(end, func() {
			if v.gone < 0 {
				v.reclaimed = true
				w.crash(v, f)
			}
		})
		w.tell(policy.Event{Kind: policy.WorkerNotice, Worker: v.id, At: end})
	}
}

// victim is the machine that the i-th fault hits; nil: none.
func (w *world) victim(i int) *vm {
	f := &w.cfg.Faults[i]
	if f.Worker != sim.AnyWorker {
		if f.Worker < 0 || int(f.Worker) >= len(w.vms) {
			return nil
		}
		return w.vms[f.Worker]
	}
	var may []*vm
	for _, v := range w.vms {
		spot := f.Kind != sim.Interrupt || w.cfg.Pools[v.pool].Spot && !v.onNotice
		if v.isReady && v.gone < 0 && !v.hung && spot {
			may = append(may, v)
		}
	}
	if len(may) == 0 {
		return nil
	}
	r := policy.NewRand(w.cfg.Seed, "fault", 0)
	return may[r.At(uint64(i)).IntN(len(may))]
}

// crash takes a machine away; the gateway is told later.
func (w *world) crash(v *vm, f *sim.Fault) {
	v.fault = &faultState{Fault: f}
	if len(v.serving)+len(v.line) > 0 {
		w.failing(v)
	}
	w.stop(v)
	w.at(w.now+f.Detected, func() { w.terminate(v) })
}

// failing is a request that fails at a machine: the gateway looks.
func (w *world) failing(v *vm) {
	f := v.fault
	if f == nil || v.lost || f.looks || f.Failed == 0 {
		return
	}
	f.looks = true
	w.at(w.now+f.Failed, func() { w.terminate(v) })
}

// A shelfKey is what equal requests have in common.
type shelfKey struct {
	class policy.ClassID
	key   policy.Key
}

// A shelf is the table of measurements.
type shelf struct {
	rows    map[shelfKey]policy.Event
	second  map[[2]int64]int // rows by time, by class and second
	recalls bool
}

func (w *world) startShelf() {
	w.shelf = shelf{map[shelfKey]policy.Event{}, map[[2]int64]int{}, w.ctl.Recalls()}
}

// record keeps what the attempt of a Done has taken.
func (w *world) record(q *request, e *policy.Event) {
	if w.cfg.Store == nil || e.Work <= 0 {
		return
	}
	a := q.attempts[e.Attempt]
	row := policy.Event{
		Kind: policy.Observed, Class: q.Class, Key: q.Key, Features: q.Features,
		Work: e.Work, Executed: e.Executed, Pool: policy.NoPool, At: w.now,
	}
	if a.worker != policy.NoWorker {
		row.Pool = w.vms[a.worker].pool
	}
	at := [2]int64{int64(q.Class), int64(w.now / time.Second)}
	w.shelf.second[at]++
	if w.ctl.LearnByStore || w.shelf.second[at] <= 10 {
		w.write()
	}
	if w.shelf.recalls && q.Key != 0 {
		w.write()
		w.at(w.now+w.cfg.Store.Latency, func() { w.shelf.rows[shelfKey{row.Class, row.Key}] = row })
	}
	if w.ctl.LearnByStore {
		w.at(w.now+w.cfg.Store.Latency, func() { w.tell(row) })
	}
}

func (w *world) write() {
	w.out.Counts.StoreWrites++
	w.out.Ledger.Store += w.cfg.Store.USDPerWrite
}

// lookup answers what an equal request has taken.
func (w *world) lookup(q *request) {
	if w.cfg.Store == nil {
		return
	}
	w.out.Counts.StoreReads += 0.5
	w.out.Ledger.Store += w.cfg.Store.USDPerRead / 2
	w.at(w.now+w.cfg.Store.Latency, func() {
		row, ok := w.shelf.rows[shelfKey{q.Class, q.Key}]
		if !ok {
			row = policy.Event{Class: q.Class, Key: q.Key}
		}
		row.Kind = policy.Found
		w.tell(row)
	})
}
