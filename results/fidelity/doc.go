// Package fidelity holds what the simulator says of runs against what was measured of the
// same runs live: the rows of fidelity.csv, their words, and the record of them over time.
//
// A live run keeps its arrivals. The simulator is given the same ones, several times with
// other draws of machines and policies, and the measured value is compared with the
// interval of these. That interval is about what chance does to such runs; a value outside
// is an error of the model, in one of twenty cases by luck. experiments/predict makes the
// rows.
package fidelity
