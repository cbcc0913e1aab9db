package run

import (
	"testing"

	"cnv/policy"
	"cnv/policy/health"
	"cnv/policy/route"
)

// TestHealthByDefault: a live run takes failing workers out of service unless the file says
// something of it, or the router drops workers by a rule of its own.
func TestHealthByDefault(t *testing.T) {
	one := []policy.Pool{{}}
	for _, c := range []struct {
		name  string
		cfg   policy.Config
		named bool
		want  bool
	}{
		{"nothing said", policy.Config{Router: &route.JSQ{}, Pools: one}, false, true},
		{"none named", policy.Config{Router: &route.JSQ{}, Pools: one}, true, false},
		{"the original", policy.Config{Router: route.NewNovaOriginal(), Pools: one}, false, false},
		{"functions only", policy.Config{Router: &route.JSQ{}}, false, false},
	} {
		w := &world{cfg: c.cfg}
		w.defaultHealth(c.named)
		if _, outlier := w.cfg.Health.(*health.Outlier); outlier != c.want || len(w.notes) > 0 != c.want {
			t.Errorf("%s: %T and %d notes, want one: %v", c.name, w.cfg.Health, len(w.notes), c.want)
		}
	}
}
