package sim

import (
	"math"
	"slices"
	"testing"
	"time"

	"cnv/policy"
)

// byFunction is a configuration in which requests of class k go to function k.
func byFunction(fs ...Functions) Config {
	cfg := onFunctions(fs[0])
	cfg.Funcs.Others = fs[1:]
	cfg.Control.Functions.Concurrency, cfg.Control.Functions.Reserved = fs[0].Concurrency, fs[0].Reserved
	cfg.Control.Classes = nil
	for k, f := range fs {
		cfg.Control.Classes = append(cfg.Control.Classes, policy.Class{Name: string(rune('a' + k)), Factor: 5, Function: k})
		if k > 0 {
			cfg.Control.Functions.Others = append(cfg.Control.Functions.Others, policy.Functions{Share: f.Share, KeepAlive: f.KeepAlive, Reserved: f.Reserved})
		}
	}
	return cfg
}

// ofClass is arrivals of classes at given seconds, with one second of work each.
func ofClass(seconds []float64, classes ...policy.ClassID) *list {
	l := at(seconds...)
	for i := range l.arrivals {
		l.arrivals[i].Class = classes[i]
	}
	return l
}

// TestEachFunctionHasItsOwn: a has one vCPU and cold starts of 0.5 s, b half of one and 1 s, with a
// floor of 0.1 s. Calls of b take no environment of a. At 1 US$ per GB-second, a of 1024 MB
// takes 1.5 s, b of 512 MB 1 + 0.1 + 2 = 3.1 s and, warm, 2.1 s: 1.5 + 3.1/2 + 2.1/2 = 4.1 US$.
func TestEachFunctionHasItsOwn(t *testing.T) {
	cfg := byFunction(
		Functions{MemoryMB: 1024, Share: 1, Cold: constant(0.5), KeepAlive: time.Minute, USDPerGBs: 1},
		Functions{MemoryMB: 512, Share: 0.5, Floor: 100 * time.Millisecond, Cold: constant(1), KeepAlive: time.Minute, USDPerGBs: 1},
	)
	m := play(t, cfg, ofClass([]float64{0, 10, 20}, 0, 1, 1))
	got := m.byID(t)
	for i, want := range []struct {
		cold   bool
		env    int32
		finish float64
	}{{true, 0, 1.5}, {true, 1, 13.1}, {false, 1, 22.1}} {
		if g := got[i]; g.Cold != want.cold || g.Worker != want.env || g.Finish != duration(want.finish) {
			t.Errorf("call %d: cold %v in %d until %v, want %+v", i, g.Cold, g.Worker, g.Finish, want)
		}
	}
	if math.Abs(m.ledger.FunctionTime-4.1) > 1e-12 {
		t.Errorf("calls cost $%v, want $4.1", m.ledger.FunctionTime)
	}
}

// statuses are how calls that arrive at once end.
func statuses(t *testing.T, cfg Config, classes ...policy.ClassID) (out []uint16) {
	for _, q := range play(t, cfg, ofClass(make([]float64, len(classes)), classes...)).byID(t) {
		out = append(out, uint16(q.Status))
	}
	return out
}

// TestReservedConcurrency: a tenth of the example of the AWS Lambda Developer Guide, "Configuring reserved
// concurrency" (2026): of 1,000 one function reserves 400 and another 400, so that 200 are left for
// all others. Here of 10, a and b reserve 4 each: five calls of a at once have one refused, and so
// have three of c and d together, however idle b is.
func TestReservedConcurrency(t *testing.T) {
	f := Functions{MemoryMB: 1024, Share: 1, KeepAlive: time.Minute, Concurrency: 10}
	reserved := f
	reserved.Reserved = 4
	got := statuses(t, byFunction(reserved, reserved, f, f), 0, 0, 0, 0, 0, 2, 3, 2)
	if want := []uint16{200, 200, 200, 200, 429, 200, 200, 429}; !slices.Equal(got, want) {
		t.Errorf("calls end with %v, want %v", got, want)
	}
}

// TestProvisionedTakesFromOthers: of a concurrency of 3, two environments of a are kept warm, so that b
// makes one call at once; a itself makes three where b makes none.
// Source: AWS Lambda Developer Guide, "Configuring provisioned concurrency" (2026): it counts
// towards the concurrency of the region.
func TestProvisionedTakesFromOthers(t *testing.T) {
	f := Functions{MemoryMB: 1024, Share: 1, KeepAlive: time.Minute, Concurrency: 3}
	warm := f
	warm.Provisioned = 2
	if got, want := statuses(t, byFunction(warm, f), 1, 1), []uint16{200, 429}; !slices.Equal(got, want) {
		t.Errorf("calls of b end with %v, want %v", got, want)
	}
	if got, want := statuses(t, byFunction(warm, f), 0, 0, 0, 0), []uint16{200, 200, 200, 429}; !slices.Equal(got, want) {
		t.Errorf("calls of a end with %v, want %v", got, want)
	}
}

// TestEachFunctionScales: each makes two new environments at once, not both together.
func TestEachFunctionScales(t *testing.T) {
	f := Functions{MemoryMB: 1024, Share: 1, KeepAlive: time.Minute, ScaleStep: 2}
	if got, want := statuses(t, byFunction(f, f), 0, 1, 0, 1, 0, 1), []uint16{200, 200, 200, 200, 429, 429}; !slices.Equal(got, want) {
		t.Errorf("calls end with %v, want %v", got, want)
	}
}

// TestRefusalsAreOfOneFunction: a gateway that has been refused by a, and keeps requests for it, goes on to
// call b at once. a makes one environment in 10 s, so that its second request waits for the end of
// the first, at 1 s.
func TestRefusalsAreOfOneFunction(t *testing.T) {
	cfg := byFunction(Functions{MemoryMB: 1024, Share: 1, ScaleStep: 1}, Functions{MemoryMB: 1024, Share: 1})
	cfg.Control.Functions.Full = policy.Wait
	got := play(t, cfg, ofClass([]float64{0, 0, 0.1}, 0, 0, 1)).byID(t)
	if got[2].Finish != duration(1.1) {
		t.Errorf("the call of b ends at %v, want 1.1s", got[2].Finish)
	}
	if got[1].Status != 200 || got[1].Finish != 2*time.Second {
		t.Errorf("the second call of a ends at %v with %d, want 2s", got[1].Finish, got[1].Status)
	}
}

// TestRampOfProvisionedConcurrency: three environments that are kept warm from the start on, after 60 s of preparation
// and at 10 in 10 s, are made at 60, 61 and 62 s, and serve from 62.5 s on, after a cold start of 0.5 s:
// none before all do. What arrives before is cold. They are billed from the start: 120 s are five
// minutes of 3 GB, at 1 US$ per GB-second 900 US$.
// Source: AWS Lambda Developer Guide, "Configuring provisioned concurrency" (2026); of the
// bill: AWS Lambda pricing.
func TestRampOfProvisionedConcurrency(t *testing.T) {
	prepared := constant(60)
	cfg := onFunctions(Functions{MemoryMB: 1024, Share: 1, Cold: constant(0.5), KeepAlive: 100 * time.Millisecond, ScaleStep: 10,
		Provisioned: 3, Ramp: &prepared, ProvUSDPerGBs: 1})
	cfg.Duration = 2 * time.Minute
	m := play(t, cfg, at(0, 60.7, 62.4, 62.6, 62.6, 62.6, 62.6))
	got := m.byID(t)
	for i, cold := range []bool{true, true, true, false, false, false, true} {
		if got[i].Cold != cold {
			t.Errorf("call at %v: cold %v, want %v", got[i].Arrival, got[i].Cold, cold)
		}
	}
	if m.ledger.Provisioned != 900 {
		t.Errorf("kept for $%v, want $900", m.ledger.Provisioned)
	}
}

// TestLargeAnswers: an answer of 6 MiB and a byte is an error once the call has run, and paid for; one of 6 MiB is
// not, nor one of unknown size.
// Source: AWS Lambda Developer Guide, "Lambda quotas" (2026): 6 MB each for request and
// response of a synchronous call.
func TestLargeAnswers(t *testing.T) {
	const most = 6 << 20
	cfg := onFunctions(Functions{MemoryMB: 1024, Share: 1, KeepAlive: time.Hour, MaxBytes: most, USDPerGBs: 1})
	src := at(0, 10, 20)
	for i, n := range []int64{most, most + 1, -1} {
		src.arrivals[i].BytesOut = n
	}
	m := play(t, cfg, src)
	got := m.byID(t)
	if got[0].Status != 200 || got[1].Status != 502 || got[2].Status != 200 || m.ledger.FunctionTime != 3 {
		t.Errorf("statuses %d, %d and %d for $%v, want 200, 502 and 200 for $3", got[0].Status, got[1].Status, got[2].Status, m.ledger.FunctionTime)
	}
}

// TestZonePrices: of two spot machines at 0.06 US$ per hour for two hours, the one in the second zone costs 1.5
// times as much: 0.12 + 0.18 = 0.30 US$. The least price of work is that of the first.
func TestZonePrices(t *testing.T) {
	cfg := fleet(2, &roundRobin{})
	cfg.Zones, cfg.Duration = 2, 2*time.Hour
	cfg.Pools[0] = Pool{Initial: 2, USDPerHour: 0.06, Spot: true, Zones: []uint8{0, 1}, ZoneFactor: []float64{1, 1.5}}
	if m := play(t, cfg, at(0)); math.Abs(m.ledger.Instances-0.30) > 1e-12 {
		t.Errorf("instances cost $%v, want $0.30", m.ledger.Instances)
	}
	if got, want := cfg.WorkPrice(), 0.06/3600; math.Abs(got-want) > 1e-15 {
		t.Errorf("work costs $%v at least, want $%v", got, want)
	}
}

// TestLimitOfSeveralFunctions: without machines the longest call of any function is the limit.
func TestLimitOfSeveralFunctions(t *testing.T) {
	cfg := byFunction(Functions{Share: 1, Timeout: 2 * time.Second}, Functions{Share: 0.5, Timeout: 5 * time.Second})
	cfg.Pools, cfg.Control.Pools = nil, nil
	if got := cfg.Limit(); got != 5*time.Second {
		t.Errorf("limit %v, want 5s", got)
	}
	cfg.Funcs.Others[0].Timeout = 0
	if got := cfg.Limit(); got != 0 {
		t.Errorf("limit %v, want none", got)
	}
}
