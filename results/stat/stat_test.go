package stat

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestRatioIsOfSums: 43 % is the mean of the shares, 64 % of all arrivals missed; the
// contributions have the ratio as their mean, and their spread is the delta method's.
func TestRatioIsOfSums(t *testing.T) {
	missed, all := []float64{0, 900, 360, 60}, []float64{100, 1000, 600, 300}
	m, n := 0.0, 0.0
	for i := range all {
		m, n = m+missed[i], n+all[i]
	}
	got := Jackknife(len(all), m/n,
		func(i int) float64 { return (m - missed[i]) / (n - all[i]) },
		func(i int) float64 { return missed[i] / all[i] })
	if math.Abs(got.Value-0.66) > 1e-12 || math.Abs(MeanOf(got.At)-got.Value) > 1e-12 {
		t.Errorf("%+v, want 0.66, and contributions of that mean", got)
	}
	for i, at := range got.At { // the influence of a replication: (m - Rn)/mean(n), to first order
		if want := (missed[i]-0.66*all[i])/500 + 0.66; math.Abs(at-want) > 0.4*math.Abs(want-0.66)+0.06 {
			t.Errorf("replication %d contributes %v, want about %v", i, at, want)
		}
	}
	same := Jackknife(3, 0.1+1e-17, func(int) float64 { return 0.3 - 0.2 }, func(int) float64 { return 0.1 })
	if same.Value != 0.1 || same.At[0] != 0.1 || same.At[2] != 0.1 {
		t.Errorf("equal replications: %+v", same)
	}
}

// TestDifferencesIgnoreRounding: what differs by rounding alone is equal.
func TestDifferencesIgnoreRounding(t *testing.T) {
	a, b := Linear{0.3, []float64{0.1 + 0.2, 0.3}}, Linear{0.1, []float64{0.1, 0.1}}
	if d := a.Minus(b); d.At[0] != d.At[1] {
		t.Errorf("%v", d)
	}
	if d := a.Minus(a); d.Value != 0 || d.At[0] != 0 {
		t.Errorf("%v", d)
	}
}

// TestFamilyHolds: of eight alternatives of one law on eight blocks, something is found
// in 5 % of experiments, whether values are normal or skewed; without the family,
// in nearly all.
func TestFamilyHolds(t *testing.T) {
	for name, draw := range map[string]func(*rand.Rand) float64{
		"normal":    func(r *rand.Rand) float64 { return r.NormFloat64() },
		"lognormal": func(r *rand.Rand) float64 { return math.Exp(1.5 * r.NormFloat64()) },
		"rare": func(r *rand.Rand) float64 {
			if r.Float64() < 0.2 {
				return r.ExpFloat64()
			}
			return 0
		},
	} {
		const runs, n = 150, 10
		rng, found, alone := rand.New(rand.NewPCG(1, 2)), 0, 0
		for range runs {
			var blocks []Block
			most := 0.0
			for range 8 {
				b := make(Block, 8)
				for a := range b {
					b[a] = make([]float64, n)
					for i := range b[a] {
						b[a][i] = draw(rng)
					}
					for _, other := range b[:a] {
						most = max(most, tOfPair(b[a], other))
					}
				}
				blocks = append(blocks, b)
			}
			if most > Critical(blocks, n, 0.95) {
				found++
			}
			if most > StudentsT(n-1, 0.975) {
				alone++
			}
		}
		if found > 17 { // of 150, 5 % are 7.5; 17 or fewer in 999 of 1,000 cases
			t.Errorf("%s: something was found in %d of %d experiments without a difference", name, found, runs)
		}
		if alone < runs/2 {
			t.Errorf("%s: without the family in %d of %d only: the test cannot tell", name, alone, runs)
		}
	}
}

func tOfPair(a, b []float64) float64 {
	d := Linear{0, a}.Minus(Linear{0, b}).At
	m, s, n := MeanOf(d), 0.0, float64(len(d))
	for _, x := range d {
		s += (x - m) * (x - m)
	}
	if s == 0 {
		return 0
	}
	return math.Abs(m) / math.Sqrt(s/(n-1)/n)
}

// TestCriticalOfOnePair is near Student's t, and a large difference is found by it.
func TestCriticalOfOnePair(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	a, b := make([]float64, 12), make([]float64, 12)
	for i := range a {
		a[i], b[i] = rng.NormFloat64(), 5+rng.NormFloat64()
	}
	c := Critical([]Block{{a, b}}, 12, 0.95)
	if c < 1.5 || c > 3.5 || tOfPair(a, b) < c {
		t.Errorf("bound %v, want about 2.2; |t| = %v", c, tOfPair(a, b))
	}
	if c := Critical([]Block{{a, a, nil}}, 12, 0.95); c != 0 {
		t.Errorf("bound %v where nothing differs", c)
	}
}

// TestZeroIsNotSurelyZero: the rule of three, and what one event of ten says.
func TestZeroIsNotSurelyZero(t *testing.T) {
	if got := RareHigh(make([]float64, 10), 0, 0.95, 1); math.Abs(got-0.2589) > 1e-4 {
		t.Errorf("none of ten: %v, want 1 - 0.05^(1/10)", got)
	}
	if got := RareHigh(make([]float64, 300), 0, 0.95, 1); math.Abs(got-0.0099) > 1e-4 {
		t.Errorf("none of 300: %v, want some 3/300", got)
	}
	one := make([]float64, 10)
	one[3] = 0.001
	if got := RareHigh(one, 0.0003, 0.95, 1); got < 0.001 || got > 0.01 {
		t.Errorf("one of ten with 0.1 %%: %v, want several times that share", got)
	}
	many := []float64{0.1, 0.2, 0.1, 0.2, 0.1, 0.2, 0.3}
	if got := RareHigh(many, 0.25, 0.95, 1); got != 0.25 {
		t.Errorf("where all have some the spread decides: %v", got)
	}
}

// TestFewHigh: of many events the end is Student's, of four it is at least Garwood's exact
// one (10.24 for 4 counted), and never more than all.
func TestFewHigh(t *testing.T) {
	if got := FewHigh(0.1, 0.0001, 1.96, 0.95, 1); math.Abs(got-0.1-1.96*0.0001) > 1e-6 {
		t.Errorf("many: %v", got)
	}
	if got := FewHigh(0.04, 0.02, 1.959964, 0.95, 1); got < 0.1024 || got > 0.25 {
		t.Errorf("four: %v", got)
	}
	if got := FewHigh(0.3, 0.6, 2.3, 0.95, 1); got != 1 {
		t.Errorf("less than one: %v", got)
	}
	if got := FewHigh(0, 0, 2, 0.95, 1); got != 0 {
		t.Errorf("none: %v", got)
	}
	for rate := 1e-9; rate < 1; rate *= 3 {
		for error := 1e-12; error < 1; error *= 10 {
			if got := FewHigh(rate, error, 2.3, 0.95, 1); !(got >= min(rate+2.3*error, 1)) || got > 1 {
				t.Errorf("%v, %v: %v", rate, error, got)
			}
		}
	}
}

// TestQuantileIsPooled: the 99th percentile of 200 replications of 100 exponential
// values is 4.605 in nearly all of the intervals, the mean of their own is not; with
// fewer than ten values beyond it there is none.
func TestQuantileIsPooled(t *testing.T) {
	const scale = 1000.0
	half := func(l Linear) float64 {
		m, s, n := MeanOf(l.At), 0.0, float64(len(l.At))
		for _, x := range l.At {
			s += (x - m) * (x - m)
		}
		return StudentsT(n-1, 0.975) * math.Sqrt(s/(n-1)/n)
	}
	value := func(b int) float64 { return float64(b) / scale }
	rng, covered, runs := rand.New(rand.NewPCG(5, 6)), 0, 60
	var parts []Counts
	for range runs {
		parts = parts[:0]
		for range 200 {
			parts = append(parts, exponential(rng, 100, scale))
		}
		q := NewPool(parts).Quantile(0.99, value, half)
		if q.Low <= math.Log(100) && math.Log(100) <= q.High {
			covered++
		}
		if math.Abs(MeanOf(q.At)-q.Value) > 1e-9 {
			t.Fatalf("contributions have the mean %v, the value is %v", MeanOf(q.At), q.Value)
		}
	}
	if covered < 51 { // of 60, 57 are wanted; 51 or more in 997 of 1,000 cases
		t.Errorf("%d of %d intervals hold ln 100, want some 57", covered, runs)
	}
	if q := NewPool(parts[:9]).Quantile(0.99, value, half); !math.IsNaN(q.Value) {
		t.Errorf("of 900 values 9 lie beyond: %v, want none", q.Value)
	}
	parts[0].All += 1000 // without an answer
	if q := NewPool(parts).Quantile(0.99, value, half); !math.IsInf(q.Value, 1) || q.At != nil {
		t.Errorf("%v, want infinite", q)
	}
}

// exponential is a replication of n values.
func exponential(rng *rand.Rand, n int, scale float64) Counts {
	c := Counts{All: float64(n)}
	buckets := make([]int32, n)
	for i := range buckets {
		buckets[i] = int32(scale * rng.ExpFloat64())
	}
	slices.Sort(buckets)
	for i, b := range buckets {
		if i == 0 || b != buckets[i-1] {
			c.Bucket, c.Count = append(c.Bucket, b), append(c.Count, 0)
		}
		c.Count[len(c.Count)-1]++
	}
	return c
}

// TestSkewed: the bound of |t| moves to the side of the long tail, by Willink's formula
// (t = 2, slant 0.1: (∛(1 + 0.6·1.9) − 1)/0.2 = 1.4434, and for −2 (∛(1 − 0.6·2.1) −
// 1)/0.2 = −8.1913), mirrors, and is t of what is not skewed.
func TestSkewed(t *testing.T) {
	for _, c := range [][3]float64{{2, 0.1, 1.4434}, {-2, 0.1, -8.1913}, {2, -0.1, 8.1913}, {2, 0, 2}, {2, 1e-12, 2}} {
		if got := Skewed(c[0], c[1]); math.Abs(got-c[2]) > 1e-3 {
			t.Errorf("Skewed(%v, %v) = %v, want %v", c[0], c[1], got, c[2])
		}
	}
	// 1, 1, 1, 5: deviations −1, −1, −1, 3; variance 4; 4/(3·2)·24/8 = 2.
	if got := Skewness([]float64{1, 1, 1, 5}); math.Abs(got-2) > 1e-12 {
		t.Errorf("skewness %v, want 2", got)
	}
	if got := Slant([]float64{3, 3, 3}); got != 0 {
		t.Errorf("slant of equal values %v", got)
	}
}
