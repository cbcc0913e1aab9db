// Package words is how numbers with their intervals, and lists, are written for
// people. It knows nothing of runs or metrics: every floor of results stands on it.
package words
