package plan

import "testing"

// TestTargetsDiffer: a policy under another name has no target that it could be compared by.
func TestTargetsDiffer(t *testing.T) {
	for names, want := range map[[2]string]int{{"cpu", "cpu"}: 0, {"cpu", "counts"}: 1} {
		text := `question = "q"
[cluster]
instance = { cores = 1, speed = 1.0, usd_per_hour = 0.036 }
[[workload]]
generator = "poisson"
rate = 1
duration = "10m"
`
		for i, name := range names {
			text += "[[policy]]\nname = \"" + string(rune('a'+i)) + "\"\nrouter = \"leastwork\"\nestimator = \"repeat\"\nestimator_params = { target = \"" + name + "\" }\n"
		}
		p, err := Parse("f.toml", ".", text, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := p.targets(); len(got) != want {
			t.Errorf("%v: %+v, want %d", names, got, want)
		}
	}
}
