package compare

import (
	"math"
	"slices"
	"strings"
	"testing"

	"cnv/results"
	"cnv/results/stat"
)

// curveOfMade is a search on made runs: misses of 1,000 requests by load and replication.
func curveOfMade(policy string, limit float64, loads []float64, n int, about stat.Basis, misses func(load float64, k int) float64) Saturation {
	names := Parts(results.AvoidableMisses, results.MetricP99, results.CostInSLO)
	s := NewSaturation("w", policy, 2, limit, about.Over, about.Windows)
	for _, load := range loads {
		var runs [][]float64
		for k := range n {
			at := map[string]float64{"requests": 1000, "missed_avoidable": misses(load, k), "cost_usd": 1, "in_slo": 1000, results.MetricP99: load}
			at[results.AvoidableMisses] = at["missed_avoidable"] / 1000
			var values []float64
			for _, name := range names {
				values = append(values, at[name])
			}
			runs = append(runs, values)
		}
		s.Points = append(s.Points, NewLoadPoint(load, NewSearched(about.Over, about.Windows, names, runs), results.AvoidableMisses))
	}
	return s
}

// octaves are loads from 1/4 to 4, 16 to the octave.
func octaves() (out []float64) {
	for i := -32; i <= 32; i++ {
		out = append(out, math.Exp2(float64(i)/16))
	}
	return out
}

// exponential is a curve whose root at a limit of 5 % is 2 for a typical replication.
func exponential(shift func(k int) float64) func(load float64, k int) float64 {
	return func(load float64, k int) float64 { return min(1000*0.05*math.Exp(2*(load*shift(k)-2)), 1000) }
}

// TestRootOfTheMeanCurve: where one replication of ten misses nearly everything from
// load 0.9 on, the highest load with at most 5 % is where all together miss 5 %, though
// nine of ten would keep the limit up to 3.
func TestRootOfTheMeanCurve(t *testing.T) {
	s := curveOfMade("a", 0.05, octaves(), 10, stat.Basis{Over: stat.OverSeeds}, func(load float64, k int) float64 {
		if k == 0 {
			return min(1000, 1000*load*load/1.62) // 500 at 0.9
		}
		return 50 * math.Exp(20*(load-3))
	})
	got := s.load()
	if math.Abs(got.Mean-0.9) > 0.001 {
		t.Errorf("highest load %v, want 0.9", got.Mean)
	}
	if !(got.Low < 0.6 && got.High > 2.5) {
		t.Errorf("interval %v to %v: one replication of ten says little", got.Low, got.High)
	}
}

// TestRootHoldsItsMisses: at the load that is found misses are the limit, at the ends of
// its interval the limit is an end of theirs; a ratio is paired, so that what
// replications share cancels.
func TestRootHoldsItsMisses(t *testing.T) {
	shared := func(k int) float64 { return 1 + 0.1*math.Sin(float64(7*k)) }
	a := curveOfMade("a", 0.05, octaves(), 10, stat.Basis{Over: stat.OverSeeds}, exponential(shared))
	b := curveOfMade("b", 0.05, octaves(), 10, stat.Basis{Over: stat.OverSeeds}, exponential(func(k int) float64 { return shared(k) / 1.5 }))
	l := a.load()
	at := curveOfMade("a", 0.05, []float64{l.Low, l.Mean, l.High}, 10, stat.Basis{Over: stat.OverSeeds}, exponential(shared)).Points
	for i, got := range []float64{at[0].MissHigh, at[1].Miss, at[2].MissLow} {
		if math.Abs(got/0.05-1) > 0.02 {
			t.Errorf("at %v (%d) misses of %.4f, want the limit of 0.05", l, i, got)
		}
	}
	r := b.against(&a, 1)
	if math.Abs(r.Mean-1.5) > 0.01 || !(r.Low < 1.5 && r.High > 1.5) || r.High/r.Low > l.High/l.Low-0.02 {
		t.Errorf("ratio %v, want 1.5, much closer than the load itself (%v)", r, l)
	}
}

// TestRatiosAreAFamily: the intervals of several ratios to the first policy hold together,
// and a load that was found from one side only has no ratio with an interval.
func TestRatiosAreAFamily(t *testing.T) {
	about := stat.Basis{Over: stat.OverSeeds}
	a := curveOfMade("a", 0.05, octaves(), 10, about, exponential(func(k int) float64 { return 1 + 0.1*math.Sin(float64(7*k)) }))
	b := curveOfMade("b", 0.05, octaves(), 10, about, exponential(func(k int) float64 { return (1 + 0.1*math.Sin(float64(5*k))) / 1.5 }))
	width := func(rows []HighestLoad) float64 { return math.Log(rows[1].Ratio.High / rows[1].Ratio.Low) }
	one, three := width(highestLoads([]Saturation{a, b})), width(highestLoads([]Saturation{a, b, b, b}))
	if want := stat.Bonferroni(3, 9, 0.95) / stat.Bonferroni(1, 9, 0.95); math.Abs(three/one-want) > 0.01 {
		t.Errorf("one of three ratios has an interval of %v, alone %v: want %v times", three, one, want)
	}
	for i := range b.Points {
		b.Points[i].MissLow = 0
	}
	if l, r := b.load(), b.against(&a, 1); !math.IsInf(l.High, 1) || r.Interval() {
		t.Errorf("load %v, ratio %v: want a load without an upper end, and no interval of its ratio", l, r)
	}
}

// TestSaturationOverWindows: resamples of one recording say less than seeds do, more
// of them do not say more, and of one recording as it is there is no interval.
func TestSaturationOverWindows(t *testing.T) {
	half := func(n int, about stat.Basis) float64 {
		s := curveOfMade("a", 0.05, octaves(), n, about, exponential(func(k int) float64 { return 1 + 0.01*float64(k%5) }))
		l := s.load()
		return math.Log(l.High / l.Low)
	}
	seeds, few, many := half(10, stat.Basis{Over: stat.OverSeeds}), half(10, stat.Basis{Over: stat.OverWindows, Windows: 20}), half(1000, stat.Basis{Over: stat.OverWindows, Windows: 20})
	if !(few > 2.5*seeds && many > 2*seeds) {
		t.Errorf("intervals of %.3f over 10 seeds, %.3f over 10 and %.3f over 1,000 resamples of windows", seeds, few, many)
	}
	for _, about := range []stat.Basis{{Over: stat.OverNothing}, {Over: stat.OverWindows, Windows: 9}} {
		if got := half(10, about); !math.IsNaN(got) {
			t.Errorf("%+v: an interval of %v, want none", about, got)
		}
	}
}

// TestSaturationWarns: of intervals wider than 2 %, of misses that grow over a run, and
// of curves that come back; of nothing where nothing is wrong.
func TestSaturationWarns(t *testing.T) {
	about, steady := stat.Basis{Over: stat.OverSeeds}, func(int) float64 { return 1 }
	spread := func(k int) float64 { return 1 + 0.1*math.Sin(float64(7*k)) }
	good := curveOfMade("a", 0.05, octaves(), 10, about, exponential(steady))
	wide := curveOfMade("a", 0.05, octaves(), 10, about, exponential(spread))
	hump := curveOfMade("a", 0.05, octaves(), 10, about, func(load float64, k int) float64 {
		if load > 0.5 && load < 1 {
			return float64(90 + k%3)
		}
		return exponential(steady)(load, k)
	})
	growing, level := good, good
	ten := func(v float64) (out []float64) {
		for k := range 10 {
			out = append(out, v+float64(k%3))
		}
		return out
	}
	growing.Halves = &Halves{Missed: [2][]float64{ten(15), ten(35)}, Requests: [2][]float64{ten(500), ten(500)}}
	level.Halves = &Halves{Missed: [2][]float64{ten(25), ten(25)}, Requests: [2][]float64{ten(500), ten(500)}}
	for _, c := range []struct {
		name string
		s    Saturation
		want string
	}{
		{"good", good, ""}, {"level", level, ""}, {"wide", wide, "no closer than 2 %"}, {"hump", hump, "within it again"},
		{"growing", growing, "3.2 % of the first half of requests miss and 7.2 % of the second"},
	} {
		got := ""
		for _, w := range saturationWarnings([]Saturation{c.s}) {
			got += w.String() + "\n"
		}
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestMissingEndsAreNamed: where the interval of a highest load lacks an end, the warning says
// what was seen at the outermost load that was tried, and advises what helps.
func TestMissingEndsAreNamed(t *testing.T) {
	spread := exponential(func(k int) float64 { return 1 + 0.1*math.Sin(float64(7*k)) })
	seeds, windows := stat.Basis{Over: stat.OverSeeds}, stat.Basis{Over: stat.OverWindows, Windows: 20}
	const upper, lower = "no upper end, as at 2.05 times the file's load, the highest that was tried, misses of 5.8 % (",
		"no lower end, as at 1.90 times the file's load, the lowest that was tried, misses of 4.2 % ("
	for _, c := range []struct {
		about stat.Basis
		loads []float64
		want  []string
	}{
		{seeds, []float64{1, 1.9, 2.05}, []string{"the highest load has " + upper, ") are not known to be above the limit: run longer, or with more seeds"}},
		{seeds, []float64{1.9, 2.05, 4}, []string{"the highest load has " + lower, ") are not known to be within the limit: run longer, or with more seeds"}},
		{windows, []float64{1.9, 2.05}, []string{upper, ") are not known to be above the limit, and " + lower, ": a longer recording says more"}},
	} {
		s := curveOfMade("a", 0.05, c.loads, 10, c.about, spread)
		got := s.wide()
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%v: %q lacks %q", c.loads, got, want)
			}
		}
	}
}

// climbed are four policies, of which one keeps the limit at all loads and one at none.
func climbed() []Saturation {
	about := stat.Basis{Over: stat.OverSeeds}
	vary := func(by float64) func(k int) float64 {
		return func(k int) float64 { return by * (1 + 0.01*float64(k-1)) }
	}
	return []Saturation{
		curveOfMade("a", 0.05, octaves(), 3, about, exponential(vary(1))),
		curveOfMade("b", 0.05, octaves(), 3, about, exponential(vary(0.8))),
		curveOfMade("c", 0.05, octaves(), 3, about, func(float64, int) float64 { return 1 }),
		curveOfMade("d", 0.05, octaves(), 3, about, func(float64, int) float64 { return 100 }),
	}
}

// TestSaturationRoundTrip: what is written is read.
func TestSaturationRoundTrip(t *testing.T) {
	dir := t.TempDir()
	s := &Set{plan: Plan{Design: results.Design{Workloads: []string{"w"}}, Over: []string{stat.OverSeeds}}}
	s.Saturate(climbed())
	if err := s.writeSaturation(dir); err != nil {
		t.Fatal(err)
	}
	rows, curves, err := ReadSaturation(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := highestLoads(climbed())
	for i := range rows {
		a, b := rows[i], want[i]
		if math.Abs(a.Load.Mean-b.Load.Mean) > 1e-12 || a.Policy != b.Policy || a.Against != b.Against || a.N != 3 || a.Limit != b.Limit || a.Over != stat.OverSeeds {
			t.Errorf("read %+v, wrote %+v", a, b)
		}
	}
	points := climbed()[1].Points
	same := slices.EqualFunc(curves[1].Points, points, func(x, y LoadPoint) bool {
		return math.Abs(x.Load-y.Load)+math.Abs(x.Miss-y.Miss)+math.Abs(x.MissLow-y.MissLow)+math.Abs(x.MissHigh-y.MissHigh)+math.Abs(x.Cost-y.Cost) < 1e-9 && x.N == y.N && x.P99 == y.P99
	})
	if len(rows) != 4 || len(curves) != 4 || !same || curves[1].PerSecond[0] != 0.5 {
		t.Errorf("%d rows, curves %+v", len(rows), curves)
	}
	if math.Abs(rows[0].Load.Mean-2) > 0.01 || math.Abs(rows[1].Ratio.Mean-1.25) > 0.01 {
		t.Errorf("load %v of a, ratio %v of b, want 2 and 1.25", rows[0].Load, rows[1].Ratio)
	}
	if rows, _, err := ReadSaturation(t.TempDir()); rows != nil || err != nil {
		t.Errorf("of nothing: %v, %v", rows, err)
	}
}

// TestRatiosAtOtherLoads: at twice the load replications are two resamples on top of each
// other, which differ by half the variance that the recording is off by: ratios of highest
// loads, and what is said of the halves of runs, are as much less sure.
func TestRatiosAtOtherLoads(t *testing.T) {
	about := stat.Basis{Over: stat.OverWindows, Windows: 20}
	made := func(beyond func(load float64) float64) []Saturation {
		a := curveOfMade("a", 0.05, octaves(), 10, about, exponential(func(k int) float64 { return 1 + 0.1*math.Sin(float64(7*k)) }))
		b := curveOfMade("b", 0.05, octaves(), 10, about, exponential(func(k int) float64 { return 1 + 0.1*math.Sin(float64(5*k)) }))
		for i := range a.Points {
			a.Points[i].beyond, b.Points[i].beyond = beyond(a.Points[i].Load), beyond(b.Points[i].Load)
		}
		a.Halves = &Halves{}
		for k := range 10 {
			for half, missed := range []float64{15, 29 + float64(12*(k%2))} {
				a.Halves.Missed[half], a.Halves.Requests[half] = append(a.Halves.Missed[half], missed), append(a.Halves.Requests[half], 500)
			}
		}
		return []Saturation{a, b}
	}
	one, two := made(func(float64) float64 { return 1 }), made(func(float64) float64 { return 2 })
	width := func(all []Saturation) float64 { r := highestLoads(all)[1].Ratio; return math.Log(r.High / r.Low) }
	if got, want := width(two)/width(one), math.Sqrt((10*2+1)/(10*1+1.)); math.Abs(got-want) > 0.001 {
		t.Errorf("at twice the variance a ratio's interval is %v times as long, want %v", got, want)
	}
	if now, then := one[0].drifts(), two[0].drifts(); now == "" || then != "" {
		t.Errorf("halves differ: %q, at twice the variance %q, want something and nothing", now, then)
	}
}
