package plan

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cnv/workloads/trace"
)

// TestCountsArePlacedTwice: a workload of counts that names no rule runs under
// two, and the answer is told which belong together; one that names its rules
// runs under those; recorded instants are left alone.
func TestCountsArePlacedTwice(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "events.csv")
	if err := os.WriteFile(file, []byte("arrival_us,class,work_us\n1,a,5\n70000000,a,5\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := (trace.Transform{Bin: 10 * time.Second}).Apply(file, filepath.Join(dir, "counts")); err != nil {
		t.Fatal(err)
	}
	const head = "question = \"q\"\nslo = \"1s\"\n[cluster]\ninstance = \"c7g.medium\"\ndiscipline = [\"fcfs\", \"ps\"]\n[[policy]]\nrouter = \"jsq\"\n[[workload]]\n"
	const size = "size = \"constant\"\nmean_work = \"1s\"\n"
	for _, c := range []struct {
		workload string
		names    string
		pairs    int
	}{
		{"trace = \"counts\"\n" + size, "counts,counts placement=on-off", 2},
		{"trace = \"counts\"\nmean_work = [\"1s\", \"2s\"]\nsize = \"constant\"\n",
			"counts mean_work=1s,counts mean_work=1s placement=on-off,counts mean_work=2s,counts mean_work=2s placement=on-off", 4},
		{"trace = \"counts\"\nplacement = \"even\"\n" + size, "counts", 0},
		{"trace = \"counts\"\nplacement = [\"even\", \"burst\", \"uniform\"]\n" + size, "counts placement=even,counts placement=burst,counts placement=uniform", 4},
		{"trace = \"events.csv\"\n", "events", 0},
	} {
		p, err := Parse("x.toml", dir, head+c.workload, Options{})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, s := range p.Scenarios {
			if name, _, _ := strings.Cut(s.Name, " discipline"); len(names) == 0 || names[len(names)-1] != name {
				names = append(names, name)
			}
		}
		pairs := p.Answer().Placements
		if got := strings.Join(names, ","); got != c.names || len(pairs) != c.pairs {
			t.Errorf("%q: %q with %d pairs %v, want %q with %d", c.workload, got, len(pairs), pairs, c.names, c.pairs)
		}
		for _, q := range pairs {
			_, d1, _ := strings.Cut(q.Workload, "discipline=")
			_, d2, _ := strings.Cut(q.Other, "discipline=")
			if q.Bin != 10*time.Second || d1 != d2 {
				t.Errorf("%+v", q)
			}
		}
	}
}
