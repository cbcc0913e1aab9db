// Package halt has assembly.
package halt

// Never does nothing.
func Never() {}
