package run

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"cnv/experiments/plan"
	"cnv/live/local"
	"cnv/policy/nearest"
	"cnv/sim"
)

// parseFault reads --fault, such as "action=Invoke,code=TooManyRequestsException,from=2s,to=5s".
func parseFault(text string) (local.Fault, error) {
	var f local.Fault
	texts := map[string]*string{"action": &f.Action, "code": &f.Code}
	times := map[string]*time.Duration{"from": &f.From, "to": &f.To, "delay": &f.Delay}
	numbers := map[string]*int{"next": &f.Next, "every": &f.Every}
	keys := []string{"action", "code", "from", "to", "delay", "next", "every"}
	for pair := range strings.SplitSeq(text, ",") {
		key, value, ok := strings.Cut(pair, "=")
		if !ok {
			return f, fmt.Errorf("cnv: --fault %s: %q: want key=value, with the keys %s", text, pair, strings.Join(keys, ", "))
		}
		var err error
		switch {
		case texts[key] != nil:
			*texts[key] = value
		case times[key] != nil:
			*times[key], err = time.ParseDuration(value)
		case numbers[key] != nil:
			*numbers[key], err = strconv.Atoi(value)
		default:
			err = fmt.Errorf("no such key: did you mean %s?", nearest.Names(key, keys, 1)[0])
		}
		if err != nil {
			return f, fmt.Errorf("cnv: --fault %s: %s: %w", text, key, err)
		}
	}
	if f.Action == "" {
		return f, fmt.Errorf("cnv: --fault %s: action is missing: a call, such as Invoke, or kill, spot, zone or outage", text)
	}
	return f, nil
}

// struck are the faults that the options ask for.
func (e *Experiment) struck() ([]local.Fault, error) {
	if len(e.Fault) > 0 && e.Target != Local {
		return nil, fmt.Errorf("cnv: --fault needs --target local: only the local cloud injects faults")
	}
	var out []local.Fault
	for _, text := range e.Fault {
		f, err := parseFault(text)
		if err != nil {
			return nil, err
		}
		if err := f.Check(); err != nil {
			return nil, fmt.Errorf("cnv: --fault %s: %w", text, err)
		}
		odd := false
		if f.Code, odd = strings.CutPrefix(f.Code, "!"); !odd {
			err = f.CheckCode()
		}
		if err != nil {
			return nil, fmt.Errorf("cnv: --fault %s: %w", text, err)
		}
		out = append(out, f)
	}
	return out, nil
}

// hits says which fault of the options nothing in the cells could be hit by.
func (e *Experiment) hits(cells []plan.Cell) error {
	faults, err := e.struck()
	interrupts := slices.ContainsFunc(faults, func(f local.Fault) bool { return f.Action == "spot" })
	spot := slices.ContainsFunc(cells, func(c plan.Cell) bool {
		return slices.ContainsFunc(c.Config(1).Pools, func(p sim.Pool) bool { return p.Spot })
	})
	if err == nil && interrupts && !spot {
		err = fmt.Errorf("cnv: --fault action=spot: there are no spot instances: give a pool of %s market = \"spot\"", e.Experiment)
	}
	return err
}
