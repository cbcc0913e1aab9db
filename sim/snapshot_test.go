package sim

import (
	"math"
	"testing"
	"time"
)

// TestRestoredFromASnapshot: of three calls of 1 s on 2 GB, two are made in environments that are
// restored in 0.4 s. By hand, for 100 s: time of 3 s at $1 a GB-second, none of it for the restores;
// the snapshot 2 GB * 100 s * $0.001, and two restores of 2 GB at $0.1.
func TestRestoredFromASnapshot(t *testing.T) {
	cfg := onFunctions(Functions{MemoryMB: 2048, Share: 1, Cold: constant(0.4), KeepAlive: 10 * time.Second,
		USDPerGBs: 1, Snapshot: true, SnapshotUSDPerGBs: 0.001, RestoreUSDPerGB: 0.1})
	cfg.Duration = 100 * time.Second
	m := play(t, cfg, at(0, 5, 50))
	for i, want := range []float64{1.4, 6, 51.4} {
		if q := m.byID(t)[i]; q.Finish != duration(want) || q.Cold != (i != 1) {
			t.Errorf("call %d: %+v, want its end at %v s", i, q, want)
		}
	}
	if got := m.ledger; math.Abs(got.FunctionTime-6) > 1e-9 || math.Abs(got.Provisioned-(0.2+0.4)) > 1e-9 {
		t.Errorf("$%v for time and $%v for snapshots, want 6 and 0.6", got.FunctionTime, got.Provisioned)
	}
}
