package figure

import (
	"strings"

	"cnv/results/answer"
	"cnv/results/words"
)

// Table is the numbers of a chart: a row per value along the axis, panel by panel, a column
// per group.
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
			if any {
				rows = append(rows, row)
			}
		}
	}
	return head, rows
}

// cellText is a value with its interval.
func cellText(e words.Estimate) string {
	if !e.Interval() {
		return words.Significant(e.Mean, 3)
	}
	places := words.Places(e.Mean, e.Low, e.High)
	return strings.TrimSpace(words.Decimal(e.Mean, places) + " " + e.Beside(places))
}

// Markdown is the table for a text.
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

// TeX is the table for a paper: needs the package booktabs.
func (c *Chart) TeX() string {
	head, rows := c.Table()
	clean := strings.NewReplacer(`\`, `\textbackslash{}`, "&", `\&`, "%", `\%`, "$", `\$`, "#", `\#`, "_", `\_`, "{", `\{`, "}", `\}`, "~", `\textasciitilde{}`, "^", `\textasciicircum{}`,
		"±", `$\pm$`, "−", "$-$", "∞", `$\infty$`, "→", `$\rightarrow$`, "\n", " ")
	line := func(cells []string) string {
		out := make([]string, len(cells))
		for i, cell := range cells {
			out[i] = clean.Replace(cell)
		}
		return strings.Join(out, " & ") + ` \\` + "\n"
	}
	text := `\begin{tabular}{l` + strings.Repeat("r", len(head)-1) + "}\n\\toprule\n" + line(head) + "\\midrule\n"
	for _, r := range rows {
		text += line(r)
	}
	return text + "\\bottomrule\n\\end{tabular}\n"
}
