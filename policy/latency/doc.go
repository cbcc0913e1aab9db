// Package latency is what a worker says of its response times when it is probed: the median of
// those that the latest requests had which met as many others there. The simulator's workers
// and the program of real ones keep it alike.
package latency
