package store

import "cnv/policy"

// byFunction is what a row says in place of a machine's type where a function
// has answered.
const byFunction = "function"

// machine names where a request was answered: the type of the machine, or its
// pool where the type has no name.
func (s *Store) machine(p policy.PoolID) string {
	if p < 0 || int(p) >= len(s.o.Pools) {
		return byFunction
	}
	if pool := &s.o.Pools[p]; pool.Machine != "" {
		return pool.Machine
	}
	return "pool " + s.o.Pools[p].Name
}

// count puts what a request executed, and where, into its row. A request that
// was not counted has none of it there.
func (s *Store) count(i *Item, m *policy.Event) {
	if !m.Executed.Counted() {
		return
	}
	i.Numbers["instructions"] = float64(m.Executed.Instructions)
	i.Numbers["blocks"] = float64(m.Executed.Blocks)
	i.Numbers["calls"] = float64(m.Executed.Calls)
	i.Texts = map[string]string{"machine": s.machine(m.Pool)}
}

// counted is what a row says of that. The counts of a machine of a type that this
// run does not have relate to no CPU time here, and are left out.
func (s *Store) counted(i Item) (policy.Executed, policy.PoolID) {
	n := func(name string) int64 {
		if v := i.Numbers[name]; v >= 1 && v < 1<<62 {
			return int64(v)
		}
		return 0
	}
	x := policy.Executed{Instructions: n("instructions"), Blocks: n("blocks"), Calls: n("calls")}
	for p := policy.NoPool; int(p) < len(s.o.Pools); p++ {
		if s.machine(p) == i.Texts["machine"] {
			return x, p
		}
	}
	return policy.Executed{}, policy.NoPool
}
