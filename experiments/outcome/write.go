package outcome

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"cnv/results/compare"
	"cnv/results/fidelity"
	"cnv/results/report"
)

// write writes results with figures and report aside, and puts them in place
// when all of it is there: if anything fails, earlier results stay. It returns the
// folder, and what it holds of earlier runs.
func (o *Options) write(name string, set *compare.Set, spool string, checked []compare.Checked) (dir string, stowed []string, err error) {
	dir = filepath.Join(o.Out, name)
	aside, err := os.MkdirTemp(o.Out, fmt.Sprintf("%s%d-", spoolPrefix(), os.Getpid())) // sweep removes it after a kill
	if err != nil {
		return "", nil, fmt.Errorf("cnv: cannot write results: %w", err)
	}
	defer os.RemoveAll(aside)
	if err := o.ended(); err != nil {
		return "", nil, err
	}
	fresh, err := set.Write(aside)
	if err == nil {
		err = o.ended()
	}
	if err != nil {
		return "", nil, err
	}
	if len(checked) > 0 {
		if err := compare.WriteJUnit(fresh, name, checked); err != nil {
			return "", nil, err
		}
	}
	if o.Journals && o.Measured == "" {
		if err := os.Rename(filepath.Join(spool, journals), filepath.Join(fresh, journals)); err != nil {
			return "", nil, fmt.Errorf("cnv: cannot write results: %w", err)
		}
	}
	taken, err := carry(dir, fresh)
	if err != nil {
		return "", nil, fmt.Errorf("cnv: cannot keep earlier results: %w", err)
	}
	var made []string // once this returns
	if o.Journals {
		made = append(made, journals)
	}
	if o.Measured != "" { // told once the results are there
		made = append(made, fidelity.File)
	}
	if o.Figures {
		made = append(made, drawn...)
	} else {
		shown, err := carryDrawn(dir, fresh)
		if err != nil {
			return "", nil, fmt.Errorf("cnv: cannot keep earlier results: %w", err)
		}
		taken = append(taken, shown...)
	}
	if err := credit(dir, fresh, taken); err != nil {
		return "", nil, fmt.Errorf("cnv: cannot keep earlier results: %w", err)
	}
	stowed, err = stow(dir, fresh, made)
	if err != nil {
		return "", nil, fmt.Errorf("cnv: cannot keep earlier results: %w", err)
	}
	if o.Figures {
		if err := report.Draw(fresh, report.Options{}); err != nil {
			return "", nil, err
		}
	}
	if err := o.ended(); err != nil {
		return "", nil, err
	}
	return dir, stowed, compare.Replace(dir, fresh)
}

// Writable makes the folder for results and tries to write there, before
// anything is computed. It refuses to replace what is not results.
func Writable(out, name string) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return fmt.Errorf("cnv: cannot write results: %w", err)
	}
	probe, err := os.MkdirTemp(out, ".probe-")
	if err != nil {
		return fmt.Errorf("cnv: cannot write results: %w", err)
	}
	if err := os.Remove(probe); err != nil {
		return fmt.Errorf("cnv: cannot write results: %w", err)
	}
	dir := filepath.Join(out, name)
	files, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cnv: cannot write results: %w", err)
	}
	if info, err := os.Lstat(dir); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return fmt.Errorf("cnv: %s is a link, which results would replace: write elsewhere with --out, or remove it", dir)
	}
	if len(files) == 0 {
		return nil
	}
	if _, err := compare.ReadManifest(dir); err != nil {
		return fmt.Errorf("cnv: %s is there and holds no results (no manifest.json of cnv's): write elsewhere with --out, or remove it", dir)
	}
	for _, f := range files {
		if !slices.Contains(ours, f.Name()) {
			return fmt.Errorf("cnv: %s holds %s, which is not of these results and would be lost: move it, or write elsewhere with --out", dir, f.Name())
		}
	}
	return nil
}

// spool makes a folder for request records and journals, if they are wanted.
func (o *Options) spool() (string, error) {
	if !o.Requests && !o.Journals {
		return "", nil
	}
	return os.MkdirTemp(o.Out, fmt.Sprintf("%s%d-", spoolPrefix(), os.Getpid()))
}
