package scale

import (
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/policytest"
)

// plain is a Staffing for just the load that is forecast.
func plain(forecast Method) *Staffing {
	p := NewStaffing()
	p.Forecast, p.Quantile, p.Hold, p.Season = forecast, 0.5, 0, 10*time.Minute
	return p
}

// TestStaffingForTheLoad: twenty cores' work wants the 26 servers of Erlang's table, in
// machines of two cores, whoever serves it.
func TestStaffingForTheLoad(t *testing.T) {
	for rule, want := range map[Rule]int{RuleErlangC: 13, RuleSquareRoot: 13} {
		l := demandLab(t, policy.Pool{Name: "p", Cores: 2, Speed: 1, Max: 100})
		p := policytest.Start(l, plain(ForecastLast))
		p.Rule = rule
		offer(l, 0, 5*time.Minute, 20)
		if got := p.Size(l.ScaleView()).Desired[0]; got != want {
			t.Errorf("%s: %d workers, want %d", rule, got, want)
		}
	}
}

// TestStaffingForesees: a load of 2 cores that becomes 20 every ten minutes is met ahead of
// its rise in the third season by a seasonal forecast, and not by the last value.
func TestStaffingForesees(t *testing.T) {
	for forecast, ahead := range map[Method]bool{ForecastLast: false, ForecastSeasonal: true, ForecastHoltWinters: true} {
		l := demandLab(t, policy.Pool{Name: "p", Cores: 1, Speed: 1, Max: 100, Boot: time.Minute})
		p := policytest.Start(l, plain(forecast))
		p.Gamma = 0.5
		var before, after int
		for at := time.Duration(0); at < 29*time.Minute; at += p.Every {
			load := 2.0
			if at%(10*time.Minute) >= 5*time.Minute {
				load = 20
			}
			offer(l, at, at+p.Every, load)
			n := p.Size(l.ScaleView()).Desired[0]
			switch at + p.Every {
			case 24*time.Minute + 30*time.Second:
				before = n
			case 28 * time.Minute:
				after = n
			}
		}
		if after < 20 {
			t.Errorf("%s: %d workers in the peak, want at least 20", forecast, after)
		}
		if (before >= 18) != ahead {
			t.Errorf("%s: %d workers half a minute before the peak; foreseen: %v", forecast, before, ahead)
		}
	}
}
