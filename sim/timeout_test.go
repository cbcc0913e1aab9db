package sim

import (
	"math"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/route"
	"cnv/policy/spill"
)

// TestTimeoutNearTheMean: exponential work of mean 1.2 s where functions have a time-out of
// 1 s. More than half of the class fits, so that functions take what finds both machines
// busy, under every seed, whichever requests come first. Erlang's B of two servers and a load
// of 4.8 says how many that are, 0.665, and e^(-1/1.2) how many of them fail, 0.435.
func TestTimeoutNearTheMean(t *testing.T) {
	const mean, timeout, n, seeds = 1.2, time.Second, 2000, 8
	least, most, sum := 1.0, 0.0, 0.0
	for seed := range uint64(seeds) {
		cfg := mixed(2, 50, &route.JSQ{Tie: route.TieRandom}, spill.NewBusy())
		cfg.Seed = seed + 1
		cfg.Control.Functions.Timeout, cfg.Funcs.Timeout = timeout, timeout
		failed := 0.0
		for _, r := range play(t, cfg, newStream(seed+1, n, expo(0.25), expo(mean))).requests {
			switch r.Reason {
			case policy.ReasonNone:
			case policy.ReasonFunctionTimeout:
				failed++
			default:
				t.Errorf("seed %d: request %d is without an answer: %v", seed, r.ID, r.Reason)
			}
		}
		least, most, sum = min(least, failed/n), max(most, failed/n), sum+failed/n
	}
	const load = mean / 0.25
	want := load * load / 2 / (1 + load + load*load/2) * math.Exp(-timeout.Seconds()/mean)
	if got := sum / seeds; math.Abs(got-want) > 0.02 || most-least > 0.06 {
		t.Errorf("without an answer: %.3f, from %.3f to %.3f over %d seeds; want %.3f", got, least, most, seeds, want)
	}
}
