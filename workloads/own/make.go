//go:build ignore

// Command make writes the trace in this folder anew. Run it by
//
//	go generate ./workloads
//
// after a change of the own mix or of the diurnal generator; a test compares
// the trace with what they say now.
package main

import (
	"fmt"
	"os"

	"cnv/workloads"
)

func main() {
	if err := workloads.WriteOwnTrace("own"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
