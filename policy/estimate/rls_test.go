package estimate

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"cnv/policy"
)

// classes of so many features each.
func classes(features ...int) []policy.Class {
	var cs []policy.Class
	for _, n := range features {
		cs = append(cs, policy.Class{Features: make([]string, n)})
	}
	return cs
}

// started returns an estimator after Start.
func started[P policy.Starter](t *testing.T, p P, cs []policy.Class) P {
	t.Helper()
	if err := p.Start(policy.Env{Rand: policy.NewRand(1, "estimator", 0), Classes: cs}); err != nil {
		t.Fatal(err)
	}
	return p
}

// request draws the features of a picture: width, height, samples.
func request(rng *rand.Rand) *policy.Request {
	r := &policy.Request{}
	r.Features = [policy.MaxFeatures]float64{
		100 + 3900*rng.Float64(), 100 + 2900*rng.Float64(), float64(1 + rng.IntN(16)),
	}
	return r
}

// power is work that grows as powers of the features, c·w^a·h^b·s^d, CPU-seconds.
func power(r *policy.Request, c, a, b, d float64) float64 {
	f := r.Features
	return c * math.Pow(1+f[0], a) * math.Pow(1+f[1], b) * math.Pow(1+f[2], d)
}

// TestRLSIsLeastSquares: coefficients and residual variance are those of the
// batch solution with the weights λ^age and the prior at age n,
// (X'WX + λⁿ/P0 I) θ = X'Wy, solved by gonum.
func TestRLSIsLeastSquares(t *testing.T) {
	for _, lambda := range []float64{1, 0.99} {
		leastSquares(t, lambda)
	}
}

func leastSquares(t *testing.T, lambda float64) {
	const n, d = 300, 4
	rng := rand.New(rand.NewPCG(1, 2))
	p := started(t, &RLS{Forget: lambda}, classes(d-1))
	x, y, weight := mat.NewDense(n, d, nil), mat.NewVecDense(n, nil), 0.0
	for i := range n {
		r := request(rng)
		work := power(r, 1e-6, 0.9, 1.1, 0.5) * math.Exp(0.4*rng.NormFloat64())
		p.Learn(0, r, work)
		root := math.Sqrt(math.Pow(lambda, float64(n-1-i)))
		for j, v := range regressors(r) {
			if j < d {
				x.Set(i, j, root*v)
			}
		}
		y.SetVec(i, root*math.Log(work))
		weight = lambda*weight + 1
	}
	prior := math.Pow(lambda, n) / priorVar
	var normal mat.Dense
	normal.Mul(x.T(), x)
	for j := range d {
		normal.Set(j, j, normal.At(j, j)+prior)
	}
	var right, theta, fit, residual mat.VecDense
	right.MulVec(x.T(), y)
	if err := theta.SolveVec(&normal, &right); err != nil {
		t.Fatal(err)
	}
	fit.MulVec(x, &theta)
	residual.SubVec(y, &fit)
	compare(t, lambda, &p.models[0], &theta, mat.Dot(&residual, &residual)+prior*mat.Dot(&theta, &theta), weight)
}

// compare compares a model with coefficients, the sum of squared residuals
// and the sum of weights.
func compare(t *testing.T, lambda float64, m *model, theta *mat.VecDense, rss, weight float64) {
	t.Helper()
	for j := range m.d {
		if math.Abs(m.theta[j]-theta.AtVec(j)) > 1e-6 {
			t.Errorf("λ = %v: coefficient %d = %.9f, want %.9f", lambda, j, m.theta[j], theta.AtVec(j))
		}
	}
	if math.Abs(m.rss-rss) > 1e-6*rss {
		t.Errorf("λ = %v: sum of squared residuals = %.9f, want %.9f", lambda, m.rss, rss)
	}
	if got, want := m.variance(), rss/(weight-float64(m.d)); math.Abs(got-want) > 1e-6*want {
		t.Errorf("λ = %v: variance = %v, want %v", lambda, got, want)
	}
}

// TestRLSPredictsTheMean: of log-normal work the prediction is the mean,
// exp(σ²/2) above the median, so that the sums of predicted and measured work
// agree. With σ = 1 that is 65 %; the tolerance is four standard errors of
// the sum (√((e-1)/n) = 2.1 %) and the estimate's own, rounded up to 15 %.
func TestRLSPredictsTheMean(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	p := started(t, &RLS{Forget: 0.999}, classes(3))
	var predicted, measured float64
	for i := range 5000 {
		r := request(rng)
		work := power(r, 1e-6, 1, 1, 1) * math.Exp(rng.NormFloat64())
		if w, ok := p.Estimate(0, r); ok && i > 1000 {
			predicted += w
			measured += power(r, 1e-6, 1, 1, 1) * math.Exp(0.5)
		}
		p.Learn(0, r, work)
	}
	if bias := predicted / measured; math.Abs(bias-1) > 0.15 {
		t.Errorf("predicted / mean work = %.3f, want 1 ± 0.15", bias)
	}
}

// TestRLSFollowsDrift: when the coefficients change, it has forgotten the
// old ones five memories later; without forgetting it has not.
func TestRLSFollowsDrift(t *testing.T) {
	miss := func(forget float64) float64 {
		rng := rand.New(rand.NewPCG(5, 6))
		p := started(t, &RLS{Forget: forget}, classes(3))
		for range 2000 {
			r := request(rng)
			p.Learn(0, r, power(r, 1e-6, 1, 1, 1))
		}
		for range 1000 {
			r := request(rng)
			p.Learn(0, r, power(r, 1e-4, 0.5, 1, 0.2))
		}
		worst := 0.0
		for range 100 {
			r := request(rng)
			w, _ := p.Estimate(0, r)
			worst = max(worst, math.Abs(w/power(r, 1e-4, 0.5, 1, 0.2)-1))
		}
		return worst
	}
	if got := miss(0.995); got > 0.1 {
		t.Errorf("with forgetting: off by %.1f %%, want at most 10 %%", 100*got)
	}
	if got := miss(1); got < 0.1 {
		t.Errorf("without forgetting: off by %.1f %%, want more than 10 %%", 100*got)
	}
}

// TestRLSWindUpIsBounded: a million requests with one and the same features
// leave the covariance within its prior and symmetric, and the next
// different ones are predicted as well as before.
func TestRLSWindUpIsBounded(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	p := started(t, NewRLS(), classes(3))
	for range 500 {
		r := request(rng)
		p.Learn(0, r, power(r, 1e-6, 1, 1, 1))
	}
	same := request(rng)
	for range 1_000_000 {
		p.Learn(0, same, power(same, 1e-6, 1, 1, 1))
	}
	m, trace := &p.models[0], 0.0
	for i := range m.d {
		trace += m.cov[i][i]
		for j := range i {
			if m.cov[i][j] != m.cov[j][i] {
				t.Errorf("covariance is not symmetric at %d, %d", i, j)
			}
		}
	}
	if !(trace > 0 && trace <= priorVar*float64(m.d)*(1+1e-9)) {
		t.Errorf("trace of the covariance = %v, want in (0, %v]", trace, priorVar*float64(m.d))
	}
	for range 100 {
		r := request(rng)
		if w, _ := p.Estimate(0, r); math.Abs(w/power(r, 1e-6, 1, 1, 1)-1) > 0.05 {
			t.Fatalf("after the wind-up: predicted %v, want %v", w, power(r, 1e-6, 1, 1, 1))
		}
	}
}

// TestRLSKnowsWhatItKnows: nothing before 20 observations of the class, and
// what one class teaches says nothing about another.
func TestRLSKnowsWhatItKnows(t *testing.T) {
	p := started(t, NewRLS(), classes(3, 0))
	rng := rand.New(rand.NewPCG(9, 10))
	for i := range 25 {
		r := request(rng)
		if _, ok := p.Estimate(0, r); ok != (i >= 20) {
			t.Errorf("after %d observations: known = %v", i, ok)
		}
		p.Learn(0, r, 2)
		if _, ok := p.Estimate(0, &policy.Request{Class: 1}); ok {
			t.Error("the other class is known")
		}
	}
	for range 20 { // a class without features: its mean
		p.Learn(0, &policy.Request{Class: 1}, 3)
	}
	if w, ok := p.Estimate(0, &policy.Request{Class: 1}); !ok || math.Abs(w-3) > 0.01 {
		t.Errorf("class without features: %v, %v; want 3, true", w, ok)
	}
	if _, ok := p.Estimate(0, &policy.Request{Class: 7}); ok {
		t.Error("a class that does not exist is known")
	}
}

// TestRLSSurvivesNonsense: absurd works and features neither spoil the model
// nor come out of it.
func TestRLSSurvivesNonsense(t *testing.T) {
	p := started(t, NewRLS(), classes(2))
	nonsense := []float64{math.NaN(), math.Inf(1), math.Inf(-1), -1, 0, 1e308, 1e-308}
	for i := range 400 {
		r := &policy.Request{}
		r.Features[0], r.Features[1] = nonsense[i%7], nonsense[i/7%7]
		p.Learn(0, r, nonsense[i/49%7])
		if w, ok := p.Estimate(0, r); ok && !(w > 0 && w <= math.MaxFloat64) {
			t.Fatalf("predicted %v for features %v", w, r.Features)
		}
	}
	rng := rand.New(rand.NewPCG(11, 12))
	for range 3000 {
		r := request(rng)
		p.Learn(0, r, power(r, 1e-6, 1, 1, 0))
	}
	r := request(rng)
	if w, ok := p.Estimate(0, r); !ok || math.Abs(w/power(r, 1e-6, 1, 1, 0)-1) > 0.05 {
		t.Errorf("once sense is back: predicted %v, %v, want %v", w, ok, power(r, 1e-6, 1, 1, 0))
	}
}

// BenchmarkRLS is one prediction and one observation of eight features.
func BenchmarkRLS(b *testing.B) {
	p := NewRLS()
	_ = p.Start(policy.Env{Classes: classes(8)})
	rng := rand.New(rand.NewPCG(1, 1))
	var rs [64]*policy.Request
	for i := range rs {
		rs[i] = request(rng)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p.Estimate(time.Second, rs[i%64])
		p.Learn(time.Second, rs[i%64], 1)
	}
}
