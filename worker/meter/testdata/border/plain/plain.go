// Package plain takes types of another.
package plain

import "cnv/worker/meter/testdata/border/shared"

// Take takes one.
func Take(shared.Number) {}
