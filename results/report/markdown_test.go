package report

import (
	"strings"
	"testing"

	"cnv/results/compare"
)

// TestMarkdown: the report for pull requests has what the page has, and no
// name of a policy becomes markup.
func TestMarkdown(t *testing.T) {
	v := reportView{
		Name: "try", Question: "Which is better?\n# not a heading", Answer: []string{"a is 2 % better."},
		Warnings: []compare.Warning{{Where: "w", Text: "few replications"}}, Command: "cnv compare try.toml",
		Tables: []tableView{{
			Workload: "w|x", Head: []headView{{"Policy", ""}, {"Misses", "%"}},
			Rows: []rowView{{"<img src=x>", []cellView{{Text: "1.5", Small: "1.2 to 1.8"}}}},
		}},
	}
	text := string(v.markdown())
	for _, want := range []string{
		"# try\n", `**Which is better? \# not a heading**`, "- a is 2 % better.\n", "### w\\|x\n", "| Policy | Misses (%) |\n|---|---:|\n",
		`| \<img src=x\> | 1.5 (1.2 to 1.8) |`, "- w: few replications\n", "```sh\ncnv compare try.toml\n```",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
