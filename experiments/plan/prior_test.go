package plan

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cnv/workloads"
)

// begun is an experiment with a prior over a recording of 40 s: a takes 1 s in
// the first ten and 3 s later, b takes 2 s and begins late.
func begun(t *testing.T, prior, workload string) (*Plan, error) {
	t.Helper()
	dir := t.TempDir()
	text := "arrival_us,class,work_us\n0,a,1000000\n5000000,a,1000000\n10000000,a,3000000\n20000000,b,2000000\n40000000,a,3000000\n"
	if err := os.WriteFile(filepath.Join(dir, "day.csv"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	before := "arrival_us,class,work_us\n0,a,4000000\n5000000,b,1000000\n"
	if err := os.WriteFile(filepath.Join(dir, "before.csv"), []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	replicate := "" // what is generated has no such key
	if strings.Contains(workload, "trace") {
		replicate = `replicate = "none"`
	}
	return Parse("f.toml", dir, `question = "q"
`+replicate+`
`+prior+`
[cluster]
instance = "c7g.large"
[[workload]]
`+workload+`
[[policy]]
router = "leastwork"
`, Options{})
}

// Classes begin with what the file says, or with what training or another
// recording told, and never with what is to come; the report says which.
func TestClassesBeginAsTheFileSays(t *testing.T) {
	const recording = `trace = "day.csv"`
	for _, c := range []struct {
		prior, workload string
		want            []float64 // of class a and b
		note            string
	}{
		{``, recording, []float64{0, 0}, "classes begin unknown"},
		{`prior = "none"`, recording, []float64{0, 0}, "classes begin unknown"},
		{`prior = "250ms"`, recording, []float64{0.25, 0.25}, "classes begin with the mean work that the experiment says: 250ms"},
		{`prior = { b = "4s", default = "none" }`, recording, []float64{0, 4}, `classes begin with the mean work that the experiment says: { b = "4s", default = "none" }`},
		{`prior = { a = "none", default = "1s" }`, recording, []float64{0, 1}, `classes begin with the mean work that the experiment says: { a = "none", default = "1s" }`},
		{`prior = { train = "10s" }`, recording, []float64{1, 0}, "classes begin with their mean work in the first 10s of the recording, which is not replayed"},
		{`prior = { trace = "before.csv" }`, recording, []float64{4, 1}, "classes begin with their mean work in the recording before.csv"},
	} {
		p, err := begun(t, c.prior, c.workload)
		if err != nil {
			t.Errorf("%s: %v", c.prior, err)
			continue
		}
		var got []float64
		for _, class := range p.Cells()[0].Config(1).Control.Classes {
			got = append(got, class.Prior)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: classes begin with %v CPU-s, want %v", c.prior, got, c.want)
		}
		if notes := told(p); !slices.ContainsFunc(notes, func(n string) bool { return strings.HasPrefix(n, c.note) }) {
			t.Errorf("%s: notes %q, want %q among them", c.prior, notes, c.note)
		}
	}
}

// What a recording begins with is learnt from or replayed, never both.
func TestTrainingIsNotReplayed(t *testing.T) {
	p, err := begun(t, `prior = { train = "10s" }`, `trace = "day.csv"`)
	if err != nil {
		t.Fatal(err)
	}
	src, err := p.Cells()[0].Scenario.Workload.Made.Open(1)
	if err != nil {
		t.Fatal(err)
	}
	var at []time.Duration
	for a := (workloads.Arrival{}); src.Next(&a); {
		at = append(at, a.At)
	}
	if want := []time.Duration{0, 10 * time.Second, 30 * time.Second}; !slices.Equal(at, want) {
		t.Errorf("arrivals at %v, want %v", at, want)
	}
}

// A generator is learnt from in arrivals that no run brings.
func TestTrainingOnOtherArrivals(t *testing.T) {
	p, err := begun(t, `prior = { train = "20m" }`, "generator = \"poisson\"\nsize = \"exponential\"\nmean_work = \"400ms\"")
	if err != nil {
		t.Fatal(err)
	}
	got := p.Cells()[0].Config(1).Control.Classes[0].Prior // of some 12,000: 0.4 ± 0.004 s
	if got == 0.4 || math.Abs(got-0.4) > 0.015 {
		t.Errorf("prior %v s, want about 0.4 s, and not the mean of the law itself", got)
	}
}

// TestAPriorIsNotMeasuredOfTheFuture: a recording is not what classes begin with where
// it is replayed, by whichever path or copy.
func TestAPriorIsNotMeasuredOfTheFuture(t *testing.T) {
	recorded, err := filepath.Abs("../../workloads/recorded")
	if err != nil {
		t.Fatal(err)
	}
	text := "arrival_us,class,work_us\n0,a,1000000\n5000000,a,1000000\n10000000,a,3000000\n20000000,b,2000000\n40000000,a,3000000\n"
	copied := filepath.Join(t.TempDir(), "copy.csv")
	if err := os.WriteFile(copied, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ prior, trace, train string }{
		{"day.csv", "day.csv", "10s"}, {"./day.csv", "day.csv", "10s"}, {filepath.ToSlash(copied), "day.csv", "10s"},
		{"cnv:recorded", "cnv:recorded", ""}, {"cnv:recorded", filepath.ToSlash(recorded), ""}, {filepath.ToSlash(recorded) + "/", "cnv:recorded", ""},
	} {
		_, err := begun(t, `prior = { trace = "`+c.prior+`" }`, `trace = "`+c.trace+`"`)
		if err == nil || !strings.Contains(err.Error(), `f.toml:3: prior: trace: `+c.prior+` has the arrivals of workload.trace = "`+c.trace+`" (line 7), so that it tells the future: give { train = "`+c.train) {
			t.Errorf("prior %s beside trace %s: %v", c.prior, c.trace, err)
		}
	}
}

// Slips in a prior are named.
func TestProblemsOfPriors(t *testing.T) {
	for _, c := range []struct{ prior, workload, want string }{
		{`prior = "often"`, ``, `f.toml:3: prior: want "none", or a mean work such as "200ms", got the string "often"; or a table: { train = "10m" }, { trace = "path" }, or means by class such as { raytracer = "800ms", default = "none" }`},
		{`prior = 2`, ``, `f.toml:3: prior: want "none", or a mean work such as "200ms", got the integer 2`},
		{`prior = "-1s"`, ``, `f.toml:3: prior: "-1s": must be positive, and at most ten years`},
		{`prior = ["none", "1s"]`, ``, `f.toml:3: prior: want "none", or a mean work such as "200ms", got a list`},
		{`prior = { train = "10s", a = "1s" }`, ``, `f.toml:3: prior: train stands alone: what it does not know begins unknown`},
		{`prior = { train = "none" }`, ``, `f.toml:3: prior: train: want how long to learn, such as "10m"`},
		{`prior = { trace = 3 }`, ``, `f.toml:3: prior: trace: want the path of a recording, relative to this file`},
		{`prior = { trace = "day.csv" }`, `generator = "poisson"`, `f.toml:3: prior: trace: the classes of day.csv (a, b) are none of those of the workloads (blurimage, enhanceimage, raytracer)`},
		{`prior = { file = "day.csv" }`, ``, `f.toml:3: prior: file: unknown key, and no class with a mean work: want train, trace, default, or a class with a mean work such as "200ms"`},
		{`prior = { trace = "night.csv" }`, ``, `f.toml:3: prior: trace: `},
		{`prior = { train = "1m" }`, ``, `f.toml:3: prior: train = "1m" is not shorter than the recording day of 40`},
		{`prior = { c = "1s" }`, ``, `f.toml:3: prior.c: no workload has a class "c" (nearest valid name "a")`},
		{`prior = { train = "1m" }`, `generator = "clients"`, `f.toml:3: prior: train needs arrivals that do not wait for answers, which those of clients do`},
	} {
		workload := c.workload
		if workload == "" {
			workload = `trace = "day.csv"`
		}
		if _, err := begun(t, c.prior, workload); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.prior, err, c.want)
		}
	}
}
