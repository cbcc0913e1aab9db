// Package kernels lists a kernel of which one package stays plain, but not
// what that imports.
package kernels

import (
	"cnv/worker/kernel"
	"cnv/worker/meter/testdata/border/plain"
	"cnv/worker/meter/testdata/border/shared"
)

//meter:plain cnv/worker/meter/testdata/border/plain to see it refused

// All uses them.
func All() map[string]kernel.Func {
	plain.Take(shared.One)
	return nil
}
