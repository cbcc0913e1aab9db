package estimate

import (
	"fmt"
	"slices"
	"strings"

	"cnv/policy/nearest"
)

// Target is what a [Learning] estimator learns from.
type Target uint8

// The targets.
const (
	ByCPU          Target = iota // CPU time
	ByInstructions               // instructions
	ByBlocks                     // basic blocks
	ByCounts                     // instructions, blocks and calls together
)

// targets are their names in experiment files.
var targets = [...]string{ByCPU: "cpu", ByInstructions: "instructions", ByBlocks: "blocks", ByCounts: "counts"}

// String is the name in experiment files.
func (t Target) String() string {
	if int(t) < len(targets) {
		return targets[t]
	}
	return fmt.Sprintf("target %d", uint8(t))
}

// UnmarshalText reads a name; the error of an unknown one lists those that there are.
func (t *Target) UnmarshalText(text []byte) error {
	i := slices.Index(targets[:], string(text))
	if i < 0 {
		return fmt.Errorf("%q, want one of %s%s", text, strings.Join(targets[:], ", "), nearest.Hint(string(text), targets[:]))
	}
	*t = Target(i)
	return nil
}
