package constants

import (
	"cmp"
	"slices"
	"strings"
)

// A section is a part of the table: what stands before its rows, and these.
type section struct {
	head []string
	rows []row
}

// A row is a line about an experiment.
type row struct{ experiment, line string }

// merged is a table with the rows of one experiment, made again, in place of its old
// ones. order is all experiments.
func merged(old, again, name string, order []string) string {
	of, now := sections(old, order), sections(again, order)
	var out []string
	for _, key := range headings {
		a, b := of[key], now[key]
		rows := slices.DeleteFunc(a.rows, func(r row) bool { return r.experiment == name })
		for _, r := range b.rows {
			if r.experiment == name {
				rows = append(rows, r)
			}
		}
		if len(rows) == 0 {
			continue
		}
		slices.SortStableFunc(rows, func(a, b row) int {
			return cmp.Compare(slices.Index(order, a.experiment), slices.Index(order, b.experiment))
		})
		head := b.head
		if head == nil {
			head = a.head
		}
		out = append(out, head...)
		for _, r := range rows {
			out = append(out, r.line)
		}
		out = append(out, "")
	}
	return strings.Join(out, "\n")
}

// headings are those of the sections, in their order; "" the first.
var headings = []string{"", heading(turns), heading(flips), heading(jumps), heading(borderline), refusedHeading}

const refusedHeading = "## Not moved, as the file would be refused"

// heading is that of the changes of a kind.
func heading(k kind) string {
	return "## " + strings.ToUpper(k.String()[:1]) + k.String()[1:]
}

// sections are those of a table by their headings.
func sections(text string, order []string) map[string]section {
	out := map[string]section{}
	key := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "## ") {
			key = line
		}
		s := out[key]
		switch name := about(line); {
		case slices.Contains(order, name):
			s.rows = append(s.rows, row{name, line})
		case s.rows == nil:
			s.head = append(s.head, line)
		}
		out[key] = s
	}
	return out
}

// about is the experiment that a line begins with; "" none.
func about(line string) string {
	for _, form := range [][2]string{{"| ", " | "}, {"- ", ", "}} {
		if rest, ok := strings.CutPrefix(line, form[0]); ok {
			name, _, _ := strings.Cut(rest, form[1])
			return name
		}
	}
	return ""
}
