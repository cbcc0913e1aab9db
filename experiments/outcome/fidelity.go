package outcome

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"cnv/results/fidelity"
	"cnv/results/report"
	"cnv/results/words"
)

// AddFidelity puts into results that are there what the simulator says of runs that were
// measured live, and prints it.
func (o *Outcome) AddFidelity(out io.Writer, rows []fidelity.Row) error {
	dir := filepath.Join(o.o.Out, o.plan.Name)
	if err := fidelity.Write(dir, rows); err != nil {
		return err
	}
	if o.o.Figures {
		if err := report.Page(dir); err != nil {
			return err
		}
	}
	if o.o.Quiet || o.o.Format != "table" {
		return nil
	}
	fmt.Fprintf(out, "\nMeasured live and simulated%s\n\n%s\n\n", level(rows), strings.Join(fidelity.Lines(rows), "\n"))
	for _, line := range words.Wrap(fidelity.Summary(rows)+" "+fidelity.Meaning, Width) {
		fmt.Fprintln(out, line)
	}
	return nil
}

// level names the level of the rows, which is the same for all.
func level(rows []fidelity.Row) string {
	if len(rows) == 0 || rows[0].Level == "" {
		return ""
	}
	return ", level " + rows[0].Level
}
