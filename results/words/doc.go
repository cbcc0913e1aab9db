// Package words is how numbers with their intervals, and lists, are written for people. It
// knows nothing of runs or metrics: every floor of results stands on it.
//
// A number is never written as 0 unless it is 0, and a sign never disappears by rounding:
// readers take both for findings. The minus sign is U+2212, as in print; numbers of files
// are written by csvfile.
package words
