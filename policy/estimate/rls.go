package estimate

import (
	"errors"
	"fmt"
	"math"
	"time"

	"cnv/policy"
)

const (
	terms    = policy.MaxFeatures + 1 // of the model: an intercept and the features
	priorVar = 1e3                    // variance of every coefficient before anything is seen
	needed   = 20                     // observations of a class before it is predicted
)

// RLS predicts by recursive least squares with exponential forgetting: per
// class a linear model of log work on log(1 + feature), with an intercept,
// so that work may grow as any power of width, height or samples.
//
// Forgetting follows coefficients that drift, with a memory of about
// 1/(1-Forget) requests. While features hardly vary, forgetting would let the
// covariance grow without bound (wind-up); it pauses while the trace of the
// covariance would exceed that of the prior.
//
// The prediction is the mean, exp(x'θ + σ²/2), not the median exp(x'θ): σ²
// is the weighted variance of the residuals (smearing: Duan 1983, doi:10.1080/01621459.1983.10478017). A
// class is predicted from its 20th observation on. O(d²) per observation,
// O(d) per prediction, d the number of features; no allocation.
//
// Source: Ljung 1999, System Identification, section 11.2.
type RLS struct {
	Forget float64 `toml:"forget" doc:"weight of the past per observation, in (0, 1]" range:"0.98:1" set:"yes"`
	Learning

	models []model // by class
}

// NewRLS returns the defaults: a memory of about 200 requests.
func NewRLS() *RLS { return &RLS{Forget: 0.995} }

// Validate checks the parameters.
func (p *RLS) Validate() error {
	var forget error
	if !(p.Forget > 0 && p.Forget <= 1) {
		forget = fmt.Errorf("forget = %v, must be in (0, 1]", p.Forget)
	}
	return errors.Join(forget, p.Learning.Validate())
}

// Start implements policy.Starter.
func (p *RLS) Start(e policy.Env) error {
	p.models = make([]model, len(e.Classes))
	for i := range p.models {
		p.models[i].init(min(len(e.Classes[i].Features), policy.MaxFeatures))
	}
	return p.Learning.Start(e)
}

// Estimate implements policy.Estimator.
func (p *RLS) Estimate(_ time.Duration, r *policy.Request) (float64, bool) {
	if int(r.Class) >= len(p.models) {
		return 0, false
	}
	m := &p.models[r.Class]
	if m.seen < needed {
		return 0, false
	}
	x := regressors(r)
	work := math.Exp(m.predict(&x) + m.variance()/2)
	return work, work > 0 && !math.IsInf(work, 0)
}

// Learn implements policy.Estimator.
func (p *RLS) Learn(_ time.Duration, r *policy.Request, work float64) {
	if int(r.Class) >= len(p.models) || !(work > 0) || math.IsInf(work, 0) {
		return
	}
	x := regressors(r)
	p.models[r.Class].learn(&x, math.Log(work), p.Forget)
}

// regressors is 1 and log(1 + feature) for each feature; a feature that is
// negative or no number counts as 0.
func regressors(r *policy.Request) (x [terms]float64) {
	x[0] = 1
	for i, f := range r.Features {
		if f > 0 && !math.IsInf(f, 0) {
			x[i+1] = math.Log1p(f)
		}
	}
	return x
}
