package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"cnv/results/compare"
)

// A Format is how a comparison is printed. Its values are those of the flag.
type Format string

// The formats of Print.
const (
	FormatTable Format = "table"
	FormatCSV   Format = "csv"
	FormatJSON  Format = "json"
)

// Print writes the comparison in a format: as tables for people, one per workload, or as
// the rows of comparison.csv. rows are in the order of that file. It fails on an unknown
// format, and where w does.
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

// printTables prints one table per workload, and what they mean.
func printTables(w io.Writer, rows []compare.Compared) error {
	// Tables of recordings as they are come after those of all workloads.
	text, all := tables(append(slices.Clone(rows), compare.Recordings(rows)...), true)
	_, err := io.WriteString(w, text+"\n"+legend(all))
	return err
}

// PrintBrief prints one table per workload, of levels without differences, and no legend.
func PrintBrief(w io.Writer, rows []compare.Compared) error {
	text, _ := tables(rows, false)
	_, err := io.WriteString(w, text)
	return err
}

// tables is one table per workload, with or without differences, and an empty line between
// them. all is what was printed, for the legend.
//
// Invariant: the rows of a workload follow each other.
func tables(rows []compare.Compared, differences bool) (text string, all []printed) {
	var out []string
	for len(rows) > 0 {
		n := slices.IndexFunc(rows, func(r compare.Compared) bool { return r.Workload != rows[0].Workload })
		if n < 0 {
			n = len(rows)
		}
		t := tableRows(rows[:n])
		// Differences are printed of primary metrics; the columns of other primary levels
		// go with them.
		if !differences {
			t.primary = nil
		}
		note := t.shorten(mostRows)
		all = append(all, t)
		out = append(out, fmt.Sprintf("%s   (%s)\n%s\n%s", rows[0].Workload, t.about(rows[:n]), t.render(), note))
		rows = rows[n:]
	}
	return strings.Join(out, "\n"), all
}
