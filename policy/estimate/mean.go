package estimate

import (
	"time"

	"cnv/policy"
)

// Mean leaves every prediction to the mean of the class, which the Controller
// keeps: the least that any estimator has to beat.
type Mean struct{ Learning }

// MeansOnly implements policy.MeansOnly.
func (p *Mean) MeansOnly() {}

// Estimate implements policy.Estimator.
func (p *Mean) Estimate(time.Duration, *policy.Request) (float64, bool) { return 0, false }

// Learn implements policy.Estimator.
func (p *Mean) Learn(time.Duration, *policy.Request, float64) {}
