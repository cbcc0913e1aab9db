package estimate

// A model is the recursive least squares of one class, in its first d terms.
type model struct {
	d      int
	theta  [terms]float64        // coefficients
	cov    [terms][terms]float64 // their covariance, over the variance of the residuals; symmetric
	rss    float64               // weighted sum of squared residuals
	weight float64               // sum of the weights of what was seen
	seen   int                   // observations, counted up to needed
}

// init makes the prior for a number of features.
func (m *model) init(features int) {
	*m = model{d: features + 1}
	for i := range m.d {
		m.cov[i][i] = priorVar
	}
}

// predict is x'θ.
func (m *model) predict(x *[terms]float64) float64 {
	y := 0.0
	for i := range m.d {
		y += x[i] * m.theta[i]
	}
	return y
}

// variance is that of the residuals, of what the coefficients leave free.
func (m *model) variance() float64 {
	return m.rss / max(m.weight-float64(m.d), 1)
}

// learn takes in one observation, forgetting the past by the factor lambda:
//
//	k = P x / (λ + x'P x),  θ += k (y - x'θ),  P = (P - k x'P) / λ
//
// The weighted sum of squared residuals follows exactly from
// λ e² / (λ + x'P x), e being the error before the step.
func (m *model) learn(x *[terms]float64, y, lambda float64) {
	var px [terms]float64
	xpx := 0.0
	for i := range m.d {
		for j := range m.d {
			px[i] += m.cov[i][j] * x[j]
		}
		xpx += x[i] * px[i]
	}
	e := y - m.predict(x)
	gain := 1 / (lambda + xpx)
	for i := range m.d {
		m.theta[i] += px[i] * gain * e
	}
	m.update(&px, gain, lambda)
	m.rss = lambda*m.rss + lambda*e*e*gain
	m.weight = lambda*m.weight + 1
	m.seen = min(m.seen+1, needed)
}

// update shrinks the covariance by what was learnt, then lets it grow by
// forgetting, unless its trace would exceed that of the prior. Only one
// triangle is computed, so that rounding cannot make it asymmetric.
func (m *model) update(px *[terms]float64, gain, lambda float64) {
	trace := 0.0
	for i := range m.d {
		trace += m.cov[i][i] - px[i]*px[i]*gain
	}
	grow := 1 / lambda
	if !(trace*grow <= priorVar*float64(m.d)) {
		grow = 1
	}
	for i := range m.d {
		for j := range i + 1 {
			c := (m.cov[i][j] - px[i]*px[j]*gain) * grow
			m.cov[i][j], m.cov[j][i] = c, c
		}
	}
}
