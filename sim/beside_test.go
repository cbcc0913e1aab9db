package sim

import (
	"math"
	"slices"
	"testing"
	"time"

	"cnv/workloads"
)

// TestBeside: a gateway of 0.0725 US$ per hour for two hours is 0.145; two answers of 5 GB at 0.09
// per GB are 0.9; a third one has no size, which is told, and a fourth request is never
// answered, so that nothing is sent for it.
func TestBeside(t *testing.T) {
	cfg := fleet(1, &roundRobin{})
	cfg.Duration, cfg.Timeout = 2*time.Hour, time.Minute
	cfg.Beside = Beside{GatewayUSDPerHour: 0.0725, TransferUSDPerGB: 0.09}
	src := &list{}
	for i, bytes := range []int64{5e9, 5e9, -1, 5e9} {
		src.arrivals = append(src.arrivals, workloads.Arrival{At: time.Duration(i) * time.Second, Work: time.Second / 2, BytesOut: bytes})
	}
	src.arrivals[3].Work = time.Hour
	m := play(t, cfg, src)
	if l := m.ledger; math.Abs(l.Gateway-0.145) > 1e-12 || math.Abs(l.Transfer-0.9) > 1e-12 || l.Logs != 0 {
		t.Errorf("gateway $%v, transfer $%v, logs $%v, want 0.145, 0.9 and 0", l.Gateway, l.Transfer, l.Logs)
	}
	if want := []string{"some answers have no recorded size: cost_transfer_usd lacks them"}; !slices.Equal(m.counts.Spared, want) {
		t.Errorf("told %q, want %q", m.counts.Spared, want)
	}
}

// TestCallsLog: 1,000 calls that write 300 bytes each are 0.0003 GB, at 0.50 US$ per GB 0.00015.
func TestCallsLog(t *testing.T) {
	cfg := onFunctions(Functions{MemoryMB: 1024, Share: 1})
	cfg.Beside = Beside{LogUSDPerGB: 0.5, CallLogBytes: 300}
	src := &list{}
	for i := range 1000 {
		src.arrivals = append(src.arrivals, workloads.Arrival{At: time.Duration(i) * time.Second})
	}
	if m := play(t, cfg, src); math.Abs(m.ledger.Logs-0.00015) > 1e-12 || m.ledger.Total() != m.ledger.Logs {
		t.Errorf("logs cost $%v of $%v, want 0.00015", m.ledger.Logs, m.ledger.Total())
	}
}
