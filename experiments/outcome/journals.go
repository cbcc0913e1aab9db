package outcome

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// journals is the folder of journals in a folder of results.
const journals = "journals"

// keptJournal ends the name of the journal beside a kept run that was measured
// live: with it the run need not be measured again for its journal.
const keptJournal = ".journal"

// Journal is the folder for the journal of a run.
func (o *Outcome) Journal(w, pol int, seed uint64) string {
	return filepath.Join(o.spool, o.journal(w, pol, seed))
}

// journal is where the journal of a run is in a folder of results.
func (o *Outcome) journal(w, pol int, seed uint64) string {
	return filepath.Join(journals, FileName(o.plan.Scenarios[w].Name), FileName(o.plan.Policies[pol].Name), fmt.Sprint("seed-", seed))
}

// keepJournal moves the journal of a run that has ended to where the run is
// going to be kept: one that is there already has another journal, and goes first.
func (o *Outcome) keepJournal(file string, w, pol int, seed uint64) error {
	if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.RemoveAll(file + keptJournal); err != nil {
		return err
	}
	return os.Rename(o.Journal(w, pol, seed), file+keptJournal)
}

// placeJournals moves the journals of kept runs to the results, which are in
// place: if something goes wrong before, the same command finds all of it.
func (o *Outcome) placeJournals(dir string) error {
	for w := range o.plan.Scenarios {
		for pol := range o.plan.Policies {
			for i := range o.plan.SeedsOf(w) {
				seed := o.plan.Seed + uint64(i)
				to := filepath.Join(dir, o.journal(w, pol, seed))
				if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
					return fmt.Errorf("cnv: cannot write results: %w", err)
				}
				if err := os.Rename(o.store.file(o.cell(w, pol), seed)+keptJournal, to); err != nil {
					return fmt.Errorf("cnv: cannot write results: %w", err)
				}
			}
		}
	}
	return nil
}

// Abandon ends an experiment whose runs cannot be had again: request records
// go, journals of runs that have not ended stay until somebody removes them. It
// returns where they are, "" if there are none.
func (o *Outcome) Abandon() string {
	kept := filepath.Join(o.spool, journals)
	if runs, _ := filepath.Glob(filepath.Join(kept, "*", "*", "*")); o.spool == "" || len(runs) == 0 {
		o.Discard()
		return ""
	}
	files, _ := filepath.Glob(filepath.Join(o.spool, "*.csv"))
	for _, f := range files {
		_ = os.Remove(f) // only room on the disk is at stake
	}
	left := filepath.Join(o.o.Out, strings.Replace(filepath.Base(o.spool), unfinished, interrupted, 1))
	if err := os.Rename(o.spool, left); err == nil { // else they go with the next try
		kept = filepath.Join(left, journals)
	}
	return kept
}
