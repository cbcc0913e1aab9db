package plan

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestSamplesOfAFile: distributions of keys may be samples of a file beside the
// experiment; other samples in the file are another run, and what cannot be read is
// a problem of its key.
func TestSamplesOfAFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("boots.txt", "20s\n40s\n")
	write("times.csv", "cpu_ms,x\n100,1\n300,2\n")
	write("t.csv", "arrival_us,class,work_us\n0,a,\n1000000,a,\n")
	const file = `question = "q"
seeds = 2
[cluster]
instance = { cores = 1, usd_per_hour = 0.1 }
boot = { dist = "empirical", samples = "boots.txt" }
[[workload]]
trace = "t.csv"
size = { dist = "empirical", samples = "times.csv", column = "cpu_ms" }
[[workload]]
generator = "poisson"
rate = 2
duration = "10m"
size = { dist = "empirical", samples = "times.csv", column = "cpu_ms" }
[[policy]]
router = "jsq"
`
	parse := func(text string) (*Plan, error) { return Parse("f.toml", dir, text, Options{}) }
	p, err := parse(file)
	if err != nil {
		t.Fatal(err)
	}
	if w := p.Scenarios[1].Workload.Made; w.Load < 0.399 || w.Load > 0.401 {
		t.Errorf("load of 2/s of 100 or 300 ms = %v cores, want 0.4", w.Load)
	}
	if m := p.Scenarios[0].Workload.Made.Classes[0].MeanWork; m != 200*time.Millisecond {
		t.Errorf("mean work of the trace = %v, want 200ms", m)
	}
	if b := p.Cells()[0].Config(1).Control.Pools[0].Boot; b != 30*time.Second {
		t.Errorf("mean boot = %v, want 30s", b)
	}
	before := p.Digest()
	write("times.csv", "cpu_ms,x\n100,1\n301,2\n")
	if p, err = parse(file); err != nil || p.Digest() == before {
		t.Errorf("other samples have the same digest (error %v)", err)
	}
	for old, c := range map[string][2]string{
		`"times.csv", column = "cpu_ms" }` + "\n[[workload]]": {`"times.csv", column = "cpu" }` + "\n[[workload]]", `f.toml:8: workload.size: empirical: `},
		`"boots.txt"`: {`"boot.txt"`, "f.toml:5: cluster.boot: empirical: samples: open "},
	} {
		if _, err := parse(strings.Replace(file, old, c[0], 1)); err == nil || !strings.Contains(err.Error(), c[1]) {
			t.Errorf("error = %v\nwant %q", err, c[1])
		}
	}
}
