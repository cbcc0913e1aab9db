package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"time"
)

// choose lists the sites that the options ask for, in order of the source, and numbers
// them.
func choose(ctx context.Context, o Options, root string, packages []*loaded) ([]*site, error) {
	var out []*site
	var changed lines
	if o.Changed != "" {
		var err error
		if changed, err = changedSince(ctx, root, o.Changed); err != nil {
			return nil, err
		}
	}
	for _, l := range packages {
		for _, f := range l.files {
			for _, s := range f.sites {
				if (o.Changed == "" || changed[s.File][s.Line]) && o.asks(s) {
					out = append(out, s)
				}
			}
		}
	}
	for i, s := range out {
		s.ID = i + 1 // the place among all, while they are drawn
	}
	if o.Sample > 0 && o.Sample < len(out) {
		rng := rand.New(rand.NewPCG(o.Seed, 0))
		rng.Shuffle(len(out), func(i, k int) { out[i], out[k] = out[k], out[i] })
		out = out[:o.Sample]
		slices.SortFunc(out, func(a, b *site) int { return a.ID - b.ID })
	}
	for i, s := range out {
		s.ID = i + 1
	}
	return out, nil
}

// asks says whether a place is one that the options name.
func (o *Options) asks(s *site) bool {
	at := fmt.Sprintf("%s:%d:", s.File, s.Line)
	return len(o.Only) == 0 || slices.ContainsFunc(o.Only, func(begin string) bool { return strings.HasPrefix(at, begin) })
}

// split reads a list with commas between.
func split(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' })
}

// A trial runs tests against mutants.
type trial struct {
	Options
	*runner
	out         io.Writer
	until       time.Time // begin no further mutant then; zero means no limit
	equivalents map[place]string
}

// of builds the tests of the packages with the mutants, and judges each.
func (t *trial) of(ctx context.Context, packages []*loaded, sites []*site) ([]judged, error) {
	dir, err := os.MkdirTemp("", "mutants-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	chosen := map[string][]*site{}
	for _, s := range sites {
		chosen[s.File] = append(chosen[s.File], s)
	}
	list, err := overlay(dir, packages, chosen)
	if err != nil {
		return nil, err
	}
	var tested []*loaded // the others' tests do not run
	for _, l := range packages {
		if slices.ContainsFunc(l.files, func(f *sourceFile) bool { return len(chosen[f.name]) > 0 }) {
			tested = append(tested, l)
		}
	}
	if len(t.With) > 0 {
		root, err := moduleRoot(ctx, t.Dir)
		if err != nil {
			return nil, err
		}
		more, err := load(ctx, root, t.Dir, t.With)
		if err != nil {
			return nil, err
		}
		tested = append(tested, more...)
	}
	binaries, err := build(ctx, dir, list, tested)
	if err != nil {
		return nil, err
	}
	tests, err := t.list(ctx, binaries)
	if err != nil {
		return nil, err
	}
	if err := t.watch(ctx, dir, tests, len(sites)); err != nil {
		return nil, err
	}
	for _, x := range tests {
		if x.fails != "" && x.fails != late {
			fmt.Fprintf(t.out, "left out, as it did not pass without a mutant: %s of %s: %s\n", x.name, x.of.pkg, x.fails)
		}
	}
	return t.judgeAll(ctx, sites, tests), ctx.Err()
}

// judgeAll judges each mutant, and prints the verdicts in order of the source.
func (t *trial) judgeAll(ctx context.Context, sites []*site, tests []*test) []judged {
	out := make([]judged, len(sites))
	t.inParallel(len(sites), func(i int) {
		j := &out[i]
		j.Mutant = sites[i].Mutant
		for _, x := range tests {
			if x.fails == "" && x.reached[j.ID] != 0 {
				j.tests++
			}
		}
		_, listed := t.equivalents[j.place()]
		switch {
		case listed:
			j.verdict = equivalent
		case j.tests == 0 && !slices.ContainsFunc(tests, func(x *test) bool { return x.fails != "" }):
			j.verdict = unreached
		case j.tests == 0 || ctx.Err() != nil || !t.until.IsZero() && time.Now().After(t.until):
			j.verdict = unjudged
		default:
			j.verdict = survived
			var died bool
			if died, j.by = t.judge(ctx, j.ID, tests); died {
				j.verdict = killed
			}
		}
	})
	for _, j := range out {
		if t.Verbose || j.verdict == survived || j.verdict == unreached {
			j.print(t.out)
		}
	}
	return out
}
