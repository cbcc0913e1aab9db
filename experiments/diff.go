package main

import (
	"fmt"
	"os"
	"path/filepath"

	"cnv/experiments/align"
	"cnv/policy"
	"cnv/policy/journal"
)

// A diffCmd is `diff`.
type diffCmd struct {
	Live      string `arg:"" help:"Folder of the journal of a live run."`
	Simulated string `arg:"" help:"Folder of the journal of a simulated run of the same experiment, as compare --journal keeps it."`
	Draws     int    `help:"How often each step of the split is simulated." default:"10" placeholder:"N"`
	NoSplit   bool   `help:"Only align the decisions; do not split the gap in cost and misses."`
}

// Run says where two journals part, why, and what makes their gap.
func (cmd *diffCmd) Run(c *console) error {
	if cmd.Draws < 2 || cmd.Draws > 1000 {
		return refuse("cnv: --draws %d, want 2 to 1000", cmd.Draws)
	}
	live, a, err := storyOf(cmd.Live)
	if err != nil {
		return badInput{err}
	}
	simulated, b, err := storyOf(cmd.Simulated)
	if err != nil {
		return badInput{err}
	}
	if live.Policy != simulated.Policy {
		return refuse("cnv: %s is of policy %s and %s of %s: give two journals of one policy (whatif is about another)", cmd.Live, live.Policy, cmd.Simulated, simulated.Policy)
	}
	if a.Requests() == 0 || b.Requests() == 0 {
		return refuse("cnv: one of the journals has no request")
	}
	compared := align.Compare(a, b)
	tellAligned(c, a, b, &compared)
	if cmd.NoSplit {
		return nil
	}
	dir, err := os.MkdirTemp("", "cnv-diff-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	g, err := newGap(dir, cmd.Live, cmd.Simulated)
	if err != nil {
		return badInput{err}
	}
	if err := g.run(c.ctx, cmd.Draws); err != nil {
		return err
	}
	g.tell(c)
	return nil
}

// storyOf feeds a journal to a fresh control plane and notes what its policies see.
func storyOf(path string) (journal.Header, *align.Story, error) {
	r, cfg, err := openJournal(path)
	if err != nil {
		return journal.Header{}, nil, err
	}
	defer r.Close()
	s := align.NewStory()
	cfg.Witness = s
	ctrl, err := policy.New(cfg)
	if err != nil {
		return journal.Header{}, nil, fmt.Errorf("%s: %w", path, err)
	}
	var out []policy.Command
	_, err = eachRecord(r, func(rec *journal.Record) error {
		s.Before(rec.At, &rec.Event)
		out = ctrl.Step(rec.At, &rec.Event, out[:0])
		s.After(rec.At, rec.Commands)
		return nil
	})
	return r.Header, s, err
}

// tellAligned says where two journals part.
func tellAligned(c *console, a, b *align.Story, x *align.Comparison) {
	if a.Requests() != b.Requests() {
		paragraph(c, fmt.Sprintf("The live journal has %s, the simulated one %d: the first %d are compared.", policy.Count(a.Requests(), "request"), b.Requests(), x.Requests))
	}
	paragraph(c, fmt.Sprintf("Of %s %d are placed alike in both journals.", policy.Count(x.Requests, "request"), x.Alike))
	c.printf("\n")
	if v := &x.View; v.Request < 0 {
		paragraph(c, "In what they count (workers, requests in flight, waiting) the views of the policies are alike to the end.")
	} else {
		paragraph(c, fmt.Sprintf("The first view that differs: request %d, %s after the first arrival: %s.", v.Request, at(v.At), v.Differs))
		say(c, "caused by "+v.Cause.String(), v.Says)
	}
	if p := &x.Placement; p.Request >= 0 {
		c.printf("\n")
		paragraph(c, fmt.Sprintf("The first placement that differs: request %d, %s after the first arrival: %s.", p.Request, at(p.At), p.Differs))
		say(c, "caused by "+p.Cause.String(), p.Says)
	}
}

// followed reads a journal as a fitted world, whose trace goes into a folder.
func followed(dir, name, source string) (*fittedWorld, error) {
	path, err := journalBelow(source)
	if err != nil {
		return nil, err
	}
	w := &fittedWorld{path: path, file: filepath.Join(dir, name+".toml")}
	return w, w.follow(filepath.Join(dir, name+"-trace"))
}
