package sim

import (
	"math"
	"testing"

	"cnv/policy"
)

// TestWorkPrice: the cheaper of machines that are always busy and functions.
func TestWorkPrice(t *testing.T) {
	cfg := Config{
		Control: policy.Config{Pools: []policy.Pool{{Cores: 2, Speed: 1}, {Cores: 4, Speed: 0.5}}},
		Pools:   []Pool{{USDPerHour: 0.072, EBSUSDPerHour: 0.0072}, {USDPerHour: 0.1}},
	}
	if got, want := cfg.WorkPrice(), 0.0792/7200; math.Abs(got-want) > 1e-15 {
		t.Errorf("%v, want %v", got, want)
	}
	cfg.Funcs = &Functions{MemoryMB: 1024, USDPerGBs: 1e-5, Share: 2}
	if got := cfg.WorkPrice(); math.Abs(got-0.5e-5) > 1e-15 {
		t.Errorf("with functions %v, want 5e-6", got)
	}
}
