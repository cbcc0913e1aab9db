// Package workloads is what arrives: recorded traces and their format,
// importers for public data sets, generators, and the transforms between them.
//
// A [Workload] describes one workload; its Open gives a [Source] of
// [Arrival] values in order of time for one seed, so that every policy of a
// comparison meets the same arrivals and the same sizes.
package workloads
