package meter

// A weight is what code costs each time it runs.
type weight struct{ instructions, blocks, calls, statements int64 }

// add adds n times o.
func (w *weight) add(n int64, o weight) {
	w.instructions += n * o.instructions
	w.blocks += n * o.blocks
	w.calls += n * o.calls
	w.statements += n * o.statements
}

// A sum is how often a block runs: the counters it follows from, each with a
// factor, mostly 1 or -1. The empty sum is of code that never runs.
type sum map[int]int64

// plus is s + o.
func (s sum) plus(o sum) sum { return s.add(1, o) }

// minus is s - o.
func (s sum) minus(o sum) sum { return s.add(-1, o) }

// add is s + n o, in a sum of its own.
func (s sum) add(n int64, o sum) sum {
	r := sum{}
	for c, k := range s {
		r[c] = k
	}
	for c, k := range o {
		if r[c] += n * k; r[c] == 0 {
			delete(r, c)
		}
	}
	return r
}

// A block is code without branches: its weight, and how often it runs.
type block struct {
	weight
	runs sum
}
