package scale

import (
	"testing"

	"cnv/policy"
	"cnv/policy/policytest"
)

// TestConformance runs every scaler through the kit.
func TestConformance(t *testing.T) {
	for _, s := range Specs {
		t.Run(s.Name, func(t *testing.T) {
			policytest.Scaler(t, func() policy.Scaler { return s.New().(policy.Scaler) })
		})
	}
}
