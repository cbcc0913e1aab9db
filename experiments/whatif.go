package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"cnv/experiments/calibrate"
	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/live/journals"
	"cnv/policy"
	"cnv/policy/journal"
	"cnv/results/words"
	"cnv/workloads"
)

// A whatifCmd is `whatif`.
type whatifCmd struct {
	Source string   `arg:"" help:"Folder of a journal of a live or simulated run, or of results that hold one."`
	Policy []string `sep:"none" help:"What to try instead: a policy of the journal's experiment, a router (all else as it was), or an experiment file, all of whose policies are tried. Repeatable." placeholder:"NAME|FILE.toml"`
	Rate   float64  `help:"Also ask about so many requests for each one, of the same shape of load." placeholder:"FACTOR"`
	Vary   []string `sep:"none" help:"Also ask about a world in which one key has another value, in place of what was fitted. Repeatable." placeholder:"KEY=VALUE"`
	Draws  int      `help:"Worlds that are drawn from what was fitted." default:"20" placeholder:"N"`
	Jobs   int      `help:"How many runs at once; by default one for each core." placeholder:"N"`
	Out    string   `short:"o" help:"Keep the fitted world as this experiment file." placeholder:"FILE"`
	Report string   `help:"Also write the answer, its tables and what it rests on as a page." placeholder:"FILE.html"`
	Anyway bool     `help:"Go on even if the fitted world does not reproduce what was measured."`
}

// Run fits a world to a journal, tries the journal's own policy there again (the
// placebo), and then others.
func (cmd *whatifCmd) Run(c *console) error {
	switch {
	case cmd.Draws < 5 || cmd.Draws > 1000:
		return refuse("cnv: --draws %d, want 5 to 1000", cmd.Draws)
	case len(cmd.Policy) == 0 && cmd.Rate == 0 && len(cmd.Vary) == 0:
		return refuse("cnv: whatif wants what to try: --policy, --rate or --vary")
	case cmd.Rate != 0 && !(cmd.Rate >= 0.01 && cmd.Rate <= 100):
		return refuse("cnv: --rate %v, want 0.01 to 100", cmd.Rate)
	}
	file := cmd.Out
	if file == "" {
		dir, err := os.MkdirTemp("", "cnv-whatif-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		file = filepath.Join(dir, "world.toml")
	}
	w, tried, err := cmd.fit(file)
	if err != nil {
		return badInput{err}
	}
	p, err := plan.Parse(file, filepath.Dir(file), w.text, plan.Options{})
	if err != nil {
		return badInput{err}
	}
	s, err := newSupposition(p, w, tried)
	if err != nil {
		return badInput{err}
	}
	if err := cmd.ask(s, file, tried); err != nil {
		return badInput{err}
	}
	measured, err := s.measured()
	if err != nil {
		return badInput{err}
	}
	if err := s.run(c.ctx, cmd.Draws, cmd.Jobs); err != nil {
		return err
	}
	return cmd.tell(c, s, measured)
}

// tell prints what was found, and writes it as a page.
func (cmd *whatifCmd) tell(c *console, s *supposition, measured calibrate.Run) error {
	v := &whatifView{Note: s.world.earlyText()}
	s.world.sayEarly(c)
	var holds bool
	v.Placebo, holds = s.placeboView(measured)
	v.Placebo.print(c)
	v.Refused = !holds && !cmd.Anyway
	for i := 1; i < len(s.trials) && !v.Refused; i++ {
		trial := s.trialView(i)
		c.printf("\n")
		trial.print(c)
		v.Trials = append(v.Trials, trial)
	}
	if !v.Refused {
		s.tellAssumed(c)
	}
	if cmd.Report != "" {
		if err := cmd.page(v, s.world); err != nil {
			return err
		}
		c.printf("\nreport: %s\n", cmd.Report)
	}
	if v.Refused {
		return errors.New("the fitted world does not give again what was measured, so it does not tell what others would have done: --anyway tells what it says all the same")
	}
	return nil
}

// fit fits the world, with the policies that are to be tried in it.
func (cmd *whatifCmd) fit(file string) (w *fittedWorld, tried []string, err error) {
	var files []string
	for _, name := range cmd.Policy {
		if strings.HasSuffix(name, ".toml") {
			files = append(files, name)
		}
	}
	w, err = calibrated(cmd.Source, file, func(world *calibrate.World, was string) error {
		tried = nil
		for _, name := range cmd.Policy {
			switch {
			case slices.Contains(files, name):
				text, err := os.ReadFile(name)
				if err != nil {
					return err
				}
				names, err := world.Take(string(text), name)
				if err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				tried = append(tried, slices.DeleteFunc(names, func(name string) bool { return name == was })...)
				continue
			case !slices.Contains(world.Policies(), name):
				if err := plan.CheckRouter(name, world.Policies()); err != nil {
					return err
				}
				if err := world.Add(name, was); err != nil {
					return err
				}
			}
			tried = append(tried, name)
		}
		return nil
	})
	return w, tried, err
}

// A supposition is runs of some policies in worlds drawn from a fitted one.
type supposition struct {
	world  *fittedWorld
	parts  int                                     // of each run
	trials []tryout                                // the first is the journal's own policy in its own world
	runs   [][]calibrate.Run                       // by trial, by draw
	made   func(workloads.Source) workloads.Source // changes arrivals; nil: they stay
}

// A tryout is a policy in a world.
type tryout struct {
	plan.Cell
	fits    *calibrate.Fits
	rate    float64 // requests for each one of the journal; 0: as they were
	against int     // the trial that it is compared to
	asks    string  // what is asked; "" about the policy alone
}

// newSupposition finds the cells of the policies.
func newSupposition(p *plan.Plan, w *fittedWorld, tried []string) (*supposition, error) {
	t := &supposition{world: w, parts: calibrate.Parts}
	return t, t.add(p, tryout{fits: w.fits}, tried)
}

// add adds trials of the journal's own policy, and of others against it, in the world of a
// plan that is like a trial.
func (t *supposition) add(p *plan.Plan, like tryout, tried []string) error {
	w, cells, own := t.world, p.Cells(), len(t.trials)
	for _, name := range slices.Concat([]string{w.header.Policy}, tried) {
		found := false
		for _, cell := range cells {
			if cell.Policy.Name == name || slices.Contains(tried, name) && variantOf(cell.Policy.Name, name) {
				found = true
				next := like
				next.Cell = cell
				if len(t.trials) > own {
					next.against = own
				}
				t.trials = append(t.trials, next)
			}
		}
		if !found {
			return fmt.Errorf("the journal's experiment has no policy %q", name)
		}
	}
	return nil
}

// variantOf says whether a policy is a variant of one of a file: name + " key=value".
func variantOf(variant, name string) bool {
	rest, ok := strings.CutPrefix(variant, name+" ")
	key, _, valued := strings.Cut(rest, "=")
	return ok && valued && !strings.Contains(key, " ")
}

// measured is the run of the journal.
func (t *supposition) measured() (calibrate.Run, error) {
	r, err := journals.Open(t.world.path)
	if err != nil {
		return calibrate.Run{}, err
	}
	defer r.Close()
	cfg := t.trials[0].Config(t.world.header.Seed)
	m := calibrate.NewMeasuredBy(&cfg, t.world.seen.Requests, t.parts)
	_, err = eachRecord(r, func(rec *journal.Record) error {
		m.Add(rec.At, &rec.Event, rec.Commands)
		return nil
	})
	return m.Run(), err
}

// run runs all cells in each of n worlds, which are the same for all.
func (t *supposition) run(ctx context.Context, n, jobs int) error {
	if jobs < 1 {
		jobs = runtime.GOMAXPROCS(0)
	}
	t.runs = make([][]calibrate.Run, len(t.trials))
	for i := range t.runs {
		t.runs[i] = make([]calibrate.Run, n)
	}
	var group sync.WaitGroup
	places, errs := make(chan struct{}, jobs), make([]error, len(t.trials)*n)
	for i := range t.trials {
		for k := range n {
			group.Add(1)
			places <- struct{}{}
			go func() {
				defer func() { <-places; group.Done() }()
				t.runs[i][k], errs[i*n+k] = t.once(ctx, &t.trials[i], k)
			}()
		}
	}
	group.Wait()
	return errors.Join(errs...)
}

// once runs a trial in the k-th world.
func (t *supposition) once(ctx context.Context, cell *tryout, k int) (calibrate.Run, error) {
	seed := t.world.header.Seed + uint64(k+1)<<32 // not the journal's own, whose draws are those of the truth
	cfg := cell.Config(seed)
	cell.fits.Draw(policy.NewRand(seed, "whatif", 0), &cfg)
	m := calibrate.NewMeasuredBy(&cfg, t.world.seen.Requests, t.parts)
	src, err := cell.Scenario.Workload.Made.Open(seed)
	if err != nil {
		return calibrate.Run{}, err
	}
	if lack := t.world.lack; len(lack) > 0 {
		src = &calibrate.Resized{Source: src, Of: lack, By: t.world.sizes, Rand: policy.NewRand(seed, "sizes", 0)}
	}
	if t.made != nil {
		src = t.made(src)
	}
	if cell.rate > 0 {
		src = calibrate.Rated(src, cell.rate, policy.NewRand(seed, "rate", 0))
	}
	if err := plan.Simulate(ctx, cfg, src, m); err != nil {
		return calibrate.Run{}, fmt.Errorf("policy %s: %w", cell.Policy.Name, err)
	}
	return m.Run(), nil
}

// of is a metric of a cell over the draws.
func (t *supposition) of(cell int, m *calibrate.Metric) []float64 {
	out := make([]float64, len(t.runs[cell]))
	for k := range out {
		out[k] = m.Of(&t.runs[cell][k])
	}
	return out
}

// differences are those of a trial to that which it is compared to, world by world.
func (t *supposition) differences(cell int, m *calibrate.Metric) []float64 {
	was, is := t.of(t.trials[cell].against, m), t.of(cell, m)
	for k := range is {
		if is[k] == was[k] { // also where both are infinite
			is[k] = 0
		} else {
			is[k] -= was[k]
		}
	}
	return is
}

// whatifAssumed is what every answer rests on.
const whatifAssumed = "These are the arrivals of the journal, each with the work that was measured of it. The intervals hold what machines draw and how sure the fits are. They say nothing of other days, nor of clients that would have left, or come again, under another policy."

// tellAssumed says what the answer rests on beside what was measured.
func (t *supposition) tellAssumed(c *console) {
	c.printf("\n")
	paragraph(c, whatifAssumed)
	if len(t.world.fits.Unknown) == 0 {
		return
	}
	c.printf("\nNot told by the journal, so it is as the journal's experiment has it\n")
	for _, x := range t.world.fits.Unknown {
		say(c, x.Key, x.Why)
	}
}

// paragraph prints a text in lines of a terminal's width.
func paragraph(c *console, text string) {
	for _, line := range words.Wrap(text, outcome.Width) {
		c.printf("%s\n", line)
	}
}

// digits writes a value with three digits.
func digits(v float64) string {
	if math.IsInf(v, 0) {
		return "∞"
	}
	return words.Significant(v, 3)
}

// signed is digits with a sign.
func signed(v float64) string {
	switch text := digits(math.Abs(v)); {
	case v < 0:
		return "−" + text
	case v > 0:
		return "+" + text
	}
	return "0"
}

// within writes a prediction.
func within(p calibrate.Prediction, write func(float64) string) string {
	if math.IsInf(p.Mean, 0) || math.IsNaN(p.Mean) {
		return "∞"
	}
	return fmt.Sprintf("%s (%s to %s)", write(p.Mean), write(p.Low), write(p.High))
}
