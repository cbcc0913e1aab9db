package sim

import (
	"math"
	"testing"
	"time"

	"cnv/policy/catalog"
)

// creditsOf is those of a type of the catalog.
func creditsOf(t *testing.T, name string) (Credits, float64) {
	c, err := catalog.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return Credits{PerHour: c.Credits.PerHour, Max: c.Credits.Max}, float64(c.VCPUs)
}

// A period is so many hours at a share of all vCPUs, and what AWS has of its end.
type period struct {
	hours, use, balance, billed float64
}

// follow plays periods on a balance of credits.
func follow(t *testing.T, c Credits, vcpus float64, periods []period) {
	b := c.open()
	for i, p := range periods {
		for range 100 { // in any parts
			b.pass(p.use*vcpus, p.hours*36e9)
		}
		if has := (b.earned + b.launch) / coreNS; math.Abs(has-p.balance) > 1e-6 || math.Abs(b.billed/coreNS-p.billed) > 1e-6 {
			t.Errorf("P%d: %v credits, %v billed, want %v and %v", i+1, has, b.billed/coreNS, p.balance, p.billed)
		}
	}
}

// TestCreditsAsInTheUserGuide plays the examples of the EC2 user guide ("Unlimited mode
// examples" and "Standard mode examples", read 2026-11), which round 122.4 to 122, 447.6 to
// 448 and 303.6 to 304 credits.
func TestCreditsAsInTheUserGuide(t *testing.T) {
	t3, vcpus := creditsOf(t, "t3.nano")
	t3.Unlimited = true
	follow(t, t3, vcpus, []period{
		{24, 0, 144, 0}, {12, 0.025, 144, 0}, {24, 0.07, 144 - 57.6, 0}, // 7 % for a day spends 201.6 and earns 144
		{12, 0.025, 86.4 + 36, 0}, {5, 1, -144, 447.6 - 144}, {13, 0.05, -144, 303.6}, {24, 0, 0, 303.6},
	})
	t2, vcpu := creditsOf(t, "t2.nano")
	t2.Launch = 30
	follow(t, t2, vcpu, []period{
		{14, 0, 72, 0}, {10, 0, 102, 0}, {12, 0, 102, 0}, {25, 0.02, 72, 0}, {11, 0.02, 72, 0}, {3, 0.2, 45, 0}, {15, 0.02, 72, 0}, {6, 0, 72, 0},
	})
	t3.Unlimited = false
	b := t3.open()
	b.earned = 122.4 * coreNS
	if h := b.lasts(2) / 3.6e12; math.Abs(h-122.4/(120-6)) > 1e-9 {
		t.Errorf("122.4 credits last %v h of two vCPUs, want 1.07", h)
	}
	t2.Launch = 30
	b = t2.open()
	b.earned = 71.5 * coreNS // 0.5 more fit, which takes 10 minutes
	if m := b.lasts(1) / coreNS; math.Abs(m-(30+72/0.95)) > 1e-9 {
		t.Errorf("30 launch credits and 71.5 last %v min, want 30 and then 72 at 0.95 a minute", m)
	}
}

// nano is a t3.nano that is idle for 600 s, in which it earns 10 credits, 60 core-seconds,
// and then has 100 s of work.
func nano(t *testing.T, unlimited bool) *memory {
	cfg := fleet(1, &roundRobin{})
	c, vcpus := creditsOf(t, "t3.nano")
	c.Unlimited = unlimited
	cfg.Control.Pools[0].Cores = int(vcpus)
	cfg.Pools[0].Uneven.Credits, cfg.Pools[0].SurplusUSD = &c, catalog.SurplusCreditT3.USD()
	cfg.Duration = 800 * time.Second
	src := at(600)
	src.arrivals[0].Work = 100 * time.Second
	return play(t, cfg, src)
}

// TestBaseline: in the standard mode the credits last 60/(1 - 0.1) = 66.67 s. Then a tenth of a
// core is left, two vCPUs at 5 %, for the other 33.33 s of work: 333.3 s, so that it ends at 1,000 s.
func TestBaseline(t *testing.T) {
	m := nano(t, false)
	if got := m.byID(t)[0].Finish; math.Abs(float64(got)-1000e9) > 10 { // a nanosecond at full speed is ten at the baseline
		t.Errorf("finished at %v, want 1000s", got)
	}
	if m.ledger.Surplus != 0 {
		t.Errorf("surplus = $%v, want none", m.ledger.Surplus)
	}
	if b := m.counts.BusyCoreSeconds; math.Abs(b-100) > 1e-6 {
		t.Errorf("%v core-seconds at work, want 100", b)
	}
}

// TestSurplus: in the unlimited mode it ends at 700 s, 30 core-seconds in debt, of which 10
// are paid back by 800 s; the other 20 are a third of a credit, of $0.05 per vCPU-hour.
func TestSurplus(t *testing.T) {
	m := nano(t, true)
	if got := m.byID(t)[0].Finish; !is(got, 700) {
		t.Errorf("finished at %v, want 700s", got)
	}
	if want := 0.05 * 20 / 3600; math.Abs(m.ledger.Surplus-want) > 1e-12 {
		t.Errorf("surplus = $%v, want $%v", m.ledger.Surplus, want)
	}
	if l := m.ledger; math.Abs(l.Total()-l.Instances-l.Surplus) > 1e-12 {
		t.Errorf("total $%v of $%v and $%v", l.Total(), l.Instances, l.Surplus)
	}
}
