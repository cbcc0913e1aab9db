package plan

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"cnv/results"
)

// odd is a value of every kind, and those at which kinds end.
var odd = []string{
	`""`, `"x"`, `0`, `1`, `-1`, `1.5`, `1e308`, `nan`, `inf`, `9223372036854775807`, `true`, `[]`, `{}`, `["", 0]`, `"0s"`, `"-1s"`, `"1ns"`, `"1s"`, `"2562047h"`, `"none"`, `2026-01-01`,
}

// A sheet is an experiment file by its tables, each with its keys.
type sheet struct {
	heads []string
	lines map[string]map[string]string
}

// plainSheet is a file that runs, with all tables in which keys may stand beside others.
func plainSheet() *sheet {
	s := &sheet{lines: map[string]map[string]string{}}
	for _, t := range []struct{ head, keys string }{
		{"", `question = "q"|seeds = 1|timeout = "20s"`},
		{"[cluster]", `instance = { cores = 1, speed = 1.0, usd_per_hour = 0.036 }|initial = 1|max = 2`},
		{"[functions]", "memory_mb = 1024"},
		{"[store]", ""}, {"[telemetry]", ""}, {"[retry]", ""}, {"[client]", ""},
		{"[[fault]]", `at = "10s"`},
		{"[[workload]]", `generator = "poisson"|rate = 1|duration = "30s"|name = "w"`},
		{"[[policy]]", `router = "jsq"|spill = "busy"|name = "p"`},
	} {
		for _, line := range strings.Split(t.keys, "|") {
			key, value, _ := strings.Cut(line, " = ")
			s.set(t.head, key, value)
		}
	}
	return s
}

func (s *sheet) set(head, key, value string) {
	if s.lines[head] == nil {
		s.heads, s.lines[head] = append(s.heads, head), map[string]string{}
	}
	if key != "" {
		s.lines[head][key] = value
	}
}

func (s *sheet) text() string {
	var b strings.Builder
	for _, head := range s.heads {
		fmt.Fprintln(&b, head)
		var keys []string
		for key := range s.lines[head] {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		for _, key := range keys {
			fmt.Fprintf(&b, "%s = %s\n", key, s.lines[head][key])
		}
	}
	return b.String()
}

// longest is how long a value may take: a run is broken off long before.
const longest = 20 * time.Second

// tryText parses a file and, if it is accepted, begins to run it. A panic fails the test.
func tryText(t *testing.T, text string) (accepted bool) {
	t.Helper()
	began := time.Now()
	defer func() {
		if p := recover(); p != nil {
			t.Errorf("panic: %v\nof\n%s\n%s", p, text, debug.Stack())
		}
		if took := time.Since(began); took > longest {
			t.Errorf("it took %v to read and begin\n%s", took, text)
		}
	}()
	p, err := Parse("f.toml", ".", text, Options{})
	if err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	c := p.Cells()[0]
	_, _ = c.Run(ctx, p.Seed, results.NewRun(results.RunInfo{Classes: c.Classes()}), nil) // broken off, or not: it is the panic that counts
	return true
}

// TestEveryValueOfEveryKey: each key of a file, with a value of each kind, is refused or runs.
func TestEveryValueOfEveryKey(t *testing.T) {
	tried, ran := 0, 0
	for _, table := range Tables() {
		head, _, _ := strings.Cut(table.Head, " ")
		for _, key := range table.Keys {
			for _, value := range odd {
				s := plainSheet()
				s.set(head, key.Key, value)
				if tried++; tryText(t, s.text()) {
					ran++
				}
			}
		}
	}
	t.Logf("%d values, %d of them ran", tried, ran)
	if tried < 1000 || ran < 100 {
		t.Errorf("%d values were tried, %d ran: the keys are not found", tried, ran)
	}
}

// TestEveryPart: each policy of each role runs, and each of its parameters, with a value of
// each kind, is refused or runs.
func TestEveryPart(t *testing.T) {
	tried, ran := 0, 0
	for _, role := range Roles {
		for _, spec := range role.Specs {
			of := func(change func(*sheet)) {
				s := plainSheet()
				s.set("[[policy]]", role.Name, fmt.Sprintf("%q", spec.Name))
				change(s)
				if tried++; tryText(t, s.text()) {
					ran++
				}
			}
			of(func(*sheet) {})
			for _, f := range fields(spec.New()) {
				for _, value := range []string{`""`, `-1`, `1e308`, `nan`, `[]`, `"2562047h"`} {
					of(func(s *sheet) { s.set("[[policy]]", role.Name+"_params", fmt.Sprintf("{ %s = %s }", f.key, value)) })
				}
			}
		}
	}
	t.Logf("%d values, %d of them ran", tried, ran)
	if tried < 400 || ran < 50 {
		t.Errorf("%d values were tried, %d ran: the parameters are not found", tried, ran)
	}
}
