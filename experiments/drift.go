package main

import (
	"fmt"
	"slices"
	"strings"

	"cnv/policy"
	"cnv/results/fidelity"
)

// A driftCmd is `drift`.
type driftCmd struct {
	Dir        string `arg:"" optional:"" help:"Folder of folders of results of live." default:"results/live"`
	Experiment string `help:"Only this experiment." placeholder:"NAME"`
	Target     string `help:"Only runs on this target: local, aws or static." placeholder:"TARGET"`
}

// Run says how good the simulator's predictions of live runs have been over time.
func (cmd *driftCmd) Run(c *console) error {
	all, err := fidelity.History(cmd.Dir)
	if err != nil {
		return badInput{err}
	}
	if len(all) == 0 {
		return refuse("cnv: %s has no %s: every live command adds to it", cmd.Dir, fidelity.HistoryFile)
	}
	chosen := slices.DeleteFunc(all, func(e fidelity.Entry) bool {
		return cmd.Experiment != "" && e.Experiment != cmd.Experiment || cmd.Target != "" && e.Target != cmd.Target
	})
	if len(chosen) == 0 {
		return refuse("cnv: %s has no live run of that experiment and target", cmd.Dir)
	}
	table, scores, verdict := fidelity.Drift(chosen)
	c.printf("What the simulator gave for live runs, and how far it was off\n\n%s\n", strings.Join(table, "\n"))
	if len(scores) > 0 {
		counted := 0
		for i := range chosen {
			if !chosen[i].Unranked {
				counted++
			}
		}
		c.printf("\nOver %s\n\n%s\n", policy.Count(counted, "value"), strings.Join(scores, "\n"))
	}
	c.printf("\n")
	paragraph(c, fmt.Sprintf("%s Relative errors are of response times, cost and machines; those of shares are in points.", verdict))
	return nil
}
