package plan

import (
	"testing"

	"cnv/policy"
)

// TestFullFunctions: a call beyond the concurrency waits where the gateway
// keeps a queue or the slots are given, and is refused elsewhere, unless the file says which.
func TestFullFunctions(t *testing.T) {
	for _, c := range []struct {
		cluster, functions, policy string
		want                       policy.Full
	}{
		{"", "", "", policy.Refuse},
		{"slots = 2", "", "", policy.Wait},
		{"slots = 2", `full = "refuse"`, "", policy.Refuse},
		{"slots = 2\ngateway_queue = true", "", "", policy.Wait},
		{"slots = 2\ngateway_queue = true", `full = "refuse"`, "", policy.Refuse},
		{"", `full = "wait"`, "", policy.Wait},
		{`discipline = "fcfs"`, "", "gateway_queue = true", policy.Wait},
		{"discipline = \"fcfs\"\ngateway_queue = true", "", "", policy.Wait},
		{"discipline = \"fcfs\"\ngateway_queue = true", "", "gateway_queue = false", policy.Refuse},
		{`discipline = "fcfs"`, `full = "refuse"`, "gateway_queue = true", policy.Refuse},
	} {
		p := parse(t, "question = \"q\"\nslo = \"3s\"\n[cluster]\ninstance = \"c7g.large\"\n"+c.cluster+"\n[functions]\n"+c.functions+`
[[workload]]
generator = "poisson"
rate = 2
duration = "10m"
[[policy]]
router = "jsq"
spill = "busy"
`+c.policy+"\n")
		if got := p.Cells()[0].Config(1).Control.Functions.Full; got != c.want {
			t.Errorf("%q, %q, %q: full = %d, want %d", c.cluster, c.functions, c.policy, got, c.want)
		}
	}
}
