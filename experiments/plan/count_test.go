package plan

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cnv/workloads"
)

// everyLaw has samples at every key that takes a distribution.
const everyLaw = `question = "q"
seeds = 2
[cluster]
instance = { cores = 1, usd_per_hour = 0.1 }
initial = { dist = "empirical", samples = "sizes.txt" }
min = 2
network = { dist = "empirical", samples = "times.txt" }
[cluster.launch]
api = { dist = "empirical", samples = "times.txt" }
pending = { dist = "empirical", samples = "times.txt" }
boot = { dist = "empirical", samples = "times.txt" }
start = { dist = "empirical", samples = "times.txt" }
health = { dist = "empirical", p = [0, 1], values = ["1s", "3s"] }
[functions]
cold = { dist = "empirical", samples = "times.txt" }
[[workload]]
generator = "clients"
clients = 2
think = { dist = "empirical", samples = "times.txt" }
size = { dist = "empirical", samples = "times.txt" }
duration = "10m"
[[policy]]
router = "jsq"
scaler = "threshold"
spill = "always"
`

// TestSamplesAtEveryKey: every key of a distribution takes samples of a file.
func TestSamplesAtEveryKey(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"sizes.txt": "1\n3\n5\n", "times.txt": "100ms\n300ms\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, err := Parse("f.toml", dir, everyLaw, Options{})
	if err != nil {
		t.Fatal(err)
	}
	cfg := p.Cells()[0].Config(1)
	l := cfg.Pools[0].Launch
	for i, d := range []workloads.Dist{cfg.Network, l.API, l.Pending, l.Boot, l.Start, cfg.Funcs.Cold} {
		if m := d.Mean(); m < 0.1999 || m > 0.2001 {
			t.Errorf("law %d: %v has the mean %v, want 0.2", i, d, m)
		}
	}
	if d := cfg.Control.Pools[0].Boot; d != 2800*time.Millisecond {
		t.Errorf("mean boot = %v, want 4 × 0.2 s + 2 s", d)
	}
	seen := map[int]bool{}
	for seed := range uint64(40) {
		cfg := p.Cells()[0].Config(seed)
		seen[cfg.Pools[0].Initial] = true
		if again := p.Cells()[0].Config(seed).Control.Pools[0].Initial; again != cfg.Pools[0].Initial {
			t.Errorf("seed %d begins with %d and %d workers", seed, cfg.Pools[0].Initial, again)
		}
	}
	if len(seen) != 3 || !seen[2] || !seen[3] || !seen[5] {
		t.Errorf("runs begin with %v workers, want 2 (1 is below min), 3 and 5", seen)
	}
	mine := strings.Replace(everyLaw, `router = "jsq"`, "router = \"jsq\"\ninitial = { dist = \"uniform\", min = 2, max = 4 }", 1)
	if _, err := Parse("f.toml", dir, mine, Options{}); err == nil || !strings.Contains(err.Error(), "policy.initial: a distribution stands in [cluster] or [[pool]]") {
		t.Errorf("error = %v, want that a distribution stands in [cluster]", err)
	}
}
