package sim

import (
	"testing"
	"time"

	"cnv/policy"
	"cnv/results"
	"cnv/workloads"
)

// runsAlready routes to the newest worker as soon as it runs, as the original
// does.
type runsAlready struct{ roundRobin }

func (*runsAlready) TakesUnready() (time.Duration, bool) { return 0, true }

// one wants one worker, from 500 ms after the first event on.
type one struct{}

func (one) Period() time.Duration              { return 500 * time.Millisecond }
func (one) Size(*policy.ScaleView) policy.Plan { return policy.Plan{Desired: []int{1}} }

// booting is a machine that runs from 1.5 s on, whose system answers at 5.5 s
// and whose application answers at 6 s: a connection opened at 1.5 s is accepted
// at 8.5 s, after tries at 2.5 s and 4.5 s.
func booting(t *testing.T, f *Fault) (results.Request, *memory) {
	t.Helper()
	cfg := fleet(1, &runsAlready{})
	cfg.Pools[0].Initial = 0
	cfg.Control.Pools[0].Slots, cfg.Control.Scaler, cfg.Control.Leader = 1, one{}, true
	cfg.Pools[0].Launch = Launch{Boot: constant(4), Start: constant(0.5), API: constant(0), Pending: constant(0), Health: constant(0)}
	cfg.Duration = 30 * time.Second
	if f != nil {
		cfg.Faults = []Fault{*f}
	}
	m := play(t, cfg, &list{arrivals: []workloads.Arrival{{At: time.Second, Work: time.Second}}})
	return m.byID(t)[0], m
}

// TestNothingConnectsToWhatIsGone: a connection that waits for a machine to
// boot is refused if the machine has crashed, was lost or was taken meanwhile,
// and is never answered by one that hangs.
func TestNothingConnectsToWhatIsGone(t *testing.T) {
	q, _ := booting(t, nil)
	if q.Ending != results.Answered || q.Finish != 9500*time.Millisecond {
		t.Fatalf("without a fault: %+v, want an answer at 9.5 s", q)
	}
	for _, c := range []struct {
		name  string
		fault Fault
	}{
		{"crashed before its health check notices", Fault{Kind: Crash, Detected: time.Hour}},
		{"crashed and noticed", Fault{Kind: Crash, Detected: time.Second}},
		{"hung", Fault{Kind: Hang, Detected: 20 * time.Second}},
	} {
		c.fault.At = 3 * time.Second
		q, m := booting(t, &c.fault)
		if q.Ending == results.Answered || m.counts.BusyCoreSeconds != 0 {
			t.Errorf("%s: %+v with %v core-seconds, want no answer and none", c.name, q, m.counts.BusyCoreSeconds)
		}
	}
}
