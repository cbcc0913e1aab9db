package compare

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"cnv/results"
	"cnv/results/fidelity"
)

// writeColumns writes columns.md.
func writeColumns(dir string) error {
	return os.WriteFile(filepath.Join(dir, "columns.md"), []byte(columnsMarkdown()), 0o644)
}

// columnsMarkdown is columns.md: every file of results and its columns. It depends on
// nothing but the program, so that a test compares it with the file that is committed.
func columnsMarkdown() string {
	var b strings.Builder
	b.WriteString("# Files and columns\n\nWritten by the program from the table it writes the files with.\n")
	b.WriteString("An empty cell has no value; `inf` is infinite: a request without an answer in time has an infinite response time.\n")
	b.WriteString("\n## runs.csv: one row per workload, policy and replication\n\n")
	b.WriteString("workload, policy, replication (from 0), seed, worst_class (the class with the lowest attainment), the columns below, and last void: why the numbers are void and their fields empty, itself empty where they are not.\n\n")
	b.WriteString(kindsText)
	b.WriteString("| column | unit | better | kind | meaning |\n|---|---|---|---|---|\n")
	for _, c := range results.Columns {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", c.Name, c.Unit, c.Better, c.Form, c.Doc)
	}
	for _, f := range otherFiles() {
		fmt.Fprintf(&b, "\n## %s: %s\n\n| column | meaning |\n|---|---|\n", f.Name, f.Text)
		for _, c := range f.Columns {
			fmt.Fprintf(&b, "| %s | %s |\n", c[0], c[1])
		}
	}
	return b.String()
}

// kindsText tells what the kinds mean, for columns.md.
const kindsText = `The kind says how the runs of a cell become one value in comparison.csv: sum and events, the mean over runs; ratio of sums, rate and time average,
the sum of one column over the sum of another (both are here), never a mean of ratios, with the jackknife's interval; quantile, that of the values of all
runs together, with Woodruff's interval, and none where fewer than ten values lie beyond it (a run's own is here); worst class, the class that did
worst in all runs together; by run, the mean of the runs' own. Events and rates that no run, or few, had any of have an upper end by the number
of runs: 0 of ten runs may be up to 26 %. Where bursts make
them, over seeds and over draws alike (squared coefficient of variation over five or more runs above 0.25), the end is that of a sum of events (Fay and Feuer 1997); not where
runs have very different numbers of requests, as on-off traffic brings them (the same coefficient of their numbers above 0.25), or, over seeds, where the
work has a heavy tail: there intervals are corrected for skewness instead (Willink 2005).

`

// otherFiles documents the files besides runs.csv, in the order of columns.md.
func otherFiles() []results.FileDoc {
	return append([]results.FileDoc{
		comparisonDoc, winsDoc, paretoDoc, results.SizesDoc, saturationDoc, loadsDoc, tuningDoc, sensitivityDoc, interactionsDoc, worldsDoc, fidelity.Doc, factorsDoc,
	}, results.RunsDocs...)
}
