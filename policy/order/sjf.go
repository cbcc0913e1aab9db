package order

import "cnv/policy"

// SJF serves the request with the least predicted work first, less Ageing CPU-seconds for
// each second that it has waited, so that a long one waits for no more than its work divided
// by Ageing longer than those that come later. All that wait age alike, so a request keeps
// its rank: by its work plus Ageing times its arrival. O(log of the requests that wait).
//
// Without ageing it is the non-preemptive shortest job first of one M/G/1 line: a request of
// work x waits λE[S²]/2 / (1-ρ(x))² on average, ρ(x) being the load of those that are no
// longer (Phipps, Operations Research 4(1), 1956). With predictions that are wrong
// it degrades smoothly, as nothing is preempted (Scully, Grosof, Mitzenmacher, ITCS 2022).
type SJF struct {
	Ageing float64 `toml:"ageing" doc:"CPU-seconds of work that each second of waiting makes up for; 0 none" range:"0:1" set:"yes"`
}

// Validate checks the parameters.
func (p *SJF) Validate() error { return atLeast0("ageing", p.Ageing) }

// Key implements policy.Order.
func (p *SJF) Key(v *policy.View, r *policy.Request) float64 {
	return v.Counted(r) + p.Ageing*r.Arrived.Seconds()
}
