package knative

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"knative.dev/serving/pkg/autoscaler/scaling"

	"cnv/policy/scale"
)

// A walk is one fleet under both autoscalers, a tick of two seconds at a time.
type walk struct {
	rng    *rand.Rand
	p      *scale.KPA
	target float64
	theirs *knative
	ours   scale.KPAState
	begun  time.Time
	ready  int
	load   float64
}

// newWalk draws parameters, half of the time Knative's defaults, and a fleet.
func newWalk(seed uint64) *walk {
	w := &walk{rng: rand.New(rand.NewPCG(seed, 20)), p: scale.NewKPA(), target: 0.7}
	if seed%2 == 1 {
		w.target = []float64{0.7, 1, 7, 10, 70}[w.rng.IntN(5)]
		w.p.MaxUp = []float64{1.1, 2, 10, 1000}[w.rng.IntN(4)]
		w.p.MaxDown = []float64{1.1, 2, 10}[w.rng.IntN(3)]
		w.p.PanicThreshold = []float64{1.1, 2, 10}[w.rng.IntN(3)]
		w.p.StableWindow = []time.Duration{6 * time.Second, 60 * time.Second, 90 * time.Second}[w.rng.IntN(3)]
		w.p.DownDelay = []time.Duration{0, 5 * time.Second, 30 * time.Second, 5 * time.Minute}[w.rng.IntN(4)]
		w.p.Activation = 1 + w.rng.IntN(3)
	}
	w.ready = []int{0, 1, 2, 10, 1000}[w.rng.IntN(5)]
	w.load = w.target * float64(w.ready)
	w.theirs = newKnative(scaling.DeciderSpec{
		MaxScaleUpRate: w.p.MaxUp, MaxScaleDownRate: w.p.MaxDown, ScalingMetric: "concurrency",
		TargetValue: w.target, TotalValue: w.target, TargetBurstCapacity: 200, PanicThreshold: w.p.PanicThreshold,
		StableWindow: w.p.StableWindow, ScaleDownDelay: w.p.DownDelay, Reachable: true, ActivationScale: int32(w.p.Activation),
	}, w.ready)
	w.begun = time.Now() // theirs reads the clock, and begins a panic then where there are several pods
	w.ours = scale.StartKPA(0, w.ready)
	return w
}

// next moves the load and the fleet, and returns what both want at a tick.
func (w *walk) next(tick int) (theirs, ours int) {
	switch w.rng.IntN(12) {
	case 0:
		w.load = 0
	case 1:
		w.load = w.target * float64(w.rng.IntN(2000))
	case 2:
		w.load *= 10 * w.rng.Float64()
	default:
		w.load *= 0.9 + 0.2*w.rng.Float64()
	}
	w.load = math.Min(w.load, 1e6)
	stable, short := w.load*(0.5+w.rng.Float64()), w.load
	at := time.Second + time.Duration(tick)*2*time.Second // never at an instant at which theirs might round otherwise
	theirs = w.theirs.decide(w.begun.Add(at), w.ready, stable, short)
	ours = w.ours.Decide(at, w.ready, stable, short, w.target, w.p)
	if w.rng.IntN(3) == 0 { // some of what is wanted has come
		w.ready += (theirs - w.ready) / (1 + w.rng.IntN(3))
	}
	return theirs, ours
}

// TestKnativeDecides: in 100,000 random states, of a thousand fleets, the real autoscaler
// wants as many pods as ours.
func TestKnativeDecides(t *testing.T) {
	panics := 0
	for seed := range uint64(1000) {
		w := newWalk(seed)
		for tick := range 100 {
			ready, load := w.ready, w.load
			theirs, ours := w.next(tick)
			if theirs != ours {
				t.Fatalf("fleet %d, tick %d, %d ready, load %v to %v, target %v: Knative wants %d, we %d\n%+v", seed, tick, ready, load, w.load, w.target, theirs, ours, w.p)
			}
			if ours > 0 && float64(ours) > w.load/w.target+1 {
				panics++
			}
		}
	}
	if panics < 10_000 {
		t.Errorf("%d decisions wanted more than the load needs, want panics and delays among them", panics)
	}
}

// TestKnativeDay: over a day of decisions, every two seconds, they do not part.
func TestKnativeDay(t *testing.T) {
	for _, seed := range []uint64{0, 1, 2, 3, 5} {
		w := newWalk(seed)
		for tick := range 43_200 {
			if theirs, ours := w.next(tick); theirs != ours {
				t.Fatalf("fleet %d parts after %v: Knative wants %d, we %d", seed, time.Duration(tick)*2*time.Second, theirs, ours)
			}
		}
	}
}
