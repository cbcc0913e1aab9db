package estimate

import (
	"slices"

	"cnv/policy"
	"cnv/policy/enum"
)

// Learning is what all estimators that learn have in common: what they take for
// the work of a request. By CPU time that is what was measured, which varies
// between equal requests by what else the machine does. By counts it is the CPU
// time that requests of the class take, on machines of the type, for what this
// one has executed (see [Relation]), which is the same for equal requests. What
// was not counted is taken by CPU time.
type Learning struct {
	Target Target `toml:"target" doc:"what is learnt from: \"cpu\" time, \"instructions\", \"blocks\", or \"counts\", which is instructions, blocks and calls together" set:"cpu,instructions,blocks,counts"`

	machines  []int      // by policy.PoolID, and behind them that of functions
	relations []Relation // by class and machine; nil: nothing was learnt from counts yet
	classes   int
}

// Validate checks the parameter.
func (l *Learning) Validate() error {
	return enum.Check("target", l.Target, targets)
}

// Start implements policy.Starter.
func (l *Learning) Start(e policy.Env) error {
	l.machines, l.relations, l.classes = nil, nil, len(e.Classes)
	n := 0
	for i := range e.Pools {
		like := slices.IndexFunc(e.Pools[:i], func(p policy.Pool) bool { return p.Machine != "" && p.Machine == e.Pools[i].Machine })
		if like >= 0 {
			l.machines = append(l.machines, l.machines[like])
			continue
		}
		l.machines = append(l.machines, n)
		n++
	}
	l.machines = append(l.machines, n)
	l.Changed()
	return nil
}

// Changed implements policy.Changer: relations are learnt from when they are first asked
// for.
func (l *Learning) Changed() {
	if l.Targets() && l.relations == nil {
		l.relations = make([]Relation, l.classes*(l.machines[len(l.machines)-1]+1))
	}
}

// Targets implements policy.Targeter.
func (l *Learning) Targets() bool { return l.Target != ByCPU }

// relation is that of a class on a machine; nil: there is no such pool.
func (l *Learning) relation(c policy.ClassID, p policy.PoolID) *Relation {
	functions := len(l.machines) - 1
	m := int(p)
	switch {
	case p == policy.NoPool:
		m = functions
	case m < 0 || m >= functions:
		return nil
	}
	at := int(c)*(l.machines[functions]+1) + l.machines[m]
	if at >= len(l.relations) {
		return nil
	}
	return &l.relations[at]
}

// Relate implements policy.Targeter.
func (l *Learning) Relate(c policy.ClassID, m *policy.Measured) {
	if r := l.relation(c, m.Pool); r != nil {
		r.Learn(m.Executed, m.Work)
	}
}

// Seen implements policy.Targeter.
func (l *Learning) Seen(c policy.ClassID, m *policy.Measured) float64 {
	r := l.relation(c, m.Pool)
	if r == nil {
		return m.Work
	}
	switch l.Target {
	case ByInstructions:
		return r.ByInstructions(m.Executed)
	case ByBlocks:
		return r.ByBlocks(m.Executed)
	}
	return r.ByCounts(m.Executed)
}
