package estimate

import (
	"testing"

	"cnv/policy"
	"cnv/policy/policytest"
)

// TestConformance runs every estimator through the kit.
func TestConformance(t *testing.T) {
	for _, s := range Specs {
		t.Run(s.Name, func(t *testing.T) {
			policytest.Estimator(t, func() policy.Estimator { return s.New().(policy.Estimator) })
		})
	}
	t.Run("repeat then rls", func(t *testing.T) {
		policytest.Estimator(t, func() policy.Estimator { return &Repeat{Capacity: 200, Then: "rls"} })
	})
}
