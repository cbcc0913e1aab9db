package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// A studyCmd is `study`.
type studyCmd struct {
	Name  string   `arg:"" enum:"fidelity" help:"fidelity: how far the simulator, and what is fitted for it, can be relied on, where the truth is known."`
	Quick bool     `help:"A tenth of the worlds: a minute or two, with wider limits."`
	Pairs int      `help:"Pairs of policies in hidden worlds." default:"200" placeholder:"N"`
	Only  string   `help:"Parts whose name contains this." placeholder:"TEXT"`
	Live  []string `sep:"none" type:"existingdir" help:"Folder of results of live, on this machine or on AWS. Repeatable." placeholder:"DIR"`
	Jobs  int      `help:"Runs at once; by default one for each core." placeholder:"N"`
	Out   string   `short:"o" help:"Also write the table into this file." placeholder:"FILE.md"`
}

// A studyRow is a line of the table.
type studyRow struct {
	what, found, wanted string
	off                 bool // it is not as wanted
}

// A studyPart is what is asked of the simulator, and at which level: L0: against theory, another
// program or worlds that are made; L1: endpoints on this machine; L2: AWS.
type studyPart struct {
	name, level, about string
	run                func(c *console, cmd *studyCmd) ([]studyRow, error)
}

// studyParts are those of fidelity.
var studyParts = []studyPart{
	{"theory", "L0", "queues of which formulas are known", studyTheory},
	{"twin", "L0", "the second simulator, which shares no code with the first but policies, in hidden worlds", studyTwin},
	{"hidden worlds", "L0", "a world is drawn, a journal of one policy made there, and the world forgotten; what another policy did there, with the same seed, is the truth; what a journal cannot tell stays as its experiment has it, here as it is", studyHidden},
	{"other worlds", "L0", "journals of worlds that change while they last, of which what-if must say nothing", studyOther},
	{"naive twins", "L0", "the same worlds, with what one might do instead", studyNaive},
	{"recordings", "L0", "public recordings that carry durations: their first half predicts the other", studyRecorded},
	{"live", "", "runs of live, beside their simulation", studyLive},
}

// Run makes the table.
func (cmd *studyCmd) Run(c *console) error {
	if cmd.Pairs < 1 || cmd.Pairs > 10_000 {
		return refuse("cnv: --pairs %d, want 1 to 10000", cmd.Pairs)
	}
	var b strings.Builder
	b.WriteString("# Fidelity\n\nWhat of the simulator, and of the worlds that are fitted for what-if, was held against something else.\nL0: against theory, another program, or worlds whose truth is known; L1: against endpoints on one machine; L2: against AWS.\n")
	fmt.Fprintf(&b, "\nMade by `go run ./experiments/... study fidelity%s`.\n", map[bool]string{true: " --quick"}[cmd.Quick])
	off, found := 0, false
	for _, p := range studyParts {
		if !strings.Contains(p.name, cmd.Only) {
			continue
		}
		found = true
		c.printf("%s: %s\n", p.name, p.about)
		rows, err := p.run(c, cmd)
		if err != nil {
			return fmt.Errorf("cnv: study fidelity, %s: %w", p.name, err)
		}
		fmt.Fprintf(&b, "\n## %s%s\n\n%s.\n\n| | found | wanted | |\n|---|---|---|---|\n", strings.ToUpper(p.name[:1])+p.name[1:], levelText(p.level), strings.ToUpper(p.about[:1])+p.about[1:])
		for _, r := range rows {
			mark := ""
			if r.off {
				mark = "OFF"
				off++
			}
			c.printf("  %-46s %-34s %-22s %s\n", r.what, r.found, r.wanted, mark)
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", r.what, r.found, r.wanted, mark)
		}
	}
	if !found {
		return refuse("cnv: --only %q: no part of the study is called so", cmd.Only)
	}
	if cmd.Out != "" {
		if err := os.WriteFile(cmd.Out, []byte(b.String()), 0o644); err != nil {
			return err
		}
	}
	if off > 0 {
		return errors.New("cnv: study fidelity: what is marked OFF is not as wanted")
	}
	return nil
}

// levelText writes a level behind a heading.
func levelText(level string) string {
	if level == "" {
		return ""
	}
	return " (" + level + ")"
}

// worlds is in how many worlds is tried what wants n.
func (cmd *studyCmd) worlds(n int) int {
	if cmd.Quick {
		n = (n + 9) / 10
	}
	return n
}

// share is a share of some as a row, that is to be at least low and at most high. What few
// say may be off by chance: then twice the standard error is allowed.
func share(what string, k, n int, low, high float64) studyRow {
	r := studyRow{what: what, found: "none", wanted: "≥ " + percent(low)}
	if high < 1 {
		r.wanted = percent(low) + " to " + percent(high)
		if low == 0 {
			r.wanted = "≤ " + percent(high)
		}
	}
	if n == 0 {
		return r
	}
	p := float64(k) / float64(n)
	r.found = fmt.Sprintf("%d of %d (%s)", k, n, percent(p))
	r.off = p < low-chance(low, n) || p > high+chance(high, n)
	return r
}
