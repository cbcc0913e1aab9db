package main

import (
	"fmt"
)

// unlike says what of the experiment is otherwise live than in the simulator.
func unlike(r *session) (out []string) {
	if r.sim.PS {
		out = append(out, `discipline = "ps": live, a worker serves one request per core and the rest wait in line, as under "fcfs"`)
	}
	for i := range r.cfg.Pools {
		if p := &r.cfg.Pools[i]; p.Slots > 0 && p.Slots != p.Cores {
			out = append(out, fmt.Sprintf("pool %s: slots = %d: live, a worker serves as many requests at once as it has cores, %d", p.Name, p.Slots, p.Cores))
		}
	}
	if f := r.sim.Funcs; f != nil && f.PerClass {
		out = append(out, "functions.per_class: live, one function serves all classes, so environments are shared")
	}
	return out
}
