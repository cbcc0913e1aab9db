package books

import (
	"math"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/journal/account"
)

// TestBooksCountWhatIsBesideWorkers: the gateway's own instance, and what the
// table says it has cost, which per hour is that of the last minute.
func TestBooksCountWhatIsBesideWorkers(t *testing.T) {
	usd := 0.0
	b := New(account.Prices{GatewayUSDPerHour: 0.06, USDPerWrite: 1}, func() (writes, reads float64) { return usd, 0 })
	for s := range 120 {
		usd += map[bool]float64{true: 1, false: 0.001}[s < 30]
		b.Add(time.Duration(s)*time.Second, &policy.Event{Kind: policy.Wake}, nil)
	}
	l, rate := b.SoFar(2 * time.Minute)
	near := func(what string, got, want float64) {
		if math.Abs(got-want) > 1e-9*want {
			t.Errorf("%s: $%g, want $%g", what, got, want)
		}
	}
	near("the table", l.Store, usd)
	near("the table per hour", rate.Store, 60*0.060) // those after 60 s
	near("the gateway", l.Gateway, 0.002)
	near("the gateway per hour", rate.Gateway, 0.06)
	usd++ // written at the end
	l, _ = b.Close(3*time.Minute, policy.Counts{}, nil)
	near("all", l.Total(), usd+0.003)
}
