package report

import (
	"fmt"
	"slices"
	"strings"

	"cnv/results/words"
)

// markdown is the report as a pull request shows it: question, answer, the tables that
// decide, warnings and how to run it again. Figures, the tables that explain, settings and
// facts are in the page alone. Cells are those of the page.
func (v *reportView) markdown() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n**%s**\n", plainLine(v.Name), plainLine(v.Question))
	if v.Hypothesis != "" {
		fmt.Fprintf(&b, "\nHypothesis: %s\n", plainLine(v.Hypothesis))
	}
	b.WriteString("\n## Answer\n\n")
	for _, s := range slices.Concat(v.Brief.Asked, v.Brief.Sentences) {
		fmt.Fprintf(&b, "- %s\n", plainLine(s))
	}
	if v.Brief.Hypothesis != "" {
		fmt.Fprintf(&b, "- Hypothesis: %s\n", plainLine(v.Brief.Hypothesis))
	}
	for _, part := range []struct {
		head   string
		tables []tableView
	}{{"Ranking", v.Brief.Ranking}, {"Findings", v.Brief.Effects}} {
		for i := range part.tables {
			fmt.Fprintf(&b, "\n## %s\n", part.head)
			part.tables[i].markdown(&b)
		}
	}
	if len(v.Answer) > 0 {
		b.WriteString("\n## In detail\n\n")
	}
	for _, s := range v.Answer {
		fmt.Fprintf(&b, "- %s\n", plainLine(s))
	}
	for i := range v.Tables {
		v.Tables[i].markdown(&b)
	}
	// Small print is in parentheses here, and nothing can be clicked on.
	if v.TableNote != "" {
		fmt.Fprintf(&b, "\n%s\n", plainLine(strings.NewReplacer(" Click a heading to sort.", "", "Small print:", "In parentheses:").Replace(v.TableNote)))
	}
	if len(v.Fidelity) > 0 {
		fmt.Fprintf(&b, "\n## Measured live and simulated\n\n%s\n", plainLine(v.FidelityNote))
	}
	for i := range v.Fidelity {
		v.Fidelity[i].markdown(&b)
	}
	if len(v.Worlds) > 0 {
		b.WriteString("\n## In other worlds\n")
	}
	for i := range v.Worlds {
		v.Worlds[i].markdown(&b)
	}
	if len(v.Warnings) > 0 {
		b.WriteString("\n## Warnings\n\n")
		for _, w := range v.Warnings {
			fmt.Fprintf(&b, "- %s\n", plainLine(w.String()))
		}
	}
	if len(v.Assumptions) > 0 {
		b.WriteString("\n## Assumptions\n\n")
		for _, a := range v.Assumptions {
			fmt.Fprintf(&b, "- %s\n", plainLine(a))
		}
	}
	// In a block of code nothing is escaped; a command of several lines could end the
	// block.
	fmt.Fprintf(&b, "\n## Again\n\n```sh\n%s\n```\n", strings.ReplaceAll(v.Command, "\n", " "))
	return []byte(b.String())
}

// markdown writes one workload's table, a line per policy, names to the left and numbers to
// the right. Units and small print are in parentheses:
//
//	| Policy | In SLO (% of requests) |
//	|---|---:|
//	| jsq | 99.1 (98.9 to 99.3) |
//
// The head of the table is the workload and what its intervals are over: "### steady (over
// seeds, n = 10)". A table of all workloads has none.
func (t *tableView) markdown(b *strings.Builder) {
	if t.Workload != "" {
		fmt.Fprintf(b, "\n### %s\n", plainLine(t.Workload+" "+bracketed(t.About)))
	}
	b.WriteString("\n|")
	for _, h := range t.Head {
		fmt.Fprintf(b, " %s |", plainLine(strings.TrimSpace(h.Text+" "+bracketed(h.Unit))))
	}
	b.WriteString("\n|")
	for i := range t.Head {
		// The colon sets numbers to the right.
		b.WriteString(words.IfElse(i == 0, "---|", "---:|"))
	}
	for _, r := range t.Rows {
		fmt.Fprintf(b, "\n| %s |", plainLine(r.Policy))
		for _, c := range r.Cells {
			fmt.Fprintf(b, " %s |", plainLine(strings.TrimSpace(c.Text+" "+bracketed(c.Small))))
		}
	}
	b.WriteString("\n")
}

// bracketed is a text in parentheses, "" of none.
func bracketed(text string) string {
	if text == "" {
		return ""
	}
	return "(" + text + ")"
}

// plainLine keeps a text from being markup, and on one line: "a_b | c" is "a\_b \| c".
// Characters that begin markup within a line have a backslash before them, which shows as
// the character itself, inside a table too.
func plainLine(s string) string {
	var b strings.Builder
	for _, r := range strings.Join(strings.Fields(s), " ") {
		if strings.ContainsRune("\\`*_{}[]<>#|~", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
