// Package csvfile reads and writes the CSV files of results: a header that must match, and
// numbers that read back as the same floats.
package csvfile
