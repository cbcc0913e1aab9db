package outcome

import (
	"fmt"
	"io"
	"os"

	"cnv/results/compare"
)

// elsewhere prints live results that could not be written where they should be, as nothing
// gives them again, and writes them into a folder for temporary files. It returns the error
// with where they are.
func (o *Outcome) elsewhere(out io.Writer, checked []compare.Checked, why error) error {
	if !o.store.live {
		return why
	}
	o.o.Journals = false // they stay with the kept runs
	other, dir := o.o, ""
	if to, err := os.MkdirTemp("", "cnv-results-"); err == nil {
		other.Out = to
		if dir, _, err = other.write(o.plan.Name, o.Set, o.spool, checked); err != nil {
			dir = ""
			os.RemoveAll(to)
		} else {
			why = fmt.Errorf("%w; the results are in %s instead", why, dir)
		}
	}
	if !o.o.Quiet {
		if err := o.print(out, dir, checked, nil); err != nil {
			return fmt.Errorf("%w; and they could not be printed: %v", why, err)
		}
	}
	return why
}
