// Package compare says what the runs of an experiment mean: estimates over runs,
// differences between policies with their intervals and verdicts, the searches beside them
// (highest load, tuning, sensitivity, worlds), what readers must be warned of, and the
// files of all that. A Set holds the runs and answers; each verdict rests on intervals that
// hold together (see Compared).
package compare
