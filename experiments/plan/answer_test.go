package plan

import (
	"fmt"
	"strings"
	"testing"

	"cnv/results/answer"
)

// TestManyPoliciesArePaired: policies that are alike but for the router are paired in the order
// of the file, whatever the parameters of their routers, and no others.
func TestManyPoliciesArePaired(t *testing.T) {
	pol := func(name, rest string) string {
		return "[[policy]]\nname = \"" + name + "\"\n" + rest + "\n"
	}
	text := plainFile + "name = \"a\"\n" +
		pol("b", `router = "p2c"`) + pol("c", "router = \"p2c\"\nscaler = \"demand\"") +
		pol("d", "router = \"p2c\"\nrouter_params = { choices = 3 }") + pol("e", "router = \"random\"\nscaler = \"demand\"")
	p := parse(t, text)
	want := []answer.Pair{{From: "a", To: "b"}, {From: "a", To: "d"}, {From: "c", To: "e"}}
	if got := p.Answer().Routers; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("pairs %v, want %v", got, want)
	}
}

// manyPolicies is so many policies that are alike.
func manyPolicies(tb testing.TB, n int) *Plan {
	var many strings.Builder
	many.WriteString(plainFile + "name = \"first\"\n")
	for i := range n {
		fmt.Fprintf(&many, "[[policy]]\nname = \"p%d\"\nrouter = \"jsq\"\n", i)
	}
	p, err := Parse("x.toml", ".", many.String(), Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// TestSameRoutersAreNoPairs: of policies with the same router none are paired, however many.
func TestSameRoutersAreNoPairs(t *testing.T) {
	if got := manyPolicies(t, 300).Answer().Routers; len(got) != 0 {
		t.Errorf("%d pairs of policies with the same router", len(got))
	}
}

// BenchmarkPairsOfManyPolicies is of 3,000: their 9 million comparisons took minutes once.
func BenchmarkPairsOfManyPolicies(b *testing.B) {
	p := manyPolicies(b, 3000)
	for b.Loop() {
		p.Answer()
	}
}
