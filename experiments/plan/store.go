package plan

import "time"

// A storeTable is [store]: the table that measurements are recorded in. Live
// on a cloud there is one in any case; without the table the simulator has none.
type storeTable struct {
	Learn   string        `toml:"learn" doc:"estimators learn from an \"answer\", or once it is in the \"store\"; answer"`
	Latency time.Duration `toml:"latency" doc:"from a write or a lookup to its answer, in the simulator; 10ms"`
}

// routes are from where estimators may learn.
var routes = []string{"answer", "store"}

// readStore reads [store], if it is there.
func (r *reader) readStore(e *Environment, v variant) {
	t, ok := r.sub(r.root, "store")
	if !ok {
		return
	}
	s := storeTable{Learn: "answer", Latency: 10 * time.Millisecond}
	r.decode(v.apply(t), nil, &s)
	e.store = &s
	r.wrong(!contains(routes, s.Learn), "store.learn", "unknown route %q%s", s.Learn, hint(s.Learn, routes))
	r.wrong(s.Latency < 0, "store.latency", "%v, must not be negative", s.Latency)
}
