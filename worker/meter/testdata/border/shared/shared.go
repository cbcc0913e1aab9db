// Package shared has a type.
package shared

// A Number is one.
type Number int

// One is one.
const One Number = 1
