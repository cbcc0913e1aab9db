// Package results holds the records of requests, the columns of a run, and the runs of an
// experiment, and reads and writes their files. What runs mean together is results/compare.
//
// # From a request to a file
//
// Either world tells a [Run] each request once, when it has ended ([Request]), points of the
// timeline ([Sample]) and at last the bill and the counts ([Ledger], [Counts]). The Run keeps sums,
// counts and histograms only, so that its memory does not grow with the requests, and gives a
// [Row]: a value for each of [Columns]. [Runs] collects the rows of an experiment and writes them.
//
// # What a column is
//
// A column says how it is made (its kind), and from that follows how runs are taken together: sums are
// averaged over runs, ratios are ratios of sums over all runs, quantiles are of the values of all
// runs, and an own number of a run is averaged as it is. So a run with twice the requests counts twice
// in a ratio, as it does for whoever has to serve them. Every part of a ratio is a column itself.
//
// # Rules
//
//   - Every request counts, whatever became of it. One without an answer has an infinite response
//     time; leaving it out would reward a policy that answers the easy ones only.
//   - NaN is "nothing to tell" (no request of that kind, nobody asked), written as an empty cell. Infinite
//     is a value.
//   - Shares are fractions in [0, 1], times seconds, money US dollars, work CPU-seconds on the
//     reference vCPU; a column's name ends in its unit.
//   - What several runs add up is integers where their order is left to chance, as floats would differ in
//     the last bits from one machine to another.
package results
