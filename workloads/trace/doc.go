// Package trace reads, writes, imports and transforms recorded arrivals.
//
// A trace is a folder: trace.json says what it is
// and where it comes from; events.csv(.gz) has one line per arrival, or
// counts.csv(.gz) one per bin and class; classes.csv names the classes. A bare
// CSV file with the header arrival_us,class,work_us is a trace too. Times are
// integer microseconds; an empty cell is unknown, never 0.
package trace
