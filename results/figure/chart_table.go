package figure

import (
	"strings"

	"cnv/results/answer"
	"cnv/results/words"
)

// Table is the numbers of a chart: a row per value along the axis, panel by panel, a column
// per group. Before these is a column for the panel, where the chart has several roles, and
// one for the value on the axis. A cell that was not run is "", and a row of such cells is
// left out.
//
//	workload  rate  seed (%)           jsq (%)
//	burst     4     1.2 ±0.3           0.8 ±0.2
//	burst     8     3.1 (2.7 to 4.0)   1.1 ±0.2
func (c *Chart) Table() (head []string, rows [][]string) {
	q := answer.QuantityOf(c.Spec.Metric)
	groups := distinct(c.cells, func(c chartCell) string { return c.group })
	if c.Spec.Panel != "" {
		head = append(head, c.Spec.Panel)
	}
	head = append(head, c.Spec.X)
	for _, g := range groups {
		head = append(head, strings.TrimSpace(words.IfElse(g == "", q.Head, g)+words.IfElse(q.Unit() == "", "", " ("+q.Unit()+")")))
	}
	for _, p := range distinct(c.cells, func(c chartCell) string { return c.panel }) {
		for _, x := range distinct(c.cells, func(c chartCell) string { return c.x }) {
			var row []string
			if c.Spec.Panel != "" {
				row = append(row, p)
			}
			row = append(row, x)
			any := false
			for _, g := range groups {
				text := ""
				for _, cell := range c.cells {
					if cell.panel == p && cell.x == x && cell.group == g {
						text, any = cellText(cell.value), true
					}
				}
				row = append(row, text)
			}
			// Panels need not have the same values on the axis.
			if any {
				rows = append(rows, row)
			}
		}
	}
	return head, rows
}

// cellText is a value with its interval, in as few decimals as show both: "1.2 ±0.3", or
// "3.1 (2.7 to 4.0)" where the value is not in the middle.
func cellText(e words.Estimate) string {
	if !e.Interval() {
		return words.Significant(e.Mean, 3)
	}
	// The value has as many decimals as its interval needs.
	places := words.Places(e.Mean, e.Low, e.High)
	return strings.TrimSpace(words.Decimal(e.Mean, places) + " " + e.Beside(places))
}

// Markdown is the table for a text. A bar would end a cell and < begin an element of HTML:
// both are escaped, all else stays as written.
func (c *Chart) Markdown() string {
	head, rows := c.Table()
	clean := strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;")
	line := func(cells []string) string {
		var b strings.Builder
		for _, cell := range cells {
			b.WriteString("| " + clean.Replace(cell) + " ")
		}
		return b.String() + "|\n"
	}
	text := line(head) + strings.Repeat("|---", len(head)) + "|\n"
	for _, r := range rows {
		text += line(r)
	}
	return text
}

// TeX is the table for a paper: needs the package booktabs. What TeX would take as a
// command is escaped; signs that older engines lack in their fonts are written in
// mathematics.
func (c *Chart) TeX() string {
	head, rows := c.Table()
	// One pass, so that a backslash that stands for another character is not replaced
	// again.
	clean := strings.NewReplacer(`\`, `\textbackslash{}`, "&", `\&`, "%", `\%`, "$", `\$`, "#", `\#`, "_", `\_`, "{", `\{`, "}", `\}`, "~", `\textasciitilde{}`, "^", `\textasciicircum{}`,
		"±", `$\pm$`, "−", "$-$", "∞", `$\infty$`, "→", `$\rightarrow$`, "\n", " ")
	line := func(cells []string) string {
		out := make([]string, len(cells))
		for i, cell := range cells {
			out[i] = clean.Replace(cell)
		}
		return strings.Join(out, " & ") + ` \\` + "\n"
	}
	// Names to the left, all else to the right.
	text := `\begin{tabular}{l` + strings.Repeat("r", len(head)-1) + "}\n\\toprule\n" + line(head) + "\\midrule\n"
	for _, r := range rows {
		text += line(r)
	}
	return text + "\\bottomrule\n\\end{tabular}\n"
}
