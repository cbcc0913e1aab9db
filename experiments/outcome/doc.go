// Package outcome takes what the runs of an experiment gave, simulated or
// live, and leaves it where people look: files, figures, a report, and the
// comparison on the screen.
package outcome
