package catalog

import (
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// near fails unless got is want to a billionth: prices have ten digits at most.
func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9*math.Abs(want) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

// TestInstanceTimeByHand bills c7g.large at $0.0725 per hour.
func TestInstanceTimeByHand(t *testing.T) {
	for _, c := range []struct {
		running time.Duration
		want    float64
	}{
		{0, 0},
		{-time.Second, 0},
		{time.Nanosecond, 0.0725 / 60},          // a minute at least
		{59 * time.Second, 0.0725 / 60},         //
		{time.Minute, 0.0725 / 60},              //
		{time.Minute + 1, 0.0725 * 61 / 3600},   // a begun second in full
		{90 * time.Second, 0.0725 / 40},         // 90 s are a 40th of an hour
		{time.Hour, 0.0725},                     //
		{24 * time.Hour, 1.74},                  //
		{730 * time.Hour, 52.925},               // a month of AWS
		{2*time.Hour + 30*time.Minute, 0.18125}, //
		{100*time.Hour + 1500*time.Millisecond, 7.25 + 2*0.0725/3600},
	} {
		near(t, "c7g.large for "+c.running.String(), InstanceUSD(0.0725, c.running), c.want)
	}
}

// TestReclaimedByHand: what EC2 takes away is free in its first hour, and billed
// from the first second on after it.
func TestReclaimedByHand(t *testing.T) {
	for _, c := range []struct {
		running time.Duration
		want    float64
	}{
		{0, 0},
		{30 * time.Second, 0}, // not even the minimum
		{59*time.Minute + 59*time.Second, 0},
		{time.Hour, 0.03},
		{90*time.Minute + time.Millisecond, 0.045 + 0.03/3600},
	} {
		near(t, "spot c7g.large for "+c.running.String(), ReclaimedUSD(0.03, c.running), c.want)
	}
}

// TestFunctionTimeByHand: 1,769 MB are 1.727539 GB, and so on.
func TestFunctionTimeByHand(t *testing.T) {
	for _, c := range []struct {
		memoryMB int
		billed   time.Duration
		arch     Arch
		want     float64
	}{
		{1024, time.Second, X86, 0.0000166667},
		{1024, time.Second, ARM, 0.0000133334},
		{512, 200 * time.Millisecond, X86, 0.00000166667},     // 0.1 GB-s
		{128, 1, X86, 0.0000166667 / 8000},                    // a begun millisecond in full
		{128, time.Millisecond + 1, X86, 0.0000166667 / 4000}, //
		{10240, 15 * time.Minute, X86, 0.1500003},             // 9,000 GB-s
		{1769, 250 * time.Millisecond, X86, 1769. / 4096 * 0.0000166667},
		{1024, 0, X86, 0},
	} {
		near(t, "function", FunctionUSD(c.memoryMB, c.billed, c.arch), c.want)
	}
}

// TestMonthOfLambda is the first example of AWS's pricing page with the
// prices of today: 3 million calls of 1 s at 512 MB, without the free tier.
func TestMonthOfLambda(t *testing.T) {
	const calls = 3e6
	near(t, "duration", calls*FunctionUSD(512, time.Second, X86), 25.00005)
	near(t, "requests", calls*FunctionCall.USD(), 0.60)
}

// TestVolumePerHour: 8 GiB at $0.08 per GiB-month are $0.64 a month of 730 h.
func TestVolumePerHour(t *testing.T) {
	near(t, "8 GiB", VolumeUSDPerHour(8), 0.64/730)
}

// TestMoneyNeverShrinks: longer is never cheaper, and two starts never cost
// less than one start of the same total length.
func TestMoneyNeverShrinks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		span := rapid.Int64Range(1, int64(100*time.Hour))
		a, b := time.Duration(span.Draw(t, "a")), time.Duration(span.Draw(t, "b"))
		const price, rounding = 0.1, 1 + 1e-12
		if InstanceUSD(price, a+b) < InstanceUSD(price, a) {
			t.Errorf("an instance costs less for %v than for %v", a+b, a)
		}
		if InstanceUSD(price, a)+InstanceUSD(price, b) < InstanceUSD(price, a+b)/rounding {
			t.Errorf("two starts of %v and %v cost less than one", a, b)
		}
		if FunctionUSD(512, a+b, ARM) < FunctionUSD(512, a, ARM) {
			t.Errorf("a call costs less for %v than for %v", a+b, a)
		}
	})
}

// TestKeptWarmByHand: an example of AWS, a thousand environments of 1,024 MB for two hours, is
// 7,200,000 GB-seconds, $30.00; ten of 512 MB for a minute are billed for five: 1,500 GB-seconds;
// a second more than that for ten minutes.
func TestKeptWarmByHand(t *testing.T) {
	usd := ProvisionedX86.USD()
	near(t, "1,000 environments", KeptUSD(1000, 1024, 2*time.Hour, usd), 7_200_000*0.0000041667)
	near(t, "a minute", KeptUSD(10, 512, time.Minute, usd), 1500*0.0000041667)
	near(t, "five minutes", KeptUSD(10, 512, 5*time.Minute, usd), 1500*0.0000041667)
	near(t, "a second more", KeptUSD(10, 512, 5*time.Minute+time.Second, usd), 3000*0.0000041667)
	near(t, "no time", KeptUSD(10, 512, 0, usd), 0)
}

// TestSnapshotByHand: an example of AWS, a snapshot of 1 GB for a month of 31 days is 2.68 million
// GB-seconds, $4.03, and 74,400 restores of it $10.40.
func TestSnapshotByHand(t *testing.T) {
	cache, restores := SnapshotUSD(1024, 31*24*time.Hour, SnapshotCache.USD()), 74_400*RestoreUSD(1024, SnapshotRestore.USD())
	near(t, "cache", math.Round(cache*100)/100, 4.03)
	near(t, "restores", math.Round(restores*100)/100, 10.40)
}

// TestPricesHaveAnOrigin: no price without unit, source and date, none that
// is 0 without a warning, none recalled or copied without one.
func TestPricesHaveAnOrigin(t *testing.T) {
	seen := make(map[string]bool)
	for _, item := range Items() {
		p := item.Price()
		if p.Name == "" || p.Per == "" || p.Source == "" || p.AsOf == "" || seen[p.Name] {
			t.Errorf("item %d: %+v lacks a name of its own, unit, source or date", item, p)
		}
		seen[p.Name] = true
		if (p.USD == 0) != (p.Trust == Unknown) {
			t.Errorf("%s: $%v with trust %d", p.Name, p.USD, p.Trust)
		}
		if (item.Warning() == "") != (p.Trust == Documented) {
			t.Errorf("%s: warning %q with trust %d", p.Name, item.Warning(), p.Trust)
		}
	}
	if w := Item(200).Warning(); !strings.Contains(w, "unknown") {
		t.Errorf("an item that does not exist warns %q", w)
	}
}
