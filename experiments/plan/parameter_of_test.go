package plan

import (
	"strings"
	"testing"
)

// TestParametersOfOthersAreNamed: a parameter that stands in the wrong table is told where
// it belongs; a misspelt one, the nearest that its policy takes.
func TestParametersOfOthersAreNamed(t *testing.T) {
	const sita = "it is a parameter of the router sita, given by router_params = { recut = ... }"
	for _, c := range []struct{ tables, want string }{
		{"recut = 3\n", "policy.recut: unknown key: " + sita},
		{"router_params = { recut = 3 }\n", "policy.router_params.recut: unknown key: " + sita},
		{"choices = 3\n", "policy.choices: unknown key: it is a parameter of the router p2c, the router leastrequest and the router peakewma"},
		{"router_params = { ties = 3 }\n", `policy.router_params.ties: unknown key (nearest valid name "tie")`},
		{"routers = 3\n", `policy.routers: unknown key (nearest valid name "router")`},
	} {
		_, err := Parse("f.toml", ".", plainFile+c.tables, Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.tables, err, c.want)
		}
	}
}
