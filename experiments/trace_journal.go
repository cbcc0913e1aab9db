package main

import (
	"errors"
	"fmt"
	"io"

	"cnv/live/journals"
	"cnv/policy/journal"
	"cnv/workloads/trace"
)

// journalKind is what the kind of journals is called.
const journalKind = "journal"

// isJournal says whether files to import are one journal: named so, or found so.
func isJournal(kind string, files []string) bool {
	if kind != "" || len(files) != 1 {
		return kind == journalKind
	}
	path, err := journalBelow(files[0])
	if err != nil {
		return false
	}
	r, err := journals.Open(path)
	if err == nil {
		r.Close()
	}
	return err == nil
}

// importJournal makes a trace of a journal, live or simulated.
func importJournal(c *console, path, out, name string) error {
	path, err := journalBelow(path)
	if err != nil {
		return badInput{err}
	}
	r, err := journals.Open(path)
	if err != nil {
		return badInput{err}
	}
	defer r.Close()
	cfg, err := r.Header.Configuration()
	if err != nil {
		return badInput{err}
	}
	seen := trace.NewObserved(cfg.Classes)
	h := trace.Header{Name: name, Provenance: trace.Provenance{
		Source: fmt.Sprintf("a journal of %s / %s, seed %d, gateway %d", r.Header.Workload, r.Header.Policy, r.Header.Seed, r.Header.Gateway), Path: path,
	}, Notes: []string{"arrivals are instants at the gateway; work is what the worker that answered has measured"}}
	var rec journal.Record
	for {
		err := r.Next(&rec)
		if errors.Is(err, io.EOF) {
			break
		}
		if errors.Is(err, journal.ErrTorn) || errors.Is(err, journal.ErrGap) {
			h.Notes = append(h.Notes, fmt.Sprintf("the journal ends early: %v", err))
			break
		}
		if err == nil {
			err = seen.Step(rec.At, &rec.Event, rec.Commands)
		}
		if err != nil {
			return badInput{fmt.Errorf("%s: after record %d: %w", path, r.Records(), err)}
		}
	}
	if seen.Requests() == 0 {
		return refuse("%s: no arrivals in it", path)
	}
	done, err := seen.Record(out, h)
	if err != nil {
		return badInput{err}
	}
	c.printf("taken for a journal: %s\n", h.Provenance.Source)
	for _, n := range done.Notes {
		c.printf("note: %s\n", n)
	}
	return nil
}
