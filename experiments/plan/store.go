package plan

import (
	"time"

	"cnv/policy/catalog"
	"cnv/sim"
)

// A storeTable is [store]: the table that measurements are recorded in. Live
// on a cloud there is one in any case; without the table the simulator has none.
type storeTable struct {
	Learn   string        `toml:"learn" doc:"estimators learn from an \"answer\", or once it is in the \"store\"; answer"`
	Latency time.Duration `toml:"latency" doc:"from a write or a lookup to its answer, in the simulator; 10ms"`
	Writes  float64       `toml:"write_units" doc:"provisioned capacity: writes of up to 1 KiB per second, and those that were not used in the 300 s before; what is beyond waits and is tried again; in the simulator: live the table is on demand; 0: on demand"`
	Reads   float64       `toml:"read_units" doc:"likewise, of reads of up to 4 KiB, a lookup being half of one; what is beyond has no answer; 0: on demand"`
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
	r.wrong(!(s.Writes >= 0), "store.write_units", "%v, must not be negative", s.Writes)
	r.wrong(!(s.Reads >= 0), "store.read_units", "%v, must not be negative", s.Reads)
	r.wrong((s.Writes > 0) != (s.Reads > 0), "store", "capacity is provisioned for both writes and reads, or for neither: give write_units and read_units above 0, or leave both out")
	r.wrong(s.Latency < 0, "store.latency", "%v, must not be negative", s.Latency)
}

// world is the store of a run.
func (s *storeTable) world() *sim.Store {
	if s.Writes > 0 {
		return &sim.Store{Latency: s.Latency, WriteUnits: s.Writes, ReadUnits: s.Reads, USDPerHour: catalog.CapacityUSDPerHour(s.Writes, s.Reads)}
	}
	return &sim.Store{Latency: s.Latency, USDPerWrite: catalog.StoreWrite.USD(), USDPerRead: catalog.StoreRead.USD()}
}

// items are what it is charged by.
func (s *storeTable) items() []catalog.Item {
	if s.Writes > 0 {
		return []catalog.Item{catalog.StoreWriteUnit, catalog.StoreReadUnit}
	}
	return []catalog.Item{catalog.StoreWrite, catalog.StoreRead}
}
