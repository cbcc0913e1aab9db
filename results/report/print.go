package report

import (
	"fmt"
	"io"

	"cnv/results/compare"
)

// A Format is how a comparison is printed.
type Format string

// The formats of Print.
const (
	FormatTable Format = "table"
	FormatCSV   Format = "csv"
	FormatJSON  Format = "json"
)

// Print writes the comparison in a format: as tables for people, one per
// workload, or as the rows of comparison.csv.
func Print(w io.Writer, f Format, rows []compare.Compared) error {
	switch f {
	case FormatCSV:
		return compare.PrintCSV(w, rows)
	case FormatJSON:
		return compare.PrintJSON(w, rows)
	case FormatTable:
		return printTables(w, rows)
	}
	return fmt.Errorf("results: format %q, want table, csv or json", f)
}
