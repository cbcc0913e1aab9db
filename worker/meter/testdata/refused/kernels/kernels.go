// Package kernels lists what the meter refuses.
package kernels

import (
	"cnv/worker/kernel"
	"cnv/worker/meter/testdata/refused/calls"
	"cnv/worker/meter/testdata/refused/halt"
	"cnv/worker/meter/testdata/refused/linked"
	"cnv/worker/meter/testdata/refused/wrong"
)

// All uses them.
func All() map[string]kernel.Func {
	wrong.Labels()
	halt.Never()
	linked.To()
	calls.C()
	return nil
}
