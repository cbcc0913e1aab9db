package operate

import (
	"fmt"
	"io"

	"cnv/live/aws"
	"cnv/live/run"
)

// KeepLog sends what is printed from now on to a log group of CloudWatch Logs as well; "" is
// none. What it returns sends the last of it, with the error with which the command ends.
func (a *Account) KeepLog(c *run.Console, group string) (end func(error) error, err error) {
	if group == "" {
		return func(err error) error { return err }, nil
	}
	cfg, err := a.Config(c)
	if err != nil {
		return nil, err
	}
	log := aws.NewLog(cfg, group)
	c.Out, c.Err = io.MultiWriter(c.Out, log), io.MultiWriter(c.Err, log)
	return func(err error) error {
		if err != nil {
			fmt.Fprintln(log, err)
		}
		if lost := log.Close(); lost != nil {
			fmt.Fprintf(c.Err, "the end of the log did not reach %s: %v\n", group, lost)
		}
		return err
	}, nil
}
