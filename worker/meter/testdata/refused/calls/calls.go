// Package calls calls C where there is cgo.
package calls

var one = func() int { return 1 }

// C calls it.
func C() int { return one() }
