package plan

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// bursts is a recording of 2,000 s: each 100 s a burst of 100 requests of 200 ms
// within a second, which is 10 cores for 2 s of work each in the mean 0.2.
func bursts(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("arrival_us,class,work_us\n")
	for i := range 20 {
		for j := range 100 {
			fmt.Fprintf(&b, "%d,a,200000\n", i*100_000_000+j*10_000)
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "bursts.csv"), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestAutoLooksAtPeaksOfRecordings: the mean load of the recording keeps a fifth of
// a core busy, a burst brings 20 CPU-seconds in a second. Within 1.2 s, of which
// 0.2 s are service, some 10 cores do a burst. The plan says so; a generator of the
// same mean load gets one machine.
func TestAutoLooksAtPeaksOfRecordings(t *testing.T) {
	const file = `question = "q"
seeds = 2
slo = "1.2s"
[cluster]
instance = { cores = 2, usd_per_hour = 0.1 }
discipline = "fcfs"
[[workload]]
%s
[[policy]]
router = "jsq"
`
	initial := func(workload string) (int, *Plan) {
		p, err := Parse("f.toml", bursts(t), fmt.Sprintf(file, workload), Options{})
		if err != nil {
			t.Fatal(err)
		}
		return p.Cells()[0].Config(1).Pools[0].Initial, p
	}
	n, p := initial(`trace = "bursts.csv"`)
	if n < 5 || n > 7 {
		t.Errorf("a recording with bursts begins with %d machines of two cores, want 5 to 7", n)
	}
	said := planned(p)
	if want := fmt.Sprintf("bursts: %d of pool vm, as many as keep all but 1 %% of the recorded requests from waiting longer than 1s", n); !strings.Contains(said, want) || !strings.Contains(said, "for the mean load at 70 % utilisation it would be 1") {
		t.Errorf("the plan says %q, want %q, and what the mean load would be", said, want)
	}
	if n, _ := initial("generator = \"poisson\"\nrate = 1\nsize = \"constant\"\nmean_work = \"200ms\"\nduration = \"2000s\""); n != 1 {
		t.Errorf("a generator of the same load begins with %d machines, want 1", n)
	}
}

// TestAutoSaysWhatMaxCaps: where max is less than the mean load or the peaks want, the
// plan says so, and not that it is enough.
func TestAutoSaysWhatMaxCaps(t *testing.T) {
	const file = `question = "q"
seeds = 2
slo = "1.2s"
[cluster]
instance = { cores = 1, usd_per_hour = 0.1 }
discipline = "fcfs"
max = %d
[[workload]]
trace = "bursts.csv"
%s
[[policy]]
router = "jsq"
`
	for _, c := range []struct {
		max       int
		load      string
		want, not string
	}{
		{3, "", "bursts: 3 of pool vm, its max, which is less than the ", "less than the mean load"},
		{3, "load = 20", "bursts: 3 of pool vm, its max, which is less than the mean load wants at 70 % utilisation (7), and less than the ", "enough"},
		{30, "", "of pool vm, as many as keep all but 1 %", "its max"},
	} {
		p, err := Parse("f.toml", bursts(t), fmt.Sprintf(file, c.max, c.load), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if said := planned(p); !strings.Contains(said, c.want) || strings.Contains(said, c.not) {
			t.Errorf("max %d, %q: the plan says %q, want %q and not %q", c.max, c.load, said, c.want, c.not)
		}
	}
}

// planned is what a plan says of initial = "auto".
func planned(p *Plan) string {
	for _, a := range p.Assumptions() {
		if strings.Contains(a.Text, `initial = "auto"`) {
			return a.Text
		}
	}
	return ""
}
