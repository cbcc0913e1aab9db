package live

import (
	"fmt"
	"math"
)

// A Ceiling is a limit of a Budget that an operator may change while the run goes on.
type Ceiling struct {
	Name  string // such as budget.max_usd
	Doc   string
	Value float64
}

// ceilings are those of some limits.
func ceilings(l *Limits) []Ceiling {
	return []Ceiling{
		{"budget.max_usd", "dollars for everything, from the start of the run, which ends there; until the gateway starts again, as its flag says", l.USD},
		{"budget.max_usd_per_hour", "dollars per hour: above it launches are refused and calls throttled; until the gateway starts again", l.USDPerHour},
		{"budget.max_instances", "instances at once, whatever a policy wants; until the gateway starts again", float64(l.Instances)},
	}
}

// Ceilings are those of a Budget, with their values; none of a nil Budget.
func (b *Budget) Ceilings() []Ceiling {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return ceilings(&b.limits)
}

// Dollars is what the run may cost; otherwise for a nil Budget.
func (b *Budget) Dollars(otherwise float64) float64 {
	if b == nil {
		return otherwise
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.limits.USD
}

// Raise sets a ceiling to another value, higher or lower. What is there already is not
// taken away. It is an error if there is no such ceiling, if the value is not positive,
// or if it would end the run at once.
func (b *Budget) Raise(name string, v float64) error {
	if !(v > 0) || math.IsInf(v, 0) {
		return fmt.Errorf("%s = %g: must be positive, as nothing runs without a limit", name, v)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.account()
	switch name {
	case "budget.max_usd":
		if v <= b.spent {
			return fmt.Errorf("%s = %g: $%.4f are spent, so the run would end at once: end it by a signal if that is meant", name, v, b.spent)
		}
		b.limits.USD = v
	case "budget.max_usd_per_hour":
		b.limits.USDPerHour = v
	case "budget.max_instances":
		if v != math.Trunc(v) || v > math.MaxInt32 {
			return fmt.Errorf("%s = %g: want a whole number", name, v)
		}
		b.limits.Instances = int(v)
	default:
		return fmt.Errorf("no ceiling %q", name)
	}
	return nil
}
