package estimate

import "cnv/policy/enum"

// Target is what a [Learning] estimator learns from.
type Target uint8

// The targets.
const (
	ByCPU          Target = iota // CPU time
	ByInstructions               // instructions
	ByBlocks                     // basic blocks
	ByCounts                     // instructions, blocks and calls together
)

var targets = []string{ByCPU: "cpu", ByInstructions: "instructions", ByBlocks: "blocks", ByCounts: "counts"}

// String is the word in experiment files.
func (t Target) String() string { return enum.Word(t, targets) }

// UnmarshalText reads the word.
func (t *Target) UnmarshalText(text []byte) error { return enum.Read(t, text, targets) }
