package main

import (
	"cnv/results/compare"
	"cnv/results/report"
)

// A plotCmd is `plot`.
type plotCmd struct {
	Dir string `arg:"" name:"dir" help:"A folder of results, such as results/quickstart."`
}

// Run redraws everything from the files in the folder.
func (cmd *plotCmd) Run(c *console) error {
	if err := compare.Complete(cmd.Dir); err != nil {
		return badInput{err}
	}
	if err := report.Draw(cmd.Dir, report.Options{}); err != nil {
		return err
	}
	c.printf("redrew %s/figures and %s/report.html\n", cmd.Dir, cmd.Dir)
	return nil
}
