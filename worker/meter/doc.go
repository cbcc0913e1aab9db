// Package meter builds programs whose kernels count what they execute: the
// instructions, basic blocks and calls of each request.
//
//	go run ./worker/meter/cmd build -o worker ./worker/cmd/...
//
// It takes the package that lists the kernels (the registry) and all that it
// imports, except the standard library and what kernels share with their
// callers (the border), and writes metered copies of them into an overlay of
// the source tree, from which the go command builds. Nothing is written into the tree itself. The plain packages stay as
// they are and sit in the same program, so that a worker chooses for each
// request; package metered is how it reaches the copies. Tool and copies are
// needed at build time only.
//
// # How code is metered
//
// In each function's body (walk.go, branch.go, loop.go) the number of runs of
// each block is worked out as a sum of counters: what follows an if is what
// came before it, an else is that less the then, a loop's test is what enters
// it and what comes back. Only where no sum will do a counter is placed, about
// one in a branch or loop, and each carries the cost (cost.go) of all the
// blocks that are counted with it. Leaves (leaf.go), functions that are one
// block, get no counter: their callers are charged, and inline them as before.
//
// A function F becomes F_mt, with the counters as its first parameter, and F
// remains as a way in for callers that are not metered (entry.go). Calls of
// functions, methods, and interfaces that nothing outside implements
// (iface.go) pass the counters on; what is called through a function value
// finds them in the goroutine's profiler labels. New goroutines get counters
// of their own (call.go). Lines, panics and race reports name the original
// sources (edit.go).
//
// # What is not metered
//
// It refuses, with file and line, what it would meter wrongly: cgo and
// assembly, links into packages it copies, profiler labels set by a kernel, and
// its own names used by the source (refuse.go). Counted as one instruction are
// calls of the standard library, and of packages for which the registry has a
// line
//
//	//meter:plain PATH reason
//
// as it must for those with cgo or assembly. Approximate are requests in which panics
// unwind, for blocks are counted as they begin.
// Not counted are finalizers, and goroutines that outlive their request. A
// goroutine that the standard library starts for a callback (other than
// WaitGroup.Go, time.AfterFunc and context.AfterFunc) counts with its
// creator, and races with it. Copies have package variables of their own, and
// are initialised beside the plain packages: one that registers itself where
// that may be done once, as a command line flag, panics when the program
// starts. Reflection finds the added methods on their types.
//
// The counts of a request change where its path does: library code chosen by
// GOARCH, a number of goroutines taken from GOMAXPROCS, random numbers, caches
// and pools (sync.Once, sync.Pool) that an earlier request filled.
package meter
