// Package seeded lets tests of properties draw the same inputs each time, so that what passes
// once passes again. The tests of every package that uses rapid import it. RAPID_SEED=7 draws
// others, RAPID_SEED=0 others each time, as .ci/run --nightly does, and so do rapid's own flags.
package seeded

import (
	"flag"
	"os"
	"strings"

	"pgregory.net/rapid"
)

// What tests draw where nobody says otherwise.
const (
	Seed   = "1"
	Checks = "100" // inputs of each property; a fifth with -short
)

func init() {
	Default("seed", Seed)
	Default("checks", Checks)
}

// Default is the value that a flag of rapid has, unless its environment variable or the
// command line gives another. It is called before flags are read: by init.
func Default(name, value string) {
	if _, given := os.LookupEnv("RAPID_" + strings.ToUpper(name)); given {
		return
	}
	if err := flag.Set("rapid."+name, value); err != nil {
		panic("seeded: " + err.Error())
	}
}

// Fixed tries a property with n inputs that no seed changes. What a test counts in them, to
// know that its property was put to the test, is never too little by chance.
func Fixed(n int, property func(*rapid.T)) {
	g := rapid.Custom(func(t *rapid.T) int { property(t); return 0 })
	for i := range n {
		g.Example(i)
	}
}
