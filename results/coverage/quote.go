package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
)

// A claim is a row of the table that README quotes: what a report claims, and how often
// it was so, from the least to the most of the kinds whose name contains of.
type claim struct {
	of, text, want string
	only           string // flag --only that measures it
	doubted        bool   // reports warn that it may be less
	low, high      float64
	n              int // experiments of the smallest kind
}

// A claims is the table.
type claims struct {
	mu  sync.Mutex
	all []claim
}

// quoted are the rows, in the order of the table.
var quoted = claims{all: []claim{
	{of: "queues, mean", text: "interval of a mean, or of a paired difference of means, ten runs", want: "95 %", only: "M/M/1 ρ=0.5"},
	{of: "rare misses", text: "interval of a share of misses that few runs have", want: "95 %", only: "rare misses"},
	{of: "on-off", text: "interval of a share of misses of on-off traffic", want: "95 %", only: "on-off"},
	{of: "requests a run", text: "interval of p99 and p99.9, few requests a run and many", want: "95 %", only: "requests a run"},
	{of: "equal laws, shifted", text: "8 policies alike on 4 workloads: some difference is found", want: "5 %", only: "equal laws, shifted by 0"},
	{of: "--until", text: "interval after `--until` has stopped", want: "95 %", only: "--until"},
	{of: "one run", text: "interval from one long run, M/M/1 at 50 to 90 %, 10,000 requests or more", want: "95 %", only: "one run"},
	{of: "--saturate", text: "interval of the highest load by `--saturate`", want: "95 %", only: "--saturate"},
	{of: "changes, moved", text: "`--vary` with 5 changes that move nothing: some verdict changes", want: "5 %", only: "changes, moved by 0"},
	{of: "lognormal, 10000", text: "interval of heavy-tailed work (lognormal, cv² 10), ten runs of 10,000 requests: reports warn that it may be too narrow", want: "95 %", only: "M/G/1 ρ=0.7 lognormal", doubted: true},
}}

// quote notes that k of n experiments of a kind were so.
func quote(kind string, k, n int) {
	quoted.mu.Lock()
	defer quoted.mu.Unlock()
	i := slices.IndexFunc(quoted.all, func(c claim) bool { return strings.Contains(kind, c.of) })
	if i < 0 || n == 0 {
		return
	}
	c, share := &quoted.all[i], float64(k)/float64(n)
	if c.n == 0 {
		c.low, c.high, c.n = share, share, n
	}
	c.low, c.high, c.n = min(c.low, share), max(c.high, share), min(c.n, n)
}

const tableHead = "| what is claimed | it should be so in | it was so in | of experiments | measured by `go run ./results/coverage` with |\n|---|---|---|---|---|\n"

// row is a claim that was measured.
func (c *claim) row() string {
	was := fmt.Sprintf("%.1f %%", 100*c.high)
	if math.Abs(c.high-c.low) >= 0.0005 {
		was = fmt.Sprintf("%.1f to %s", 100*c.low, was)
	}
	return fmt.Sprintf("%s%s | %s | %d | `--only %q` |\n", c.key(), c.want, was, c.n, c.only)
}

// key begins the row.
func (c *claim) key() string { return "| " + c.text + " | " }

// update writes the table: rows that were measured again, all others as they are.
func (q *claims) update(file string) error {
	old, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var out strings.Builder
	out.WriteString(tableHead)
	for i := range q.all {
		c := &q.all[i]
		if c.n > 0 {
			out.WriteString(c.row())
			continue
		}
		for line := range strings.Lines(string(old)) {
			if strings.HasPrefix(line, c.key()) {
				out.WriteString(line)
			}
		}
	}
	return os.WriteFile(file, []byte(out.String()), 0o644)
}
