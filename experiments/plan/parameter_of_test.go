package plan

import (
	"strings"
	"testing"
)

// TestParametersOfOthersAreNamed: a parameter that stands in the wrong table is told where
// it belongs; a misspelt one, the nearest that its policy takes.
func TestParametersOfOthersAreNamed(t *testing.T) {
	const p2c = "it is a parameter of the router p2c, given by router_params = { choices = ... }"
	for _, c := range []struct{ tables, want string }{
		{"choices = 3\n", "policy.choices: unknown key: " + p2c},
		{"router_params = { choices = 3 }\n", "policy.router_params.choices: unknown key: " + p2c},
		{"router_params = { ties = 3 }\n", `policy.router_params.ties: unknown key (nearest valid name "tie")`},
		{"routers = 3\n", `policy.routers: unknown key (nearest valid name "router")`},
	} {
		_, err := Parse("f.toml", ".", plainFile+c.tables, Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.tables, err, c.want)
		}
	}
}
