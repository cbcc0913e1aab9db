package calibrate

import "cnv/policy"

// Sizes are samples of the work of requests, seconds on the reference vCPU: what was
// measured, where attempts that were cut off count as at least so long as they had a core
// for themselves.
func (s *Seen) Sizes() []float64 {
	var spans []span
	for _, a := range s.Attempts {
		switch {
		case a.Status == policy.OK && a.Work > 0:
			spans = append(spans, span{s: a.Work})
		case a.Status == policy.Timeout || a.Status == policy.Cancelled:
			if speed := s.speedOf(a); !a.Crowded && speed > 0 {
				spans = append(spans, span{s: a.took() * speed, censored: true})
			}
		}
	}
	if len(spans) == 0 {
		return nil
	}
	return some(survivors(spans))
}

// speedOf is the speed of what an attempt ran on.
func (s *Seen) speedOf(a *Attempt) float64 {
	if a.Worker != policy.NoWorker {
		return s.Config.Pools[a.Pool].Speed
	}
	if s.Config.Functions == nil {
		return 0
	}
	return s.Config.Functions.Share
}
