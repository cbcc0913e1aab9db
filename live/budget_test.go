package live

import (
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"cnv/policy"
)

// TestALimitOfOneIsALimit: the least that can be allowed is not taken for no limit.
func TestALimitOfOneIsALimit(t *testing.T) {
	for _, limits := range []Limits{{VCPUs: 1}, {Instances: 1}} {
		b := NewBudget(limits, []BudgetPool{{VCPUs: 1}}, BudgetFunctions{})
		if got, why := b.Reserve(0, 3); got != 1 || !errors.Is(why, ErrBudget) {
			t.Errorf("%+v: %d of 3 instances are granted, %v, want 1", limits, got, why)
		}
	}
}

func TestBudgetRefusesWhatIsTooMuch(t *testing.T) {
	pools := []BudgetPool{{VCPUs: 2, USDPerHour: 0.0725}, {VCPUs: 8, USDPerHour: 0.29}}
	for _, c := range []struct {
		about  string
		limits Limits
		pool   policy.PoolID
		ask    int
		want   int
	}{
		{"no limit", Limits{}, 0, 1000, 1000},
		{"instances", Limits{Instances: 3}, 0, 5, 3},
		{"vCPUs", Limits{VCPUs: 9}, 0, 5, 4},
		{"vCPUs of a large type", Limits{VCPUs: 15}, 1, 5, 1},
		{"one instance", Limits{Instances: 1}, 0, 5, 1},
		{"no vCPU to spare", Limits{VCPUs: 2}, 0, 5, 1},
		{"$/h to the last cent", Limits{USDPerHour: 3 * 0.0725}, 0, 5, 3},
		{"several limits: the least", Limits{Instances: 4, VCPUs: 4, USDPerHour: 1}, 0, 5, 2},
	} {
		b := NewBudget(c.limits, pools, BudgetFunctions{})
		got, why := b.Reserve(0, 0)
		if got != 0 || why != nil {
			t.Errorf("%s: asked for nothing: %d, %v", c.about, got, why)
		}
		got, why = b.Reserve(c.pool, c.ask)
		if got != c.want || (why != nil) != (got < c.ask) || why != nil && !errors.Is(why, ErrBudget) {
			t.Errorf("%s: %d granted, %v; want %d", c.about, got, why, c.want)
		}
		b.Release(c.pool, 1)
		if again, _ := b.Reserve(c.pool, 1); again != 1 {
			t.Errorf("%s: what was given back is not granted again", c.about)
		}
	}
}

// TestBudgetCountsItsOwnInstance: what the gateway runs on is no instance of a
// pool, but its price is spent, and is within the limit per hour.
func TestBudgetCountsItsOwnInstance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(Limits{Instances: 2, USDPerHour: 0.45, USD: 0.1}, []BudgetPool{{USDPerHour: 0.2}}, BudgetFunctions{CallUSDPerHour: 0.2})
		b.Own(0.1)
		if n, _ := b.Reserve(0, 2); n != 1 {
			t.Errorf("%d instances of $0.20 fit into $0.45 per hour beside one of $0.10, want 1", n)
		}
		b.Release(0, 1)
		time.Sleep(59 * time.Minute)
		if usd, rate := b.Spent(); math.Abs(usd-0.1*59/60) > 1e-9 || rate != 0.1 || b.Exhausted() != nil {
			t.Errorf("after 59 min alone: $%g, $%g per hour, %v", usd, rate, b.Exhausted())
		}
		time.Sleep(time.Minute + time.Second)
		if b.Exhausted() == nil {
			t.Error("its own price is not in --max-usd")
		}
	})
}

func TestBudgetCountsMoneyAndTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(Limits{USD: 1, Time: 3 * time.Hour}, []BudgetPool{{USDPerHour: 0.2}}, BudgetFunctions{})
		launched := time.Now()
		b.Reserve(0, 2)
		time.Sleep(time.Hour) // 0.4
		b.End(0, launched)
		time.Sleep(time.Hour) // 0.2
		if usd, rate := b.Spent(); math.Abs(usd-0.6) > 1e-9 || rate != 0.2 {
			t.Errorf("spent %g, %g per hour; want 0.6 and 0.2", usd, rate)
		}
		if b.Exhausted() != nil {
			t.Errorf("exhausted with $0.40 and an hour to go: %v", b.Exhausted())
		}
		usd, used := b.Used()
		b.Spend(0.4)
		if n, why := b.Reserve(0, 1); n != 0 || !errors.Is(why, ErrBudget) || b.Exhausted() == nil {
			t.Errorf("$1 spent: %d granted, %v", n, why)
		}
		next := NewBudget(Limits{Time: 3 * time.Hour}, []BudgetPool{{USDPerHour: 0.2}}, BudgetFunctions{})
		next.Resume(usd, used)
		if left, ok := next.Left(); left != time.Hour || !ok {
			t.Errorf("after 2 of 3 hours %v are left, %v", left, ok)
		}
		if left, ok := NewBudget(Limits{USD: 1}, nil, BudgetFunctions{}).Left(); ok {
			t.Errorf("without a limit of time %v are left", left)
		}
		if got, _ := next.Spent(); got != usd || next.Exhausted() != nil {
			t.Errorf("goes on with $%g, not $%g: %v", got, usd, next.Exhausted())
		}
		time.Sleep(time.Hour)
		if next.Exhausted() == nil {
			t.Error("a run that goes on after 2 of 3 hours may take more than another")
		}
		late := NewBudget(Limits{Time: time.Minute}, []BudgetPool{{}}, BudgetFunctions{})
		time.Sleep(time.Minute)
		if late.Exhausted() == nil {
			t.Error("the time is over and nobody says so")
		}
	})
}

// TestBudgetCountsMinutes: a launch is billed for a minute, whatever becomes of
// it, so that is spent when it is asked for, and what has no minute left is refused.
func TestBudgetCountsMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const minute = 0.06 / 60
		spent := func(b *Budget, want float64, when string) {
			t.Helper()
			if usd, _ := b.Spent(); math.Abs(usd-want*minute) > 1e-12 {
				t.Errorf("%s: $%g is spent, want $%g", when, usd, want*minute)
			}
		}
		b := NewBudget(Limits{USD: 3.5 * minute}, []BudgetPool{{USDPerHour: 0.06}}, BudgetFunctions{})
		if n, why := b.Reserve(0, 4); n != 3 || !errors.Is(why, ErrBudget) {
			t.Errorf("%d granted of money for three and a half, %v", n, why)
		}
		spent(b, 3, "three launched")
		b.Release(0, 1)
		spent(b, 2, "one came to nothing")
		time.Sleep(10 * time.Second)
		first := time.Now()
		b.End(0, first)
		time.Sleep(50 * time.Second)
		spent(b, 2, "one has run a minute, one 10 s")
		b.Reserve(0, 1)
		time.Sleep(6 * time.Second)
		spent(b, 3.1, "one runs on, another began 6 s ago")
		b.End(0, first)
		time.Sleep(30 * time.Second)
		spent(b, 3.1, "the older one has ended")
		if n, why := b.Reserve(0, 1); n != 0 || !errors.Is(why, ErrBudget) || b.Exhausted() != nil {
			t.Errorf("with 0.4 minutes left: %d granted, %v; %v", n, why, b.Exhausted())
		}
		b.Take(0)
		spent(b, 3.1, "one was there that somebody else began")
		b.Take(-1)
		time.Sleep(12 * time.Second)
		spent(b, 3.3, "it has run 12 s more")
	})
}
