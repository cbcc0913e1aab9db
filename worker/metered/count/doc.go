// Package count holds the counters of the requests being measured. Only code
// written by package meter calls it, and package metered.
//
// Each goroutine of a request counts in a shard of its own, so that counting
// is a plain increment. A function is given the shard by the function that
// called it; where the caller is not metered, as when the standard library
// calls back, the shard is found where the runtime keeps the goroutine's
// profiler labels.
package count
