// Package results turns what happened in a run into numbers: request records,
// streaming metrics, the columns of a run, the runs of an experiment, and the
// files of all that. What runs mean together is results/compare's, on top of it.
package results
