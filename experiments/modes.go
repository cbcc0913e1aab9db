package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A mode is a way of comparing that a flag asks for. Each is in the file of its name.
type mode struct {
	flag    string
	given   func(cmd *compareCmd) bool
	values  func(cmd *compareCmd) []string // what was given of what changes results
	not     []string                       // flags that it does not go with; each pair stands in the table once
	because string                         // why it does not
	example string                         // arguments of compare
	about   string                         // what the example does
}

// excluded are the flags that the mode does not go with, whichever of the two the table
// says it of, in the order of the table.
func (m *mode) excluded() (flags []string) {
	for _, other := range modes {
		if slices.Contains(m.not, other.flag) || slices.Contains(other.not, m.flag) {
			flags = append(flags, other.flag)
		}
	}
	return flags
}

// modes is what may be asked for, and what goes together: whatever the table does not exclude.
var modes = []mode{
	{
		flag: "--shard", given: func(c *compareCmd) bool { return c.Shard != "" },
		not: []string{"--fresh", "--journal"}, because: "it keeps its runs for merge",
		example: "quickstart --shard 2/3", about: "the second third of the runs, on one of three machines; then merge",
	},
	{
		flag: "--until", given: func(c *compareCmd) bool { return c.Until != "" },
		values: func(c *compareCmd) []string { return some(c.Until) },
		not:    []string{"--shard", "--journal"}, because: "it decides how many seeds there are as it goes",
		example: "quickstart --until 2%", about: "seeds until every difference is known to 2 % of its mean",
	},
	{
		flag: "--saturate", given: func(c *compareCmd) bool { return c.Saturate != "" },
		values: func(c *compareCmd) []string { return some(c.Saturate) },
		not:    []string{"--shard", "--until"}, because: "it decides what it runs as it goes",
		example: "router-theory --saturate 1%", about: "the highest load at which 1 % of requests are missed",
	},
	{
		flag: "--tune", given: func(c *compareCmd) bool { return c.Tune != nil },
		values: func(c *compareCmd) []string { return number(c.Tune) },
		not:    []string{"--shard", "--until", "--saturate"}, because: "it writes what it finds to tuned.toml, which any compare can run",
		example: "quickstart --tune 40", about: "40 choices of the parameters of each policy",
	},
	{
		flag: "--worlds", given: func(c *compareCmd) bool { return c.Worlds != nil && *c.Worlds > 0 },
		values: func(c *compareCmd) []string { return number(c.Worlds) },
		not:    []string{"--shard", "--until", "--saturate", "--tune", "--vary"}, because: "it tries what a plain compare finds",
		example: "quickstart --worlds 40", about: "every finding in 40 draws of what is not known for certain",
	},
	{
		flag: "--vary", given: func(c *compareCmd) bool { return len(c.Vary) > 0 },
		values: func(c *compareCmd) []string { return c.Vary },
		not:    []string{"--shard", "--until", "--saturate", "--tune", "--journal"}, because: "it runs the whole experiment once for each change",
		example: "quickstart --vary slo=2s --vary cluster.boot=60s", about: "which of two changes moves the answer more",
	},
	{
		flag: "--against", given: func(c *compareCmd) bool { return c.Against != "" },
		values: func(c *compareCmd) []string { return some(c.Against) },
		not:    []string{"--shard", "--until", "--saturate", "--tune", "--vary"}, because: "it holds a plain compare against what was measured live",
		example: "quickstart-live --against results/live/quickstart-live", about: "what live has measured beside what the simulator gives",
	},
	{flag: "--journal", given: func(c *compareCmd) bool { return c.Journal }},
	{flag: "--fresh", given: func(c *compareCmd) bool { return c.Fresh }},
}

// together refuses two flags that do not go together.
func (cmd *compareCmd) together() error {
	given := func(flag string) bool {
		return slices.ContainsFunc(modes, func(m mode) bool { return m.flag == flag && m.given(cmd) })
	}
	for _, m := range modes {
		if !m.given(cmd) {
			continue
		}
		if i := slices.IndexFunc(m.not, given); i >= 0 {
			return refuse("cnv: %s does not go with %s: %s", m.flag, m.not[i], m.because)
		}
	}
	return nil
}

// searches are the flags that change results, as they were given.
func (cmd *compareCmd) searches() (out []string) {
	for _, m := range modes {
		if m.values == nil {
			continue
		}
		for _, v := range m.values(cmd) {
			out = append(out, m.flag, v)
		}
	}
	return out
}

// some is the value of a flag that may not be given.
func some(v string) []string {
	if v == "" {
		return nil
	}
	return []string{v}
}

// number is some for a number.
func number(n *int) []string {
	if n == nil {
		return nil
	}
	return []string{strconv.Itoa(*n)}
}

// Help is what compare --help says below its flags.
func (cmd *compareCmd) Help() string {
	var b strings.Builder
	b.WriteString("Ways of comparing, and the flags that each does not go with:\n\n")
	for _, m := range modes {
		if m.example == "" {
			continue
		}
		fmt.Fprintf(&b, "    compare %s\n        %s;\n        not with %s\n", m.example, m.about, strings.Join(m.excluded(), " "))
	}
	return strings.TrimSuffix(b.String(), "\n")
}
