package plan

import (
	"fmt"
	"strings"
	"testing"
)

// TestManyRouterPairsHaveNoRows: the rows of comparison.csv do not grow with the square of the
// policies; few pairs, and the contrasts of the file, have theirs.
func TestManyRouterPairsHaveNoRows(t *testing.T) {
	for n, want := range map[int]int{10: 25, 44: 484, 120: 1} {
		var text strings.Builder
		text.WriteString("question = \"q\"\n[cluster]\ninstance = { cores = 1, speed = 1.0, usd_per_hour = 0.036 }\n[[workload]]\ngenerator = \"poisson\"\nrate = 1\nduration = \"10m\"\n")
		for i := range n {
			fmt.Fprintf(&text, "[[policy]]\nname = \"p%d\"\nrouter = %q\n", i, []string{"jsq", "random"}[i%2])
		}
		text.WriteString("[[contrast]]\nname = \"the router\"\nfrom = \"p0\"\nto = \"p1\"\n")
		p, err := Parse("f.toml", ".", text.String(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := len(p.Compared()); got != want {
			t.Errorf("%d policies: %d pairs have rows, want %d", n, got, want)
		}
		if all := n * n / 4; (p.ManyRouterPairs() > 0) != (want == 1) || want == 1 && p.ManyRouterPairs() != all {
			t.Errorf("%d policies: %d pairs have none, want %d or 0", n, p.ManyRouterPairs(), all)
		}
	}
}
