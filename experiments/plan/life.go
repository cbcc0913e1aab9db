package plan

import "cnv/sim"

// checkLife checks what ends environments of functions beside keep_alive.
func (r *reader) checkLife(f *functionsTable, given bool, at func(key string) string) {
	r.wrong(given && (f.SpareKeepAlive <= 0 || f.SpareKeepAlive > f.KeepAlive && !r.blamed(at("keep_alive"))), at("spare_keep_alive"),
		"%v, must be above 0s and at most keep_alive = %v, for which the last one stays", f.SpareKeepAlive, f.KeepAlive)
	r.wrong(f.Lifetime < 0, at("lifetime"), "%v, must not be negative", f.Lifetime)
	most := f.Concurrency - f.Provisioned
	r.wrong(f.Warm < 0 || f.Warm > most && !r.blamed(at("concurrency")) && !r.blamed(at("provisioned")), at("warm"), "%d, must be in [0, concurrency less provisioned = %d]", f.Warm, most)
}

// life is what ends environments in the simulated world beside keep_alive.
func (f *functionsTable) life() sim.Life {
	return sim.Life{Spare: f.SpareKeepAlive, Bound: f.Lifetime, Warm: f.Warm}
}
