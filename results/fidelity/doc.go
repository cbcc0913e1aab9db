// Package fidelity holds what the simulator says of runs against what was measured of the
// same runs live: the rows of fidelity.csv, their words, and the record of them over time.
package fidelity
