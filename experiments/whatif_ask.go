package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"cnv/experiments/calibrate"
	"cnv/experiments/plan"
	"cnv/results/words"
)

// ask adds what is asked beside other policies: another rate, and worlds in which a key has
// another value. In each the journal's own policy is held against itself in its own world,
// and the others against it there.
func (cmd *whatifCmd) ask(s *supposition, file string, tried []string) error {
	if cmd.Rate != 0 {
		p, err := plan.Parse(file, filepath.Dir(file), s.world.text, plan.Options{})
		if err != nil {
			return err
		}
		if err := s.add(p, tryout{fits: s.world.fits, rate: cmd.Rate, asks: fmt.Sprintf("%g requests for each one", cmd.Rate)}, tried); err != nil {
			return err
		}
	}
	for _, text := range cmd.Vary {
		change, err := plan.ParseChange(text)
		if err != nil {
			return fmt.Errorf("cnv: --vary %w", err)
		}
		if strings.HasPrefix(change.Key, "policy.") || strings.HasPrefix(change.Key, "workload.") {
			return fmt.Errorf("cnv: --vary %s: want a key of the surroundings: --policy FILE.toml tries other policies, --rate another load", change)
		}
		fits := s.world.fits.Only(func(table, key string) bool { return !replaces(change.Key, table, key) })
		world, err := calibrate.NewWorld(&s.world.header, s.world.seen.Config, fits)
		if err != nil {
			return err
		}
		world.Trace = s.world.trace
		if err := s.world.more(world, s.world.header.Policy); err != nil {
			return err
		}
		written, err := world.Text()
		if err != nil {
			return err
		}
		p, err := plan.Parse(file, filepath.Dir(file), written, plan.Options{Change: &change})
		if err != nil {
			return fmt.Errorf("--vary %s: %w", change, err)
		}
		if err := s.add(p, tryout{fits: fits, asks: change.String()}, tried); err != nil {
			return err
		}
	}
	return nil
}

// replaces says whether a key that is varied stands in place of one that was fitted: the
// same, one within the other, or both of launches of workers.
func replaces(varied, table, key string) bool {
	fitted := poolNumber.ReplaceAllString(table, "cluster") + "." + key
	if rest, ok := strings.CutPrefix(varied, "pool."); ok {
		varied = "cluster." + rest
	}
	launches := func(name string) bool { return name == "cluster.boot" || strings.HasPrefix(name, "cluster.launch") }
	return fitted == varied || strings.HasPrefix(fitted, varied+".") || strings.HasPrefix(varied, fitted+".") || launches(fitted) && launches(varied)
}

// question says what a trial asks.
func (t *supposition) question(x *tryout) string {
	name, was := words.InQuotes(x.Policy.Name), words.InQuotes(t.world.header.Policy)
	switch {
	case x.asks == "":
		return fmt.Sprintf("What if: %s instead of %s.", name, was)
	case x.against == 0:
		return fmt.Sprintf("What if: %s, under %s.", x.asks, name)
	}
	return fmt.Sprintf("What if: %s, %s instead of %s.", x.asks, name, was)
}
