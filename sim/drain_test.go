package sim

import (
	"math"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/spill"
)

// TestCutOffIsBilled: two jobs of 200 s, at 0 and 100 s, and a run that is cut off 10 s after
// the last. A machine is at work, there and billed to that instant, and so are the
// calls of functions.
func TestCutOffIsBilled(t *testing.T) {
	for _, ps := range []bool{false, true} {
		cfg := fleet(1, &roundRobin{})
		cfg.PS, cfg.DrainCap, cfg.Pools[0].USDPerHour = ps, 10*time.Second, 3600
		m := play(t, cfg, jobs([2]float64{0, 200}, [2]float64{100, 200}))
		c := m.counts
		if m.end != 110*time.Second || !near(c.BusyCoreSeconds, 110) || !near(c.CoreSeconds, 110) || !near(c.VMSeconds, 110) || !near(m.ledger.Instances, 110) {
			t.Errorf("ps %v: end %v, %v core-seconds at work of %v, %v s of VMs for $%v, want 110 s of all", ps, m.end, c.BusyCoreSeconds, c.CoreSeconds, c.VMSeconds, m.ledger.Instances)
		}
	}
	cfg := mixed(0, 2, &roundRobin{}, &spill.Always{})
	cfg.DrainCap, cfg.Funcs.MemoryMB, cfg.Funcs.USDPerGBs = 10*time.Second, 1024, 1
	cfg.Control.Pools[0].Max = 0
	m := play(t, cfg, jobs([2]float64{0, 200}, [2]float64{100, 200}))
	if m.end != 110*time.Second || !near(m.ledger.FunctionTime, 120) || m.counts.Invocations != 2 {
		t.Errorf("functions: end %v, $%v for %d calls, want 110 s and $120 for two", m.end, m.ledger.FunctionTime, m.counts.Invocations)
	}
}

// TestCutOffBeforeTheEnd: where the run lasts longer than that, machines are there to
// its end, and what was cut off does not go on.
func TestCutOffBeforeTheEnd(t *testing.T) {
	cfg := fleet(1, &roundRobin{})
	cfg.DrainCap, cfg.Duration = 10*time.Second, time.Minute
	m := play(t, cfg, jobs([2]float64{0, 200}))
	if c := m.counts; m.end != time.Minute || !near(c.BusyCoreSeconds, 10) || !near(c.CoreSeconds, 60) {
		t.Errorf("end %v, %v core-seconds at work of %v, want 1m, 10 and 60", m.end, c.BusyCoreSeconds, c.CoreSeconds)
	}
}

// TestRunGoesOnToItsNominalDuration: a fleet of three shrinks to one at 10 s, long after
// the only request was answered. What is billed until the end of the run is what the
// scaler wants until then, and the timeline goes as far.
func TestRunGoesOnToItsNominalDuration(t *testing.T) {
	cfg := fleet(3, &roundRobin{})
	cfg.Control.Scaler, cfg.Duration = shrinks{}, time.Minute
	m := play(t, cfg, jobs([2]float64{0, 1}))
	if c := m.counts; c.Terminations != 2 || !near(c.VMSeconds, 60+10+10) || len(m.samples) != 6 {
		t.Errorf("%d terminated, %v s of VMs, %d samples; want 2, 80, 6", c.Terminations, c.VMSeconds, len(m.samples))
	}
}

// shrinks wants one worker.
type shrinks struct{}

func (shrinks) Period() time.Duration              { return 10 * time.Second }
func (shrinks) Size(*policy.ScaleView) policy.Plan { return policy.Plan{Desired: []int{1}} }

func near(got, want float64) bool { return math.Abs(got-want) < 1e-6 }
