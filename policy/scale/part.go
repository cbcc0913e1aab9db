package scale

import (
	"fmt"
	"slices"
	"time"

	"cnv/policy"
)

// A Part is a scaler that another one asks. In an experiment file it is the name of a
// scaler, or a table with its name under "scaler" and its parameters beside that.
type Part struct {
	Name   string
	Params string // as they are shown; "" the defaults
	Scaler policy.Scaler
}

// String is the part as it is listed.
func (p Part) String() string { return p.Name + p.Params }

// MarshalText is String, for the manifest of a run.
func (p Part) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// validate says what is wrong with a part. Its parameters were checked when it was made.
func (p *Part) validate() error {
	if p.Scaler == nil {
		return fmt.Errorf("of: %q is no scaler", p.Name)
	}
	return nil
}

// first is the time from the start to the first decision of a scaler.
func first(s policy.Scaler) time.Duration {
	if f, ok := s.(policy.FirstPeriod); ok && f.FirstPeriod() > 0 {
		return f.FirstPeriod()
	}
	return s.Period()
}

// asked is a Part with when it is asked, and what it said last.
type asked struct {
	next    time.Duration
	desired []int // by pool; negative: no opinion
	victims []policy.WorkerID
}

// ask asks a part if it is due, or is within a time: live, decisions are late by more or
// fewer milliseconds.
func (a *asked) ask(s policy.Scaler, v *policy.ScaleView, within time.Duration) {
	if v.Now < a.next-within {
		return
	}
	a.next += ((v.Now-a.next)/s.Period() + 1) * s.Period()
	plan := s.Size(v)
	a.desired = append(a.desired[:0], plan.Desired...)
	for len(a.desired) < len(v.Pools()) {
		a.desired = append(a.desired, -1)
	}
	a.victims = append(a.victims[:0], plan.Victims...)
}

// common is the longest time of which all are multiples.
func common(a, b time.Duration) time.Duration {
	for b > 0 {
		a, b = b, a%b
	}
	return a
}

// startAll gives the parts what the whole is given.
func startAll(parts []Part, e policy.Env) error {
	for i := range parts {
		if s, ok := parts[i].Scaler.(policy.Starter); ok {
			if err := s.Start(e); err != nil {
				return fmt.Errorf("of: %s: %w", parts[i].Name, err)
			}
		}
	}
	return nil
}

// startsFromNone says whether a part may want a worker in a pool that has none.
func startsFromNone(parts []Part, pool policy.PoolID) bool {
	return slices.ContainsFunc(parts, func(p Part) bool {
		l, ok := p.Scaler.(policy.LateStarter)
		return !ok || l.StartsFromNone(pool)
	})
}
