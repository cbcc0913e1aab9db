package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"cnv/experiments/calibrate"
	"cnv/live/journals"
	"cnv/policy"
	"cnv/policy/journal"
)

// journal validates the simulator on a journal: the world is fitted to the first part of it,
// and its policy tried again with all arrivals. What the gateway has measured in the windows
// after that part nobody has looked at.
func (cmd *heldOutCmd) journal(c *console, dir, source string) error {
	w, err := followed(dir, "world", source)
	if err != nil {
		return badInput{err}
	}
	before := cmd.before()
	n := before + cmd.Windows
	learnt := w.seen.Requests * before / n
	if w.seen.Requests/n < 10 {
		return refuse("cnv: %s has %s, less than 10 for each of %d windows: give fewer --windows", source, policy.Count(w.seen.Requests, "request"), n)
	}
	if w.fits, err = w.fitTo(dir, learnt); err != nil {
		return badInput{err}
	}
	cell, err := worldCell(dir, "fitted", "world-trace", w, w.fits)
	if err != nil {
		return badInput{err}
	}
	s := &supposition{world: w, parts: n}
	s.trials = append(s.trials, tryout{Cell: cell, fits: w.fits})
	run, err := s.measured()
	if err != nil {
		return badInput{err}
	}
	if err := s.run(c.ctx, cmd.Draws, cmd.Jobs); err != nil {
		return err
	}
	w.sayEarly(c)
	paragraph(c, fmt.Sprintf("The world is fitted to the first %d of %s, until %s after the first arrival. The others are predicted, window by window, with their arrivals and measured work.", learnt, policy.Count(w.seen.Requests, "request"), at(run.Parts[before].From)))
	c.printf("\n")
	tellHeldOut(c, s.heldOut(&run, before), "95 % of runs")
	return nil
}

// errEnough ends the reading of a journal.
var errEnough = errors.New("enough was read")

// fitTo fits the world to a journal up to its n-th arrival.
func (w *fittedWorld) fitTo(dir string, n int) (*calibrate.Fits, error) {
	cfg := w.seen.Config
	if told, err := w.configuration(); err == nil {
		cfg = told
	}
	seen := calibrate.NewSeen(cfg, w.seen.File)
	if err := w.follows(seen, n); err != nil {
		return nil, err
	}
	if cfg, changed := seen.Serve(); changed {
		seen = seen.Again(cfg)
		if err := w.follows(seen, n); err != nil {
			return nil, err
		}
	}
	fits := seen.Fit("fitted-")
	for name, values := range fits.Samples {
		if err := writeSamples(filepath.Join(dir, name), values); err != nil {
			return nil, err
		}
	}
	return fits, nil
}

// configuration is that of the journal.
func (w *fittedWorld) configuration() (policy.Config, error) { return w.header.Configuration() }

// follows shows the records of a journal up to its n-th arrival.
func (w *fittedWorld) follows(seen *calibrate.Seen, n int) error {
	r, err := journals.Open(w.path)
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = eachRecord(r, func(rec *journal.Record) error {
		if rec.Event.Kind == policy.Arrival && seen.Requests == n {
			return errEnough
		}
		seen.Add(rec.At, &rec.Event, rec.Commands)
		return nil
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// heldOut are the metrics of the parts after the first ones.
func (t *supposition) heldOut(run *calibrate.Run, before int) (out []heldOut) {
	metrics := calibrate.Windows(t.world.seen.Requests, t.parts)
	means := map[string]float64{}
	for i := range metrics {
		m := &metrics[i]
		measured := m.Of(run)
		if m.Part <= before {
			means[m.Name] += measured / float64(before)
			continue
		}
		p := calibrate.Predict(t.of(0, m))
		out = append(out, heldOut{windowAt(run.Parts[m.Part-1].From, run.Parts[t.parts-1].From/time.Duration(t.parts)), m.Name, m.Unit, measured, m.Possible(p), means[m.Name], m.Within(measured, &p)})
	}
	return out
}
