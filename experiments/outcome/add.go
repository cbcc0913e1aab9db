package outcome

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"cnv/results"
)

// An unkept is a finished run that no folder has room for.
type unkept struct {
	w, pol int
	seed   uint64
	run    *results.Run
	row    results.Row
}

// spareFolder is where live runs of an experiment are kept that the folder of results has no
// room for; "" where there is none.
func spareFolder(name string) string {
	cache, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(cache, "cnv", "runs", name+liveSuffix)
}

// Add adds a run that has just finished, and keeps it. A live run that cannot be kept, as
// nothing gives it again, is kept in the user's cache, or else in memory, where it is tried
// again with every further run and at the end: Trouble tells of that.
func (o *Outcome) Add(w, pol int, seed uint64, r *results.Run, row results.Row) error {
	if err := o.Set.Add(w, pol, r, row); err != nil || o.store.dir == "" {
		return err
	}
	u := unkept{w, pol, seed, r, row}
	if !o.store.live {
		return o.Set.Keep(o.store.file(o.cell(w, pol), seed), w, pol, r, row, false)
	}
	o.unkept = append(o.unkept, u)
	o.keepAll()
	return nil
}

// keepAll keeps the runs that are not.
func (o *Outcome) keepAll() {
	var left []unkept
	o.trouble = ""
	for i := range o.unkept {
		u := &o.unkept[i]
		err := o.keep(u, o.store.dir)
		if err == nil {
			continue
		}
		o.trouble = fmt.Sprintf("cannot keep a finished run in %s (%v): make room there", o.store.dir, errors.Unwrap(err))
		if dir := o.store.spare; dir != "" && os.MkdirAll(dir, 0o700) == nil && o.keep(u, dir) == nil {
			o.trouble += "; it is kept in " + dir + ", where the same command finds it"
			continue
		}
		o.trouble += "; until then it is in memory only, and is tried again after the next run and at the end"
		left = append(left, *u)
	}
	o.unkept = left
}

// keep keeps a live run in a folder, with its journal if there is one.
func (o *Outcome) keep(u *unkept, dir string) error {
	file := filepath.Join(dir, filepath.Base(o.store.file(o.cell(u.w, u.pol), u.seed)))
	if _, err := os.Stat(o.Journal(u.w, u.pol, u.seed)); err == nil && o.o.Journals && dir == o.store.dir {
		if err := o.keepJournal(file, u.w, u.pol, u.seed); err != nil {
			return fmt.Errorf("cnv: cannot keep a finished run: %w", err)
		}
	}
	return o.Set.Keep(file, u.w, u.pol, u.run, u.row, true)
}

// Trouble says what was wrong with keeping the last run, "" nothing.
func (o *Outcome) Trouble() string { return o.trouble }

// OnDisk is how many runs are kept in files now, so that the same command finds them.
func (o *Outcome) OnDisk() (n int) {
	for w := range o.plan.Scenarios {
		for pol := range o.plan.Policies {
			for i := range o.plan.SeedsOf(w) {
				name := filepath.Base(o.store.file(o.cell(w, pol), o.plan.Seed+uint64(i)))
				for _, dir := range append([]string{o.store.dir}, o.store.others...) {
					if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
						n++
						break
					}
				}
			}
		}
	}
	return n
}
