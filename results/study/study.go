// Command study asks whether what the project says of its numbers is so.
//
//	go run ./results/study                    # the studies
//	go run ./results/study coverage --quick   # one of them, with its flags; --help lists these
//
// The exit code is 1 if a study finds what should not be.
package main

import (
	"fmt"
	"os"

	"cnv/results/study/constants"
	"cnv/results/study/coverage"
	"cnv/results/study/placement"
	"cnv/results/study/readme"
)

// A study is a part of the program.
type study struct {
	name, purpose string
	run           func(args []string) error
}

var studies = []study{
	{"coverage", "how often intervals hold the truth, where it is known", coverage.Main},
	{"constants", "whether a verdict of a shipped experiment turns when one constant is 4 % off", constants.Main},
	{"placement", "what counts of requests per minute hide", placement.Main},
	{"readme", "makes the numbers and the figure of README.md, or checks them", readme.Main},
}

func main() {
	if len(os.Args) < 2 {
		list(os.Stdout)
		return
	}
	for _, s := range studies {
		if s.name != os.Args[1] {
			continue
		}
		if err := s.run(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	fmt.Fprintf(os.Stderr, "study: there is no study %q\n", os.Args[1])
	list(os.Stderr)
	os.Exit(2)
}

// list prints the studies.
func list(to *os.File) {
	fmt.Fprintln(to, "go run ./results/study NAME [flags]")
	for _, s := range studies {
		fmt.Fprintf(to, "  %-10s %s\n", s.name, s.purpose)
	}
}
