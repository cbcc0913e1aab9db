package sim

import (
	"cmp"
	"slices"
	"time"

	"cnv/policy"
	"cnv/policy/zones"
)

// A launch is a VM that was asked for and is not known yet, or was refused.
// EC2 answers RunInstances only after a while; until then the gateway has asked for a VM and
// knows no ID to send a command to.
type launch struct {
	pool    policy.PoolID
	zone    uint8
	refused bool
	took    LaunchTimes
	timer   timerID
}

// LaunchRand is the stream that the launches of a run are drawn from, At the
// number of the launch, from 0: in the simulator and on local endpoints, so that
// the k-th launch takes as long in both.
func LaunchRand(seed uint64) *policy.Rand { return policy.NewRand(seed, "launch", 0) }

// LaunchTimes is how long the parts of one launch take: see [Launch].
type LaunchTimes struct{ API, Pending, Boot, Start, Health time.Duration }

// Draw draws the parts of one launch.
// A law of the whole stretches all parts alike, as measurements often have only the sum. The five
// parts are drawn in the order in which they happen: another order would change every run.
func (l *Launch) Draw(r *policy.Rand) LaunchTimes {
	by := 1.0
	if l.Whole.Law != nil {
		by = l.Whole.Draw(r) / (l.API.K + l.Pending.K + l.Boot.K + l.Start.K + l.Health.K)
	}
	var t LaunchTimes
	t.API = duration(by * l.API.Draw(r))
	t.Pending = duration(by * l.Pending.Draw(r))
	t.Boot = duration(by * l.Boot.Draw(r))
	t.Start = duration(by * l.Start.Draw(r))
	t.Health = duration(by * l.Health.Draw(r))
	return t
}

// launch asks for n VMs. The k-th launch of a run takes the same time
// whatever the policy.
// Launches have a number over all pools: where one policy launches in the first pool and another in
// the second, the k-th still takes equally long if the pools have the same laws.
func (w *world) launch(p policy.PoolID, n int) {
	l := &w.cfg.Pools[p].Launch
	for range n {
		i := int32(len(w.launches))
		took := l.Draw(w.draws.launch.At(uint64(i)))
		zone, ok := w.place(p, uint64(i))
		if ok {
			w.inZone(p, zone, 1)
		}
		w.launches = append(w.launches, launch{pool: p, zone: zone, refused: !ok, took: took, timer: w.timer(launchKnown, i)})
		w.set(w.launches[i].timer, w.now+took.API)
	}
}

// known makes the VM of a launch, or tells that it was refused.
// All instants of its life are fixed here, so that a terminated VM needs no timer to be found
// out of.
func (w *world) known(i int32) {
	l := &w.launches[i]
	w.release(l.timer)
	if !l.refused && w.lost(l.zone) {
		l.refused = true
		w.inZone(l.pool, l.zone, -1)
	}
	if l.refused {
		w.tell(0, policy.Event{Kind: policy.LaunchFailed, Pool: l.pool, N: 1})
		return
	}
	v := w.newVM(l.pool, l.zone, hostKey(int(i), true))
	v.runs = w.now + l.took.Pending
	v.up = v.runs + l.took.Boot
	v.boots(v.up + l.took.Start)
	v.ready = v.answers + l.took.Health
	w.announce(policy.Event{Kind: policy.WorkerPending, Worker: v.id, Pool: v.pool, Zone: v.zone})
	w.set(v.life, v.runs)
	w.endanger(v)
}

// newVM adds a VM, which chance makes by the key.
// Without a bound on slots and without processor sharing it has as many slots as cores.
func (w *world) newVM(p policy.PoolID, zone uint8, key uint64) *vm {
	c := &w.cfg.Control.Pools[p]
	v := &vm{
		id: policy.WorkerID(len(w.vms)), pool: p, zone: zone, cores: c.Cores, speed: c.Speed,
		slots: c.Slots, state: policy.StatePending, at: w.now, read: reading{at: -1},
	}
	if v.slots == 0 && !w.cfg.PS {
		v.slots = v.cores
	}
	w.equip(v, key)
	v.service = w.timer(vmService, int32(v.id))
	v.life = w.timer(vmLife, int32(v.id))
	w.vms = append(w.vms, v)
	w.alive = append(w.alive, v)
	return v
}

// live brings a VM to its next stage.
// Running is the state from which EC2 bills; that the system or the application answers is
// no event: the gateway sees only the health check pass.
func (w *world) live(v *vm) {
	if v.state == policy.StatePending {
		v.state = policy.StateRunning
		w.announce(policy.Event{Kind: policy.WorkerRunning, Worker: v.id})
		w.set(v.life, v.ready)
		return
	}
	if v.state == policy.StateRunning {
		v.state = policy.StateReady
		w.announce(policy.Event{Kind: policy.WorkerReady, Worker: v.id})
	}
}

// initial makes the VMs that are there, and ready, at the start.
// They were launched before the run: their launches are not drawn, so that the first launch of a
// policy is the first of the stream.
func (w *world) initial() {
	for p := range w.cfg.Pools {
		for range w.cfg.Pools[p].Initial {
			p := policy.PoolID(p)
			zone := slices.Index(new(zones.Memory).Shares(0, w.launching.have[p], w.elsewhere(p), 0, 1), 1)
			w.inZone(p, uint8(zone), 1)
			v := w.newVM(p, uint8(zone), hostKey(len(w.vms), false))
			v.warm()
			v.state, v.read.at = policy.StateReady, 0
			for _, k := range [3]policy.EventKind{policy.WorkerPending, policy.WorkerRunning, policy.WorkerReady} {
				for g := range w.gateways {
					w.tell(uint8(g), policy.Event{Kind: k, Worker: v.id, Pool: v.pool, Zone: v.zone})
				}
			}
			w.endanger(v)
		}
	}
}

// drain stops a VM from getting more work, by the gateway's own decision:
// the world only watches for the end of what it has.
// WorkerDrained follows once nothing is assigned to it, at this instant where that is so already.
func (w *world) drain(v *vm) {
	if v.state == policy.StateLost {
		return
	}
	if len(w.gateways) > 1 {
		w.spread(policy.Event{Kind: policy.WorkerNotice, Worker: v.id, At: drains})
		return
	}
	v.draining = true
	w.drained(v)
}

// drained says so once when a draining VM has nothing left.
func (w *world) drained(v *vm) {
	if v.draining && v.assigned == 0 && v.state != policy.StateLost {
		v.draining = false
		w.tell(0, policy.Event{Kind: policy.WorkerDrained, Worker: v.id})
	}
}

// terminate ends a VM; what is in flight there fails.
// The bill ends at the command, as EC2 ends it when an instance begins to shut down. A VM that has
// crashed already had its bill ended then.
func (w *world) terminate(v *vm) {
	if v.state == policy.StateLost {
		return
	}
	if !v.crashed {
		w.stop(v)
		w.tally.terminated++
	}
	w.lose(v)
	w.abort(v)
}

// stop ends the VM's bill and takes it out of the world.
// A spot instance that AWS takes away in its first hour is not billed for it; Reclaimed knows.
func (w *world) stop(v *vm) {
	v.advance(w.now)
	if v.reclaimed() {
		w.money.Reclaimed(v.pool, v.zone, w.now-v.runs)
	} else {
		w.money.Worker(v.pool, v.zone, w.now-v.runs)
	}
	w.tally.retire(v, w.now)
	w.closeCredits(v)
	w.release(v.service)
	w.release(v.life)
	i := slices.Index(w.alive, v)
	w.alive = slices.Delete(w.alive, i, i+1)
	w.inZone(v.pool, v.zone, -1)
}

// lose tells the gateway that the VM is gone.
func (w *world) lose(v *vm) {
	v.state = policy.StateLost
	w.announce(policy.Event{Kind: policy.WorkerLost, Worker: v.id})
}

// abort fails what is in flight on a VM that is gone.
func (w *world) abort(v *vm) {
	w.failAll(v)
	w.heal(v)
}

// failAll fails what is in flight on a VM: what is in service in the order in which it
// was begun, then what is in line.
func (w *world) failAll(v *vm) {
	slices.SortFunc(v.jobs, func(a, b policy.Entry[float64, struct{}]) int { return cmp.Compare(a.Tie, b.Tie) })
	for i := range v.jobs {
		c := jobOf(&v.jobs[i])
		w.jobs[c] = -1
		w.answer(c, policy.Error, 0)
	}
	v.jobs = v.jobs[:0]
	for v.line.Len() > 0 {
		c := v.line.Pop()
		if w.calls[c].place == abandoned {
			w.free(c)
			continue
		}
		w.answer(c, policy.Error, 0)
	}
	v.lined = 0
	if t := v.traits; t != nil {
		t.threads, t.memory = 0, 0
	}
}
