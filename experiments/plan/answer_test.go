package plan

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cnv/results/answer"
)

// TestManyPoliciesArePaired: policies that are alike but for the router are paired in the order
// of the file, whatever the parameters of their routers, and no others; also of
// thousands within a moment.
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
	var many strings.Builder
	many.WriteString(plainFile + "name = \"first\"\n")
	for i := range 3000 {
		many.WriteString(pol(fmt.Sprint("p", i), `router = "jsq"`))
	}
	p = parse(t, many.String())
	began := time.Now()
	if got := p.Answer().Routers; len(got) != 0 {
		t.Errorf("%d pairs of policies with the same router", len(got))
	}
	if took := time.Since(began); took > 10*time.Second { // 9 million comparisons took minutes
		t.Errorf("it took %v", took)
	}
}
