package coverage

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"strings"
	"time"
)

// A measured claim is a row with what came out.
type measured struct {
	*claim
	outcomes []outcome
	given    int // experiments of each kind, if not its own number; 0: that
}

// quickPart is of how many experiments --quick makes one, and quickLeast how many it
// makes at least.
const quickPart, quickLeast = 10, 20

// rowsOf are the claims whose name contains this.
func rowsOf(name string) []*claim {
	var out []*claim
	for i := range claimed {
		if strings.Contains(claimed[i].name, name) {
			out = append(out, &claimed[i])
		}
	}
	return out
}

// rows measures claims, with so many experiments of each kind, or their own number if n
// is 0, or a tenth of it. It prints what came out and says what is not as it should be.
func rows(of []*claim, n int, quick bool) (all []measured, faults []string, err error) {
	fmt.Printf("How often it was so, with half of the 95 %% interval of that share (Agresti, Coull 1998).\n\n%-64s %5s %18s %6s\n", "", "runs", "", "n")
	for _, c := range of {
		began, each := time.Now(), c.n
		if n > 0 {
			each = n
		}
		if quick {
			each = max(each/quickPart, quickLeast)
		}
		got, err := c.measure(each)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", c.name, err)
		}
		fmt.Printf("%s (%v): %s should be so\n", c.name, time.Since(began).Round(time.Second), c.want)
		for i := range got {
			o := &got[i]
			note := ""
			if o.broken() && !(c.doubted && !o.aside) {
				note = "  NOT AS IT SHOULD BE"
				faults = append(faults, fmt.Sprintf("%s: %s in %s", c.name, o.kind, o.share()))
			}
			fmt.Printf("  %-62s %5s %18s %6d%s\n", o.kind, o.over(), o.share(), o.n, note)
		}
		all = append(all, measured{c, got, n})
	}
	return all, faults, nil
}

// over is the replications of an experiment.
func (o *outcome) over() string {
	if o.runs == 0 {
		return "any"
	}
	return fmt.Sprint(o.runs)
}

// share is the figure with its half-width.
func (o *outcome) share() string {
	return fmt.Sprintf("%.1f ± %.1f %%", 100*float64(o.k)/float64(o.n), 100*o.half())
}

// half is half of the 95 % interval of the share, around (k+2)/(n+4) (Agresti, Coull
// 1998, doi:10.1080/00031305.1998.10480550), so that it is not 0 where all were so.
func (o *outcome) half() float64 {
	n := float64(o.n + 4)
	p := float64(o.k+2) / n
	return 1.96 * math.Sqrt(p*(1-p)/n)
}

const tableHead = "| what is claimed | it should be so in | it was so in (least to most of its cases) | cases × experiments, at least | runs of each | measured by `go run ./results/study coverage` with |\n|---|---|---|---|---|---|\n"

// row is the row of the table: how often it was so in all experiments together, and from
// the kind of which it was so least to that of which it was so most.
func (m *measured) row() string {
	var least, most *outcome
	var all outcome
	runs, n, kinds := [2]int{math.MaxInt, 0}, math.MaxInt, 0
	for i := range m.outcomes {
		o := &m.outcomes[i]
		if o.aside {
			continue
		}
		if least == nil || o.part() < least.part() {
			least = o
		}
		if most == nil || o.part() > most.part() {
			most = o
		}
		all.k, all.n, kinds = all.k+o.k, all.n+o.n, kinds+1
		runs, n = [2]int{min(runs[0], o.runs), max(runs[1], o.runs)}, min(n, o.n)
	}
	if least == nil {
		return ""
	}
	was := least.share()
	if kinds > 1 {
		was = fmt.Sprintf("%.1f %% (%s to %s)", 100*all.part(), strings.TrimSuffix(least.share(), " %"), strings.TrimSuffix(most.share(), " %"))
	}
	over := fmt.Sprint(runs[0])
	switch {
	case runs[1] == 0:
		over = "as needed"
	case runs[0] != runs[1]:
		over = fmt.Sprintf("%d to %d", runs[0], runs[1])
	}
	by := fmt.Sprintf("--row %q", m.name)
	if m.given > 0 {
		by += fmt.Sprintf(" --experiments %d", m.given)
	}
	return fmt.Sprintf("%s%s | %s | %d × %d | %s | `%s` |\n", m.key(), m.want, was, kinds, n, over, by)
}

// part is the share.
func (o *outcome) part() float64 { return float64(o.k) / float64(o.n) }

// key begins the row.
func (c *claim) key() string { return "| " + c.text + " | " }

// update writes the table of all claims: rows that were measured, others as they are in
// the file.
func update(file string, claims []claim, now []measured) error {
	old, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var out strings.Builder
	out.WriteString(tableHead)
	for i := range claims {
		row := ""
		for line := range strings.Lines(string(old)) {
			if strings.HasPrefix(line, claims[i].key()) {
				row = line
			}
		}
		for k := range now {
			if now[k].name == claims[i].name {
				row = now[k].row()
			}
		}
		out.WriteString(row)
	}
	return os.WriteFile(file, []byte(out.String()), 0o644)
}
