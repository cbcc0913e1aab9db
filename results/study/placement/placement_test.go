package placement

import (
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cnv/workloads/trace"
)

// TestPlacement: bins of hardly more than an instant hide little, whatever the
// rule (within 15 %: neighbours that change places change their work); of a minute, bursts make tails several times as long, and requests
// that keep their distance make them shorter, under round robin most of all.
func TestPlacement(t *testing.T) {
	dir := filepath.FromSlash("../../../workloads/recorded")
	o := options{bin: 10 * time.Millisecond, work: time.Second, seeds: 4}
	fine, err := o.measure(dir)
	if err != nil {
		t.Fatal(err)
	}
	for k, rule := range rules {
		for i, router := range routers {
			if mean, _ := off(fine.recorded[i], fine.placed[k][i]); !(math.Abs(mean) < 0.15) {
				t.Errorf("bins of 10 ms, %s, %s: off by %.3g", rule, router, mean)
			}
		}
	}
	o.bin = time.Minute
	coarse, err := o.measure(dir)
	if err != nil {
		t.Fatal(err)
	}
	for k, rule := range rules {
		for i, router := range routers {
			mean, _ := off(coarse.recorded[i], coarse.placed[k][i])
			if long := rule == trace.Burst || rule == trace.OnOff; long && mean < 1 || rule == trace.Even && mean > -0.02 {
				t.Errorf("bins of a minute, %s, %s: off by %.3g", rule, router, mean)
			}
		}
	}
	var out strings.Builder
	if err := o.run(&out, dir); err != nil || strings.Count(out.String(), "±") != len(rules)*len(routers) {
		t.Errorf("%v, printed:\n%s", err, out.String())
	}
	if err := o.run(&out, t.TempDir()); err == nil {
		t.Error("an empty folder is taken for a trace")
	}
}
