package policytest

import (
	"fmt"
	"time"

	"cnv/policy"
)

// named is the type of the policy under test, which own puts into a configuration.
func named(own func(*policy.Config)) string {
	var cfg policy.Config
	own(&cfg)
	for _, p := range []any{cfg.Router, cfg.Spill, cfg.Scaler, cfg.Estimator, cfg.Admission, cfg.Order, cfg.Hedge, cfg.Health, cfg.KeepAlive} {
		if p != nil {
			return fmt.Sprintf("%T", p)
		}
	}
	return "nothing"
}

// endless is how long a step may take before the policy is taken to be in an endless loop. One
// takes microseconds; no machine is so slow.
const endless = time.Minute

// inTime has the Controller take an event. A policy that does not come back ends the test
// with its name, and not after ten minutes with the stacks of all goroutines alone.
func (w *world) inTime(e *policy.Event) []policy.Command {
	at := w.now
	guard := time.AfterFunc(endless, func() {
		panic(fmt.Sprintf("policytest: %s: no decision within %v about the event at %v: %+v", w.name, endless, at, w.last))
	})
	defer guard.Stop()
	return w.c.Step(w.now, e, nil)
}
