package plan

import "testing"

// A file with every way to spread a value over lines; each key must be found
// on its own line in spite of look-alikes within strings and comments.
func TestLinesOfKeys(t *testing.T) {
	index := indexLines(`question = "is # a comment, [no] table?" # = x
hypothesis = """
slo = "not a key"
a quote: "" and four at the end""""
seeds = 3

[cluster]
"initial" = 2
launch.api = "1s"
[[workload]]
rate = [
  5, # = 1
  [10], ]
duration = '''
seed = 1'''
class = 'x\'
[[workload]]
rate = 2
[[policy]]
router = "jsq"
[policy.router_params]
tie = "work"
[[policy]]
name = "b\" # c"
spill = "busy"
`)
	for path, want := range map[string]int{
		"question": 1, "hypothesis": 2, "seeds": 5, "cluster": 7, "cluster.initial": 8,
		"cluster.launch": 9, "cluster.launch.api": 9, "workload[0]": 10, "workload[0].rate": 11,
		"workload[0].duration": 14, "workload[0].class": 16, "workload[1].rate": 18,
		"policy[0].router": 20, "policy[0].router_params": 21, "policy[0].router_params.tie": 22,
		"policy[1].spill":  25,
		"policy[1].router": 23, // not in the file: the line of its table
		"functions.cold":   0,
	} {
		if got := index.line(path); got != want {
			t.Errorf("line of %s = %d, want %d", path, got, want)
		}
	}
}
