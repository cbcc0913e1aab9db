// Package compare takes the runs of an experiment together: estimates with intervals, paired
// differences, verdicts, searches (highest load, parameters, seeds), worlds, warnings, and the
// files of all that. It knows results and the statistics below it; sentences and figures stand on
// top of it.
//
// # How an interval comes about
//
// A metric is estimated from all replications by its form (estimator.go), and linearised: each
// replication has a part of it, and what those vary by is the error (stat.Linear). What the interval
// is about is a [stat.Basis]: independent seeds, windows of one recording, or batches of one
// run. Then it is widened where Student's t is known to be too narrow: few events (few.go), one
// replication that carries the difference (carried.go), skewed shares (difference.go), and cut where
// no value can be. How often each of these holds the truth is measured by results/study/coverage.
//
// # Differences
//
// Policies are compared in pairs of replications that met the same arrivals, so that what the arrivals
// bring to both cancels. Each difference has two intervals: one of its own, and for primary metrics one
// that holds together with all others of its family with 95 % confidence, which the verdict goes
// by. Metrics that are not primary are exploratory, and have only the first.
//
// # Verdicts
//
// [Judge] is the only place where a verdict is made. "Same" is a finding, that all of the interval lies
// within what matters; "not known" is none.
package compare
