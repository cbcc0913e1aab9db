package operate

import (
	"fmt"
	"io"

	"cnv/live/aws/deploy"
	"cnv/live/run"
)

func printSteps(w io.Writer, steps []deploy.Step) {
	for _, s := range steps {
		fmt.Fprintln(w, s)
	}
}

func because(why string) string {
	if why == "" {
		return ""
	}
	return " (" + why + ")"
}

// printCalls says which calls a command would make.
func printCalls(c *run.Console, calls []string) {
	fmt.Fprintln(c.Out, "It would make these calls, none of which changes anything or costs:")
	for _, call := range calls {
		fmt.Fprintln(c.Out, " ", call)
	}
	fmt.Fprintln(c.Out, "None was made.")
}
