package live

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"cnv/policy/route"
	"cnv/policy/scale"
	"cnv/workloads"
)

// cpuTolerance is how far apart the worlds' values may be. A machine of the
// tests ends a request up to a nanosecond late for each that shares its core, a
// dozen, so with four requests a second its core is busy some 50 ns longer in
// every second; what it tells is rounded to 1 ns in a period.
const cpuTolerance = 1e-7

// compareTold checks that policies knew the same of the workers' utilisation:
// of the same workers, of the same instants, hence with the same age, and the
// same values.
func compareTold(t *testing.T, want, got []look, period time.Duration) {
	t.Helper()
	reports, different := 0, 0
	for i := range min(len(want), len(got)) {
		a, b := want[i].told, got[i].told
		same := len(a) == len(b)
		for j := range min(len(a), len(b)) {
			same = same && a[j].worker == b[j].worker && a[j].asOf == b[j].asOf && a[j].age == b[j].age && math.Abs(a[j].cpu-b[j].cpu) <= cpuTolerance
			if a[j].asOf >= 0 {
				reports++
			}
			if a[j].asOf > 0 && a[j].asOf%period != 0 {
				t.Errorf("look %d: a report of %v, not of a multiple of %v", i, a[j].asOf, period)
			}
		}
		if !same {
			if different++; different <= 3 {
				t.Errorf("look %d: simulated %v, live %v", i, a, b)
			}
		}
	}
	if different > 0 || len(want) != len(got) || reports < len(want)/4 {
		t.Errorf("%d of %d looks (live %d), with %d reports, were at different ones", different, len(want), len(got), reports)
	}
}

// riseAndFall is load that one worker carries at first, and four at its height.
func riseAndFall() []workloads.Arrival {
	const length = 600.0 // s
	rng := rand.New(rand.NewPCG(11, 11))
	var out []workloads.Arrival
	for at := 0.5; ; {
		at += rng.ExpFloat64() / (0.3 + 3.2*math.Sin(math.Pi*at/length))
		if at > length-20 {
			return out
		}
		out = append(out, workloads.Arrival{
			At:   time.Duration(at * 1e9),
			Work: time.Duration(math.Ceil(rng.ExpFloat64()*1e6)) * time.Microsecond,
		})
	}
}

// TestSameReportsAsTheSimulator: with reports every 1, 5 and 60 s, policies see
// the utilisation of each worker with the same age and value as in the
// simulator, and threshold decides the same, at the same instants.
func TestSameReportsAsTheSimulator(t *testing.T) {
	for _, period := range []time.Duration{time.Second, 5 * time.Second, time.Minute} {
		for _, ps := range []bool{false, true} {
			t.Run(fmt.Sprintf("%v/ps=%v", period, ps), func(t *testing.T) {
				t.Parallel()
				play := func() (s scenario, r *watched) {
					by := scale.NewThreshold()
					by.Window, by.Every, by.First, by.Low = 3*period/2, 20*time.Second, 20*time.Second, 0.5
					return scenario{ps: ps, scaler: by, telemetry: period, initial: 1, arrivals: riseAndFall}, &watched{Router: &route.JSQ{Tie: route.TieRandom}}
				}
				s, a := play()
				want, _ := s.modelled(t, a)
				s, b := play() // policies are used up by a run
				got := s.played(t, b)
				compareDecisions(t, want, got)
				compareTold(t, a.looks, b.looks, period)
				if fleet := want[ofFleet]; strings.Count(fleet, "launch") < 3 || !strings.Contains(fleet, "drain") {
					t.Errorf("the fleet neither grew to %d nor shrank, so this shows little:%s", parityWorkers, fleet)
				}
			})
		}
	}
}
