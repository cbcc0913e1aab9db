package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// TestModes: every mode has a file of its own, every example of the table is a command that is accepted as it stands, and
// every pair that the table excludes is refused in either order, with the reason, and
// named in the help of both.
func TestModes(t *testing.T) {
	given := map[string][]string{"--journal": {"--journal"}, "--fresh": {"--fresh"}}
	for _, m := range modes {
		if m.example != "" {
			given[m.flag] = strings.Fields(m.example)[1:]
		}
	}
	help := (&compareCmd{}).Help()
	for _, m := range modes {
		if m.example == "" {
			continue
		}
		_, below, _ := strings.Cut(help, "compare "+m.example+"\n")
		_, below, _ = strings.Cut(below, "not with ")
		below, _, _ = strings.Cut(below, "\n")
		if _, err := os.Stat(strings.TrimPrefix(m.flag, "--") + ".go"); err != nil {
			t.Errorf("%s has no file of its own: %v", m.flag, err)
		}
		if err := parseCompare(t, given[m.flag]).together(); err != nil {
			t.Errorf("the example %q: %v", m.example, err)
		}
		for _, other := range modes {
			if other.flag == m.flag {
				continue
			}
			excluded := slices.Contains(m.not, other.flag) || slices.Contains(other.not, m.flag)
			err := parseCompare(t, slices.Concat(given[m.flag], given[other.flag])).together()
			if slices.Contains(strings.Fields(below), other.flag) != excluded {
				t.Errorf("%s with %s: excluded %v, the help says: not with %s", m.flag, other.flag, excluded, below)
			}
			switch {
			case excluded && (err == nil || !strings.Contains(err.Error(), m.flag) || !strings.Contains(err.Error(), other.flag)):
				t.Errorf("%s with %s: %v", m.flag, other.flag, err)
			case !excluded && err != nil:
				t.Errorf("%s with %s is not excluded by the table: %v", m.flag, other.flag, err)
			}
		}
		for _, not := range m.not {
			if given[not] == nil {
				t.Errorf("%s excludes %s, which is no flag of the table", m.flag, not)
			}
		}
	}
}

// parseCompare reads flags of compare.
func parseCompare(t *testing.T, flags []string) *compareCmd {
	t.Helper()
	var cmd compareCmd
	parser, err := kong.New(&cmd)
	if err == nil {
		_, err = parser.Parse(flags)
	}
	if err != nil {
		t.Fatalf("%q: %v", flags, err)
	}
	return &cmd
}
