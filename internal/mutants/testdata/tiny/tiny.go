// Package tiny is code whose mutants are known: its tests kill some, cannot kill others,
// and come nowhere near the rest.
package tiny

import (
	"errors"
	"time"
)

// A Level is a number with a name.
type Level float64

// Adult is tested at its boundary.
func Adult(age int) bool { return age >= 18 }

// Tall is tested far from its boundary.
func Tall(height float64) bool {
	if height > 1.9 {
		return true
	}
	return false
}

// Total is tested with what a difference would betray.
func Total(parts []int) (sum int) {
	for i := 0; i < len(parts); {
		sum += parts[i]
		i++
	}
	return sum
}

// Check is called, and nothing is asked of its error.
func Check(ok bool, level Level) error {
	if !ok && level > 0 {
		return errors.New("no")
	}
	return nil
}

// Wait is called by nobody.
func Wait(n int) time.Duration { return time.Duration(n) * 2 * time.Second }
