// Package linked reaches into a package that is copied.
package linked

import (
	_ "unsafe"

	_ "cnv/worker/meter/testdata/refused/wrong"
)

//go:linkname to cnv/worker/meter/testdata/refused/wrong.Labels
func to()

// To calls it.
func To() { to() }
