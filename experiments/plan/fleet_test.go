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
	if want := fmt.Sprintf("bursts: %d of pool vm, as many as keep the avoidable misses of the recording itself within 1 %% where each request joins the shortest queue", n); !strings.Contains(said, want) || !strings.Contains(said, "for the mean load at 70 % utilisation it would be 1") {
		t.Errorf("the plan says %q, want %q, and what the mean load would be", said, want)
	}
	if n, _ := initial("generator = \"poisson\"\nrate = 1\nsize = \"constant\"\nmean_work = \"200ms\"\nduration = \"2000s\""); n != 1 {
		t.Errorf("a generator of the same load begins with %d machines, want 1", n)
	}
}

// TestAutoSharesAsTheFileSays: a burst of 100 requests of 200 ms within a second is to be
// answered within 400 ms. A machine of one core that has two at once serves each at
// half the speed, so it may have two. In turn, one that comes behind another 10 ms
// later waits 190 ms, and a third one is late. Both want some 20 cores less what the bound
// leaves, and the fleet that the plan gives keeps misses within 1 %, one less does not.
func TestAutoSharesAsTheFileSays(t *testing.T) {
	for _, discipline := range []string{"ps", "fcfs"} {
		file := fmt.Sprintf("question = \"q\"\nseeds = 2\nslo = \"400ms\"\n[cluster]\ninstance = { cores = 1, usd_per_hour = 0.1 }\nmax = 100\ndiscipline = %q\n[[workload]]\ntrace = \"bursts.csv\"\n[[policy]]\nrouter = \"jsq\"\n", discipline)
		p, err := Parse("f.toml", bursts(t), file, Options{})
		if err != nil {
			t.Fatal(err)
		}
		n := p.Cells()[0].Config(1).Pools[0].Initial
		s := p.Scenarios[0]
		if !s.keeps(float64(n), 2000) || s.keeps(float64(n-1), 2000) {
			t.Errorf("%s: %d machines are planned, which keep misses within 1 %%: %v; one less: %v; want true and false", discipline, n, s.keeps(float64(n), 2000), s.keeps(float64(n-1), 2000))
		}
		if n < 12 || n > 20 {
			t.Errorf("%s: %d machines of one core are planned, want 12 to 20", discipline, n)
		}
	}
}

// TestLeastNumber: the least number that is enough is found from any guess, to a sixteenth.
func TestLeastNumber(t *testing.T) {
	for _, c := range []struct{ guess, floor, true, want int }{
		{1, 1, 1, 1}, {5, 1, 3, 3}, {3, 1, 7, 7}, {2, 2, 1, 2}, {10, 1, 10, 10}, {4, 1, 26, 26}, {1000, 1, 100, 100}, {3, 1, 1000, 3},
	} {
		asked := 0
		got := least(c.guess, c.floor, func(n int) bool { asked++; return n >= c.true })
		if got < c.want || got > c.want+c.want/fineness || asked > 20 {
			t.Errorf("from %d, at least %d, where %d are enough: %d after %d questions, want %d to a sixteenth", c.guess, c.floor, c.true, got, asked, c.want)
		}
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
		{30, "", "of pool vm, as many as keep the avoidable misses", "its max"},
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
