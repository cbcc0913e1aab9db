package sim

import (
	"slices"

	"cnv/policy"
)

// inZone notes that a VM is in a zone, or that one is on its way there; by is -1 where it is no more.
func (w *world) inZone(p policy.PoolID, zone uint8, by int) {
	w.launching.have[p][zone] += by
	w.launching.vcpus[w.market(p)] += by * w.cfg.Control.Pools[p].Cores
}

// crosses says whether what goes between the gateway and a VM goes from zone to zone.
func (w *world) crosses(id policy.WorkerID) bool {
	return id != policy.NoWorker && w.vms[id].zone != w.cfg.Control.Zone
}

// transfer bills the body of a request that a VM takes, which 0, or of its answer, which 1, where
// it crosses. What has no recorded size costs nothing.
func (w *world) transfer(c int32, which int) {
	if call := &w.calls[c]; !call.runsOn && w.crosses(call.vm) {
		w.money.Crossed(max(w.bodies[call.slot][which], 0))
	}
}

// loseZone takes away all VMs of a zone at once. Launches there fail until it is back: see refuse.
// The gateway is not lost, even where the zone is its own.
func (w *world) loseZone(f *Fault) {
	hit := false
	for _, v := range slices.Clone(w.alive) {
		if int(v.zone) != f.Zone {
			continue
		}
		hit = true
		w.crash(v, f)
	}
	if !hit {
		w.spare(f.Name + " hit nobody: no worker was in the zone")
	}
}
