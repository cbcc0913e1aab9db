package run

import "cnv/policy/enum"

// Target says where the workers of a run are.
type Target uint8

// The targets. A rehearsal on this machine has the target Local.
const (
	Local   Target = iota // a cloud on this machine
	AWS                   // instances and functions of an account
	Static                // workers that run already, by their addresses
	Gateway               // those of a gateway that serves already: only the load is made
)

var targets = []string{"local", "aws", "static", "gateway"}

func (t Target) String() string { return enum.Word(t, targets) }

// UnmarshalText reads a target's word.
func (t *Target) UnmarshalText(text []byte) error { return enum.Read(t, text, targets) }
