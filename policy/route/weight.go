package route

import (
	"fmt"
	"time"

	"cnv/policy"
)

// capacity is the weight of a worker: the work it does in a second, CPU-seconds on the
// reference vCPU.
func capacity(w *policy.Worker) float64 { return float64(w.Cores) * w.Speed }

// leastShare is the share of its weight that a worker has at the beginning of a slow start,
// as Envoy's min_weight_percent, 10 %.
const leastShare = 0.1

// share is how much of its weight a worker has that became ready a while ago: it grows in
// proportion to its age until the window has passed, from leastShare on. A window of 0 is
// no slow start. Source: Envoy, slow_start_config with an aggression of 1.
func share(v *policy.View, w *policy.Worker, window time.Duration) float64 {
	age := v.Now - w.Ready
	if age >= window {
		return 1
	}
	return max(leastShare, float64(age)/float64(window))
}

// longestStart bounds a slow start.
const longestStart = time.Hour

// checkSlowStart is the error of a slow start out of range.
func checkSlowStart(d time.Duration) error {
	if d < 0 || d > longestStart {
		return fmt.Errorf("slow_start = %v, must be in [0s, %v]", d, longestStart)
	}
	return nil
}
