package sim

import (
	"time"

	"cnv/policy"
)

// A probe is a gateway's question to a VM how it is, or the answer, on its way. It takes the
// network's delay each way, as a request does, and no processor time: the VM answers beside
// what it serves, whether or not there is a line. One that does not reach a VM, or finds it
// hanging, is never answered.
type probe struct {
	to      uint8 // gateway
	vm      policy.WorkerID
	nth     uint64
	back    bool
	n       int32         // requests there when it came
	latency time.Duration // median response time there of those that met as many
}

// probing is the probes under way and what VMs need to answer them.
type probing struct {
	on    bool // a policy hears the answers
	due   timerID
	nth   uint64 // of the last
	way   policy.Heap[time.Duration, probe]
	comes []coming // by call, where on
}

// A coming is what a call met at its VM.
type coming struct {
	at time.Duration
	n  int // calls there
}

// ask sends a probe out.
func (w *world) ask(to uint8, vm policy.WorkerID) {
	w.probes.nth++
	w.under(probe{to: to, vm: vm, nth: w.probes.nth})
}

// under puts a probe or an answer on its way.
func (w *world) under(p probe) {
	took, way := time.Duration(0), p.nth<<1
	if p.back {
		way |= 1
	}
	if w.idleNetwork > 0 || w.apart {
		w.draws.probe.At(way)
		s := w.cfg.Network.Draw(w.draws.probe)
		if w.apart && w.crosses(p.vm) {
			s += w.cfg.ZoneDelay.Draw(w.draws.probe)
		}
		took = duration(s)
	}
	if took == 0 {
		w.probed(p)
		return
	}
	w.probes.way.Push(policy.Entry[time.Duration, probe]{Value: p, Key: w.now + took, Tie: way})
	w.set(w.probes.due, w.probes.way[0].Key)
}

// arriveProbes takes the probes and answers on that are due.
func (w *world) arriveProbes() {
	for way := &w.probes.way; len(*way) > 0 && (*way)[0].Key <= w.now; {
		w.probed(way.Pop().Value)
	}
	if len(w.probes.way) > 0 {
		w.set(w.probes.due, w.probes.way[0].Key)
	}
}

// probed is the arrival of a probe at its VM, or of the answer at the gateway.
func (w *world) probed(p probe) {
	v := w.vms[p.vm]
	if p.back {
		w.tell(p.to, policy.Event{Kind: policy.ProbeReply, Worker: p.vm, N: p.n, Took: p.latency})
		return
	}
	if v.state == policy.StateLost || v.crashed || v.hung || w.now < max(v.cut, v.mute, w.muted, v.answers) {
		return
	}
	p.back, p.n = true, int32(v.holds())
	p.latency = v.latency.At(v.holds())
	w.under(p)
}

// holds is how many calls are at a VM, in service or in line.
func (v *vm) holds() int { return len(v.jobs) + v.lined }

// meets notes what a call met that has reached its VM.
func (w *world) meets(v *vm, c int32) {
	if n := int(c) + 1 - len(w.probes.comes); n > 0 {
		w.probes.comes = append(w.probes.comes, make([]coming, n)...)
	}
	w.probes.comes[c] = coming{w.now, v.holds()}
}

// leaves has a VM learn from a call that it has served.
func (w *world) leaves(v *vm, c int32) {
	v.latency.Add(w.probes.comes[c].n, w.now-w.probes.comes[c].at)
}
