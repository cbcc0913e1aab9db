// Package cpu says how much CPU time was used: by a thread, and by the machine
// or the container that the worker has for itself.
package cpu
