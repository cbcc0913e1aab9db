package metered

import (
	"cnv/worker/kernel"
	"cnv/worker/metered/count"
)

// Counts are what a request executed, in the kernels and the libraries below
// them. The standard library's own code is not counted: a call of it is one
// instruction. The same request gives the same counts on any machine, alone or
// beside others, as long as it takes the same path; see package meter for what
// may change the path.
type Counts struct {
	Instructions int64 // operations of the source, weighed by package meter; not the machine's
	Blocks       int64 // straight runs of code between branches
	Calls        int64 // calls of functions that are counted themselves
}

// Available says whether this is a metered build.
func Available() bool { return count.Metered }

// All are the metered kernels under the names of kernels.All; nil in a plain
// build. They answer like the plain ones, and are to be called within Measure.
func All() map[string]kernel.Func { return all() }

// Measure runs f and returns what metered kernels executed for it, on this
// goroutine and on those that f started and waited for. It may be called by
// many goroutines at once. In a plain build it only runs f. A Measure inside f
// counts for itself alone. Meanwhile the goroutine's profiler labels are the
// meter's: those of the caller come back afterwards, also when f panics.
func Measure(f func()) Counts {
	w := count.Measure(f)
	return Counts{Instructions: w.Instructions, Blocks: w.Blocks, Calls: w.Calls}
}
