package sim

import (
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/scale"
	"cnv/workloads"
)

// TestFleetKeepsItsSize: three VMs, of which one crashes at 5 s and is missed
// after 3 s, one at 200 s, and a spot one has notice at 100 s. Each is replaced
// once, 20 s after the gateway knew, without a scaler and under those that leave this nearly
// idle fleet as it is; nothing is where it is not to be. Of a scaler that shrinks it, or asks
// for machines by itself after a loss, nobody could say which launch replaces what.
func TestFleetKeepsItsSize(t *testing.T) {
	scalers := map[string]func() policy.Scaler{
		"none":      func() policy.Scaler { return nil },
		"fixed":     func() policy.Scaler { return &scale.Fixed{} },
		"demand":    func() policy.Scaler { d := scale.NewDemand(); d.Hold = time.Hour; return d },
		"threshold": func() policy.Scaler { s := scale.NewThreshold(); s.Low = 0; return s },
	}
	for name, scaler := range scalers {
		for _, replace := range []policy.Replacement{policy.ReplaceByRouter, policy.ReplaceNever} {
			cfg := fleet(3, &roundRobin{})
			cfg.Duration = 300 * time.Second
			cfg.Control.Scaler = scaler()
			cfg.Control.Pools[0].Max, cfg.Control.Pools[0].Replace = 9, replace
			cfg.Pools[0].Spot = true
			cfg.Pools[0].Launch.Boot = workloads.Constant(20)
			cfg.Faults = []Fault{
				{At: 5 * time.Second, Kind: Crash, Worker: 0, Detected: 3 * time.Second},
				{At: 100 * time.Second, Kind: Interrupt, Worker: 1, Notice: 2 * time.Minute},
				{At: 200 * time.Second, Kind: Crash, Worker: 2, Detected: 3 * time.Second},
			}
			var ready []time.Duration // of those that came later
			cfg.Journal = journal(func(now time.Duration, e *policy.Event, _ []policy.Command) {
				if e.Kind == policy.WorkerReady && now > 0 {
					ready = append(ready, now)
				}
			})
			m := play(t, cfg, at(0, 299))
			want := []time.Duration{28 * time.Second, 120 * time.Second, 223 * time.Second}
			if replace == policy.ReplaceNever {
				want = nil
				if name == "demand" {
					continue // it wants what it has wanted, and says so
				}
			}
			if len(ready) != len(want) || int(m.counts.Launches) != len(want) {
				t.Errorf("%s, replacement %d: %d launched, ready at %v, want %v", name, replace, m.counts.Launches, ready, want)
				continue
			}
			for i := range want {
				if ready[i] != want[i] {
					t.Errorf("%s: ready at %v, want %v", name, ready, want)
				}
			}
		}
	}
}

type journal func(time.Duration, *policy.Event, []policy.Command)

func (j journal) Add(now time.Duration, e *policy.Event, cmds []policy.Command) { j(now, e, cmds) }
