// Package csvfile reads and writes the CSV files of results: a header that must match, and
// numbers that read back as the same floats.
//
// A file is written whole or its writer fails; who replaces a folder of results writes it
// aside (see compare.Set.Write). What is read may be damaged or changed by a person, so
// that nothing is taken for granted but the length of a row: errors name the file and the
// line.
//
// Columns behind those of the header are of two kinds. Factors ([FactorPrefix]) may follow
// any file and are not read by [Read]; others are an error, as another version wrote them.
package csvfile
