package deploy

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"cnv/live/aws"
	"cnv/live/local"
)

// TestFunctionsAreWaitedFor: AWS refuses to change a function while it is made or
// changed, and to call a version that is new. After each deployment of the
// function alone its version can be called at once.
func TestFunctionsAreWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		_, cfg := cloud(t, local.Config{Host: withWorkers()})
		c := Connect(cfg)
		for _, s := range []*Spec{testSpec(light(t, "")), testSpec(light(t, "2"))} {
			f, err := c.Find(ctx, s.Name, s.Arch)
			if err != nil {
				t.Fatal(err)
			}
			for _, step := range Plan(s, f) {
				if step.Do != "keep" && (step.What == "boundary" || step.What == "role" || step.What == "function") {
					if err := c.apply(ctx, s, f, step); err != nil {
						t.Fatal(step, err)
					}
				}
			}
			fn := aws.NewFunctions(cfg, s.Function(), s.FunctionVersion(f), 20, time.Minute)
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://gw/spin?ms=1", nil)
			if err != nil {
				t.Fatal(err)
			}
			if a, err := fn.RoundTrip(r); err != nil || a.StatusCode != http.StatusOK {
				t.Errorf("version %s: %v, %v", s.FunctionVersion(f), a, err)
			}
		}
	})
}
