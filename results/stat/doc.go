// Package stat is the estimators of a comparison: how the numbers of
// replications become a value, what each replication contributes to it, and
// how sure differences are, one by one and all together. It knows nothing of
// runs, files or words.
//
// Every estimator gives its value and one number per replication whose mean
// is that value (its linearisation). Of two estimators over the same
// replications the difference is linearised by the differences, so that sums,
// ratios and quantiles are paired, resampled and judged in one way.
package stat
