package sim

import (
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/route"
)

// TestServiceOfSeveralCores: work of 6 s of a class that uses up to three cores, on workers of
// the first pool.
func TestServiceOfSeveralCores(t *testing.T) {
	for _, c := range []struct {
		cores, threads int
		speed          float64
		want           time.Duration
	}{
		{1, 1, 1, 6 * time.Second},
		{2, 3, 1, 3 * time.Second},
		{4, 3, 1, 2 * time.Second},
		{4, 3, 2, time.Second},
		{4, 0, 1, 6 * time.Second},
	} {
		cfg := fleet(1, &route.JSQ{})
		cfg.Control.Pools[0].Cores, cfg.Control.Pools[0].Speed = c.cores, c.speed
		cfg.Control.Classes = []policy.Class{{Name: "other"}, {Name: "parallel", Cores: c.threads}}
		if got := cfg.service(6*time.Second, 1); got != c.want {
			t.Errorf("%d of %d cores at speed %v: %v, want %v", c.threads, c.cores, c.speed, got, c.want)
		}
	}
}
