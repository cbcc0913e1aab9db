package plan

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"cnv/policy"
	"cnv/sim"
	"cnv/workloads"
)

// varying is what a file gets that gives a duration in seconds alone.
func varying(median float64) workloads.Dist {
	return workloads.Dist{Law: workloads.Lognormal{Median: median, Sigma: 0.2}}
}

// launched is the parts of a launch that a [cluster] with these lines has.
func launched(t *testing.T, lines string) (parts []workloads.Dist, notes []string) {
	t.Helper()
	p := parse(t, `question = "q"
[cluster]
instance = "c7g.large"
`+lines+`
[[workload]]
generator = "poisson"
[[policy]]
router = "jsq"
`)
	l := p.Cells()[0].Config(1).Pools[0].Launch
	return []workloads.Dist{l.API, l.Pending, l.Boot, l.Start, l.Health}, told(p)
}

// A launch given by a duration varies in each of its parts, and the report says
// that this is assumed; what does not vary was asked for.
func TestALaunchVaries(t *testing.T) {
	constant := workloads.Constant
	for _, c := range []struct {
		lines string
		want  []workloads.Dist
		note  string // ""; none
	}{
		{`boot = "29.2s"`, []workloads.Dist{varying(1.5), varying(4.9), varying(17.2), varying(5.6), {}}, "boot 29.2s, an assumed spread of 20 % per part"},
		{``, []workloads.Dist{varying(25 * 1.5 / 29.2), varying(25 * 4.9 / 29.2), varying(25 * 17.2 / 29.2), varying(25 * 5.6 / 29.2), {}}, "boot 25s, an assumed spread of 20 % per part"},
		{`boot = { dist = "constant", value = "29.2s" }`, []workloads.Dist{constant(1.5), constant(4.9), constant(17.2), constant(5.6), {}}, ""},
		{`boot = { dist = "uniform", min = "20s", max = "30s" }`, []workloads.Dist{constant(25 * 1.5 / 29.2), constant(25 * 4.9 / 29.2), constant(25 * 17.2 / 29.2), constant(25 * 5.6 / 29.2), {}}, ""},
		{`boot = "0s"`, make([]workloads.Dist, 5), ""},
		{"launch = { boot = \"10s\", health = \"5s\", api = { dist = \"constant\", value = 1 } }",
			[]workloads.Dist{constant(1), {}, varying(10), {}, varying(5)}, "boot 10s, health 5s, an assumed spread of 20 % per part"},
	} {
		got, notes := launched(t, c.lines)
		for i := range got {
			if !alike(got[i], c.want[i]) {
				t.Errorf("%s: part %d is %v, want %v", c.lines, i, got[i], c.want[i])
			}
		}
		noted := slices.IndexFunc(notes, func(n string) bool { return strings.Contains(n, "assumed spread") })
		if c.note == "" && noted >= 0 || c.note != "" && (noted < 0 || !strings.HasPrefix(notes[noted], c.note)) {
			t.Errorf("%s: notes %q, want %q among them", c.lines, notes, c.note)
		}
	}
}

// The same launch written three ways runs, is billed and refuses at the same
// seconds: a law of the whole is drawn once, and the draw is divided as a
// constant is.
func TestALawOfTheWholeIsDivided(t *testing.T) {
	draw := func(boot string) []sim.LaunchTimes {
		p := parse(t, `question = "q"
[cluster]
instance = "c7g.large"
boot = `+boot+`
[[workload]]
generator = "poisson"
[[policy]]
router = "jsq"
`)
		l := p.Cells()[0].Config(1).Pools[0].Launch
		var out []sim.LaunchTimes
		for i := range uint64(200) {
			out = append(out, l.Draw(sim.LaunchRand(1).At(i)))
		}
		return out
	}
	want := draw(`{ dist = "constant", value = "29.2s" }`)[0]
	for _, boot := range []string{`{ dist = "lognormal", median = "29.2s", sigma = 0.0001 }`, `{ dist = "uniform", min = "29.19s", max = "29.21s" }`} {
		for i, got := range draw(boot) {
			far := func(a, b time.Duration) bool { return math.Abs(float64(a-b)) > 0.001*float64(b) }
			if far(got.API, want.API) || far(got.Pending, want.Pending) || far(got.Boot, want.Boot) || far(got.Start, want.Start) || got.Health != 0 {
				t.Fatalf("boot = %s: launch %d takes %v, want about %v", boot, i, got, want)
			}
		}
	}
	var least, most time.Duration // the whole varies as its law, all parts alike
	for i, got := range draw(`{ dist = "uniform", min = "10s", max = "50s" }`) {
		whole := got.API + got.Pending + got.Boot + got.Start
		if math.Abs(got.Start.Seconds()/whole.Seconds()-5.6/29.2) > 1e-6 {
			t.Fatalf("launch %d: %v to start of %v", i, got.Start, whole)
		}
		if i == 0 {
			least = whole
		}
		least, most = min(least, whole), max(most, whole)
	}
	if least > 12*time.Second || most < 48*time.Second || least < 10*time.Second || most > 50*time.Second {
		t.Errorf("launches of 10 to 50 s take %v to %v", least, most)
	}
}

// The report says of every whole how it is divided.
func TestTheReportSaysHowALaunchIsDivided(t *testing.T) {
	for lines, begins := range map[string]string{
		`boot = "29.2s"`: "boot 29.2s, an assumed spread of 20 % per part",
		`boot = { dist = "constant", value = "29.2s" }`:                "boot 29.2s each time, divided into 5 %",
		`boot = { dist = "uniform", min = "20s", max = "30s" }`:        "boot uniform(min=20 max=30), each launch divided into 5 %",
		`launch = { boot = { dist = "uniform", min = 20, max = 30 } }`: "",
	} {
		_, notes := launched(t, lines)
		i := slices.IndexFunc(notes, func(n string) bool { return strings.Contains(n, "17 % pending") })
		if begins == "" && i >= 0 || begins != "" && (i < 0 || !strings.HasPrefix(notes[i], begins)) {
			t.Errorf("%s: notes %q, want one that begins %q", lines, notes, begins)
		}
	}
}

// alike says whether two distributions are equal but for rounding.
func alike(a, b workloads.Dist) bool {
	p, ok := a.Law.(workloads.Lognormal)
	q, both := b.Law.(workloads.Lognormal)
	if ok && both {
		return math.Abs(p.Median/q.Median-1) < 1e-9 && p.Sigma == q.Sigma
	}
	return ok == both && a.Law == b.Law && math.Abs(a.K-b.K) < 1e-9
}

// A boot of 25 s takes 25 s in the median of many launches, and varies by an
// eighth: less than its parts, which vary by themselves.
func TestABootKeepsItsMedian(t *testing.T) {
	var all []float64
	parts, _ := launched(t, `boot = "25s"`)
	r := policy.NewRand(1, "launch", 0)
	for i := range uint64(20_000) {
		at, sum := r.At(i), 0.0
		for _, part := range parts {
			sum += part.Draw(at)
		}
		all = append(all, sum)
	}
	slices.Sort(all)
	if median := all[10_000]; median < 24.9 || median > 25.7 {
		t.Errorf("median %.2f s, want about 25 s", median)
	}
	if low, high := all[3174], all[16826]; high-low < 5.5 || high-low > 7.5 {
		t.Errorf("two thirds within %.2f to %.2f s, want within some 3.2 s of the median", low, high)
	}
}

// No shipped experiment depends on a launch that never varies.
func TestShippedExperimentsHaveNoConstantLaunch(t *testing.T) {
	for file, p := range shipped(t) {
		for _, c := range p.Cells() {
			for _, pool := range c.Config(1).Pools {
				l := pool.Launch
				for _, part := range []workloads.Dist{l.API, l.Pending, l.Boot, l.Start, l.Health} {
					if part.K != 0 {
						t.Errorf("%s: a part of each launch takes %v s", file, part.K)
					}
				}
			}
		}
	}
}

// TestShippedLaunchesVary: no launch constant is in a shipped file. A boot that never
// varies meets other timers always or never, and the answer is about that.
func TestShippedLaunchesVary(t *testing.T) {
	launches := 0
	for f, p := range shipped(t) {
		for _, s := range p.Scenarios {
			for i := range s.Env.pools {
				for _, part := range s.Env.pools[i].launch.parts() {
					if part.Mean() == 0 {
						continue // it takes no time each time
					}
					if launches++; part.CV2() == 0 {
						t.Errorf("%s, %s: a part of a launch takes %v each time", f, s.Name, part)
					}
				}
			}
		}
	}
	if launches < 20 {
		t.Errorf("%d parts of launches looked at", launches)
	}
}

// TestShippedExperimentsHaveNoIdleKeys: no shipped file has a key that does nothing.
func TestShippedExperimentsHaveNoIdleKeys(t *testing.T) {
	for _, p := range shipped(t) {
		for _, n := range p.Notes() {
			if strings.Contains(n, "does nothing") && !strings.Contains(n, ownRepeats) { // other policies of the file heed [retry]
				t.Error(n)
			}
		}
	}
}
