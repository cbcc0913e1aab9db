package sim

import (
	"math"
	"testing"
	"time"

	"cnv/policy"
)

// TestHazardsAreExponential: of exponential intervals with a mean of 100 s the mean of 10,000
// is 100 s, give or take 4 standard errors of 1 s, and exp(-1) of them are longer than that.
func TestHazardsAreExponential(t *testing.T) {
	h, r := Hazard{Mean: 100 * time.Second}, HazardRand(7, 0)
	sum, longer := 0.0, 0
	for i := range 10_000 {
		d := h.Gap(r, policy.WorkerID(i/10), uint32(i%10))
		if sum += d.Seconds(); d > h.Mean {
			longer++
		}
	}
	if mean, share := sum/1e4, float64(longer)/1e4; math.Abs(mean-100) > 4 || math.Abs(share-math.Exp(-1)) > 0.02 {
		t.Errorf("mean %v s, %v of them longer, want 100 s and %v", mean, share, math.Exp(-1))
	}
}

// TestHazardsComeByWorker: the k-th worker fails after its own interval from when it ran,
// whatever the policy, and how many there are.
func TestHazardsComeByWorker(t *testing.T) {
	h := Hazard{Fault: Fault{Name: "a crash", Kind: Crash, Detected: time.Second}, Mean: time.Minute}
	r := HazardRand(1, 0)
	for _, n := range []int{1, 3} {
		cfg := fleet(n, &roundRobin{})
		cfg.Control.Pools[0].Replace = policy.ReplaceNever
		cfg.Duration, cfg.Hazards = time.Hour, []Hazard{h}
		lost := map[policy.WorkerID]time.Duration{}
		cfg.Journal = instants(func(now time.Duration, e *policy.Event) {
			if e.Kind == policy.WorkerLost {
				lost[e.Worker] = now
			}
		})
		m := play(t, cfg, at(0))
		for id := range policy.WorkerID(n) {
			if want := h.Gap(r, id, 0) + time.Second; lost[id] != want {
				t.Errorf("of %d workers, worker %d was lost at %v, want %v", n, id, lost[id], want)
			}
		}
		if len(m.counts.Spared) > 0 {
			t.Errorf("told %q", m.counts.Spared)
		}
	}
}

// TestSpotHazard: only spot instances are taken away, each once, and in their first hour
// for nothing.
func TestSpotHazard(t *testing.T) {
	for _, spot := range []bool{false, true} {
		cfg := fleet(1, &roundRobin{})
		cfg.Pools[0].Spot, cfg.Control.Pools[0].Replace = spot, policy.ReplaceNever
		cfg.Duration = 3 * time.Hour
		cfg.Hazards = []Hazard{{Fault: Fault{Kind: Interrupt, Notice: 2 * time.Minute}, Mean: 10 * time.Minute}}
		notices := 0
		cfg.Journal = listener(func(e *policy.Event) {
			if e.Kind == policy.WorkerNotice {
				notices++
			}
		})
		m := play(t, cfg, at(0))
		gap := cfg.Hazards[0].Gap(HazardRand(1, 0), 0, 0)
		if !spot && (notices != 0 || m.counts.VMSeconds != 3*3600) || spot && (notices != 1 || m.ledger.Instances != 0 || gap > 50*time.Minute) {
			t.Errorf("spot %v: %d notices, $%v for %v s, interval %v", spot, notices, m.ledger.Instances, m.counts.VMSeconds, gap)
		}
	}
}

type instants func(time.Duration, *policy.Event)

func (w instants) Add(now time.Duration, e *policy.Event, _ []policy.Command) { w(now, e) }
